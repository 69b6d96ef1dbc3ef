// Tabs by ARIA Authoring Practices: one stop for Tab; arrow keys, Home and End choose.

import { html, useRef } from "../vendor/preact-htm.js";

// Which tab a key leads to, by its place; -1 for keys that mean nothing here. Pure.
export function placeAfter(key, at, count, leftToRight = true) {
  const forward = leftToRight ? "ArrowRight" : "ArrowLeft", back = leftToRight ? "ArrowLeft" : "ArrowRight";
  const to = { [forward]: at + 1, [back]: at - 1 + count, Home: 0, End: count - 1 }[key];
  return to === undefined ? -1 : to % count;
}

// `tabs` is [[name, words], …], `chosen` a name; `panel` the id of the element that shows what is chosen.
export function Tabs({ label, tabs, chosen, onChoose, panel }) {
  const list = useRef(null);
  function press(event) {
    const at = tabs.findIndex(([name]) => name === chosen);
    const to = placeAfter(event.key, at, tabs.length, getComputedStyle(list.current).direction === "ltr");
    if (to < 0) return;
    event.preventDefault();
    onChoose(tabs[to][0]);
    list.current.children[to].focus();
  }
  return html`<div role="tablist" aria-label=${label} ref=${list} onKeyDown=${press}>${tabs.map(([name, words]) => html`<button type="button" role="tab" key=${name}
    id=${`${panel}-${name || "first"}`} aria-controls=${panel} aria-selected=${name === chosen} tabindex=${name === chosen ? 0 : -1} onClick=${() => onChoose(name)}>${words}</button>`)}</div>`;
}
