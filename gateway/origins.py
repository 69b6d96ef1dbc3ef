"""Which web pages may use this gateway: its own, and those that CORS names.

A change that a cookie authorises must come from one of them (the Origin header, RFC 6454). Otherwise another
site could cancel a visitor's jobs.
"""

from __future__ import annotations

from starlette.requests import HTTPConnection

from .problems import Problem


class Origins:
    """`public_url` as browsers see this gateway, '' to go by the Host header; `cors` origins by comma."""

    def __init__(self, public_url: str, cors: str) -> None:
        self._own = public_url.rstrip("/").lower()
        self._others = frozenset(o.strip().rstrip("/").lower() for o in cors.split(",") if o.strip())

    def is_own(self, request: HTTPConnection, origin: str) -> bool:
        """Whether `origin` is this gateway's."""
        own = self._own or f"{request.url.scheme}://{request.headers.get('host', '')}".lower()
        return origin == own

    def is_allowed_cors(self, origin: str) -> bool:
        """Whether `origin` is another site that may read our answers."""
        return origin in self._others

    def check_change(self, request: HTTPConnection, *, strict: bool) -> None:
        """Raise Problem (403) unless a change comes from an allowed page.

        `strict`: a request without Origin is refused too; else it came from no browser's page.
        """
        origin = request.headers.get("origin", "").lower()
        if not origin and not strict:
            return
        if not (self.is_own(request, origin) or self.is_allowed_cors(origin)):
            raise Problem(
                403,
                "wrong-origin",
                "A change with a cookie must come from this site's own page; "
                "send its Origin, or use an API key instead of the cookie.",
            )
