"""Other people's text never runs: every payload through the page's own renderer, and through a crawl."""

from __future__ import annotations

from typing import Any

from tests.stack import RunningStack

from .acts import crawl, job_id, open_page, until_ended
from .payloads import HTML, MARKDOWN
from .site import Site, serving

RENDER = """
async (text) => {
  const FORBIDDEN = ["SCRIPT", "IFRAME", "IMG", "SVG", "OBJECT", "EMBED", "FORM", "STYLE"];
  const script = document.querySelector('script[type="module"]').src;
  const { render } = await import(script.replace("app.js", "preview.js"));
  const place = document.createElement("div");
  place.append(await render(text));
  document.body.append(place);
  for (const node of place.querySelectorAll("*")) {
    for (const type of ["click", "focus", "mouseover", "pointerover", "toggle", "load", "error"])
      if (!(node.tagName === "A" && type === "click")) node.dispatchEvent(new Event(type, { bubbles: true }));
  }
  await new Promise((done) => setTimeout(done, 5));
  const bad = [];
  for (const node of place.querySelectorAll("*")) {
    for (const { name } of node.attributes) if (name.startsWith("on") || name === "style") bad.push(name);
    if (FORBIDDEN.includes(node.tagName.toUpperCase())) bad.push(node.tagName);
    if (node.tagName !== "A") continue;
    const to = node.getAttribute("href");
    if (to !== null && !/^(https?|mailto):/.test(to)) bad.push(node.outerHTML);
    if (node.rel !== "noopener noreferrer nofollow ugc") bad.push("rel " + node.outerHTML);
  }
  place.remove();
  return [window.executed || 0, bad];
}
"""


def test_no_payload_runs_in_the_preview(tab: Any, running: RunningStack) -> None:
    requests: list[str] = []
    tab.on("request", lambda request: requests.append(request.url))
    open_page(tab, running.gateway)
    for payload in [*MARKDOWN, *HTML, *(f"text {row} text" for row in HTML), *(f"- {row}" for row in HTML)]:
        executed, bad = tab.evaluate(RENDER, payload)
        assert executed == 0 and bad == [], (payload, bad)
    assert [url for url in requests if not url.startswith(running.gateway)] == [], "something was loaded"


def test_no_payload_survives_a_crawl(tab: Any, running: RunningStack) -> None:
    body = "".join(f"<p>Some words around it: {row}</p><pre><code>{row}</code></pre>" for row in HTML[:-1])
    with serving(Site(1, extra=body)) as site:
        open_page(tab, running.gateway)
        crawl(tab, site.origin)
        until_ended(tab)
        tab.goto(f"{running.gateway}/jobs/{job_id(tab)}")
        tab.wait_for_selector(".row >> text=Page 1")
        tab.click(".row >> text=Page 1")
        tab.wait_for_selector(".prose pre")
        assert tab.evaluate("window.executed || 0") == 0
        assert tab.locator(".prose img, .prose script, .prose iframe, .prose svg").count() == 0
