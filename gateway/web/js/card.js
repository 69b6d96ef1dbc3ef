// A job's card: its state, its result, its actions.

import { html, useEffect, useRef, useState } from "../vendor/preact-htm.js";
import { allPages, api } from "./api.js";
import { copyLater } from "./clipboard.js";
import { elapsed, useJob, usePace } from "./follow.js";
import { ahead, bytes, duration, fileName, hostOf, hue, initialOf, moment, number, ownTitle, pathOf, plural, reasonWords, short } from "./format.js";
import { Icon } from "./icons.js";
import { Menu } from "./menu.js";
import { sizeOf } from "./size.js";
import { isEnded } from "./state.js";

export const STATES = { queued: "Waiting", running: "Crawling", paused: "Paused", completed: "Done", failed: "Failed", cancelled: "Cancelled" };
const MARKS = { connecting: "connecting", live: "live", refreshing: "every 5 s", reconnecting: "connection lost, trying again", ended: "ended", gone: "gone" };

// What a job came to. One that lost a tenth of its pages is not simply done.
export const stateWords = (job) => (job.state === "completed" && job.failed * 10 >= job.failed + job.processed && job.failed ? "Incomplete" : STATES[job.state] || job.state);

export const StateMark = ({ job }) => html`<span class=${`state ${job.state} ${stateWords(job).toLowerCase()}`}>${stateWords(job)}</span>`;

export function JobCard({ job: given, lock, onGone, onCreated, onSource }) {
  const { state, status, adopt: keep } = useJob(given, lock, { after: isEnded(given.state) ? "" : given.cursor });
  const adopt = (fresh) => { keep(fresh); if (state.ended && !isEnded(fresh.state)) onCreated(fresh); };
  const job = state.job;
  const host = hostOf(job.url);
  useEffect(() => { if (status === "gone") onGone(job.jobId); }, [status]);
  return html`<article class="card" data-state=${job.state} aria-labelledby=${`name-${job.jobId}`}>
    <header>
      <${HostMark} host=${host} />
      <h2 id=${`name-${job.jobId}`}><a href=${`/jobs/${job.jobId}`} dir="auto">${job.title || host}</a><small>${host}${pathOf(job.url)}</small></h2>
      <${StateMark} job=${job} />
      <${LiveMark} status=${status} />
    </header>
    <${Progress} job=${job} ended=${state.ended} />
    <${Announcer} job=${job} />
    <${Held} job=${job} />
    <${About} job=${job} />
    ${job.error && html`<p class="trouble">${job.error}</p>`}
    ${!state.ended && !(job.wait && !state.recent.length) && html`<${Recent} rows=${state.recent} current=${job.currentUrl} site=${job.title} />`}
    <${Failures} job=${job} />
    <${Actions} job=${job} onGone=${onGone} onCreated=${onCreated} onChanged=${adopt} onSource=${onSource} />
  </article>`;
}

export function HostMark({ host }) {
  const paint = (node) => node?.style.setProperty("--hue", hue(host));
  return html`<span class="mark" ref=${paint} aria-hidden="true">${initialOf(host)}</span>`;
}

export const LiveMark = ({ status }) => html`<span class=${`live ${status} ${["reconnecting", "gone", "connecting"].includes(status) ? "" : "quiet"}`} title=${`Updates: ${MARKS[status]}`}><i aria-hidden="true"></i>${MARKS[status]}</span>`;

export function Progress({ job, ended, sized = true }) {
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
      ${running && !(job.wait && pace.perSecond < 0.1) && html`<span>${pace.perSecond.toFixed(1)} pages/s</span>`}
      <span>${duration(elapsed(job))}</span>
      ${running && pace.left >= 1 && html`<span>${pace.growing ? "at least" : "≈"} ${duration(pace.left)} left</span>`}
      ${sized && job.tokens > 0 && html`<span>≈ ${short(sizeOf(job).tokens)} tokens · ${bytes(sizeOf(job).bytes)}</span>`}
    </p>
    ${job.limitReached && html`<p class="hint">Stopped at the ${LIMITS[job.limitReached] || job.limitReached} limit; ${plural(job.notAdmitted, "link")} ${job.notAdmitted === 1 ? "was" : "were"} not followed.</p>`}
  </div>`;
}

const LIMITS = { pages: "page", depth: "link depth", time: "time", bytes: "byte", user_pages: "daily page" };

// Why nothing moves, and when it will.
export function Held({ job }) {
  const [, tick] = useState(0);
  const until = job.wait?.until;
  useEffect(() => {
    if (!until) return;
    const timer = setInterval(() => tick((n) => n + 1), 1000);
    return () => clearInterval(timer);
  }, [until]);
  if (!job.wait || isEnded(job.state)) return null;
  const left = until ? Math.ceil((new Date(until) - Date.now()) / 1000) : 0;
  return html`<p class="held">${job.wait.message}${until ? (left > 0 ? ` Next try in ${left} s.` : " Trying again now.") : ""}</p>`;
}

const SOON = 24 * 3_600_000; // ms

export const expiresSoon = (job, now = Date.now()) => !!job.expiresAt && new Date(job.expiresAt) - now < SOON;

// When, with which options, and until when it is kept.
export function About({ job }) {
  const { settings = {} } = job;
  const options = [
    settings.maxPages && settings.maxPages !== 10000 && `at most ${plural(settings.maxPages, "page")}`,
    settings.maxDepth !== null && settings.maxDepth !== undefined && `depth ${settings.maxDepth}`,
    settings.include?.length && `only ${settings.include.join(", ")}`,
    settings.exclude?.length && `without ${settings.exclude.join(", ")}`,
    settings.allPages && "all pages",
    settings.respectRobots === false && "robots.txt ignored",
    job.expiresAt && !expiresSoon(job) && `will be deleted ${ahead(job.expiresAt)}`,
  ].filter(Boolean);
  return html`<p class="about">${[moment(job.createdAt), ...options].join(" · ")}${expiresSoon(job) && html` · <b class="soon">Will be deleted ${ahead(job.expiresAt)}: download it, or keep it up to date.</b>`}</p>`;
}

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

function Recent({ rows, current, site }) {
  if (!rows.length) return html`<p class="now">${current ? pathOf(current) : "Waiting for the first page…"}</p>`;
  return html`<ol class="recent" aria-label="Last pages">${rows.slice(0, 4).map((row) => html`<li key=${row.pageId} class=${row.state}>
    <span dir="auto">${ownTitle(row.title, site) || pathOf(row.url)}</span><small>${row.reason ? reasonWords(row) : pathOf(row.url)}</small></li>`)}</ol>`;
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
        <a href=${page.url} target="_blank" rel="noopener noreferrer nofollow ugc">${page.url}</a> <small>${page.detail || (page.httpStatus ? `HTTP ${page.httpStatus}` : "")}</small>
        ${page.foundOn && html` <a class="found" href=${`/jobs/${job.jobId}?page=${page.foundOn}`}>linked from here</a>`}</li>`)}</ul>
      ${!pages && html`<p class="hint">Loading…</p>`}</section>`)}</details>`;
}

