// A list that the gateway gives in parts, newest first.

import { useRef, useState } from "../vendor/preact-htm.js";

// {rows, setRows, problem, more, older, refresh}. `ask` gives the part behind a token, whose rows are in its `name`
// and have an `id`; `merge` puts the first part before the rows there are (null before any). `rows` is null until then.
export function useParts(ask, name, id, merge) {
  const [rows, setRows] = useState(null);
  const [problem, setProblem] = useState(null);
  const [more, setMore] = useState("");
  const busy = useRef(false);

  async function refresh() {
    if (busy.current) return;
    busy.current = true;
    try {
      const answer = await ask();
      setRows((now) => merge(now, answer[name], answer.nextPageToken));
      setMore((now) => now || answer.nextPageToken || "");
      setProblem(null);
    } catch (trouble) { setProblem(trouble); } finally { busy.current = false; }
  }

  async function older() {
    const answer = await ask(more);
    setRows((now) => [...now, ...answer[name].filter((row) => !now.some((known) => known[id] === row[id]))]);
    setMore(answer.nextPageToken || "");
  }

  return { rows, setRows, problem, more, older, refresh };
}
