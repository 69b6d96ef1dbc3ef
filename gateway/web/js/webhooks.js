// Webhooks that were switched off because deliveries failed; not those that the person disabled.

import { html, useEffect, useState } from "../vendor/preact-htm.js";
import { api } from "./api.js";

const WHY = { gone: "the receiver says that it is gone (HTTP 410)", failing: "nothing has arrived there for five days" };

const of = (hook) => (hook.sourceId ? "of a source " : hook.jobId ? "of a job " : "");

export function SwitchedOff() {
  const [hooks, setHooks] = useState([]);
  const [trouble, setTrouble] = useState("");
  useEffect(() => {
    const look = () => { if (!document.hidden) api.webhooks().then((found) => setHooks(found.filter((hook) => WHY[hook.disabledBecause]))).catch(() => {}); };
    look();
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, []);
  const enable = (hook) => async () => {
    try { await api.enable(hook.webhookId); setHooks((now) => now.filter((one) => one !== hook)); } catch (problem) { setTrouble(problem.message); }
  };
  return hooks.map((hook) => html`<p class="off" key=${hook.webhookId} role="status"><span>The webhook ${of(hook)}to ${hook.url} was switched off: ${WHY[hook.disabledBecause]}. ${trouble}</span>
    <button onClick=${enable(hook)}>Switch on again</button></p>`);
}
