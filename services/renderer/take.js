// Run in an isolated world: keep the page's HTML, with open shadow roots, and say how long it is.
(() => {
  const root = document.documentElement;
  if (!root) return [0, ''];
  const roots = [];
  const walk = (node) => {
    for (const each of node.querySelectorAll('*')) {
      if (each.shadowRoot && roots.length < 5000) { roots.push(each.shadowRoot); walk(each.shadowRoot); }
    }
  };
  walk(document);
  const inside = roots.length && root.getHTML ? root.getHTML({shadowRoots: roots}) : root.innerHTML;
  const attributes = Array.from(root.attributes, (a) => ` ${a.name}="${a.value.replace(/&/g, '&amp;').replace(/"/g, '&quot;')}"`);
  globalThis.docspasta = `<!DOCTYPE html><html${attributes.join('')}>${inside}</html>`;
  return [globalThis.docspasta.length, location.href];
})()
