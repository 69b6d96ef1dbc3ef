// What a selection comes to as a document: its pages' own figures, and what is written around each page.

const HEADING = { tokens: 18, bytes: 66 }; // a page's heading, with the link to its address and its anchor
const ENTRY = { tokens: 12, bytes: 44 }; // its line in the table of contents

const around = (kind, contents) => HEADING[kind] + (contents === "0" ? 0 : ENTRY[kind]);

// Tokens that a page costs beside its own text. `contents`: levels of the table, "0" for none.
export const tokensAround = (contents = "") => around("tokens", contents);

export function documentSize({ pages, tokens, bytes }, { contents = "" } = {}) {
  return { pages, tokens: tokens + pages * around("tokens", contents), bytes: bytes + pages * around("bytes", contents) };
}
