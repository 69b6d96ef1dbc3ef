// A button that folds out what is used less. Escape, a click elsewhere and a choice close it.

import { html, useEffect, useRef } from "../vendor/preact-htm.js";

export function Menu({ label, children }) {
  const place = useRef(null);
  const close = () => { if (place.current) place.current.open = false; };
  useEffect(() => {
    const elsewhere = (event) => { if (!place.current?.contains(event.target)) close(); };
    document.addEventListener("click", elsewhere); // not pointerdown: what is clicked must not move away before
    return () => document.removeEventListener("click", elsewhere);
  }, []);
  const key = (event) => {
    if (event.key !== "Escape" || !place.current.open) return;
    close();
    place.current.querySelector("summary").focus();
  };
  return html`<details class="menu" ref=${place} onKeyDown=${key}><summary class="button">${label}</summary><div class="items" onClick=${close}>${children}</div></details>`;
}
