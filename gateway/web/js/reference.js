// /docs: the REST reference, drawn from the OpenAPI document that a test holds against the routes. Each call has
// examples to copy, and can be tried with a key or as the browser's own session.

import { html, useEffect, useState } from "../vendor/preact-htm.js";
import { toClipboard } from "./clipboard.js";
import { exampleBody, examples, filled } from "./examples.js";

const METHODS = ["get", "post", "put", "patch", "delete"];

export function Reference() {
  const [spec, setSpec] = useState(null);
  const [trouble, setTrouble] = useState("");
  const [key, setKey] = useState("");
  const [language, setLanguage] = useState("curl");
  useEffect(() => { fetch("/openapi.json").then((answer) => answer.json()).then(setSpec).catch(() => setTrouble("The reference can't be read right now.")); }, []);
  useEffect(() => { if (spec && location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView(); }, [spec]);
  if (trouble) return html`<p class="notice" role="alert">${trouble}</p>`;
  if (!spec) return html`<p class="hint" aria-busy="true">Loading…</p>`;
  const calls = Object.entries(spec.paths).flatMap(([path, item]) => METHODS.filter((method) => item[method]).map((method) => ({ path, method, ...item[method], shared: item.parameters || [] })));
  const known = Object.assign({}, ...calls.map((call) => call.responses));
  const usual = Object.keys(known).filter((status) => status >= "400" && calls.filter((call) => call.responses[status]).length >= 0.8 * calls.length);
  return html`<div class="reference"><nav aria-label="Calls"><ul>${calls.map((call) => html`<li key=${call.operationId}><a href=${`#${call.operationId}`}>${call.summary.replace(/\.$/, "")}</a></li>`)}</ul></nav>
    <article><h1>API</h1><p>${spec.info?.description}</p>
      <p><label>API key <input type="password" autocomplete="off" spellcheck=${false} value=${key} placeholder="dsp_…" onInput=${(event) => setKey(event.target.value.trim())} /></label> <small>For the examples, and to try calls; it stays in this tab. Make one with <code>docspasta keys create NAME</code>. Without a key, this browser's own session is used.</small></p>
      <p><a href="/openapi.json">openapi.json</a></p>
      <h2>Errors of every call</h2><p>Errors are <code>application/problem+json</code>: <code>detail</code> says what to do, <code>errors</code> names wrong fields.</p>
      <ul>${usual.map((status) => html`<li key=${status}><b>${status}</b> ${resolve(spec, known[status]).description}</li>`)}</ul>
      ${calls.map((call) => html`<${Call} key=${call.operationId} call=${call} spec=${spec} usual=${usual} apiKey=${key} language=${language} setLanguage=${setLanguage} />`)}</article></div>`;
}

function Call({ call, spec, usual, apiKey, language, setLanguage }) {
  const parameters = [...call.shared, ...(call.parameters || [])].map((row) => resolve(spec, row));
  const content = call.requestBody && Object.entries(resolve(spec, call.requestBody).content || {})[0];
  const schema = content && resolve(spec, content[1].schema || {});
  const body = schema ? exampleBody(schema, (node) => resolve(spec, node)) : null;
  const answers = Object.entries(call.responses || {}).filter(([status]) => !usual.includes(status));
  const accept = call.responses?.["200"]?.content?.["text/event-stream"] ? "text/event-stream" : "";
  return html`<section class="call" id=${call.operationId}><h2><a href=${`#${call.operationId}`}>${call.summary}</a></h2>
    <p><b class=${call.method}>${call.method.toUpperCase()}</b> <code>${call.path}</code></p>${call.description && html`<p class="hint">${call.description}</p>`}
    <${Examples} code=${examples({ ...call, body, accept }, location.origin, apiKey)} language=${language} setLanguage=${setLanguage} />
    ${call.method === "get" && !accept && html`<${Try} call=${call} apiKey=${apiKey} />`}
    ${parameters.length > 0 && html`<h3>Parameters</h3><table><thead><tr><th>Name</th><th>In</th><th>Meaning</th></tr></thead><tbody>${parameters.map((row) => html`<tr key=${row.in + row.name}><td><code>${row.name}</code></td><td>${row.in}</td><td>${meaning(row)}</td></tr>`)}</tbody></table>`}
    ${schema && html`<h3>Body</h3><${Fields} schema=${schema} spec=${spec} />`}
    <h3>Answers</h3><ul>${answers.map(([status, row]) => html`<li key=${status}><b>${status}</b> ${resolve(spec, row).description || ""}</li>`)}</ul></section>`;
}

const meaning = (row) => words(row.description || (row.name?.endsWith("_id") ? `The id of a ${row.name.slice(0, -3)}.` : "")) ;

// Backticks of a description as code.
const words = (text) => text.split("`").map((part, at) => (at % 2 ? html`<code>${part}</code>` : part));

function Examples({ code, language, setLanguage }) {
  const [says, setSays] = useState("");
  const copy = () => toClipboard(code[language]).then(() => setSays("Copied.")).catch((error) => setSays(error.message));
  return html`<div class="examples-of"><div class="actions"><span role="group" aria-label="Language" class="segments">${Object.keys(code).map((name) => html`<button type="button" key=${name} aria-pressed=${name === language} onClick=${() => setLanguage(name)}>${name}</button>`)}</span>
    <button type="button" onClick=${copy}>Copy</button><span class="says" role="status">${says}</span></div>
    <pre class="source" tabindex="0"><code>${code[language]}</code></pre></div>`;
}

// Ask for real; what is to be filled in stands in the address.
function Try({ call, apiKey }) {
  const [path, setPath] = useState(() => filled(call.path));
  const [answer, setAnswer] = useState("");
  const [busy, setBusy] = useState(false);
  async function ask(event) {
    event.preventDefault();
    setBusy(true);
    try {
      const headers = apiKey ? { Authorization: `Bearer ${apiKey}` } : {};
      const found = await fetch(path, { headers, credentials: apiKey ? "omit" : "same-origin" });
      setAnswer(`${found.status} ${found.headers.get("Content-Type") || ""}\n${(await found.text()).slice(0, 20_000)}`);
    } catch (error) { setAnswer(error.message); } finally { setBusy(false); }
  }
  return html`<form class="try" onSubmit=${ask}><input aria-label=${`Address of ${call.operationId}`} value=${path} onInput=${(event) => setPath(event.target.value)} />
    <button disabled=${busy || !path.startsWith("/")}>${busy ? "Asking…" : "Try it"}</button>
    ${answer && html`<pre class="source" tabindex="0" role="status"><code>${answer}</code></pre>`}</form>`;
}

function Fields({ schema, spec }) {
  const rows = Object.entries(schema.properties || {});
  if (!rows.length) return html`<p class="hint">${schema.description || schema.type || ""}</p>`;
  return html`<table><thead><tr><th>Field</th><th>Type</th><th>Meaning</th></tr></thead><tbody>${rows.map(([name, value]) => {
    const row = resolve(spec, value), required = schema.required?.includes(name);
    return html`<tr key=${name}><td><code>${name}</code></td><td>${typeOf(row, spec)}</td><td>${required ? "Required. " : ""}${words(row.description || value.description || "")}</td></tr>`;
  })}</tbody></table>`;
}

function typeOf(row, spec) {
  const some = (row.oneOf || row.anyOf || []).map((one) => resolve(spec, one)).filter((one) => one.type !== "null");
  if (some.length) return some.map((one) => typeOf(one, spec)).join(" or ");
  return row.type === "array" ? `list of ${typeOf(resolve(spec, row.items || {}), spec) || "values"}` : [].concat(row.type || "").join(" or ");
}

function resolve(spec, node) {
  const seen = new Set();
  while (node?.$ref && !seen.has(node.$ref)) {
    seen.add(node.$ref);
    node = node.$ref.replace(/^#\//, "").split("/").reduce((at, part) => at?.[part.replaceAll("~1", "/").replaceAll("~0", "~")], spec) || {};
  }
  return node || {};
}
