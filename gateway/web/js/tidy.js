// A filter for crawls, and a button that clears the empty ones.

import { html, useLayoutEffect, useRef, useState } from "../vendor/preact-htm.js";
import { api } from "./api.js";
import { plural } from "./format.js";
import { isEnded } from "./state.js";

const MANY = 6; // crawls, from which on a filter helps

// A crawl without a page: nothing is lost with it.
const isEmpty = (job) => ["failed", "cancelled"].includes(job.state) && !job.processed;
const textOf = (job) => `${job.title || ""} ${job.url}`.toLowerCase();

export const matching = (jobs, words) => jobs.filter((job) => words.toLowerCase().split(/\s+/).every((word) => textOf(job).includes(word)));

// Crawls of one address with the same settings, newest first: [{job, earlier}]. What came before a crawl that is done
// is folded behind it; a crawl that failed hides none that did not.
export function folded(jobs) {
  const rows = [], heads = new Map();
  for (const job of jobs) {
    const key = JSON.stringify([job.url, Object.entries(job.settings || {}).sort()]);
    if (heads.has(key) && isEnded(job.state)) { heads.get(key).earlier.push(job); continue; }
    const row = { job, earlier: [] };
    rows.push(row);
    if (job.state === "completed") heads.set(key, row);
  }
  return rows;
}

export function Earlier({ jobs, card }) {
  const [open, setOpen] = useState(false);
  return jobs.length > 0 && html`<details class="earlier" onToggle=${(event) => setOpen(event.currentTarget.open)}><summary>${plural(jobs.length, "earlier crawl")} of this address</summary>
    ${open && html`<div class="jobs">${jobs.map(card)}</div>`}</details>`;
}

export function Tidy({ jobs, words, setWords, onGone }) {
  const [asking, setAsking] = useState(false);
  const [says, setSays] = useState("");
  const safe = useRef(null);
  useLayoutEffect(() => { if (asking) safe.current?.focus(); }, [asking]);
  const empty = jobs.filter(isEmpty);
  const clear = async () => {
    setAsking(false);
    try {
      for (const job of empty) { await api.remove(job.jobId); onGone(job.jobId); }
      setSays(`Deleted ${plural(empty.length, "crawl")}.`);
    } catch (problem) { setSays(problem.message); }
  };
  const filter = jobs.length >= MANY || words;
  if (!filter && empty.length < 2 && !says) return null;
  return html`<div class="tidy">
    ${filter && html`<input type="search" aria-label="Filter your crawls" placeholder="Filter your crawls" value=${words} onInput=${(event) => setWords(event.target.value)} />`}
    ${empty.length > 1 && !asking && html`<button onClick=${() => setAsking(true)}>Clear ${empty.length} crawls without pages</button>`}
    ${asking && html`<span>Delete them for good?</span><button class="primary" onClick=${clear}>Delete ${empty.length}</button><button ref=${safe} onClick=${() => setAsking(false)}>Keep them</button>`}
    <span class="says" role="status">${says}</span></div>`;
}
