// A long list of which only what is seen is drawn; arrow keys, Home, End and Page keys move in it.

import { html, useEffect, useRef, useState } from "../vendor/preact-htm.js";

const HEIGHT = 48, SPARE = 8;

const scrolls = (node) => getComputedStyle(node).overflowY !== "visible";

// Which part of a list is in view: of its own box, or of the window where that scrolls.
function seenOf(node) {
  if (scrolls(node)) return { top: node.scrollTop, high: node.clientHeight || 600 };
  return { top: Math.max(0, -node.getBoundingClientRect().top), high: innerHeight };
}

// How far a row that begins at `y` in the window is out of it.
const outside = (y) => (y < 0 ? y : Math.max(0, y + HEIGHT - innerHeight));

// `onNearEnd` is called when the last rows come into view, for lists that load more. `onOpen` gets a row that is
// clicked, after `onSelect`; `onKey(row, key)` may take a key for itself; `about(row)` gives further attributes.
export function VirtualList({ rows, selected, onSelect, draw, keyOf, label, onNearEnd, onOpen, onKey, about, role = "listbox" }) {
  const box = useRef(null);
  const [{ top, high }, setSeen] = useState({ top: 0, high: 600 });
  useEffect(() => {
    // On a phone the window scrolls.
    const look = () => { if (box.current) setSeen(seenOf(box.current)); };
    const watcher = new ResizeObserver(look);
    watcher.observe(box.current);
    addEventListener("scroll", look, { passive: true });
    addEventListener("resize", look);
    return () => { watcher.disconnect(); removeEventListener("scroll", look); removeEventListener("resize", look); };
  }, []);
  const first = Math.max(0, Math.floor(top / HEIGHT) - SPARE);
  const last = Math.min(rows.length, Math.ceil((top + high) / HEIGHT) + SPARE);
  useEffect(() => { if (last >= rows.length) onNearEnd?.(); }, [last, rows.length]);
  const at = rows.findIndex((row) => keyOf(row) === selected);

  function move(event) {
    if (at >= 0 && onKey?.(rows[at], event.key)) { event.preventDefault(); return; }
    const page = Math.max(1, Math.floor(high / HEIGHT) - 1);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: rows.length - 1 }[event.key];
    if (to === undefined || !rows.length) return;
    event.preventDefault();
    const index = Math.min(rows.length - 1, Math.max(0, to));
    onSelect(rows[index]);
    const y = index * HEIGHT, node = box.current;
    if (!scrolls(node)) scrollBy(0, outside(node.getBoundingClientRect().top + y));
    else if (y < node.scrollTop) node.scrollTop = y;
    else if (y + HEIGHT > node.scrollTop + node.clientHeight) node.scrollTop = y + HEIGHT - node.clientHeight;
  }

  const size = (node) => node?.style.setProperty("height", `${rows.length * HEIGHT}px`);
  const place = (index) => (node) => node?.style.setProperty("transform", `translateY(${index * HEIGHT}px)`);
  const activeId = at >= first && at < last ? `row-${at}` : undefined;
  return html`<div class="list" ref=${box} role=${role} tabindex="0" aria-label=${label} aria-activedescendant=${activeId}
      onScroll=${(event) => setSeen(seenOf(event.currentTarget))} onKeyDown=${move}>
    <div class="room" ref=${size} role="presentation">
      ${rows.slice(first, last).map((row, i) => html`<div key=${keyOf(row)} id=${`row-${first + i}`} class="row" role=${role === "tree" ? "treeitem" : "option"} ref=${place(first + i)}
        aria-selected=${first + i === at} aria-setsize=${rows.length} aria-posinset=${first + i + 1} ...${about?.(row)} onClick=${() => { onSelect(row); onOpen?.(row); }}>${draw(row)}</div>`)}
    </div></div>`;
}
