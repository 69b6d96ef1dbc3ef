// The field that searches sections: results as one types, arrow keys, straight to the section.

import { html, useEffect, useRef, useState } from "../vendor/preact-htm.js";
import { api } from "./api.js";
import { hostOf } from "./format.js";

const PAUSE = 200, AGAIN = 3000, MOST = 1000; // ms after a key; ms until a pending index is asked again; characters
const WORDS = { complete: "", running: "This crawl still runs; the pages it has were searched.", pending: "The index is being built; results follow." };

// Where a hit is shown: its page in its job, at its heading.
export const placeOf = (hit) => `/jobs/${hit.jobId}?${new URLSearchParams({ page: hit.pageId, section: hit.headingPath.at(-1) || "" })}`;

// What should be known of an answer, '' for nothing.
export function noteOf({ jobs, hits, correctedQuery }) {
  if (!jobs.length) return "There is nothing to search yet.";
  const known = WORDS[jobs.some((job) => job.pending) ? "pending" : jobs.every((job) => job.complete) ? "complete" : "running"];
  const instead = correctedQuery ? `Searched for “${correctedQuery}”.` : "";
  return [instead, known].filter(Boolean).join(" ") || (hits.length ? "" : "Nothing found.");
}

// The row that a key leads to, of `count`; -1 is the field itself, null no move.
export function rowAfter(key, at, count) {
  if (key === "ArrowDown") return at + 1 < count ? at + 1 : -1;
  if (key === "ArrowUp") return at >= 0 ? at - 1 : count - 1;
  return null;
}

// `job`: only in this one. `onPick(hit)` says whether it shows the hit itself; else its own address does.
export function SearchBox({ job = "", label, onPick }) {
  const [text, setText] = useState("");
  const [answer, setAnswer] = useState(null);
  const [trouble, setTrouble] = useState("");
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(-1);
  const field = useRef(null), box = useRef(null);
  const query = text.trim();
  useAnswer(query, job, setAnswer, setTrouble, () => setAt(-1));
  useEffect(() => {
    const slash = (event) => {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, [contenteditable]")) return;
      event.preventDefault();
      field.current?.focus();
    };
    const outside = (event) => { if (!box.current?.contains(event.target)) setOpen(false); };
    document.addEventListener("keydown", slash);
    document.addEventListener("pointerdown", outside);
    return () => { document.removeEventListener("keydown", slash); document.removeEventListener("pointerdown", outside); };
  }, []);
  const hits = (query && answer?.hits) || [], shown = open && !!query && (!!answer || !!trouble);
  const go = (hit) => { setOpen(false); if (!onPick?.(hit)) location.assign(placeOf(hit)); };
  const key = (event) => {
    const to = rowAfter(event.key, at, hits.length);
    if (to !== null && hits.length) { event.preventDefault(); setOpen(true); setAt(to); document.getElementById(`found-${to}`)?.scrollIntoView({ block: "nearest" }); }
    else if (event.key === "Escape" && open) { event.preventDefault(); setOpen(false); }
  };
  const submit = (event) => { event.preventDefault(); const hit = hits[Math.max(at, 0)]; if (hit) go(hit); };
  const note = trouble || (answer && noteOf(answer));
  return html`<form class="search" role="search" ref=${box} onSubmit=${submit}>
    <input ref=${field} type="search" role="combobox" aria-label=${label} placeholder=${`${label}  /`} maxlength=${MOST} autocomplete="off" spellcheck=${false}
      aria-autocomplete="list" aria-expanded=${shown && hits.length > 0} aria-controls="found-list" aria-activedescendant=${at >= 0 && shown ? `found-${at}` : undefined}
      value=${text} onInput=${(event) => { setText(event.target.value); setOpen(true); }} onFocus=${() => setOpen(true)} onKeyDown=${key} />
    <span class="unseen" role="status">${shown ? `${hits.length} results. ${note || ""}` : ""}</span>
    <div class="found" hidden=${!shown}>
      ${note && html`<p class="hint">${note}</p>`}
      <ul id="found-list" role="listbox" aria-label="Sections">${hits.map((hit, row) => html`<li key=${hit.sectionId + hit.jobId} id=${`found-${row}`} role="option" aria-selected=${row === at} onClick=${() => go(hit)}><${Hit} hit=${hit} everywhere=${!job} /></li>`)}</ul>
    </div></form>`;
}

function Hit({ hit, everywhere }) {
  const path = hit.headingPath.length ? hit.headingPath : [hit.title];
  return html`<b dir="auto">${path.at(-1)}</b><small dir="auto">${[everywhere && hostOf(hit.url), hit.title !== path[0] && hit.title, ...path.slice(0, -1)].filter(Boolean).join(" › ")}</small>
    <span class="snippet" dir="auto">${hit.snippet.map((part) => (part.marked ? html`<mark>${part.text}</mark>` : part.text))}</span>`;
}

// Asks a little after the last key; while an index is being built, again.
function useAnswer(query, job, setAnswer, setTrouble, onNew) {
  useEffect(() => {
    setTrouble("");
    if (!query) { setAnswer(null); return; }
    const asked = new AbortController();
    let timer = setTimeout(ask, PAUSE);
    async function ask() {
      try {
        const answer = await api.search(query, job, asked.signal);
        setAnswer(answer); setTrouble(""); onNew();
        if (answer.jobs.some((one) => one.pending)) timer = setTimeout(ask, AGAIN);
      } catch (problem) { if (problem.name !== "AbortError") { setAnswer(null); setTrouble(problem.message); } }
    }
    return () => { clearTimeout(timer); asked.abort(); };
  }, [query, job]);
}
