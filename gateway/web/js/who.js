// Who looks at the page: the gateway writes it into the page, since only it can read the cookie.

import { html, useState } from "../vendor/preact-htm.js";
import { signOut } from "./api.js";

const told = globalThis.document?.querySelector('meta[name="docspasta-who"]')?.content || "";
export const SIGNED_IN = told !== "";
export const SIGN_IN = globalThis.document?.querySelector('meta[name="docspasta-login"]')?.content || ""; // where one signs in; "" for nowhere
export const signInHere = () => `${SIGN_IN}?next=${encodeURIComponent(location.pathname)}`;

export function Who() {
  const [says, setSays] = useState("");
  const leave = () => signOut().then(() => location.assign("/")).catch((problem) => setSays(problem.message));
  if (!SIGNED_IN) return html`<span class="who" title="Crawls belong to this browser; nobody else sees them.">Not signed in${SIGN_IN && html` <a href=${signInHere()}>Sign in</a>`}</span>`;
  return html`<span class="who">Signed in as <b dir="auto">${told}</b><button class="quiet" onClick=${leave}>Sign out</button><span class="says" role="status">${says}</span></span>`;
}
