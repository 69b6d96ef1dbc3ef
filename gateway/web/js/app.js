// The page at /, /jobs/{id} and /docs: which view an address shows.

import { html, render } from "../vendor/preact-htm.js";
import { Home } from "./home.js";
import { JobView } from "./job.js";
import { Reference } from "./reference.js";
import { ThemeButton, keptTheme, showTheme } from "./theme.js";
import { Who } from "./who.js";

function view(path) {
  const job = path.match(/^\/jobs\/([a-zA-Z0-9_-]+)\/?$/);
  if (job) return html`<${JobView} id=${job[1]} />`;
  if (path.replace(/\/$/, "") === "/docs") return html`<${Reference} />`;
  return html`<${Home} />`;
}

function App() {
  return html`<a class="skip" href="#main">Skip to content</a>
    <header class="top"><a href="/" class="brand"><img src=${new URL("../mark.svg", import.meta.url).pathname} alt="" width="28" height="28" />Docspasta</a><nav aria-label="Site"><${Who} /><${ThemeButton} /><a href="/docs">API</a></nav></header>
    <main id="main" tabindex="-1">${view(location.pathname)}</main>`;
}

showTheme(keptTheme());
const place = document.getElementById("app");
place.replaceChildren();
render(html`<${App} />`, place);
