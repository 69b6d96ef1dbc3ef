// What one takes away of an ended job: the ticked pages within a budget of tokens, whole or in parts, copied or
// downloaded. Nothing but what is taken is fetched.

import { html, useEffect, useMemo, useState } from "../vendor/preact-htm.js";
import { api } from "./api.js";
import { copyLater } from "./clipboard.js";
import { bytes, fileName, plural, short } from "./format.js";
import { Icon } from "./icons.js";
import { keep, kept } from "./kept.js";
import { Menu } from "./menu.js";
import { documentSize, tokensAround } from "./size.js";
import { beyond, rangesOf } from "./tree.js";

const BUDGETS = [8_000, 32_000, 128_000, 200_000, 1_000_000];
const CONTENTS = [["", "all levels"], ["2", "two levels"], ["1", "top level"], ["0", "none"]]; // levels of the table
const LEAST = 1_000; // tokens of a part
const LARGE = 8_000_000; // bytes; more is downloaded, not copied

export function TakeAway({ job, pages, tree, sums, off, setOff }) {
  const [asked, setBudget] = useState(() => kept("budget", 128_000));
  const budget = Math.max(LEAST, asked);
  const [links, setLinks] = useState(() => kept("links", true));
  const ranges = useMemo(() => rangesOf(pages, off), [pages, off]);
  const [contents, setContents] = useState(() => kept("contents", ""));
  const chosen = { pages: ranges, links, contents };
  const size = useSize(job, chosen, sums.get(tree.key));
  const none = size.pages === 0;
  useEffect(() => keep("budget", asked), [asked]);
  useEffect(() => keep("links", links), [links]);
  useEffect(() => keep("contents", contents), [contents]);
  return html`<section class="takeaway" aria-label="Take away">
    <${Budget} size=${size} budget=${budget} />
    <div class="choices">
      <label>Token limit <input type="number" min=${LEAST} step="1000" list="budgets" value=${asked} onInput=${(event) => setBudget(Math.max(1, Number(event.target.value) || 1))} /></label>
      <datalist id="budgets">${BUDGETS.map((tokens) => html`<option value=${tokens}>${short(tokens)}</option>`)}</datalist>
      <label><input type="checkbox" checked=${links} onChange=${(event) => setLinks(event.target.checked)} /> Links</label>
      <label>Contents <select value=${contents} onChange=${(event) => setContents(event.target.value)}>${CONTENTS.map(([levels, words]) => html`<option value=${levels}>${words}</option>`)}</select></label>
      ${size.tokens > budget && html`<button type="button" onClick=${() => setOff(beyond(pages, budget, tokensAround(chosen), size.share))}>Keep what fits</button>`}
      ${off.size > 0 && html`<button type="button" onClick=${() => setOff(new Set())}>Select all</button>`}
      ${off.size < pages.length && html`<button type="button" onClick=${() => setOff(new Set(pages.map((page) => page.pageId)))}>Select none</button>`}
      ${size.tokens > budget && html`<${Parts} key=${`${ranges} ${links} ${contents} ${budget}`} job=${job} chosen=${chosen} budget=${budget} least=${Math.ceil(size.tokens / budget)} />`}
    </div>
    <div class="actions">
      <${Copy} primary disabled=${none || size.bytes > LARGE} label=${`Copy ${short(size.tokens)} tokens`} url=${api.exportUrl(job.jobId, chosen)} total=${size.bytes} />
      <a class="button" aria-disabled=${none} href=${none ? undefined : api.exportUrl(job.jobId, { ...chosen, download: true })} download=${fileName(job)}><${Icon} name="download" />Download</a>
      <${Menu} label="Other formats">
        <a class="button" href=${api.exportUrl(job.jobId, { ...chosen, format: "zip", download: true })} download>One file per page (.zip)</a>
        <a class="button" href=${api.jsonLinesUrl(job.jobId)} download=${fileName(job).replace(/\.md$/, ".jsonl")}>All pages as JSON lines (.jsonl)</a>
        <a class="button" href=${api.markdownUrl(job.jobId)} target="_blank" rel="noopener">Whole document as text ↗</a><//>
    </div>
    ${size.bytes > LARGE && html`<p class="hint">That is ${bytes(size.bytes)}: too much for the clipboard. Download it, select less, or split it.</p>`}
  </section>`;
}

