// A job's pages, sorted by address as they arrive, and filtered. Pure.

import { pathOf } from "./format.js";

const byPath = (a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : a.page.pageId < b.page.pageId ? -1 : 1);

export function rowOf(page) {
  const path = pathOf(page.url);
  return { page, path, text: `${path} ${page.title || ""}`.toLowerCase(), depth: Math.max(0, path.replace(/\/$/, "").split("/").length - 2) };
}

export const noRows = { rows: [], byId: new Map(), pages: { size: 0, buckets: [] } };

// {rows sorted by address, byId, pages}, from an earlier one: only buckets that changed are looked through,
// and only what is new is sorted in. A row keeps its place; its page is the newest.
export function sortedRows(before, pages) {
  if (before.pages === pages) return before;
  const gone = pages.size < before.pages.size;
  const { byId, rows } = gone ? { byId: new Map(), rows: [] } : before;
  const fresh = [];
  pages.buckets.forEach((bucket, index) => {
    if (!bucket || (!gone && bucket === before.pages.buckets[index])) return;
    for (const page of bucket.values()) {
      const known = byId.get(page.pageId);
      if (known) { if (known.page !== page) Object.assign(known, rowOf(page)); continue; }
      const row = rowOf(page);
      byId.set(page.pageId, row);
      fresh.push(row);
    }
  });
  return { rows: merge(rows, fresh.sort(byPath)), byId, pages };
}

function merge(a, b) {
  const out = new Array(a.length + b.length);
  for (let i = 0, j = 0, k = 0; k < out.length; k++) {
    out[k] = j >= b.length || (i < a.length && byPath(a[i], b[j]) <= 0) ? a[i++] : b[j++];
  }
  return out;
}

export function filtered(rows, words, state) {
  const parts = words.toLowerCase().split(/\s+/).filter(Boolean);
  if (!parts.length && !state) return rows;
  return rows.filter((row) => (!state || row.page.state === state) && parts.every((part) => row.text.includes(part)));
}
