// Long texts, drawn piece by piece so that no frame is long; what is out of sight is not laid out.

import { html, useEffect, useRef, useState } from "../vendor/preact-htm.js";
import { copyable } from "./code.js";
import { chunks, pieces } from "./prose.js";
import { withCopies } from "./section.js";

const SLICE = 8; // ms of drawing at once

// Draws a text into a place, piece by piece; `onDrawn` hears of what is there.
function useDrawn(text, cut, draw, onDrawn) {
  const place = useRef(null);
  useEffect(() => {
    let dropped = false;
    (async () => {
      let begun = performance.now();
      place.current?.replaceChildren();
      for (const piece of cut(text)) {
        const node = await draw(piece);
        if (dropped) return;
        place.current?.append(node);
        if (performance.now() - begun < SLICE) continue;
        onDrawn?.();
        await new Promise((done) => setTimeout(done));
        begun = performance.now();
      }
      onDrawn?.();
    })();
    return () => { dropped = true; };
  }, [text]);
  return place;
}

// Scrolls to a node while pieces above it take their heights.
function bring(node, frames = 20) {
  node.scrollIntoView();
  if (frames) requestAnimationFrame(() => bring(node, frames - 1));
}

function piece(tag, content) {
  const node = document.createElement(tag);
  node.className = "piece";
  node.append(content);
  return node;
}

// `heading`: the text of a heading to show, again when `visit` changes; `copySection(nth)` copies the nth one's section.
export function Rendered({ text, heading, visit, render, copySection }) {
  const [drawn, setDrawn] = useState(0);
  const shown = useRef("");
  useEffect(() => { shown.current = ""; }, [text]);
  const passed = useRef(0), copy = useRef(copySection);
  copy.current = copySection;
  const draw = async (part) => {
    const fragment = copyable(await render(part)), before = passed.current;
    passed.current += withCopies(fragment, part, (nth) => copy.current(before + nth));
    return piece("section", fragment);
  };
  const place = useDrawn(text, function* (whole) { passed.current = 0; yield* pieces(whole); }, draw, () => setDrawn((n) => n + 1));
  useEffect(() => {
    const wish = `${visit} ${heading}`;
    if (!heading || !drawn || shown.current === wish) return;
    const found = [...place.current.querySelectorAll("h1, h2, h3, h4, h5, h6")].find((node) => node.textContent.trim() === heading.trim());
    if (!found) return;
    shown.current = wish;
    bring(found);
  }, [heading, drawn, visit]);
  return html`<div class="prose" dir="auto" ref=${place}></div>`;
}

export function Source({ text }) {
  const place = useDrawn(text, chunks, (part) => piece("code", part));
  return html`<pre class="source" tabindex="0" dir="auto" ref=${place}></pre>`;
}
