// A job's card: what it is doing, what came of it, and what one can do about it.

import { html, useEffect, useRef, useState } from "../vendor/preact-htm.js";
import { allPages, api } from "./api.js";
import { elapsed, useJob, usePace } from "./follow.js";
import { bytes, duration, fileName, hostOf, hue, initialOf, number, pathOf, plural } from "./format.js";
import { isEnded } from "./state.js";

export const STATES = { queued: "Waiting", running: "Crawling", paused: "Paused", completed: "Done", failed: "Failed", cancelled: "Cancelled" };
const MARKS = { connecting: "connecting", live: "live", refreshing: "every 5 s", reconnecting: "reconnecting", ended: "ended", gone: "gone" };

export function JobCard({ job: given, lock, onGone, onCreated }) {
  const { state, status, adopt } = useJob(given, lock, { after: isEnded(given.state) ? "" : given.cursor });
  const job = state.job;
  const host = hostOf(job.url);
  useEffect(() => { if (status === "gone") onGone(job.jobId); }, [status]);
  return html`<article class="card" data-state=${job.state} aria-labelledby=${`name-${job.jobId}`}>
    <header>
      <${HostMark} host=${host} />
      <h2 id=${`name-${job.jobId}`}><a href=${`/jobs/${job.jobId}`} dir="auto">${job.title || host}</a><small>${host}${pathOf(job.url)}</small></h2>
      <span class=${`state ${job.state}`}>${STATES[job.state] || job.state}</span>
      <${LiveMark} status=${status} />
    </header>
    <${Progress} job=${job} ended=${state.ended} />
    <${Announcer} job=${job} />
    ${job.error && html`<p class="trouble">${job.error}</p>`}
    ${!state.ended && html`<${Recent} rows=${state.recent} current=${job.currentUrl} />`}
    <${Failures} job=${job} />
    <${Actions} job=${job} onGone=${onGone} onCreated=${onCreated} onChanged=${adopt} />
  </article>`;
}

export function HostMark({ host }) {
  const paint = (node) => node?.style.setProperty("--hue", hue(host));
  return html`<span class="mark" ref=${paint} aria-hidden="true">${initialOf(host)}</span>`;
}

export const LiveMark = ({ status }) => html`<span class=${`live ${status}`} title=${`Updates: ${MARKS[status]}`}><i aria-hidden="true"></i>${MARKS[status]}</span>`;

export function Progress({ job, ended }) {
  const pace = usePace(job, ended);
  const total = job.discovered || 0, done = (job.processed || 0) + (job.failed || 0) + (job.skipped || 0);
  const share = (part) => (node) => node && node.style.setProperty("width", `${total ? (100 * part) / total : 0}%`);
  const running = job.state === "running";
  return html`<div class="progress">
    <div class="track" role="progressbar" aria-label="Pages done" aria-valuemin="0" aria-valuemax=${total} aria-valuenow=${done}>
      <i class="done" ref=${share(job.processed)}></i><i class="failed" ref=${share(job.failed)}></i><i class="skipped" ref=${share(job.skipped)}></i>
    </div>
    <p class="figures">
      <span><b>${number(job.processed)}</b> done</span>
      ${job.failed > 0 && html`<span class="bad"><b>${number(job.failed)}</b> failed</span>`}
      ${job.skipped > 0 && html`<span><b>${number(job.skipped)}</b> skipped</span>`}
      <span>of <b>${number(total)}</b> found${running && pace.growing ? " so far" : ""}</span>
      ${running && html`<span>${pace.perSecond.toFixed(1)} pages/s</span>`}
      <span>${duration(elapsed(job))}</span>
      ${running && pace.left !== null && !pace.growing && html`<span>≈ ${duration(pace.left)} left</span>`}
      ${ended && job.tokens > 0 && html`<span>${number(job.words)} words · ≈ ${number(job.tokens)} tokens · ${bytes(job.documentBytes || job.markdownBytes)}</span>`}
    </p>
    ${job.limitReached && html`<p class="hint">Stopped at the ${LIMITS[job.limitReached] || job.limitReached} limit; ${plural(job.notAdmitted, "link")} ${job.notAdmitted === 1 ? "was" : "were"} not followed.</p>`}
  </div>`;
}

const LIMITS = { pages: "page", depth: "link depth", time: "time", bytes: "byte", user_pages: "daily page" };

// One polite sentence when the state changes, not one a page.
function Announcer({ job }) {
  const said = useRef(job.state);
  const [words, setWords] = useState("");
  useEffect(() => {
    if (said.current === job.state) return;
    said.current = job.state;
    setWords(`${hostOf(job.url)}: ${STATES[job.state]}. ${plural(job.processed, "page")} done.`);
  }, [job.state]);
  return html`<p class="unseen" role="status">${words}</p>`;
}

function Recent({ rows, current }) {
  if (!rows.length) return html`<p class="now">${current ? pathOf(current) : "Waiting for the first page…"}</p>`;
  return html`<ol class="recent" aria-label="Last pages">${rows.slice(0, 4).map((row) => html`<li key=${row.pageId} class=${row.state}>
    <span dir="auto">${row.title || pathOf(row.url)}</span><small>${row.reason ? row.reason.replaceAll("_", " ") : pathOf(row.url)}</small></li>`)}</ol>`;
}

