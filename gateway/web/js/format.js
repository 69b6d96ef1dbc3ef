// Numbers, times and names as people read them. Pure.

const units = ["B", "kB", "MB", "GB"];
const grouped = new Intl.NumberFormat("en-GB");
export const number = (value) => grouped.format(value ?? 0);

export function bytes(value) {
  let amount = value ?? 0, unit = 0;
  while (amount >= 1000 && unit < units.length - 1) { amount /= 1000; unit += 1; }
  return `${unit && amount < 10 ? amount.toFixed(1) : Math.round(amount)} ${units[unit]}`;
}

// 950, 9.3 k, 93 k, 2.4 M: a number of tokens at a glance.
export function short(value) {
  let amount = value ?? 0, unit = 0;
  while (amount >= 999.5 && unit < 2) { amount /= 1000; unit += 1; }
  return `${unit && amount < 9.95 ? amount.toFixed(1) : Math.round(amount)}${["", " k", " M"][unit]}`;
}

// "today 14:02", "12 Nov 14:02"
export function moment(text, now = new Date()) {
  const at = new Date(text), time = at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  if (at.toDateString() === now.toDateString()) return `today ${time}`;
  const year = at.getFullYear() === now.getFullYear() ? {} : { year: "numeric" };
  return `${at.toLocaleDateString("en-GB", { day: "numeric", month: "short", ...year })} ${time}`;
}

// "in 6 days", "in 5 hours": how long there is until a moment.
export function ahead(text, now = Date.now()) {
  const hours = (new Date(text) - now) / 3_600_000;
  if (hours < 1) return "within the hour";
  return hours < 48 ? `in ${plural(Math.round(hours), "hour")}` : `in ${plural(Math.round(hours / 24), "day")}`;
}

const REASONS = { http_status: "error status", not_html: "no HTML page", needs_javascript: "needs JavaScript", dns: "unknown host", tls: "no secure connection", timeout: "no answer in time", robots: "not allowed by robots.txt", redirected: "redirects elsewhere", dead_link: "dead link" };

// Why a page failed or was skipped, in a few words.
export const reasonWords = (page) => (page.httpStatus >= 400 ? `HTTP ${page.httpStatus}` : REASONS[page.reason] || page.reason.replaceAll("_", " "));

export function duration(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

export const plural = (count, word) => `${number(count)} ${word}${count === 1 ? "" : "s"}`;

// Host, path and query of a canonical address. URL would take ten times as long: lists have 10,000.
const ADDRESS = /^https?:\/\/([^/?#]+)([^#]*)/;

export const hostOf = (url) => ADDRESS.exec(url)?.[1] ?? url;

export const pathOf = (url) => (ADDRESS.exec(url)?.[2] ?? url) || "/";

// A hue of a host's own, for its mark: no favicon is loaded from anywhere.
export function hue(text) {
  let hash = 7;
  for (const letter of text) hash = (hash * 33 + letter.codePointAt(0)) % 9973;
  return Math.round(hash * GOLDEN) % 360;
}

const GOLDEN = 137.508; // degrees: neighbours, such as two ports of one host, get hues far apart

// The name that most of a site's titles end with, behind a sign: "Install — Larder" has "Larder"; "" for none.
export function sharedName(titles) {
  const counts = new Map();
  for (const title of titles) {
    const name = /.\s[|·•:»–—-]+\s+([^|·•»–—]*\S)\s*$/u.exec(title || "")?.[1];
    if (name) counts.set(name, (counts.get(name) || 0) + 1);
  }
  const [name, times] = [...counts].sort((a, b) => b[1] - a[1])[0] || ["", 0];
  return times > 2 && times * 2 > titles.length ? name : "";
}

// A page's title without the name of its site, which sites put behind it: "Install — Larder" of Larder is "Install".
export function ownTitle(title, site) {
  if (!title || !site || title === site || !title.endsWith(site)) return title;
  const own = title.slice(0, -site.length).replace(/[\s|·•:»/–—-]+$/u, "");
  return own && own.length < title.length - site.length ? own : title;
}

export const initialOf = (host) => (host.replace(/^(www|docs?|developer)\./, "")[0] || "?").toUpperCase();

export function fileName(job) {
  const stem = `${hostOf(job.url)}${pathOf(job.url)}`.replace(/[^a-z0-9.]+/gi, "-").replace(/^[-.]+|[-.]+$/g, "");
  return `${stem || "document"}.md`;
}
