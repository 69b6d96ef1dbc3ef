// At most two streams a browser, however many tabs: HTTP/1.1 allows six connections an origin, and the tabs
// want the others for requests. Two Web Locks: `open` for the job somebody looks at, `newest` for the newest
// running job of a list. A tab without the lock asks GET every 5 s instead.

const PREFIX = "docspasta-stream-";

// hold(name, begin) : while this tab holds the lock, `begin()` runs; it returns what ends it.
// `take`: a tab that comes to the front takes the lock from one behind. Returns release().
export function hold(name, { begin, take = false, locks = navigator.locks }) {
  if (!locks) return begin();
  const state = { released: false, end: null, free: null, asking: null };

  function ask(steal) {
    if (state.released || state.end) return;
    state.asking?.abort();
    state.asking = steal ? null : new AbortController();
    const options = steal ? { steal: true } : { signal: state.asking.signal };
    locks.request(PREFIX + name, options, () => new Promise((free) => {
      if (state.released) return free();
      state.free = free;
      state.end = begin();
    })).catch(() => lost(steal));
  }

  function lost() {
    if (!state.end) return;
    state.end();
    state.end = null;
    if (!state.released) ask(false);
  }

  const front = () => { if (take && !document.hidden) ask(true); };
  document.addEventListener("visibilitychange", front);
  window.addEventListener("focus", front);
  ask(take && !document.hidden);
  return () => {
    state.released = true;
    document.removeEventListener("visibilitychange", front);
    window.removeEventListener("focus", front);
    state.asking?.abort();
    state.end?.();
    state.end = null;
    state.free?.();
  };
}