// Why pages failed, and why others were skipped, with their addresses.
export const Failures = ({ job }) => html`<${Unkept} job=${job} state="failed" /><${Unkept} job=${job} state="skipped" />`;

function Unkept({ job, state }) {
  const [pages, setPages] = useState(null);
  const rows = (job.reasons || []).filter((row) => row.state === state);
  if (!rows.length) return null;
  const total = rows.reduce((sum, row) => sum + row.pages, 0);
  const load = async (event) => {
    if (!event.currentTarget.open || (pages && isEnded(job.state))) return;
    const found = [];
    try {
      for await (const batch of allPages(job.jobId, { state })) { found.push(...batch); if (found.length >= 1000) break; }
      setPages(found);
    } catch (problem) { setPages([]); }
  };
  return html`<details class=${`failures ${state}`} onToggle=${load}><summary>${plural(total, `${state} page`)}</summary>
    ${rows.map((row) => html`<section key=${row.reason}><h3>${row.message || row.reason} <b>${number(row.pages)}</b></h3>
      <ul>${(pages || []).filter((page) => page.reason === row.reason).slice(0, 100).map((page) => html`<li key=${page.pageId}>
        <a href=${page.url} target="_blank" rel="noopener noreferrer nofollow ugc">${page.url}</a> <small>${page.detail || page.httpStatus || ""}</small></li>`)}</ul>
      ${!pages && html`<p class="hint">Loading…</p>`}</section>`)}</details>`;
}

const BUSY = { copy: "Copying…", pause: "Pausing…", resume: "Resuming…", cancel: "Cancelling…", again: "Starting…" };

export function Actions({ job, onGone, onCreated, onChanged }) {
  const [says, setSays] = useState("");
  const [busy, setBusy] = useState("");
  const [leaving, setLeaving] = useState(false);
  useEffect(() => {
    const clear = () => setSays("");
    window.addEventListener("online", clear);
    return () => window.removeEventListener("online", clear);
  }, []);
  const act = (name, run) => async () => {
    setBusy(name); setSays("");
    try { const words = await run(); if (words) setSays(words); } catch (problem) { setSays(problem.message); } finally { setBusy(""); }
  };
  const button = (name, label, run, kind = "") => html`<button class=${kind} disabled=${!!busy} onClick=${act(name, run)}>${busy === name ? BUSY[name] : label}</button>`;
  const changed = (ask) => () => ask(job.jobId).then((fresh) => { onChanged?.(fresh); return ""; });
  const ended = isEnded(job.state);
  if (leaving) return html`<${Leaving} job=${job} onGone=${onGone} onUndo=${() => setLeaving(false)} onProblem=${(problem) => { setLeaving(false); setSays(problem.message); }} />`;
  return html`<footer class="actions">
    ${job.processed > 0 && html`${button("copy", "Copy Markdown", () => copyMarkdown(job), ended ? "primary" : "")}
      <a class="button" href=${api.markdownUrl(job.jobId, true)} download=${fileName(job)}>Download</a>`}
    ${job.state === "running" && button("pause", "Pause", changed(api.pause))}
    ${job.state === "paused" && button("resume", "Resume", changed(api.resume))}
    ${!ended && button("cancel", "Cancel", changed(api.cancel))}
    ${ended && button("again", "Crawl again", () => again(job).then(onCreated))}
    ${ended && html`<button disabled=${!!busy} onClick=${() => setLeaving(true)}>Delete</button>`}
    <span class="says" role="status">${says}</span>
  </footer>`;
}

const UNDO_SECONDS = 8;

// Deleting waits for a moment in which it can be undone; leaving the page deletes at once.
function Leaving({ job, onGone, onUndo, onProblem }) {
  const undo = useRef(null);
  useEffect(() => {
    let done = false;
    const remove = () => {
      if (done) return;
      done = true;
      api.remove(job.jobId).then(() => onGone(job.jobId)).catch(onProblem);
    };
    undo.current?.focus();
    const timer = setTimeout(remove, UNDO_SECONDS * 1000);
    window.addEventListener("pagehide", remove);
    return () => { done = true; clearTimeout(timer); window.removeEventListener("pagehide", remove); };
  }, []);
  return html`<footer class="actions" role="status"><span>Deleted.</span><button ref=${undo} onClick=${onUndo}>Undo</button></footer>`;
}

export async function copyMarkdown(job) {
  const text = await api.markdown(job.jobId);
  await toClipboard(text);
  return `Copied (about ${plural(Math.ceil(new TextEncoder().encode(text).length / 4), "token")}).`;
}

export async function toClipboard(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = Object.assign(document.createElement("textarea"), { value: text, className: "unseen" });
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  if (!copied) throw new Error("The browser refused to copy; use Download.");
}

const SETTINGS = ["maxPages", "maxDepth", "include", "exclude", "delay", "concurrency", "includeSelectors", "excludeSelectors", "keepRaw", "respectRobots", "useSitemaps", "allowHosts"];
function again(job) {
  const kept = Object.fromEntries(SETTINGS.map((name) => [name, job.settings?.[name]]).filter(([, value]) => value !== null && value !== undefined && value !== ""));
  return api.crawl({ url: job.url, ...kept });
}
