// What a watched job is, from its events: one reducer, a pure function. No DOM, no network, no clock.
//
// Events carry absolute values, so any of them may come twice. Pages stand in buckets that are copied when
// they change: a batch of events on a job of 50,000 pages copies a few hundred entries, not all.

const BUCKETS = 128;
export const RECENT = 6;
export const ENDED = ["completed", "failed", "cancelled"];
const PAGE_EVENTS = { url_processed: "processed", url_failed: "failed", url_skipped: "skipped" };
const JOB_EVENTS = ["job_completed", "job_failed", "job_cancelled"];

export function initial(job = {}) {
  return { job, pages: emptyPages(), recent: [], reasons: {}, lastId: "", ended: isEnded(job.state), resets: 0 };
}

export const isEnded = (state) => ENDED.includes(state);
export const emptyPages = () => ({ size: 0, buckets: Array.from({ length: BUCKETS }, () => null) });

// reduce(state, [{type, id, data}, ...]) -> state
export function reduce(state, events) {
  const draft = { ...state, pages: state.pages, touched: new Set() };
  for (const event of events) step(draft, event);
  delete draft.touched;
  return draft;
}

function step(draft, { type, id, data }) {
  if (type === "reset") {
    Object.assign(draft, { pages: emptyPages(), recent: [], reasons: {}, touched: new Set() });
    draft.job = { ...draft.job, processed: 0, failed: 0, skipped: 0 };
    draft.resets += 1;
  } else if (type === "progress") {
    if (doneOf(data) >= doneOf(draft.job)) draft.job = { ...draft.job, ...data, wait: null };
  } else if (JOB_EVENTS.includes(type)) {
    draft.job = { ...draft.job, ...data };
    draft.ended = true;
  } else if (type in PAGE_EVENTS) {
    putPage(draft, { ...data, state: data.state || PAGE_EVENTS[type] });
  }
  if (id) draft.lastId = id;
}

// Pages never become undone but by a reset, so progress with fewer of them is older than what is held.
const doneOf = (job) => (job.processed || 0) + (job.failed || 0) + (job.skipped || 0);

function putPage(draft, page) {
  const before = getPage(draft.pages, page.pageId);
  setPage(draft, page);
  if (before) count(draft, before, -1);
  count(draft, page, 1);
  if (!before || before.state !== page.state) {
    draft.recent = [page, ...draft.recent.filter((row) => row.pageId !== page.pageId)].slice(0, RECENT);
  }
}

function count(draft, page, by) {
  if (!page.reason) return;
  const key = `${page.state}:${page.reason}`;
  const pages = (draft.reasons[key] || 0) + by;
  draft.reasons = { ...draft.reasons, [key]: pages };
  if (!pages) delete draft.reasons[key];
}

function bucketOf(pageId) {
  let hash = 0;
  for (let i = 0; i < pageId.length; i++) hash = (hash * 31 + pageId.charCodeAt(i)) >>> 0;
  return hash % BUCKETS;
}

function setPage(draft, page) {
  const index = bucketOf(page.pageId);
  if (!draft.touched.has(index)) {
    if (!draft.touched.size) draft.pages = { size: draft.pages.size, buckets: draft.pages.buckets.slice() };
    draft.pages.buckets[index] = new Map(draft.pages.buckets[index] || []);
    draft.touched.add(index);
  }
  const bucket = draft.pages.buckets[index];
  if (!bucket.has(page.pageId)) draft.pages.size += 1;
  bucket.set(page.pageId, page);
}

export function getPage(pages, pageId) {
  const bucket = pages.buckets[bucketOf(pageId)];
  return bucket ? bucket.get(pageId) : undefined;
}

export function* eachPage(pages) {
  for (const bucket of pages.buckets) if (bucket) yield* bucket.values();
}

const EVENT_OF = { processed: "url_processed", failed: "url_failed", skipped: "url_skipped" };

// Rows of GET /pages as the events that would have told of them; they move no cursor.
export function eventsOf(rows) {
  return rows.filter((row) => EVENT_OF[row.state]).map((row) => ({ type: EVENT_OF[row.state], id: "", data: row }));
}
