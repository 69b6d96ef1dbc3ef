// What Docspasta's own Markdown holds beside CommonMark: a few HTML tags, alerts, and great length.

// Tags that the conversion writes (docs/conversion.md), without attributes but for a cell's spans.
const TAG = /<\/?(?:kbd|br|sub|sup|details|summary|table|thead|tbody|tr|th|td|ul|ol|li|p)(?: (?:rowspan|colspan)="\d{1,3}")* ?\/?>/g;
const ANCHOR = /<a id="[^"<>]*"><\/a>/g;

// The known tags of some raw HTML as they are, its anchors left out, everything else as text.
export function plainTags(raw, escapeHtml) {
  const text = raw.replace(ANCHOR, "");
  let out = "", at = 0;
  for (const found of text.matchAll(TAG)) {
    out += escapeHtml(text.slice(at, found.index)) + found[0];
    at = found.index + found[0].length;
  }
  return out + escapeHtml(text.slice(at));
}

const ALERT = /^\s*\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]\s*/;

// Quotes that begin with `[!NOTE]` get the label that GitHub gives them.
export function alertsIn(fragment) {
  for (const quote of fragment.querySelectorAll("blockquote")) {
    const first = quote.querySelector("p")?.firstChild;
    const found = first?.nodeType === 3 && ALERT.exec(first.data);
    if (!found) continue;
    first.data = first.data.slice(found[0].length);
    const label = Object.assign(document.createElement("strong"), { textContent: found[1][0] + found[1].slice(1).toLowerCase() });
    const line = document.createElement("p");
    line.append(label);
    quote.classList.add("alert", found[1].toLowerCase());
    quote.prepend(line);
  }
  return fragment;
}

export const SHOWN_AT_ONCE = 200_000; // characters of a page; more would freeze the tab

const PIECE = 4_000; // characters drawn at once

// A text in pieces that are drawn one after the other: each begins at a heading, or where a paragraph does when there
// is none for long; a code block stays whole.
export function* pieces(text, size = PIECE) {
  let held = [], length = 0, fence = "";
  for (const line of linesOf(text)) {
    const whole = !fence && ((length >= size && line.startsWith("#")) || (length >= 4 * size && held.at(-1) === ""));
    if (whole) { yield held.join("\n"); held = []; length = 0; }
    fence = fenceAfter(fence, line);
    held.push(line);
    length += line.length + 1;
  }
  yield held.join("\n");
}

// The fence of the code block that is open behind a line, "" for none.
export function fenceAfter(fence, line) {
  const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
  if (!mark || !fence) return mark || fence;
  const own = line.trim();
  return own === own[0].repeat(own.length) && mark.startsWith(fence) ? "" : fence;
}

// One line after the other: splitting megabytes at once takes as long as drawing them.
export function* linesOf(text) {
  let at = 0;
  for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", at)) {
    yield text.slice(at, end);
    at = end + 1;
  }
  yield text.slice(at);
}

// The beginning of a long text, cut where a paragraph ends.
export function shortened(text) {
  if (text.length <= SHOWN_AT_ONCE) return text;
  const end = text.lastIndexOf("\n\n", SHOWN_AT_ONCE);
  return text.slice(0, end > SHOWN_AT_ONCE / 2 ? end : SHOWN_AT_ONCE);
}

// A text in pieces that end with a line, for where it is shown as it is.
export function* chunks(text, size = 5 * PIECE) {
  for (let at = 0; at < text.length;) {
    const end = text.indexOf("\n", at + size - 1) + 1 || text.length;
    yield text.slice(at, end);
    at = end;
  }
}

// A page's own Markdown with its title and where it comes from, for wherever it is pasted.
export function withSource(page, text) {
  const title = page.title && !/^\s*#\s/.test(text) ? `# ${page.title}\n\n` : "";
  return `${title}<!-- Source: ${page.url} -->\n\n${text}`;
}
