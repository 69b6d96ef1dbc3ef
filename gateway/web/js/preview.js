// One page's Markdown, rendered or as source. It is other people's text: of raw HTML only the tags that
// Docspasta itself writes pass the renderer (markdown-it), what it makes is sanitised (DOMPurify), images
// become links, and nothing is loaded.

import { html, useEffect, useState } from "../vendor/preact-htm.js";
import { api } from "./api.js";
import { toClipboard } from "./clipboard.js";
import { Rendered, Source } from "./drawn.js";
import { bytes, moment, ownTitle } from "./format.js";
import { alertsIn, plainTags, shortened, withSource } from "./prose.js";
import { sectionAt } from "./section.js";
import { Tabs } from "./tabs.js";

const REL = "noopener noreferrer nofollow ugc";
const ALLOWED = { USE_PROFILES: { html: true }, FORBID_TAGS: ["img", "picture", "video", "audio", "source", "style", "form", "input", "button", "iframe", "object", "embed", "svg", "math"], FORBID_ATTR: ["style", "class", "id", "name", "srcset", "background"], ALLOWED_URI_REGEXP: /^(?:https?|mailto):/i, ALLOW_DATA_ATTR: false, ALLOW_ARIA_ATTR: false, RETURN_DOM_FRAGMENT: true };
let renderer = null;

async function load() {
  if (renderer) return renderer;
  const [{ default: MarkdownIt }] = await Promise.all([import("../vendor/markdown-it.js"), import("../vendor/purify.js")]);
  const purify = globalThis.DOMPurify;
  purify.addHook("afterSanitizeAttributes", (node) => {
    if (node.tagName !== "A") return;
    if (!/^(?:https?|mailto):/i.test(node.getAttribute("href") || "")) node.removeAttribute("href");
    node.setAttribute("rel", REL);
    node.setAttribute("target", "_blank");
  });
  const markdown = new MarkdownIt({ html: true, linkify: false });
  markdown.renderer.rules.html_inline = markdown.renderer.rules.html_block = (tokens, index) => plainTags(tokens[index].content, markdown.utils.escapeHtml);
  markdown.validateLink = (url) => /^(?:https?|mailto):/i.test(url.trim());
  markdown.renderer.rules.image = (tokens, index) => {
    const text = markdown.utils.escapeHtml(tokens[index].content || "image"), src = markdown.utils.escapeHtml(tokens[index].attrGet("src") || "");
    return `<a href="${src}">▣ ${text}</a>`;
  };
  renderer = (text) => alertsIn(purify.sanitize(markdown.render(text), ALLOWED));
  return renderer;
}

// The sanitised fragment of some Markdown.
export const render = async (text) => (await load())(text);

// `heading`: the text of a heading to show.
// `finder`: the page that links to this one, if it is known.
// `site`: what titles of the site end with, which is not said again.
// `visit` changes when a heading is asked for again.
export function PagePreview({ job, site, page, heading, visit, finder, onPick }) {
  const [source, setSource] = useState(false);
  const [text, setText] = useState(null);
  const [trouble, setTrouble] = useState("");
  const [says, setSays] = useState("");
  const [whole, setWhole] = useState(false);
  useEffect(() => {
    setText(null); setWhole(false); setTrouble(""); setSays("");
    if (page.state !== "processed") return;
    const asked = new AbortController();
    api.pageMarkdown(job.jobId, page.pageId, asked.signal).then(setText).catch((problem) => { if (problem.name !== "AbortError") setTrouble(problem.message); });
    return () => asked.abort();
  }, [page.pageId, page.state]);
  const copy = (make, words) => () => toClipboard(make()).then(() => setSays(words)).catch((error) => setSays(error.message));
  return html`<article class="preview">
    <header><h2 dir="auto">${ownTitle(page.title, site) || page.url}</h2>
      <a href=${page.url} target="_blank" rel=${REL}>Original ↗</a>
      <${Tabs} label="How to show it" panel="page-text" tabs=${[["rendered", "Rendered"], ["source", "Source"]]} chosen=${source ? "source" : "rendered"} onChoose=${(name) => setSource(name === "source")} />
      ${text !== null && html`<button onClick=${copy(() => withSource(page, text), "Copied.")}>Copy page</button>`}
      <button onClick=${copy(() => linkTo(job, page), "Link copied.")}>Copy link</button>
      <span class="says" role="status">${says}</span></header>
    ${page.state !== "processed" && html`<p class="trouble">${page.message || (page.reason || page.state).replaceAll("_", " ")}${page.detail ? ` ${page.detail}` : ""}</p>`}
    ${page.staleSince && html`<p class="hint">Its last text: it could not be had since ${moment(page.staleSince)}. ${page.detail}</p>`}
    ${page.state !== "processed" && finder && html`<p>Linked from <button class="quiet" onClick=${() => onPick(finder)}>${finder.title || finder.url}</button></p>`}
    ${trouble && html`<p class="trouble" role="alert">${trouble}</p>`}
    ${page.state === "processed" && text === null && !trouble && html`<p class="hint" aria-busy="true">Loading…</p>`}
    ${text !== null && html`<div id="page-text" role="tabpanel" aria-labelledby=${`page-text-${source ? "source" : "rendered"}`}><${Shown} text=${whole ? text : shortened(text)} source=${source} heading=${heading} visit=${visit} copySection=${(nth) => toClipboard(withSource({ url: page.url }, sectionAt(text, nth)))} /></div>`}
    ${text !== null && !whole && shortened(text).length < text.length && html`<p class="hint">This is the beginning of a long page (${bytes(text.length)}). <button onClick=${() => setWhole(true)}>Show all</button></p>`}
  </article>`;
}

const linkTo = (job, page) => `${location.origin}/jobs/${job.jobId}?page=${page.pageId}`;

const Shown = ({ text, source, ...rest }) => (source ? html`<${Source} text=${text} />` : html`<${Rendered} text=${text} render=${render} ...${rest} />`);
