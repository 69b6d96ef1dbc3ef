// Run in an isolated world, where a page's own scripts have changed nothing.
(() => {
  const body = document.body;
  const text = body ? body.innerText : '';
  let hash = 0;
  for (let i = 0; i < text.length; i += 1 + (text.length >> 14)) hash = (hash * 31 + text.charCodeAt(i)) | 0;
  return [text.length, hash, document.readyState];
})()
