// One job's live events: the browser's own EventSource, which resumes by itself with Last-Event-ID, and a
// new one with ?after= when an answer it does not understand (a proxy's 502) has closed it for good.

const EVENTS = ["progress", "url_processed", "url_failed", "url_skipped", "job_completed", "job_failed", "job_cancelled", "reset"];
const TERMINAL = ["job_completed", "job_failed", "job_cancelled"];
const FIRST_WAIT = 1000, LONGEST_WAIT = 15000;

// watch(url(after), {after, onEvents, onStatus}) -> stop(). Statuses: connecting, live, reconnecting, ended.
export function watch(urlAfter, { after = "", onEvents, onStatus, Source = EventSource, probe = null }) {
  let source = null, lastId = after, wait = FIRST_WAIT, timer = 0, stopped = false, queue = [], forget = null;
  const say = (status) => { if (!stopped) onStatus(status); };

  function flush() {
    forget?.();
    forget = null;
    const batch = queue;
    queue = [];
    if (batch.length && !stopped) onEvents(batch);
  }

  function take(event) {
    if (event.lastEventId) lastId = event.lastEventId;
    queue.push({ type: event.type, id: event.lastEventId, data: event.data ? JSON.parse(event.data) : {} });
    if (TERMINAL.includes(event.type)) { flush(); say("ended"); return stop(); }
    forget ??= soon(flush);
  }

  // With the next frame, or soon when the tab is hidden.
  function soon(act) {
    if (document.hidden) { const at = setTimeout(act, 500); return () => clearTimeout(at); }
    const at = requestAnimationFrame(act);
    return () => cancelAnimationFrame(at);
  }

  function open(first) {
    say(first ? "connecting" : "reconnecting");
    source = new Source(urlAfter(lastId), { withCredentials: true });
    source.onopen = () => { wait = FIRST_WAIT; say("live"); };
    source.onerror = failed;
    for (const name of EVENTS) source.addEventListener(name, take);
  }

  async function failed() {
    if (stopped) return;
    if (source.readyState !== 2) return say("reconnecting");
    source.close();
    say("reconnecting");
    // A closed source says nothing of why: the end (204), no such job (404), or a proxy's trouble.
    const verdict = probe ? await probe() : "retry";
    if (stopped) return;
    if (verdict !== "retry") { say(verdict); return stop(); }
    timer = setTimeout(() => open(false), wait * (0.5 + Math.random()));
    wait = Math.min(wait * 2, LONGEST_WAIT);
  }

  function stop() {
    stopped = true;
    clearTimeout(timer);
    forget?.();
    source?.close();
  }

  open(true);
  return stop;
}
