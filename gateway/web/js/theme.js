// Light, dark, or as the system has it: what was chosen is kept in this browser.

import { html, useState } from "../vendor/preact-htm.js";
import { keep, kept } from "./kept.js";

const KEY = "docspasta-theme";
const NEXT = { auto: "light", light: "dark", dark: "auto" };

export function keptTheme() {
  const theme = kept(KEY, "auto");
  return theme in NEXT ? theme : "auto";
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
    keep(KEY, next);
    showTheme(next);
    setTheme(next);
  };
  return html`<button class="quiet theme" onClick=${change}>Theme: ${theme}</button>`;
}
