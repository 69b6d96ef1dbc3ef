// A job's own address: its pages, one page's Markdown, the document's outline, and what to take away.

import { html, useEffect, useMemo, useRef, useState } from "../vendor/preact-htm.js";
import { allPages, api } from "./api.js";
import { Actions, Failures, HostMark, LiveMark, Progress, STATES, toClipboard } from "./card.js";
import { useJob } from "./follow.js";
import { fileName, hostOf, number, pathOf, withinBudget } from "./format.js";
import { Trouble } from "./home.js";
import { VirtualList } from "./list.js";
import { PagePreview } from "./preview.js";
import { filtered, noRows, sortedRows } from "./rows.js";
import { eventsOf, isEnded } from "./state.js";

export function JobView({ id }) {
  const [job, setJob] = useState(null);
  const [problem, setProblem] = useState(null);
  const load = () => api.job(id).then((found) => { setProblem(null); setJob(found); }).catch(setProblem);
  useEffect(() => { load(); }, [id]);
  if (problem) return html`<${Trouble} problem=${problem} again=${load} /><p><a href="/">To your crawls</a></p>`;
  if (!job) return html`<p class="hint" aria-busy="true">Loading…</p>`;
  return html`<${Whole} key=${id} job=${job} />`;
}

function Whole({ job: given }) {
  const { state, status, apply, adopt } = useJob(given, "open", { after: given.cursor });
  const [shown, setShown] = useState("pages");
  const [picked, setPicked] = useState(null);
  const job = state.job;
  const listed = usePages(job, state, status, apply);
  const page = picked?.page || listed[0]?.page;
  const main = useRef(null);
  const show = (next) => { setPicked(next); bringIntoView(main.current); };
  useEffect(() => { document.title = `${job.title || hostOf(job.url)} · Docspasta`; return () => { document.title = "Docspasta"; }; }, [job.title]);
  const tab = (name, words) => html`<button role="tab" aria-selected=${shown === name} onClick=${() => setShown(name)}>${words}</button>`;
  return html`<section class="job" data-state=${job.state}>
    <header class="head"><${HostMark} host=${hostOf(job.url)} />
      <h1><span dir="auto">${job.title || hostOf(job.url)}</span><small><a href=${job.url} target="_blank" rel="noopener noreferrer nofollow ugc">${job.url}</a></small></h1>
      <span class=${`state ${job.state}`}>${STATES[job.state]}</span><${LiveMark} status=${status} /></header>
    <${Progress} job=${job} ended=${isEnded(job.state)} />
    ${job.error && html`<p class="trouble">${job.error}</p>`}
    <${Failures} job=${job} />
    <${Actions} job=${job} onGone=${() => location.assign("/")} onCreated=${(made) => location.assign(`/jobs/${made.jobId}`)} onChanged=${adopt} />
    ${job.processed > 0 && html`<${TakeAway} job=${job} />`}
    <div class="split"><div class="side">
      <div role="tablist" aria-label="Contents">${tab("pages", "Pages")}${tab("outline", "Outline")}</div>
      ${shown === "pages" ? html`<${Pages} rows=${listed} picked=${page} onPick=${(chosen) => show({ page: chosen })} />` : html`<${Outline} job=${job} onPick=${(entry) => pick(entry, listed, show)} />`}</div>
      <div class="main" ref=${main} tabindex="-1">${page ? html`<${PagePreview} job=${job} page=${page} heading=${picked?.heading} />` : html`<p class="empty">Pages will appear here as they're crawled.</p>`}</div>
    </div></section>`;
}

function pick(entry, rows, show) {
  const page = rows.find((row) => row.page.pageId === entry.pageId)?.page;
  if (page) show({ page, heading: entry.text });
}

// Where the page stands below its list, as on a phone, a picked page comes into view.
function bringIntoView(main) {
  if (main && main.getBoundingClientRect().top > window.innerHeight * 0.6) main.scrollIntoView({ block: "start" });
}

// What was there at first (GET /pages) and what comes since (events) go through the same reducer; then the
// rows are sorted by address. A page's result is written once, so it does not matter which comes first.
function usePages(job, state, status, apply) {
  const sorted = useRef(noRows);
  useEffect(() => {
    let dropped = false;
    (async () => {
      try {
        for await (const batch of allPages(job.jobId)) { if (dropped) return; apply(eventsOf(batch)); }
      } catch { /* the stream's own rows stay */ }
    })();
    return () => { dropped = true; };
  }, [job.jobId, status === "ended"]);
  return useMemo(() => {
    sorted.current = sortedRows(sorted.current, state.pages);
    return sorted.current.rows;
  }, [state.pages]);
}

function Pages({ rows, picked, onPick }) {
  const [words, setWords] = useState("");
  const [only, setOnly] = useState("");
  const found = useMemo(() => filtered(rows, words, only), [rows, words, only]);
  const draw = ({ page, path, depth }) => {
    const indent = (node) => node?.style.setProperty("--depth", Math.min(depth, 6));
    return html`<span class=${`leaf ${page.state}`} ref=${indent}><b dir="auto">${page.title || path}</b><small>${page.reason ? page.reason.replaceAll("_", " ") : path}</small></span>`;
  };
  return html`<div class="filter"><input type="search" aria-label="Filter pages" placeholder="Filter pages" value=${words} onInput=${(event) => setWords(event.target.value)} />
      <select aria-label="State" value=${only} onChange=${(event) => setOnly(event.target.value)}><option value="">all</option><option value="processed">done</option><option value="failed">failed</option><option value="skipped">skipped</option></select>
      <small role="status">${number(found.length)}</small></div>
    <${VirtualList} rows=${found} selected=${picked?.pageId} keyOf=${(row) => row.page.pageId} onSelect=${(row) => onPick(row.page)} draw=${draw} label="Pages" />`;
}

function Outline({ job, onPick }) {
  const [rows, setRows] = useState(null);
  const [trouble, setTrouble] = useState("");
  const next = useRef({ token: "", busy: false, over: false });

  // The outline comes as one scrolls: a large job has a hundred thousand headings.
  async function more() {
    const at = next.current;
    if (at.busy || at.over) return;
    at.busy = true;
    try {
      const answer = await api.outline(job.jobId, at.token);
      if (at !== next.current) return;
      at.token = answer.nextPageToken || "";
      at.over = !at.token;
      setRows((now) => [...(now || []), ...(answer.outline || answer.entries || []).map((entry, index) => ({ ...entry, key: `${(now || []).length + index}` }))]);
    } catch (problem) { setTrouble(problem.message); } finally { at.busy = false; }
  }

  useEffect(() => { next.current = { token: "", busy: false, over: false }; setRows(null); more(); }, [job.jobId, isEnded(job.state)]);
  const draw = (entry) => { const indent = (node) => node?.style.setProperty("--depth", Math.min(entry.level - 1, 6)); return html`<span class="leaf" ref=${indent}><b dir="auto">${entry.text}</b></span>`; };
  if (trouble) return html`<p class="hint">${trouble}</p>`;
  if (!rows) return html`<p class="hint" aria-busy="true">Loading…</p>`;
  return html`<${VirtualList} rows=${rows} onNearEnd=${more} selected="" keyOf=${(row) => row.key} onSelect=${onPick} draw=${draw} label="Outline" />`;
}

function TakeAway({ job }) {
  const [budget, setBudget] = useState("100000");
  const [says, setSays] = useState("");
  const [busy, setBusy] = useState(false);
  async function copy(event) {
    event.preventDefault();
    setBusy(true); setSays("");
    try {
      const { text, cut } = withinBudget(await api.markdown(job.jobId), Math.max(1, Number(budget) || 1));
      await toClipboard(text);
      setSays(cut ? `Copied the first ${number(Math.ceil(text.length / 4))} tokens or so.` : "Copied the whole document.");
    } catch (problem) { setSays(problem.message); } finally { setBusy(false); }
  }
  return html`<form class="takeaway" onSubmit=${copy}>
    <label>Token limit <input type="number" min="100" step="100" value=${budget} onInput=${(event) => setBudget(event.target.value)} /></label>
    <button disabled=${busy}>${busy ? "Copying…" : "Copy for chat"}</button>
    <a href=${api.jsonLinesUrl(job.jobId)} download=${fileName(job).replace(/\.md$/, ".jsonl")}>Download .jsonl</a>
    <a href=${api.markdownUrl(job.jobId)} target="_blank" rel="noopener">Raw text ↗</a>
    <span class="says" role="status">${says}</span></form>`;
}
