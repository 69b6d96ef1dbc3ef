// Light, dark, or as the system has it: what was chosen is kept in this browser.

import { html, useState } from "../vendor/preact-htm.js";

const KEY = "docspasta-theme";
const NEXT = { auto: "light", light: "dark", dark: "auto" };
const WORDS = { auto: "auto", light: "light", dark: "dark" };

export function keptTheme() {
  try { return localStorage.getItem(KEY) in NEXT ? localStorage.getItem(KEY) : "auto"; } catch { return "auto"; }
}

// The stylesheet follows `data-theme`; without it the system decides.
export function showTheme(theme) {
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

export function ThemeButton() {
  const [theme, setTheme] = useState(keptTheme);
  const change = () => {
    const next = NEXT[theme];
    try { localStorage.setItem(KEY, next); } catch { /* a browser that keeps nothing shows it until the next load */ }
    showTheme(next);
    setTheme(next);
  };
  return html`<button class="quiet theme" onClick=${change}>Theme: ${WORDS[theme]}</button>`;
}
