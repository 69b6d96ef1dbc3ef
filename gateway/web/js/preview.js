// One page's Markdown, rendered or as source. Other people's text: raw HTML is off in the renderer
// (markdown-it), what it makes is sanitised (DOMPurify), images become links, nothing is loaded.

import { html, useEffect, useRef, useState } from "../vendor/preact-htm.js";
import { api } from "./api.js";
import { toClipboard } from "./card.js";

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
  const markdown = new MarkdownIt({ html: false, linkify: false });
  markdown.validateLink = (url) => /^(?:https?|mailto):/i.test(url.trim());
  markdown.renderer.rules.image = (tokens, index) => {
    const text = markdown.utils.escapeHtml(tokens[index].content || "image"), src = markdown.utils.escapeHtml(tokens[index].attrGet("src") || "");
    return `<a href="${src}">▣ ${text}</a>`;
  };
  renderer = (text) => purify.sanitize(markdown.render(text), ALLOWED);
  return renderer;
}

// The sanitised fragment of some Markdown.
export const render = async (text) => (await load())(text);

export function PagePreview({ job, page }) {
  const [source, setSource] = useState(false);
  const [text, setText] = useState(null);
  const [trouble, setTrouble] = useState("");
  const [says, setSays] = useState("");
  useEffect(() => {
    setText(null); setTrouble(""); setSays("");
    if (page.state !== "processed") return;
    const asked = new AbortController();
    api.pageMarkdown(job.jobId, page.pageId, asked.signal).then(setText).catch((problem) => { if (problem.name !== "AbortError") setTrouble(problem.message); });
    return () => asked.abort();
  }, [page.pageId, page.state]);
  const tab = (name, on) => html`<button role="tab" aria-selected=${on} onClick=${() => setSource(name === "Source")}>${name}</button>`;
  return html`<article class="preview">
    <header><h2 dir="auto">${page.title || page.url}</h2>
      <a href=${page.url} target="_blank" rel=${REL}>Original ↗</a>
      <span role="tablist" aria-label="How to show it">${tab("Rendered", !source)}${tab("Source", source)}</span>
      ${text !== null && html`<button onClick=${() => toClipboard(text).then(() => setSays("Copied.")).catch((error) => setSays(error.message))}>Copy page</button>`}
      <span class="says" role="status">${says}</span></header>
    ${page.state !== "processed" && html`<p class="trouble">${page.message || (page.reason || page.state).replaceAll("_", " ")}${page.detail ? ` ${page.detail}` : ""}</p>`}
    ${trouble && html`<p class="trouble" role="alert">${trouble}</p>`}
    ${page.state === "processed" && text === null && !trouble && html`<p class="hint" aria-busy="true">Loading…</p>`}
    ${text !== null && (source ? html`<pre class="source" tabindex="0"><code dir="auto">${text}</code></pre>` : html`<${Rendered} text=${text} />`)}
  </article>`;
}

function Rendered({ text }) {
  const place = useRef(null);
  useEffect(() => {
    let dropped = false;
    render(text).then((fragment) => { if (!dropped) place.current?.replaceChildren(fragment); });
    return () => { dropped = true; };
  }, [text]);
  return html`<div class="prose" dir="auto" ref=${place}></div>`;
}
