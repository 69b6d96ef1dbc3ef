// Browsers forget who clicked while a text is fetched: they get a promise of it.

export async function toClipboard(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = Object.assign(document.createElement("textarea"), { value: text, className: "unseen" });
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  if (!copied) throw new Error("The browser refused to copy; use Download.");
}

// Copy what `make()` will give; the text, once it is copied.
export async function copyLater(make) {
  const coming = make();
  if (navigator.clipboard?.write && typeof ClipboardItem !== "undefined") {
    const blob = coming.then((text) => new Blob([text], { type: "text/plain" }));
    blob.catch(() => {});
    try {
      await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
      return await coming;
    } catch { await coming; /* what failed to come is told; a browser that takes no promise gets the text */ }
  }
  const text = await coming;
  await toClipboard(text);
  return text;
}
