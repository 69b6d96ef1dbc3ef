// Webhooks of this person that were switched off, because nothing arrived or the receiver said that it is gone.

import { html, useEffect, useState } from "../vendor/preact-htm.js";
import { api } from "./api.js";

const WHY = { gone: "the receiver says that it is gone (HTTP 410)", failing: "nothing has arrived there for five days" };

export function SwitchedOff() {
  const [hooks, setHooks] = useState([]);
  const [trouble, setTrouble] = useState("");
  useEffect(() => { api.webhooks().then((found) => setHooks(found.filter((hook) => hook.disabledAt))).catch(() => {}); }, []);
  const enable = (hook) => async () => {
    try { await api.enable(hook.webhookId); setHooks((now) => now.filter((one) => one !== hook)); } catch (problem) { setTrouble(problem.message); }
  };
  return hooks.map((hook) => html`<p class="off" key=${hook.webhookId} role="status">The webhook to ${hook.url} was switched off: ${WHY[hook.disabledBecause] || "it was disabled"}.
    <button onClick=${enable(hook)}>Switch on again</button> ${trouble}</p>`);
}
