"""Which of a page's requests are let through. Pure.

What no reader reads (images, media, fonts) is refused, and so is what could change something on another host.
Where a request may lead is decided by the proxy, at the connection.
"""

from __future__ import annotations

import re
from typing import Any

from docspasta.urls import BadUrl, canonical, origin

MOST = 200  # of a page
MOST_NAVIGATIONS = 5  # of its document: a page that reloads without end
REFUSED_TYPES = frozenset(
    (
        "Image", "Media", "Font", "TextTrack", "Prefetch", "EventSource", "WebSocket", "Manifest",
        "SignedExchange", "Ping", "CSPViolationReport", "Preflight", "FedCM",
    )
)  # fmt: skip
_ICON = re.compile(
    r"\.(?:ico|png|svg|gif|jpe?g|webp|avif)$", re.I
)  # what a window would show beside its title
ELSEWHERE_TYPES = frozenset(("Script", "XHR", "Fetch", "Stylesheet"))  # of other origins


class Requests:
    """The requests of one page, counted. `frame` is the id of its main frame once it is known."""

    def __init__(self, url: str, headers: tuple[tuple[str, str], ...] = ()) -> None:
        self._origin, self._headers = origin(url), headers
        self.count = self.navigations = 0

    def admits(self, kind: str, method: str, url: str, *, main: bool) -> bool:
        """Whether a request of this type (as DevTools calls it) is let through. `main`: of the main frame."""
        self.count += 1
        if self.count > MOST or kind in REFUSED_TYPES or not url.startswith(("http://", "https://")):
            return False
        if kind == "Document" and main:
            self.navigations += 1
            return self.navigations <= MOST_NAVIGATIONS and method == "GET"
        own = _origin(url) == self._origin
        if kind == "Document":  # of a frame: what another site says in one is not taken
            return own and method == "GET"
        if kind == "Other" and _ICON.search(url.partition("?")[0]) is not None:
            return False
        if own:
            return True
        return method in ("GET", "HEAD", "OPTIONS") and kind in ELSEWHERE_TYPES

    def headers(self, url: str, own: dict[str, Any]) -> list[dict[str, str]] | None:
        """The headers of a request to the page's origin, with those of its job; None where none are added."""
        if not self._headers or _origin(url) != self._origin:
            return None
        names = {name.lower() for name, _ in self._headers}
        kept = [(name, str(value)) for name, value in own.items() if name.lower() not in names]
        return [{"name": name, "value": value} for name, value in (*kept, *self._headers)]


def _origin(url: str) -> str:
    try:
        return origin(canonical(url))
    except BadUrl:
        return ""
