// Numbers, times and names as people read them. Pure.

const units = ["B", "KB", "MB", "GB"];
export const number = (value) => (value ?? 0).toLocaleString("en-GB");

export function bytes(value) {
  let amount = value ?? 0, unit = 0;
  while (amount >= 1000 && unit < units.length - 1) { amount /= 1000; unit += 1; }
  return `${unit && amount < 10 ? amount.toFixed(1) : Math.round(amount)} ${units[unit]}`;
}

export function duration(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

export const plural = (count, word) => `${number(count)} ${word}${count === 1 ? "" : "s"}`;

export function hostOf(url) {
  try { return new URL(url).host; } catch { return url; }
}

export function pathOf(url) {
  try { const { pathname, search } = new URL(url); return pathname + search; } catch { return url; }
}

// A hue of a host's own, for its mark: no favicon is loaded from anywhere.
export function hue(text) {
  let hash = 7;
  for (const letter of text) hash = (hash * 33 + letter.codePointAt(0)) % 360;
  return hash;
}

export const initialOf = (host) => (host.replace(/^(www|docs?|developer)\./, "")[0] || "?").toUpperCase();

export function fileName(job) {
  const stem = `${hostOf(job.url)}${pathOf(job.url)}`.replace(/[^a-z0-9.]+/gi, "-").replace(/^[-.]+|[-.]+$/g, "");
  return `${stem || "document"}.md`;
}

// As much of a document as a budget of tokens (UTF-8 bytes / 4) holds, cut where a page or paragraph begins.
export function withinBudget(markdown, tokens) {
  const room = tokens * 4;
  const encoded = new TextEncoder().encode(markdown);
  if (encoded.length <= room) return { text: markdown, cut: false };
  const note = "\n\n[…cut to fit]\n";
  const head = new TextDecoder().decode(encoded.slice(0, Math.max(0, room - note.length - 3))).replace(/\uFFFD+$/, "");
  const heading = head.lastIndexOf("\n## "), paragraph = head.lastIndexOf("\n\n");
  const at = heading > head.length / 2 ? heading : paragraph > 0 ? paragraph : head.length;
  return { text: head.slice(0, at) + note, cut: true };
}
