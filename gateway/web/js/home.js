// The front page: the field, and a card a job.

import { html, useEffect, useRef, useState } from "../vendor/preact-htm.js";
import { api } from "./api.js";
import { HostMark, JobCard } from "./card.js";
import { Bookmarklet, CrawlForm } from "./form.js";
import { useParts } from "./parts.js";
import { SearchBox } from "./search.js";
import { Sources, besides, useSources } from "./sources.js";
import { isEnded } from "./state.js";
import { Earlier, Tidy, folded, matching } from "./tidy.js";
import { SwitchedOff } from "./webhooks.js";
import { SIGN_IN, signInHere } from "./who.js";

const REFRESH = 5000;

// The jobs of this person, newest first; asked again every 5 s while any of them is not over.
function useJobs() {
  const { rows: jobs, setRows: setJobs, problem, more, older, refresh } = useParts(api.jobs, "jobs", "jobId", merged);
  const open = !jobs || jobs.some((job) => !isEnded(job.state)) || problem;
  useEffect(() => { refresh(); }, []);
  useEffect(() => {
    if (!open) return;
    const timer = setInterval(() => { if (!document.hidden) refresh(); }, REFRESH);
    const back = () => { if (!document.hidden) refresh(); };
    document.addEventListener("visibilitychange", back);
    window.addEventListener("online", back);
    return () => { clearInterval(timer); document.removeEventListener("visibilitychange", back); window.removeEventListener("online", back); };
  }, [!!open]);
  return { jobs, setJobs, problem, more, older, refresh };
}

// Fresh rows first, then the older ones that this answer did not cover.
function merged(now, fresh) {
  if (!now) return fresh;
  const seen = new Set(fresh.map((job) => job.jobId));
  const oldest = fresh.at(-1)?.createdAt || "";
  return [...fresh, ...now.filter((job) => !seen.has(job.jobId) && (job.createdAt || "") < oldest)];
}

export function Home() {
  const { jobs, setJobs, problem, more, older, refresh } = useJobs();
  const kept = useSources();
  const begun = useRef(new Set());
  const [words, setWords] = useState("");
  const shown = jobs && matching(besides(jobs, kept.sources), words);
  const gone = (id) => setJobs((now) => now.filter((job) => job.jobId !== id));
  const created = (job) => setJobs((now) => [job, ...(now || []).filter((known) => known.jobId !== job.jobId)]);
  const run = (job, source) => { created(job); kept.put({ ...source, newestRun: { jobId: job.jobId, state: job.state, createdAt: job.createdAt } }); };
  const hasSource = (job) => kept.sources?.some((source) => source.settings.url === job.url);
  const open = jobs?.filter((job) => job.sourceId && !isEnded(job.state)).length;
  useEffect(() => { kept.refresh(); }, [open]);
  // What ran stays before the sources: nothing jumps away under a reader.
  for (const job of jobs || []) if (!isEnded(job.state)) begun.current.add(job.jobId);
  const rows = shown && folded(shown), isTop = ({ job }) => begun.current.has(job.jobId);
  const top = rows?.filter(isTop) || [], rest = rows?.filter((row) => !isTop(row));
  const card = (job) => html`<${JobCard} key=${job.jobId} job=${job} lock=${job.jobId === newest ? "newest" : ""} onGone=${gone} onCreated=${created} onSource=${hasSource(job) ? undefined : run} />`;
  const line = ({ job, earlier }) => html`${card(job)}<${Earlier} key=${`before ${job.jobId}`} jobs=${earlier} card=${card} />`;
  const newest = jobs?.find((job) => job.state === "running" || job.state === "queued")?.jobId;
  return html`<section class="hero"><h1>Documentation in, Markdown out.</h1>
      <p>Paste the address of a documentation site, watch its pages arrive, and take away one clean document.</p>
      <${CrawlForm} onCreated=${created} /></section>
    ${jobs?.some((job) => job.processed > 0) && html`<${SearchBox} label="Search all that you crawled" />`}
    ${top.length > 0 && html`<section class="jobs begun" aria-label="Crawls under way">${top.map(line)}</section>`}
    <${Sources} ...${kept} words=${words} onRun=${run} />
    <section class="jobs" aria-label="Your crawls">
      ${problem && html`<${Trouble} problem=${problem} again=${refresh} />`}
      <${SwitchedOff} />
      ${!jobs && !problem && html`<div class="card ghost" aria-busy="true"><p class="hint">Looking for your crawls…</p></div>`}
      ${jobs && !jobs.length && html`<div class="empty"><p>No crawls yet. They'll appear here, and only you can see them.</p><${Bookmarklet} /></div><${Example} onCreated=${created} />`}
      ${jobs && html`<${Tidy} jobs=${jobs} words=${words} setWords=${setWords} onGone=${gone} />`}
      ${words && !shown.length && html`<p class="hint">No crawl matches.${more ? " Older crawls have not been loaded yet." : ""}</p>`}
      ${rest?.map(line)}
      ${more && html`<button class="quiet wide" onClick=${older}>Older crawls</button>`}
      ${jobs?.length > 0 && html`<${Bookmarklet} />`}
    </section>`;
}

const SAMPLE = document.querySelector('meta[name="docspasta-sample"]')?.content;

// A small site on this machine, where there is one, as the card of a crawl that waits to be tried: it needs no network.
function Example({ onCreated }) {
  const [says, setSays] = useState("");
  const start = () => api.crawl({ url: SAMPLE, delay: 0, concurrency: 16 }).then(onCreated).catch((problem) => setSays(problem.message));
  return SAMPLE && html`<article class="card example" aria-labelledby="example">
    <header><${HostMark} host="larder" /><h2 id="example">Larder, an example<small>27 pages on this machine; it works without a network</small></h2></header>
    <footer class="actions"><button onClick=${start}>Try the sample site</button><span class="says" role="status">${says}</span></footer></article>`;
}

const GONE = "It may have been deleted, or it belongs to another browser or sign-in.";
const TITLES = { 0: "Not connected", 401: "Signed out", 403: "Not allowed", 404: "Crawl not found", 429: "Too many requests" };

export function Trouble({ problem, again }) {
  const offline = !navigator.onLine;
  return html`<div class="notice" role="alert"><h2>${offline ? "Offline" : TITLES[problem.status] || "Something went wrong"}</h2>
    <p>${offline ? "Showing the last known state. Updates resume when you're back online." : problem.status === 404 ? GONE : problem.message}</p>
    ${problem.status === 401 ? html`<${SignIn} />` : problem.status !== 404 && html`<button onClick=${again}>Try again</button>`}</div>`;
}

// Without an issuer a new anonymous session is all there is to begin.
function SignIn() {
  return SIGN_IN
    ? html`<a class="button primary" href=${signInHere()}>Sign in</a>`
    : html`<button onClick=${() => location.reload()}>Start a new session</button>`;
}
