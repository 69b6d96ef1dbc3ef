// A source's card: its last run and what that changed, its schedule, and what one can do about it.

import { html, useEffect, useLayoutEffect, useRef, useState } from "../vendor/preact-htm.js";
import { api } from "./api.js";
import { HostMark, STATES } from "./card.js";
import { ahead, hostOf, moment, pathOf, plural } from "./format.js";
import { Icon } from "./icons.js";
import { Changes, Runs } from "./source_changes.js";
import { isEnded } from "./state.js";
import { SIGNED_IN } from "./who.js";

const SCHEDULES = [["", "when I ask"], ["@hourly", "every hour"], ["@daily", "every day"], ["@weekly", "every week"], ["@monthly", "every month"]];

// How a source is doing, in a word, and the class that colours it.
export function standing(source) {
  const run = source.newestRun;
  if (!run) return ["Not crawled yet", "queued"];
  if (!isEnded(run.state)) return [STATES[run.state], run.state];
  if (source.suspectJobId) return ["Suspect", "incomplete"];
  return run.jobId === source.currentJobId ? ["Up to date", "completed"] : [`Last run ${STATES[run.state].toLowerCase()}`, run.state];
}

// When it was crawled last, and when it is crawled next.
export function timesOf(source, now = new Date()) {
  const { newestRun: run, schedule, nextAt, failures } = source;
  return [
    run ? `${isEnded(run.state) ? "Last run" : "Running since"} ${moment(run.createdAt, now)}` : "",
    failures > 1 ? `the last ${failures} runs failed` : "",
    schedule ? `${schedule.suspended ? "schedule paused" : schedule.text}` : "crawled when you ask",
    schedule && !schedule.suspended && nextAt ? `next run ${ahead(nextAt, now)}` : "",
  ].filter(Boolean).join(" · ");
}

// The body of a change of schedule; the times of a cron line are those of whoever looks at the page.
export const scheduleOf = (cron, timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone) => ({ schedule: cron ? { cron, timeZone: timeZone || "UTC" } : {} });

export function SourceCard({ source, onRun, onChanged, onGone }) {
  const [says, setSays] = useState("");
  const [busy, setBusy] = useState("");
  const [leaving, setLeaving] = useState(false);
  const act = (name, run) => async () => {
    setBusy(name); setSays("");
    try { setSays((await run()) || ""); } catch (problem) { setSays(problem.message); } finally { setBusy(""); }
  };
  const change = (ask) => async () => { onChanged(await ask()); };
  const id = source.sourceId, host = hostOf(source.settings.url);
  const running = source.newestRun && !isEnded(source.newestRun.state);
  const [words, kind] = standing(source);
  const shown = source.currentJobId || source.newestRun?.jobId;
  const run = async () => { const job = await api.runSource(id); onRun(job, source); };
  const remove = async () => { setLeaving(false); await api.removeSource(id); onGone(id); };
  return html`<article class="card kept" aria-labelledby=${`source-${id}`}>
    <header><${HostMark} host=${host} />
      <h3 id=${`source-${id}`}>${shown ? html`<a href=${`/jobs/${shown}`} dir="auto">${source.name}</a>` : html`<span dir="auto">${source.name}</span>`}<small>${host}${pathOf(source.settings.url)}</small></h3>
      <span class=${`state ${kind}`}>${words}</span></header>
    <p class="about">${timesOf(source)}</p>
    <${Skipped} source=${source} />
    ${source.suspectJobId && html`<div class="suspect" role="status"><p>The newest run would take away more than ${source.maxRemovedPercent} % of the pages, so it is not used.</p>
      <div class="actions"><a class="button" href=${`/jobs/${source.suspectJobId}`}>Look at it</a>
      <button disabled=${!!busy} onClick=${act("accept", change(() => api.acceptRun(id, source.suspectJobId)))}>${busy === "accept" ? "Accepting…" : "Use it anyway"}</button></div></div>`}
    <${Changes} source=${source} />
    <${Runs} source=${source} />
    ${leaving ? html`<${Leaving} onDelete=${act("delete", remove)} onKeep=${() => setLeaving(false)} />` : html`<footer class="actions">
      ${running ? html`<a class="button" href=${`/jobs/${source.newestRun.jobId}`}>Watch the run</a>` : html`<button disabled=${!!busy} onClick=${act("run", run)}><${Icon} name="again" />${busy === "run" ? "Starting…" : "Run now"}</button>`}
      <${Schedule} source=${source} busy=${!!busy} onChange=${(cron) => act("schedule", change(() => api.changeSource(id, scheduleOf(cron))))()} />
      ${source.schedule && html`<button disabled=${!!busy} onClick=${act("pause", change(() => (source.schedule.suspended ? api.resumeSource(id) : api.pauseSource(id))))}>${source.schedule.suspended ? "Resume schedule" : "Pause schedule"}</button>`}
      <button disabled=${!!busy} onClick=${() => setLeaving(true)}><${Icon} name="delete" />Delete</button>
      <span class="says" role="status">${says}</span></footer>`}
  </article>`;
}

const BECAUSE = { overlap: "a run was under way", limit: "your limit of crawls was reached", refused: "its settings are not allowed any more", missed: "nothing ran at that time" };

function Skipped({ source }) {
  const skipped = source.lastSkipped, run = source.newestRun;
  if (!skipped || (run && run.createdAt > skipped.at)) return null;
  return html`<p class="held">No run began ${moment(skipped.at)}: ${BECAUSE[skipped.because] || skipped.because}.</p>`;
}

// A schedule of another kind is kept as the words that it has.
function Schedule({ source, busy, onChange }) {
  const cron = source.schedule?.cron || "", other = source.schedule && !SCHEDULES.some(([value]) => value && value === cron);
  if (!SIGNED_IN) return html`<span class="hint">Sign in to schedule it.</span>`;
  return html`<label class="schedule">Crawl <select disabled=${busy} value=${other ? "other" : cron} onChange=${(event) => event.target.value !== "other" && onChange(event.target.value)}>
    ${SCHEDULES.map(([value, words]) => html`<option value=${value}>${words}</option>`)}${other && html`<option value="other">${source.schedule.text}</option>`}</select></label>`;
}

function Leaving({ onDelete, onKeep }) {
  const safe = useRef(null);
  useLayoutEffect(() => { safe.current?.focus(); }, []);
  return html`<footer class="actions"><span>Delete this source? Its runs stay, as crawls.</span>
    <button class="primary" onClick=${onDelete}>Delete source</button><button ref=${safe} onClick=${onKeep}>Keep it</button></footer>`;
}
