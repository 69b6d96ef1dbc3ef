// What a selection comes to as a document: its pages' own figures, and what is written around each page.

// A page's heading, with the link to its address and its anchor, and its line in the table of contents.
const LINKED = { heading: { tokens: 18, bytes: 66 }, entry: { tokens: 12, bytes: 44 } };
const PLAIN = { heading: { tokens: 6, bytes: 22 }, entry: { tokens: 6, bytes: 22 } }; // the words alone

function around(kind, { contents = "", links = true }) {
  const { heading, entry } = links ? LINKED : PLAIN;
  return heading[kind] + (contents === "0" ? 0 : entry[kind]);
}

// Tokens that a page costs beside its own text. `contents`: levels of the table, "0" for none.
export const tokensAround = (chosen = {}) => around("tokens", chosen);

// A job's document: once assembled its own figures, until then an estimate.
export const sizeOf = (job) => (job.documentTokens
  ? { tokens: job.documentTokens, bytes: job.documentBytes }
  : documentSize({ pages: job.processed, tokens: job.tokens, bytes: job.markdownBytes }));

export function documentSize({ pages, tokens, bytes }, chosen = {}) {
  return { pages, tokens: tokens + pages * around("tokens", chosen), bytes: bytes + pages * around("bytes", chosen) };
}
