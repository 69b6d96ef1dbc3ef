// The list of a job's pages: kept sorted by address while pages arrive, filtered as one types. Pure.

import { eachPage, getPage } from "./state.js";
import { pathOf } from "./format.js";

const byPath = (a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : a.page.pageId < b.page.pageId ? -1 : 1);

export function rowOf(page) {
  const path = pathOf(page.url);
  return { page, path, text: `${path} ${page.title || ""}`.toLowerCase(), depth: Math.max(0, path.replace(/\/$/, "").split("/").length - 2) };
}

// The sorted rows of `pages`, given the rows of an earlier `pages`: only what is new is sorted in.
export function sortedRows(before, pages) {
  const kept = [], known = new Set();
  for (const row of before) {
    const page = getPage(pages, row.page.pageId);
    if (!page) continue;
    known.add(page.pageId);
    kept.push(page === row.page ? row : { ...rowOf(page) });
  }
  if (known.size === pages.size) return kept;
  const fresh = [];
  for (const page of eachPage(pages)) if (!known.has(page.pageId)) fresh.push(rowOf(page));
  return merge(kept, fresh.sort(byPath));
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
