// /docs: the REST reference, drawn from the OpenAPI document that a test holds against the routes.

import { html, useEffect, useState } from "../vendor/preact-htm.js";

const METHODS = ["get", "post", "put", "patch", "delete"];

export function Reference() {
  const [spec, setSpec] = useState(null);
  const [trouble, setTrouble] = useState("");
  useEffect(() => { fetch("/openapi.json").then((answer) => answer.json()).then(setSpec).catch(() => setTrouble("The reference cannot be read just now.")); }, []);
  if (trouble) return html`<p class="notice" role="alert">${trouble}</p>`;
  if (!spec) return html`<p class="hint" aria-busy="true">Loading…</p>`;
  const calls = Object.entries(spec.paths).flatMap(([path, item]) => METHODS.filter((method) => item[method]).map((method) => ({ path, method, ...item[method], shared: item.parameters || [] })));
  return html`<article class="reference"><h1>REST</h1><p>${spec.info?.description}</p><p><a href="/openapi.json">openapi.json</a></p>
    ${calls.map((call) => html`<${Call} key=${call.method + call.path} call=${call} spec=${spec} />`)}</article>`;
}

function Call({ call, spec }) {
  const parameters = [...call.shared, ...(call.parameters || [])].map((row) => resolve(spec, row));
  const body = call.requestBody && Object.entries(resolve(spec, call.requestBody).content || {})[0];
  return html`<section class="call"><h2><b class=${call.method}>${call.method.toUpperCase()}</b> <code>${call.path}</code></h2>
    <p>${call.summary}</p>${call.description && html`<p class="hint">${call.description}</p>`}
    ${parameters.length > 0 && html`<table><thead><tr><th>Parameter</th><th>In</th><th>Meaning</th></tr></thead><tbody>${parameters.map((row) => html`<tr key=${row.in + row.name}><td><code>${row.name}</code></td><td>${row.in}</td><td>${row.description || ""}</td></tr>`)}</tbody></table>`}
    ${body && html`<h3>Body</h3><${Fields} schema=${resolve(spec, body[1].schema || {})} spec=${spec} />`}
    <h3>Answers</h3><ul>${Object.entries(call.responses || {}).map(([status, row]) => html`<li key=${status}><b>${status}</b> ${resolve(spec, row).description || ""}</li>`)}</ul></section>`;
}

function Fields({ schema, spec }) {
  const rows = Object.entries(schema.properties || {});
  if (!rows.length) return html`<p class="hint">${schema.description || schema.type || ""}</p>`;
  return html`<table><thead><tr><th>Field</th><th>Type</th><th>Meaning</th></tr></thead><tbody>${rows.map(([name, value]) => {
    const row = resolve(spec, value);
    return html`<tr key=${name}><td><code>${name}</code></td><td>${[].concat(row.type || (row.oneOf || row.anyOf ? "one of several" : "")).join(" or ")}</td><td>${row.description || value.description || ""}</td></tr>`;
  })}</tbody></table>`;
}

function resolve(spec, node) {
  const seen = new Set();
  while (node?.$ref && !seen.has(node.$ref)) {
    seen.add(node.$ref);
    node = node.$ref.replace(/^#\//, "").split("/").reduce((at, part) => at?.[part.replaceAll("~1", "/").replaceAll("~0", "~")], spec) || {};
  }
  return node || {};
}
