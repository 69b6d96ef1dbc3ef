// The one field: paste an address, press Enter. Options fold out; what is wrong is said beside the field.

import { html, useEffect, useRef, useState } from "../vendor/preact-htm.js";
import { api } from "./api.js";

const EXAMPLES = ["https://docs.astral.sh/uv/", "https://htmx.org/docs/", "https://kubernetes.io/docs/concepts/"];
const lines = (text) => text.split(/[\n,]/).map((row) => row.trim()).filter(Boolean);

// Sent as it was typed: the API has the one rule for what it means.
export function addressOf(text) {
  const trimmed = text.trim();
  if (!trimmed) throw new Error("Paste the address of a documentation site, such as docs.example.org.");
  return trimmed;
}

export function settingsOf(form) {
  const settings = { url: addressOf(form.url) };
  if (lines(form.include).length) settings.include = lines(form.include);
  if (lines(form.exclude).length) settings.exclude = lines(form.exclude);
  for (const [name, read] of [["maxPages", Number], ["maxDepth", Number], ["delay", Number]]) {
    if (form[name] !== "") settings[name] = read(form[name]);
  }
  if (form.allPages) settings.allPages = true;
  return settings;
}

const EMPTY = { url: "", include: "", exclude: "", maxPages: "", maxDepth: "", delay: "", allPages: false };

export function CrawlForm({ onCreated }) {
  const asked = new URLSearchParams(location.search).get("url") || "";
  const [form, setForm] = useState({ ...EMPTY, url: asked });
  const [wrong, setWrong] = useState({});
  const [busy, setBusy] = useState(false);
  const [dragging, setDragging] = useState(false);
  const field = useRef(null);
  useEffect(() => field.current?.focus(), []);
  const set = (name) => (event) => { setForm({ ...form, [name]: event.target.value }); setWrong(({ [name]: _, ...others }) => others); };

  async function submit(event) {
    event?.preventDefault();
    if (busy) return;
    let settings;
    try { settings = settingsOf(form); } catch (error) { setWrong({ url: error.message }); field.current?.focus(); return; }
    setBusy(true);
    try {
      const job = await api.crawl(settings);
      setForm(EMPTY); setWrong({});
      if (location.search) history.replaceState(null, "", "/");
      onCreated(job);
    } catch (problem) {
      setWrong(wrongFields(problem));
    } finally { setBusy(false); }
  }

  function drop(event) {
    event.preventDefault(); setDragging(false);
    const text = event.dataTransfer.getData("text/uri-list") || event.dataTransfer.getData("text/plain");
    if (text) setForm({ ...form, url: text.split("\n")[0].trim() });
    field.current?.focus();
  }

  return html`<form class=${`start ${dragging ? "dragging" : ""}`} onSubmit=${submit} novalidate
      onDragOver=${(event) => { event.preventDefault(); setDragging(true); }} onDragLeave=${() => setDragging(false)} onDrop=${drop}>
    <label for="address">Address of the documentation</label>
    <div class="bar">
      <input id="address" ref=${field} name="url" type="text" inputmode="url" autocomplete="url" autocapitalize="none" spellcheck=${false}
        placeholder="docs.example.org" value=${form.url} onInput=${set("url")} aria-invalid=${!!wrong.url} aria-describedby="address-says" />
      <button class="primary" disabled=${busy}>${busy ? "Asking…" : "Crawl"}</button>
    </div>
    <p id="address-says" class="says" role="alert">${wrong.url || ""}</p>
    <${Options} form=${form} set=${set} wrong=${wrong} />
    <p class="examples"><span>Try</span>${EXAMPLES.map((url) => html`<button type="button" class="quiet" onClick=${() => { setForm({ ...form, url }); field.current?.focus(); }}>${url.replace("https://", "")}</button>`)}</p>
  </form>`;
}

const NAMED = ["include", "exclude", "maxPages", "maxDepth", "delay", "allPages"];

// Each sentence beside its field; what belongs to no field of the form is said under the address.
function wrongFields(problem) {
  const fields = Object.entries(problem.fields || {});
  const beside = Object.fromEntries(fields.filter(([name]) => NAMED.includes(name) || name === "url"));
  const others = fields.filter(([name]) => !(name in beside)).map(([name, words]) => `${name}: ${words}`);
  if (!fields.length) others.push(sentence(problem));
  return others.length ? { ...beside, url: [beside.url, ...others].filter(Boolean).join(" ") } : beside;
}

function sentence(problem) {
  if (problem.status === 429) return `${problem.message}${problem.retryAfter ? ` Try again in ${Math.ceil(problem.retryAfter)} s.` : ""}`;
  if (problem.status === 401) return "Your session has ended. Reload the page to start a new one.";
  return problem.message;
}

function Options({ form, set, wrong }) {
  const say = (name) => (wrong[name] ? html`<span class="says" role="alert">${wrong[name]}</span>` : null);
  const [open, setOpen] = useState(false);
  const grid = useRef(null);
  const first = NAMED.find((name) => wrong[name]);
  useEffect(() => { if (first) setOpen(true); }, [wrong]);
  useEffect(() => {
    if (open && first && !wrong.url) grid.current?.querySelector(`[name=${first}]`)?.focus();
  }, [open, wrong]);
  return html`<details class="options" open=${open} ref=${grid} onToggle=${(event) => setOpen(event.currentTarget.open)}><summary>Options</summary><div class="grid">
    <label>Only these paths <input name="include" value=${form.include} onInput=${set("include")} placeholder="/guide/**, /api/**" />${say("include")}</label>
    <label>Exclude paths <input name="exclude" value=${form.exclude} onInput=${set("exclude")} placeholder="/blog/**" />${say("exclude")}</label>
    <label>Max pages <input name="maxPages" type="number" min="1" value=${form.maxPages} onInput=${set("maxPages")} placeholder="10000" />${say("maxPages")}</label>
    <label>Max depth <input name="maxDepth" type="number" min="0" value=${form.maxDepth} onInput=${set("maxDepth")} placeholder="no limit" />${say("maxDepth")}</label>
    <label>Seconds between requests <input name="delay" type="number" min="0" step="0.1" value=${form.delay} onInput=${set("delay")} placeholder="the site's pace" />${say("delay")}</label>
    <label class="switch"><input name="allPages" type="checkbox" checked=${form.allPages} onChange=${(event) => set("allPages")({ target: { value: event.currentTarget.checked } })} /> Keep indexes, print pages and blogs${say("allPages")}</label>
  </div></details>`;
}

export function Bookmarklet() {
  const href = `javascript:location.href='${location.origin}/?url='+encodeURIComponent(location.href)`;
  const set = (node) => node?.setAttribute("href", href);
  return html`<p class="hint drag">Drag <a class="bookmarklet" ref=${set} draggable onClick=${(event) => event.preventDefault()}>Docspasta this</a> to your bookmarks bar to crawl whatever site you're on.</p>`;
}
