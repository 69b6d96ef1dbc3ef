// The list of a job's pages. Once the job has ended it is a tree in reading order, with a box and the tokens of
// each page and folder: what is ticked is what one takes away. While it runs, and when filtered, it is flat.

import { html, useMemo, useState } from "../vendor/preact-htm.js";
import { number, ownTitle, pathOf, plural, reasonWords, short } from "./format.js";
import { VirtualList } from "./list.js";
import { filtered } from "./rows.js";
import { sumOf, ticked, visible } from "./tree.js";

const indented = (depth) => (node) => node?.style.setProperty("--depth", Math.min(depth, 6));

// `take` is {tree, off, setOff}: the tree, null while the job runs, and the ids of the pages that are left out.
export function Pages({ rows, picked, onPick, take, shown, show, site }) {
  const found = useMemo(() => filtered(rows, shown.q, shown.state), [rows, shown.q, shown.state]);
  const asTree = take.tree && !shown.q && !shown.state;
  return html`<div class="filter"><input type="search" aria-label="Filter pages" placeholder="Filter pages" value=${shown.q} onInput=${(event) => show({ q: event.target.value })} />
      <select aria-label="State" value=${shown.state} onChange=${(event) => show({ state: event.target.value })}><option value="">all</option><option value="processed">done</option><option value="failed">failed</option><option value="skipped">skipped</option></select>
      <small role="status">${number(found.length)}</small></div>
    ${asTree ? html`<${Tree} ...${take} picked=${picked} onPick=${onPick} />` : html`<${Flat} rows=${found} picked=${picked} onPick=${onPick} site=${site} />`}`;
}

function Flat({ rows, picked, onPick, site }) {
  const draw = ({ page, path, depth }) => html`<span class=${`leaf ${page.state}`} ref=${indented(depth)}><b dir="auto">${ownTitle(page.title, site) || path}</b><small>${page.reason ? reasonWords(page) : path}</small></span>`;
  return html`<${VirtualList} rows=${rows} selected=${picked?.pageId} keyOf=${(row) => row.page.pageId} onSelect=${(row) => onPick(row.page)} draw=${draw} label="Pages" />`;
}

function Tree({ tree, sums, off, setOff, picked, onPick }) {
  const [open, setOpen] = useState(() => new Set());
  const [cursor, setCursor] = useState("");
  const rows = useMemo(() => visible(tree, open), [tree, open]);
  const fold = (node, on = !open.has(node.key)) => setOpen((now) => { const next = new Set(now); if (on) next.add(node.key); else next.delete(node.key); return next; });
  const stateOf = (node) => { const { pages } = sumOf(node, sums, off); return pages === 0 ? "false" : pages === node.pages ? "true" : "mixed"; };
  const tick = (node) => setOff(ticked(off, node, stateOf(node) === "false"));
  const pick = ({ node }) => { setCursor(node.key); if (node.page) onPick(node.page); };
  const key = ({ node }, name) => {
    if (name === " ") tick(node);
    else if (node.children && (name === "ArrowRight" || name === "ArrowLeft" || name === "Enter")) fold(node, name === "Enter" ? undefined : name === "ArrowRight");
    else return false;
    return true;
  };
  const draw = ({ node, depth }) => html`<span class="branch" ref=${indented(depth)}>
    <i class="box" data-on=${stateOf(node)} aria-hidden="true" onClick=${(event) => { event.stopPropagation(); tick(node); }}></i>
    <span class="leaf"><b dir="auto">${node.children ? html`<i class="fold" aria-hidden="true">${open.has(node.key) ? "▾" : "▸"}</i>` : null}${node.name}</b>
      <small>${node.children ? plural(node.pages, "page") : pathOf(node.page.url)}</small></span>
    <small class="tokens" title="Tokens that are selected">${short(sumOf(node, sums, off).tokens)}</small></span>`;
  const about = ({ node, depth }) => ({ "aria-level": depth + 1, "aria-checked": stateOf(node), ...(node.children && { "aria-expanded": String(open.has(node.key)) }) });
  return html`<${VirtualList} rows=${rows} selected=${cursor || picked?.pageId} keyOf=${(row) => row.node.key} onSelect=${pick} onOpen=${({ node }) => node.children && fold(node)}
    onKey=${key} draw=${draw} about=${about} role="tree" label="Pages, in reading order. Space ticks, arrows fold." />`;
}
