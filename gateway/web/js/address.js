// What one looks at stands in the address (?page=&section=&q=&state=), so that a link shows it and Back works.

import { useEffect, useState } from "../vendor/preact-htm.js";

const NAMES = ["tab", "page", "section", "q", "state"];

export function read(search = location.search) {
  const given = new URLSearchParams(search);
  return Object.fromEntries(NAMES.map((name) => [name, given.get(name) || ""]));
}

export function written(shown, search = location.search) {
  const given = new URLSearchParams(search);
  for (const name of NAMES) if (shown[name]) given.set(name, shown[name]); else given.delete(name);
  const text = given.toString();
  return text ? `?${text}` : "";
}

// [shown, show(changes, {step})]. With `step`, Back returns to what was shown before.
export function useAddress() {
  const [shown, setShown] = useState(read);
  useEffect(() => {
    const back = () => setShown(read());
    window.addEventListener("popstate", back);
    return () => window.removeEventListener("popstate", back);
  }, []);
  const show = (changes, { step = false } = {}) => setShown((now) => {
    const next = { ...now, ...changes }, address = location.pathname + written(next);
    if (address !== location.pathname + location.search) history[step ? "pushState" : "replaceState"](null, "", address);
    return next;
  });
  return [shown, show];
}
