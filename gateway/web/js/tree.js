// A job's pages as a tree of folders, in reading order, with the tokens of each; and a selection of them. Pure.

import { hostOf, ownTitle, pathOf } from "./format.js";

const inOrder = (a, b) => a.position - b.position;

// The pages that the document consists of, in its order.
export const documentPages = (rows) => rows.map((row) => row.page)
  .filter((page) => page.state === "processed" && page.position && !page.duplicateOf).sort(inOrder);

// The root folder of these pages: {key, name, page, children, tokens, pages}. A folder has children, a leaf a page.
export function treeOf(pages, site = "") {
  const hosts = new Set(pages.map((page) => hostOf(page.url)));
  const root = folder("", "");
  for (const page of pages) {
    let at = root;
    for (const name of foldersOf(page.url, hosts.size > 1)) {
      const key = `${at.key}${name}/`;
      at = at.byName.get(name) || add(at, folder(key, name));
    }
    at.children.push({ key: page.pageId, name: ownTitle(page.title, site) || pathOf(page.url), page, children: null, tokens: page.tokens || 0, pages: 1 });
  }
  return summed(shared(root));
}

function foldersOf(url, withHost) {
  const names = pathOf(url).split("?")[0].split("/").slice(1, -1);
  return withHost ? [hostOf(url), ...names] : names;
}

const folder = (key, name) => ({ key, name, page: null, children: [], byName: new Map(), tokens: 0, pages: 0 });

function add(parent, child) {
  parent.byName.set(child.name, child);
  parent.children.push(child);
  return child;
}

// The deepest folder that all pages share is the root.
function shared(root) {
  while (root.children.length === 1 && !root.children[0].page) root = root.children[0];
  return root;
}

// A folder of one page is that page; a folder of one folder goes by both names.
function summed(node) {
  if (node.page) return node;
  node.children = node.children.map(summed).map((child) => (child.children?.length === 1 ? only(child) : child));
  for (const child of node.children) { node.tokens += child.tokens; node.pages += child.pages; }
  return node;
}

const only = ({ name, children: [child] }) => (child.page ? child : { ...child, name: `${name}/${child.name}` });

// The rows to be drawn, folders that are `open` (a set of keys) with what is in them.
export function visible(root, open, depth = 0, rows = []) {
  for (const node of root.children) {
    rows.push({ node, depth });
    if (node.children && open.has(node.key)) visible(node, open, depth + 1, rows);
  }
  return rows;
}

export function* leaves(node) {
  if (node.page) yield node.page;
  else for (const child of node.children) yield* leaves(child);
}

const NONE = { tokens: 0, pages: 0 };

// `off` has the ids of the pages that are left out. What is selected below each folder, by its key.
export function selectedIn(root, off) {
  const found = new Map();
  (function walk(node) {
    const sum = { ...NONE };
    found.set(node.key, sum);
    for (const child of node.children) {
      if (child.children) walk(child);
      const below = sumOf(child, found, off);
      sum.tokens += below.tokens; sum.pages += below.pages;
    }
  })(root);
  return found;
}

// What is selected of a node.
export const sumOf = (node, sums, off) => (node.children ? sums.get(node.key) : off.has(node.page.pageId) ? NONE : node);

// `off` after a box was ticked or cleared.
export function ticked(off, node, on) {
  const next = new Set(off);
  for (const page of leaves(node)) if (on) next.delete(page.pageId); else next.add(page.pageId);
  return next;
}

// What is left out when only the first pages are kept that a number of tokens holds; each page costs `around` more.
// `share` of a page's tokens counts: without links it has fewer.
export function beyond(pages, tokens, around = 0, share = 1) {
  const off = new Set();
  let sum = 0;
  for (const page of pages) {
    sum += (page.tokens || 0) * share + around;
    if (sum > tokens) off.add(page.pageId);
  }
  return off;
}

// The selected positions as ranges, `1-40,52`; "" when nothing is left out.
export function rangesOf(pages, off) {
  if (!off.size) return "";
  const ranges = [];
  let last = null;
  for (const page of pages) {
    if (off.has(page.pageId)) { last = null; continue; }
    if (last) last[1] = page.position; else ranges.push(last = [page.position, page.position]);
  }
  return ranges.map(([first, end]) => (first === end ? `${first}` : `${first}-${end}`)).join(",");
}
