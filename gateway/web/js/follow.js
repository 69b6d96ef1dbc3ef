// Following a job: the stream when this tab may hold one, else GET every 5 s; the state is the reducer's. The
// last event of a stream is the whole job, so it is not asked for again.

import { useEffect, useRef, useState } from "../vendor/preact-htm.js";
import { api } from "./api.js";
import { hold } from "./budget.js";
import { initial, isEnded, reduce } from "./state.js";
import { watch } from "./stream.js";

const REFRESH = 5000;
const STILL = 3000; // without an event for so long, it is asked what holds the job up

// What a source that was closed for good means for this job.
async function verdict(id, onJob) {
  try {
    const job = await api.job(id);
    onJob(job);
    return isEnded(job.state) ? "ended" : "retry";
  } catch (problem) {
    return [401, 403, 404].includes(problem.status) ? "gone" : "retry";
  }
}

// useJob(job, lock) -> {state, status}. `lock`: open, newest, or "" for a job that only refreshes.
// Statuses: connecting, live, refreshing, reconnecting, ended, gone.
export function useJob(job, lock, { after = "" } = {}) {
  const [state, setState] = useState(() => initial(job));
  const [status, setStatus] = useState(isEnded(job.state) ? "ended" : "refreshing");
  const last = useRef(after);
  const id = job.jobId;
  const heard = useRef(0), over = useRef(isEnded(job.state));
  const [round, setRound] = useState(0); // how often it was opened again
  const apply = (events) => setState((now) => {
    heard.current = Date.now();
    const next = reduce(now, events);
    last.current = next.lastId || last.current;
    over.current = next.ended;
    return next;
  });
  const adopt = (fresh) => {
    if (over.current && !isEnded(fresh.state)) { last.current = fresh.cursor || last.current; setRound((n) => n + 1); }
    over.current = isEnded(fresh.state);
    setState((now) => ({ ...now, job: { ...now.job, ...fresh }, ended: isEnded(fresh.state) }));
  };

  useEffect(() => { adopt(job); }, [job]);
  useEffect(() => {
    if (over.current) { setStatus("ended"); return; }
    setStatus((now) => (now === "ended" ? "refreshing" : now));
    if (!lock) return;
    return hold(lock, {
      take: lock === "open",
      begin: () => {
        const stop = watch((at) => api.streamUrl(id, at), {
          after: last.current, onEvents: apply, onStatus: setStatus, probe: () => verdict(id, adopt),
        });
        return () => { stop(); setStatus((now) => (now === "ended" ? now : "refreshing")); };
      },
    });
  }, [id, lock, isEnded(job.state), round]);

  useEffect(() => {
    if (status !== "refreshing" || !lock) return;
    const timer = setInterval(() => api.job(id).then((fresh) => {
      adopt(fresh);
      if (isEnded(fresh.state)) setStatus("ended");
    }).catch(() => {}), REFRESH);
    return () => clearInterval(timer);
  }, [id, status, lock]);
  useEffect(() => {
    if (status !== "live") return;
    const timer = setInterval(() => {
      if (document.hidden || Date.now() - heard.current < STILL) return;
      api.job(id).then((fresh) => { if (!isEnded(fresh.state)) adopt(fresh); }).catch(() => {});
    }, STILL);
    return () => clearInterval(timer);
  }, [id, status]);
  return { state, status, apply, adopt };
}

// Speed over the last ten seconds, and what is left at that speed.
export function usePace(job, ended) {
  const samples = useRef([]);
  const [, tick] = useState(0);
  useEffect(() => {
    if (ended) return;
    const timer = setInterval(() => tick((n) => n + 1), 1000);
    return () => clearInterval(timer);
  }, [ended]);
  const now = performance.now() / 1000, done = (job.processed || 0) + (job.failed || 0) + (job.skipped || 0);
  const kept = samples.current;
  if (!kept.length || now - kept.at(-1).now >= 0.5) kept.push({ now, done, discovered: job.discovered || 0 });
  while (kept.length > 2 && now - kept[0].now > 10) kept.shift();
  const span = now - kept[0].now;
  const perSecond = span > 0.5 ? Math.max(0, done - kept[0].done) / span : 0;
  const growing = (job.discovering || 0) > 0 || (job.discovered || 0) > kept[0].discovered;
  return { perSecond, growing, left: perSecond > 0 ? (job.queued || 0) / perSecond : null };
}

export function elapsed(job) {
  const base = job.runningSeconds || 0;
  if (!["running"].includes(job.state) || !job.readAt) return base;
  return base + (Date.now() - job.readAt) / 1000;
}
