// REST, /api/v5. Errors are problem+json (RFC 9457) and become Problem.

const BASE = "/api/v5";

export class Problem extends Error {
  constructor(status, body = {}, retryAfter = 0) {
    super(body.detail || body.title || `the server answered ${status}`);
    this.status = status;
    this.reason = body.reason || body.type || "";
    this.fields = Object.fromEntries((body.errors || body.fields || []).map((row) => [row.field.replace(/\[\d+\]$/, ""), row.detail || row.message]));
    this.retryAfter = retryAfter;
  }
}

export async function call(method, path, body, { headers = {}, signal, keepalive = false } = {}) {
  let answer;
  try {
    answer = await fetch(BASE + path, {
      method, signal, keepalive, credentials: "same-origin",
      headers: { ...(body ? { "Content-Type": "application/json" } : {}), ...headers },
      body: body ? JSON.stringify(body) : undefined,
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem(0, { detail: navigator.onLine ? "Docspasta can't be reached right now." : "You are offline.", reason: "offline" });
  }
  if (!answer.ok) throw await problemOf(answer);
  return answer;
}

async function problemOf(answer) {
  const body = await answer.json().catch(() => ({}));
  return new Problem(answer.status, body, Number(answer.headers.get("Retry-After")) || 0);
}

export async function signOut() {
  const answer = await fetch("/logout", { method: "POST", credentials: "same-origin" });
  if (!answer.ok) throw await problemOf(answer);
}

const selected = ({ pages = "", links = true, contents = "" }) => ({ ...(pages && { pages }), ...(!links && { links: 0 }), ...(contents !== "" && { contents }) });

const json = async (...args) => (await call(...args)).json();

export const api = {
  crawl: async (settings) => {
    const headers = { "Idempotency-Key": crypto.randomUUID?.() || String(Math.random()) };
    return { ...(await json("POST", "/crawl", settings, { headers })), readAt: Date.now() };
  },
  jobs: async (pageToken = "", pageSize = 20) => {
    const answer = await json("GET", `/jobs?pageSize=${pageSize}&pageToken=${encodeURIComponent(pageToken)}`);
    const readAt = Date.now();
    return { ...answer, jobs: answer.jobs.map((job) => ({ ...job, readAt })) };
  },
  job: async (id) => ({ ...(await json("GET", `/jobs/${id}`)), readAt: Date.now() }),
  pages: (id, { pageToken = "", state = "", q = "", pageSize = 500 } = {}) =>
    json("GET", `/jobs/${id}/pages?${new URLSearchParams({ pageSize, ...(pageToken && { pageToken }), ...(state && { state }), ...(q && { q }) })}`),
  pageMarkdown: (id, pageId, signal) => call("GET", `/jobs/${id}/pages/${pageId}/markdown`, null, { signal }).then((answer) => answer.text()),
  outline: (id, pageToken = "") => json("GET", `/jobs/${id}/outline?pageSize=200${pageToken && `&pageToken=${encodeURIComponent(pageToken)}`}`),
  search: (q, job, signal, limit = 12) => call("GET", `/search?${new URLSearchParams({ q, limit, ...(job && { job }) })}`, null, { signal }).then((answer) => answer.json()),
  selection: (id, chosen, signal) => call("GET", `/jobs/${id}/selection?${new URLSearchParams({ ...selected(chosen), pageSize: 1 })}`, null, { signal }).then((answer) => answer.json()),
  exportUrl: (id, { format = "markdown", maxTokens = 0, part = 0, download = false, ...chosen } = {}) =>
    `${BASE}/jobs/${id}/export?${new URLSearchParams({ format, ...selected(chosen), ...(maxTokens && { maxTokens }), ...(part && { part }), ...(download && { download: 1 }) })}`,
  // How many parts a selection is split into.
  parts: async (id, split) => {
    const answer = await fetch(api.exportUrl(id, { ...split, part: 1 }), { credentials: "same-origin" });
    if (!answer.ok) throw await problemOf(answer);
    answer.body?.cancel();
    return Number(answer.headers.get("Docspasta-Parts")) || 1;
  },
  // A text as it comes; `onPart` hears how many bytes there are so far.
  read: async (url, onPart) => {
    const answer = await call("GET", url.slice(BASE.length));
    const reader = answer.body.getReader(), parts = [];
    let got = 0;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return new Blob(parts).text();
      parts.push(value);
      onPart?.(got += value.length);
    }
  },
  pause: (id) => json("POST", `/jobs/${id}/pause`),
  resume: (id) => json("POST", `/jobs/${id}/resume`),
  cancel: (id) => json("POST", `/jobs/${id}/cancel`),
  retry: async (id) => ({ ...(await json("POST", `/jobs/${id}/retry`)), readAt: Date.now() }),
  sources: (pageToken = "") => json("GET", `/sources?${new URLSearchParams({ pageSize: 20, ...(pageToken && { pageToken }) })}`),
  createSource: (settings) => json("POST", "/sources", { settings }),
  changeSource: (id, changes) => json("PATCH", `/sources/${id}`, changes),
  removeSource: (id) => call("DELETE", `/sources/${id}`),
  runSource: async (id) => ({ ...(await json("POST", `/sources/${id}/runs`)), readAt: Date.now() }),
  pauseSource: (id) => json("POST", `/sources/${id}/pause`),
  resumeSource: (id) => json("POST", `/sources/${id}/resume`),
  acceptRun: (id, job) => json("POST", `/sources/${id}/runs/${job}/accept`),
  runs: (id) => json("GET", `/sources/${id}/runs?pageSize=20`),
  diff: (id, { to, pageToken }) => json("GET", `/sources/${id}/diff?${new URLSearchParams({ pageSize: 50, to, ...(pageToken && { pageToken }) })}`),
  webhooks: async () => (await json("GET", "/webhooks")).webhooks,
  enable: (id) => json("PATCH", `/webhooks/${id}`, { enabled: true }),
  remove: (id) => call("DELETE", `/jobs/${id}?force=1`, null, { keepalive: true }),
  streamUrl: (id, after) => `${BASE}/jobs/${id}/stream${after ? `?after=${encodeURIComponent(after)}` : ""}`,
  markdownUrl: (id, download) => `${BASE}/jobs/${id}/markdown${download ? "?download=1" : ""}`,
  jsonLinesUrl: (id) => `${BASE}/jobs/${id}/pages.jsonl`,
};

// All pages of a job, 500 at a time.
export async function* allPages(id, options = {}) {
  let pageToken = "";
  do {
    const answer = await api.pages(id, { ...options, pageToken });
    yield answer.pages;
    pageToken = answer.nextPageToken || "";
  } while (pageToken);
}
