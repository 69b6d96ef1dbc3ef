// A job's own address: its pages, one page's Markdown, the document's outline, and what to take away.

import { html, useEffect, useMemo, useRef, useState } from "../vendor/preact-htm.js";
import { useAddress } from "./address.js";
import { allPages, api } from "./api.js";
import { About, Actions, Failures, Held, HostMark, LiveMark, Progress, StateMark } from "./card.js";
import { useJob } from "./follow.js";
import { hostOf, sharedName } from "./format.js";
import { Trouble } from "./home.js";
import { VirtualList } from "./list.js";
import { Pages } from "./pages.js";
import { PagePreview } from "./preview.js";
import { noRows, sortedRows } from "./rows.js";
import { SearchBox } from "./search.js";
import { Split } from "./split.js";
import { Tabs } from "./tabs.js";
import { TakeAway } from "./takeaway.js";
import { documentPages, selectedIn, treeOf } from "./tree.js";
import { eventsOf, getPage, isEnded } from "./state.js";

const SAMPLED = 200; // pages whose titles tell what they share

export function JobView({ id }) {
  const [job, setJob] = useState(null);
  const [problem, setProblem] = useState(null);
  const load = () => api.job(id).then((found) => { setProblem(null); setJob(found); }).catch(setProblem);
  useEffect(() => { load(); }, [id]);
  if (problem) return html`<${Trouble} problem=${problem} again=${load} /><p><a href="/">To your crawls</a></p>`;
  if (!job) return html`<p class="hint" aria-busy="true">Loading…</p>`;
  return html`<${Whole} key=${id} job=${job} onReopened=${setJob} />`;
}

function Whole({ job: given, onReopened }) {
  const { state, status, apply, adopt: keep } = useJob(given, "open", { after: given.cursor });
  const adopt = (fresh) => { keep(fresh); if (state.ended && !isEnded(fresh.state)) onReopened(fresh); };
  const [shown, show] = useAddress();
  const job = state.job;
  const listed = usePages(job, state, status, apply);
  const site = useMemo(() => sharedName(listed.slice(0, SAMPLED).map((row) => row.page.title)) || job.title, [listed, job.title]);
  const take = useTaking(listed, state.ended, site);
  const byId = (id) => getPage(state.pages, id);
  const page = byId(shown.page) || take.pages[0] || listed[0]?.page;
  const [visit, setVisit] = useState(0); // counts what was picked: the same heading may be picked again
  const pick = (chosen, section = "") => { setVisit((n) => n + 1); show({ page: chosen.pageId, section }, { step: true }); };
  const found = (hit) => { const there = byId(hit.pageId); if (there) pick(there, hit.headingPath.at(-1)); return !!there; };
  useEffect(() => { document.title = `${job.title || hostOf(job.url)} · Docspasta`; return () => { document.title = "Docspasta"; }; }, [job.title]);
  const outlined = shown.tab === "outline", takes = state.ended && take.pages.length > 0;
  const panel = outlined
    ? html`<${Outline} job=${job} onPick=${(entry) => byId(entry.pageId) && pick(byId(entry.pageId), entry.text)} />`
    : html`<${Pages} rows=${listed} picked=${page} onPick=${pick} take=${take} shown=${shown} show=${show} site=${site} />`;
  const side = html`${job.processed > 0 && html`<${SearchBox} job=${job.jobId} label="Search these pages" onPick=${found} />`}
      <${Tabs} label="Contents" panel="contents" tabs=${[["", "Pages"], ["outline", "Outline"]]} chosen=${outlined ? "outline" : ""} onChoose=${(name) => show({ tab: name })} />
      <div id="contents" class="contents" role="tabpanel" aria-labelledby=${`contents-${outlined ? "outline" : "first"}`}>${panel}</div>`;
  const preview = page
    ? html`<${PagePreview} job=${job} site=${site} page=${page} heading=${shown.section} visit=${visit} finder=${page.foundOn && byId(page.foundOn)} onPick=${pick} />`
    : html`<p class="empty">Pages will appear here as they're crawled.</p>`;
  return html`<section class="job" data-state=${job.state}>
    <header class="head"><${HostMark} host=${hostOf(job.url)} />
      <h1><span dir="auto">${job.title || hostOf(job.url)}</span><small><a href=${job.url} target="_blank" rel="noopener noreferrer nofollow ugc">${job.url}</a></small></h1>
      <${LiveMark} status=${status} />
      <${Actions} job=${job} takes=${takes} onGone=${() => location.assign("/")} onCreated=${(made) => location.assign(`/jobs/${made.jobId}`)} onSource=${(run) => location.assign(`/jobs/${run.jobId}`)} onChanged=${adopt} /></header>
    <div class="facts"><${StateMark} job=${job} /><${Progress} job=${job} ended=${isEnded(job.state)} sized=${!isEnded(job.state)} /><${About} job=${job} /><${Failures} job=${job} /></div>
    <${Held} job=${job} />
    ${job.error && html`<p class="trouble">${job.error}</p>`}
    ${takes && html`<${TakeAway} job=${job} ...${take} />`}
    <${Split} side=${side} main=${preview} open=${page && shown.page} onBack=${() => show({ page: "", section: "" }, { step: true })} /></section>`;
}

// The pages of an ended job's document, their tree, and which of them are left out of what is taken away.
function useTaking(rows, ended, site) {
  const [off, setOff] = useState(() => new Set());
  const pages = useMemo(() => (ended ? documentPages(rows) : []), [rows, ended]);
  const tree = useMemo(() => (pages.length ? treeOf(pages, site) : null), [pages, site]);
  const sums = useMemo(() => tree && selectedIn(tree, off), [tree, off]);
  return { pages, tree, sums, off, setOff };
}

// What was there at first (GET /pages) and what comes since (events) go through the same reducer; then the
// rows are sorted by address. A page's result is written once, so it does not matter which comes first.
function usePages(job, state, status, apply) {
  const sorted = useRef(noRows);
  useEffect(() => {
    let dropped = false, held = [], put = 0;
    const hand = () => { apply(eventsOf(held)); put += held.length; held = []; };
    (async () => {
      try {
        // Each time twice as many: all are sorted anew.
        for await (const batch of allPages(job.jobId)) {
          if (dropped) return;
          held.push(...batch);
          if (held.length >= put) hand();
        }
      } catch { /* the stream's own rows stay */ }
      if (!dropped) hand();
    })();
    return () => { dropped = true; };
  }, [job.jobId, status === "ended"]);
  return useMemo(() => {
    sorted.current = sortedRows(sorted.current, state.pages);
    return sorted.current.rows;
  }, [state.pages]);
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
