// A section of a page: a heading, and all up to the next one of its level.

import { fenceAfter, linesOf } from "./prose.js";

// [{level, start, end}] of each heading of a Markdown text, in characters; code has none.
export function sectionsOf(text) {
  const found = [], open = [];
  let fence = "", at = 0;
  for (const line of linesOf(text)) {
    const level = fence ? 0 : /^ {0,3}(#{1,6})(?:[ \t]|$)/.exec(line)?.[1].length || 0;
    if (level) {
      while (open.length && open.at(-1).level >= level) open.pop().end = at;
      const section = { level, start: at, end: text.length };
      found.push(section);
      open.push(section);
    }
    fence = fenceAfter(fence, line);
    at += line.length + 1;
  }
  return found;
}

// The Markdown of the nth section, from 0.
export function sectionAt(text, nth) {
  const section = sectionsOf(text)[nth];
  return section ? `${text.slice(section.start, section.end).trimEnd()}\n` : "";
}

// Puts a button beside each heading of a fragment that was drawn of `markdown`; `copy(nth)` is what it does. How many
// headings there are. None gets a button where the two do not tell of the same headings.
export function withCopies(fragment, markdown, copy) {
  const count = sectionsOf(markdown).length;
  const headings = [...fragment.children].filter((node) => /^H[1-6]$/.test(node.tagName));
  if (headings.length === count) headings.forEach((heading, nth) => framed(heading, () => copy(nth)));
  return count;
}

function framed(heading, copy) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "quiet", textContent: "Copy section" });
  button.setAttribute("aria-label", `Copy section ${heading.textContent.trim()}`);
  button.addEventListener("click", () => copy().then(() => { button.textContent = "Copied"; }).catch((error) => { button.textContent = error.message; }));
  const frame = Object.assign(document.createElement("div"), { className: "section-head" });
  heading.replaceWith(frame);
  frame.append(heading, button);
}