// What the selection comes to: at once by the pages that are known here, and soon by the server's count.
function useSize(job, chosen, local) {
  const [told, setTold] = useState(null);
  const key = `${chosen.pages} ${chosen.links}`;
  useEffect(() => {
    if (!local.pages) return;
    const asked = new AbortController();
    const timer = setTimeout(() => api.selection(job.jobId, chosen, asked.signal).then((size) => setTold({ key, size })).catch(() => {}), 250);
    return () => { clearTimeout(timer); asked.abort(); };
  }, [job.jobId, key]);
  const known = told?.key === key && local.pages;
  const pages = known ? told.size : { ...local, bytes: local.tokens * 4 };
  return { ...documentSize(pages, chosen), known: known || chosen.links, share: known && local.tokens ? told.size.tokens / local.tokens : 1 };
}

function Budget({ size, budget }) {
  const share = Math.min(1, size.tokens / budget), over = size.tokens > budget;
  const width = (node) => node?.style.setProperty("width", `${100 * share}%`);
  const words = `${size.known || !size.tokens ? "" : "at most "}${short(size.tokens)} of ${short(budget)} tokens`;
  return html`<div class=${`budget ${over ? "over" : ""}`}>
    <div class="track" role="meter" aria-label="Tokens that are selected" aria-valuemin="0" aria-valuemax=${budget} aria-valuenow=${Math.min(size.tokens, budget)} aria-valuetext=${words}><i ref=${width}></i></div>
    <p><b>${words}</b> · ${plural(size.pages, "page")} · ${bytes(size.bytes)}${over ? " · more than the limit" : ""}</p></div>`;
}

function Copy({ url, label, total, disabled = false, primary = false }) {
  const [says, setSays] = useState("");
  const [busy, setBusy] = useState("");
  async function copy() {
    setBusy("Copying…"); setSays("");
    try {
      const text = await copyLater(() => api.read(url, (got) => total > 0 && got < total && setBusy(`Copying… ${Math.floor((100 * got) / total)} %`)));
      setSays(`Copied ${bytes(new Blob([text]).size)}.`);
    } catch (problem) { setSays(problem.message); } finally { setBusy(""); }
  }
  return html`<span class="copy"><button type="button" class=${primary ? "primary" : ""} disabled=${disabled || !!busy} onClick=${copy}><${Icon} name="copy" />${busy || label}</button><span class="says" role="status">${says}</span></span>`;
}

// The selection in parts, each within the budget.
function Parts({ job, chosen, budget, least }) {
  const [count, setCount] = useState(0);
  const [says, setSays] = useState("");
  const [busy, setBusy] = useState(false);
  const split = { ...chosen, format: "parts", maxTokens: budget };
  async function ask() {
    setBusy(true); setSays("");
    try { setCount(await api.parts(job.jobId, split)); } catch (problem) { setSays(problem.message); } finally { setBusy(false); }
  }
  const numbers = Array.from({ length: Math.min(count, 50) }, (_, at) => at + 1);
  return html`<div class="parts">
    ${!count && html`<button type="button" disabled=${busy} onClick=${ask}>${busy ? "Splitting…" : `Split into about ${least} parts`}</button>`}
    <span class="says" role="status">${says || (count ? `${count} parts, each within ${short(budget)} tokens.` : "")}</span>
    ${count > 0 && html`<ol>${numbers.map((part) => html`<li key=${part}>Part ${part} <${Copy} label=${`Copy part ${part}`} url=${api.exportUrl(job.jobId, { ...split, part })} total=${budget * 4} />
      <a href=${api.exportUrl(job.jobId, { ...split, part, download: true })} download aria-label=${`Download part ${part}`}>Download</a></li>`)}</ol>
      <a class="button" href=${api.exportUrl(job.jobId, { ...split, download: true })} download>All parts (.zip)</a>`}
  </div>`;
}
