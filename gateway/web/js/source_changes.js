// What a source's newest run changed, page by page, and its earlier runs. Both are asked for when they are opened;
// the counts alone come with the card.

import { html, useEffect, useState } from "../vendor/preact-htm.js";
import { api } from "./api.js";
import { STATES } from "./card.js";
import { moment, number, pathOf, plural } from "./format.js";

const KINDS = ["added", "changed", "moved", "removed", "failed", "stale"];
const WORDS = { added: "New", changed: "Changed", moved: "Moved", removed: "Removed", failed: "Could not be had", stale: "Could not be had, has its last text" };
const COUNTED = { failed: "missing for now", stale: "with its last text" };

// Comparing two runs of a large site is work: one card after the other.
let last = Promise.resolve();
const inTurn = (ask) => (last = last.then(ask, ask));

// "3 changed, 1 added"; '' when nothing did.
export const countsOf = (diff) => KINDS.filter((kind) => diff[kind] > 0).map((kind) => `${number(diff[kind])} ${COUNTED[kind] ?? kind}`).join(", ");

// What the run that is shown, or that waits to be accepted, changed.
export function Changes({ source }) {
  const to = source.suspectJobId || source.currentJobId;
  const [diff, setDiff] = useState(null);
  const [trouble, setTrouble] = useState("");
  const ask = (pageToken = "") => api.diff(source.sourceId, { to, pageToken });
  useEffect(() => {
    let dropped = false;
    setDiff(null); setTrouble("");
    if (to) inTurn(() => dropped || ask()).then((found) => { if (!dropped) setDiff(found); }).catch((problem) => { if (!dropped && problem.status !== 409) setTrouble(problem.message); });
    return () => { dropped = true; };
  }, [source.sourceId, to]);
  const more = () => ask(diff.nextPageToken).then((next) => setDiff({ ...next, changes: [...diff.changes, ...next.changes] })).catch((problem) => setTrouble(problem.message));
  if (trouble) return html`<p class="hint" role="alert">${trouble}</p>`;
  if (!diff) return null;
  if (!diff.fromJobId) return html`<p class="hint">${plural(diff.added, "page")}; nothing to compare with yet.</p>`;
  const counts = countsOf(diff);
  if (!counts) return html`<p class="hint">Nothing changed: ${plural(diff.unchanged, "page")} as before.</p>`;
  return html`<details class="failures changes"><summary>${source.suspectJobId ? "It would change: " : "Last change: "}${counts}</summary>
    <ul>${diff.changes.map((change) => html`<li key=${change.kind + change.url}><${Change} change=${change} diff=${diff} /></li>`)}</ul>
    ${diff.nextPageToken && html`<button class="quiet" onClick=${more}>Show more</button>`}</details>`;
}

function Change({ change, diff }) {
  const job = change.pageId ? diff.toJobId : diff.fromJobId, page = change.pageId || change.oldPageId;
  const words = change.title || pathOf(change.url);
  const lines = change.kind === "stale" ? `since ${moment(change.staleSince)}` : change.kind === "changed" && `+${number(change.linesAdded)} −${number(change.linesRemoved)} lines`;
  return html`<b>${WORDS[change.kind]}</b> ${page ? html`<a href=${`/jobs/${job}?page=${page}`} dir="auto">${words}</a>` : words}
    <small>${pathOf(change.url)}${change.oldUrl ? ` (was ${pathOf(change.oldUrl)})` : ""}${lines ? ` · ${lines}` : ""}</small>`;
}

export function Runs({ source }) {
  const [runs, setRuns] = useState(null);
  const [open, setOpen] = useState(false);
  const newest = `${source.newestRun?.jobId} ${source.newestRun?.state}`;
  useEffect(() => { if (open) api.runs(source.sourceId).then((found) => setRuns(found.runs)).catch(() => setRuns([])); }, [open, newest]);
  if (!source.newestRun) return null;
  return html`<details class="failures" onToggle=${(event) => setOpen(event.currentTarget.open)}><summary>Runs</summary>
    ${runs ? html`<ul>${runs.map((run) => html`<li key=${run.jobId}><a href=${`/jobs/${run.jobId}`}>${moment(run.createdAt)}</a>
      <small>${[STATES[run.state], plural(run.processed, "page"), run.jobId === source.currentJobId && "in use", run.jobId === source.suspectJobId && "suspect"].filter(Boolean).join(" · ")}</small></li>`)}</ul>` : html`<p class="hint">Loading…</p>`}</details>`;
}
