// Small pictures on buttons; the words say the same.

import { html } from "../vendor/preact-htm.js";

const PATHS = {
  copy: "M6 6V3.5A1.5 1.5 0 0 1 7.5 2h5A1.5 1.5 0 0 1 14 3.5v5A1.5 1.5 0 0 1 12.5 10H10M3.5 6h5A1.5 1.5 0 0 1 10 7.5v5A1.5 1.5 0 0 1 8.5 14h-5A1.5 1.5 0 0 1 2 12.5v-5A1.5 1.5 0 0 1 3.5 6z",
  download: "M8 2v8M4.5 7 8 10.5 11.5 7M2.5 13.5h11",
  pause: "M5.5 3v10M10.5 3v10",
  resume: "M4.5 2.5v11l9-5.5z",
  cancel: "M3.5 3.5l9 9M12.5 3.5l-9 9",
  retry: "M13.5 8A5.5 5.5 0 1 1 11.8 4M12.5 1.5V4.5H9.5",
  again: "M13.5 8A5.5 5.5 0 1 1 11.8 4M12.5 1.5V4.5H9.5",
  keep: "M8 4.5V8l2.5 1.5M13.5 8A5.5 5.5 0 1 1 11.8 4M12.5 1.5V4.5H9.5",
  delete: "M2.5 4.5h11M6 4.5v-2h4v2M4 4.5l.7 9h6.6l.7-9",
};

export const Icon = ({ name }) => html`<svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><path d=${PATHS[name]} /></svg>`;
