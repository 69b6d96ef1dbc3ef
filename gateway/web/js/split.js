// A list beside what is picked from it; a phone shows one of the two.

import { html, useEffect, useRef, useState } from "../vendor/preact-htm.js";
import { keep, kept } from "./kept.js";

export const LEAST = 18, MOST = 60, USUAL = 30, STEP = 2;
const onPhone = () => matchMedia("(max-width: 760px)").matches;

export const within = (share) => Math.min(MOST, Math.max(LEAST, Math.round(share)));

// How wide the list is after a key. Pure.
export function widthAfter(key, width, leftToRight = true) {
  const wider = leftToRight ? "ArrowRight" : "ArrowLeft", narrower = leftToRight ? "ArrowLeft" : "ArrowRight";
  return { [wider]: within(width + STEP), [narrower]: within(width - STEP), Home: LEAST, End: MOST }[key];
}

export function Split({ side, main, open, onBack }) {
  const [width, setWidth] = useState(() => kept("side", USUAL));
  const place = useRef(null), shown = useRef(null), left = useRef(0);
  const resize = (to) => { setWidth(to); keep("side", to); };
  const ltr = () => getComputedStyle(place.current).direction === "ltr";
  useEffect(() => place.current.style.setProperty("--side", `${width}%`), [width]);
  useEffect(() => {
    if (!onPhone()) return;
    if (!open) { scrollTo(0, left.current); return; }
    shown.current.focus({ preventScroll: true });
    shown.current.scrollIntoView({ block: "start" });
  }, [open]);
  useEffect(() => {
    const remember = () => { if (!open) left.current = scrollY; };
    addEventListener("scroll", remember, { passive: true });
    return () => removeEventListener("scroll", remember);
  }, [open]);
  function press(event) {
    const to = widthAfter(event.key, width, ltr());
    if (to === undefined) return;
    event.preventDefault();
    resize(to);
  }
  function draw(event) {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const { left: from, right, width: whole } = place.current.getBoundingClientRect();
    resize(within((100 * (ltr() ? event.clientX - from : right - event.clientX)) / whole));
  }
  return html`<div class="split" ref=${place} data-shows=${open ? "page" : "list"}>
    <div class="side">${side}</div>
    <div class="grip" role="separator" aria-orientation="vertical" aria-label="Width of the list" tabindex="0"
      aria-valuenow=${width} aria-valuemin=${LEAST} aria-valuemax=${MOST} onKeyDown=${press}
      onPointerDown=${(event) => event.currentTarget.setPointerCapture(event.pointerId)} onPointerMove=${draw}></div>
    <div class="main" ref=${shown} tabindex="-1"><button type="button" class="back" onClick=${onBack}>‹ All pages</button>${main}</div>
  </div>`;
}