const BUSY = { copy: "Copying…", pause: "Pausing…", resume: "Resuming…", cancel: "Cancelling…", again: "Starting…", retry: "Retrying…", keep: "Starting…" };

const PASSING = ["challenge", "maintenance", "rate_limited"];
const retryable = (job) => (job.reasons || []).reduce((sum, row) => sum + (row.state === "failed" || PASSING.includes(row.reason) ? row.pages : 0), 0);

// `takes`: somewhere else it is offered to take the document away. `onSource(run, source)`: a source was made of it.
export function Actions({ job, onGone, onCreated, onChanged, onSource, takes = false }) {
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
  const button = (name, label, run, kind = "") => html`<button class=${kind} disabled=${!!busy} onClick=${act(name, run)}><${Icon} name=${name} />${busy === name ? BUSY[name] : label}</button>`;
  const changed = (ask) => () => ask(job.jobId).then((fresh) => { onChanged?.(fresh); return ""; });
  const ended = isEnded(job.state);
  const rest = () => html`${button("again", "Crawl again", () => again(job).then(onCreated))}
    ${onSource && job.processed > 0 && !job.sourceId && !job.settings?.headerNames?.length && button("keep", "Keep up to date", () => kept(job).then(([run, source]) => onSource(run, source)))}
    <button disabled=${!!busy} onClick=${() => setLeaving(true)}><${Icon} name="delete" />Delete</button>`;
  if (leaving) return html`<${Leaving} job=${job} onGone=${onGone} onUndo=${() => setLeaving(false)} onProblem=${(problem) => { setLeaving(false); setSays(problem.message); }} />`;
  return html`<footer class="actions">
    ${job.processed > 0 && !takes && html`${job.markdownBytes > LARGE
      ? html`<a class="button" href=${`/jobs/${job.jobId}`}>Choose what to copy</a>`
      : button("copy", "Copy Markdown", () => copyMarkdown(job), ended ? "primary" : "")}
      <a class="button" href=${api.markdownUrl(job.jobId, true)} download=${fileName(job)}><${Icon} name="download" />Download</a>`}
    ${job.state === "running" && button("pause", "Pause", changed(api.pause))}
    ${job.state === "paused" && button("resume", "Resume", changed(api.resume))}
    ${!ended && button("cancel", "Cancel", changed(api.cancel))}
    ${ended && retryable(job) > 0 && !job.settings?.headerNames?.length && button("retry", `Retry ${plural(retryable(job), "failed page")}`, changed(api.retry))}
    ${ended && (takes ? html`<${Menu} label="More">${rest()}<//>` : rest())}
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

const LARGE = 8_000_000; // bytes; more is chosen from, not copied at once

async function copyMarkdown(job) {
  const text = await copyLater(() => api.read(api.markdownUrl(job.jobId)));
  return `Copied ${bytes(new Blob([text]).size)}${job.tokens ? ` (about ${short(sizeOf(job).tokens)} tokens)` : ""}.`;
}

const SETTINGS = ["maxPages", "maxDepth", "include", "exclude", "delay", "concurrency", "includeSelectors", "excludeSelectors", "keepRaw", "respectRobots", "useSitemaps", "allowHosts", "allPages", "respectNoindex"];
const settingsOf = (job) => ({ url: job.url, ...Object.fromEntries(SETTINGS.map((name) => [name, job.settings?.[name]]).filter(([, value]) => value !== null && value !== undefined && value !== "")) });
const again = (job) => api.crawl(settingsOf(job));

// A source of a crawl's settings, and its first run.
async function kept(job) {
  const source = await api.createSource(settingsOf(job));
  return [await api.runSource(source.sourceId), source];
}
