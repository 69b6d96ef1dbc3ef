// The sources on the front page.

import { html, useEffect } from "../vendor/preact-htm.js";
import { api } from "./api.js";
import { useParts } from "./parts.js";
import { SourceCard } from "./source.js";
import { isEnded } from "./state.js";

const REFRESH = 5000; // ms between questions while a run is under way
const SELDOM = 60_000; // and while only a schedule may begin one

const runs = (source) => source.newestRun && !isEnded(source.newestRun.state);

// {sources, more, older, refresh, put, drop}; `sources` is null until they are known, and empty when they can't be.
export function useSources() {
  const { rows, setRows: setSources, problem, more, older, refresh } = useParts(api.sources, "sources", "sourceId", refreshed);
  const sources = rows || (problem ? [] : null);
  const put = (fresh) => setSources((now) => (now || []).some((one) => one.sourceId === fresh.sourceId) ? now.map((one) => (one.sourceId === fresh.sourceId ? fresh : one)) : [fresh, ...(now || [])]);
  const drop = (id) => setSources((now) => (now || []).filter((one) => one.sourceId !== id));
  const wait = !sources?.length ? 0 : sources.some(runs) ? REFRESH : sources.some((source) => source.nextAt) ? SELDOM : 0;
  useEffect(() => { refresh(); }, []);
  useEffect(() => {
    if (!wait) return;
    const timer = setInterval(() => { if (!document.hidden) refresh(); }, wait);
    return () => clearInterval(timer);
  }, [wait]);
  return { sources, more, older, refresh, put, drop };
}

export function refreshed(now, fresh, next) {
  const known = new Set(fresh.map((source) => source.sourceId));
  return now && next ? [...fresh, ...now.filter((source) => !known.has(source.sourceId))] : fresh;
}

// Runs of the sources that are shown are not listed once more.
export function besides(jobs, sources) {
  const shown = new Set((sources || []).map((source) => source.sourceId));
  return jobs && jobs.filter((job) => !shown.has(job.sourceId) || !isEnded(job.state));
}

const textOf = (source) => `${source.name} ${source.settings.url}`.toLowerCase();

export function Sources({ sources, more, older, put, drop, words, onRun }) {
  const parts = words.toLowerCase().split(/\s+/);
  const shown = (sources || []).filter((source) => parts.every((part) => textOf(source).includes(part)));
  if (!shown.length) return null;
  return html`<section class="jobs sources" aria-labelledby="sources-title"><h2 id="sources-title">Sources <small>crawled again and again</small></h2>
    ${shown.map((source) => html`<${SourceCard} key=${source.sourceId} source=${source} onRun=${onRun} onChanged=${put} onGone=${drop} />`)}
    ${more && html`<button class="quiet wide" onClick=${older}>More sources</button>`}</section>`;
}
