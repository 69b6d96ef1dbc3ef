"""The gateway's cookies: no script reads them, and no other site's form sends them."""

from __future__ import annotations

from starlette.requests import HTTPConnection
from starlette.responses import Response

NAME = "docspasta"
YEAR = 365 * 86400  # seconds


class Cookies:
    """`public_url` as browsers see this gateway decides Secure; '' goes by the connection."""

    def __init__(self, public_url: str) -> None:
        self._public_url = public_url

    def secure(self, request: HTTPConnection) -> bool:
        """Whether browsers reach this gateway by TLS."""
        return (self._public_url or str(request.url)).startswith("https://")

    def name(self, request: HTTPConnection, name: str = NAME, path: str = "/") -> str:
        """A cookie's name. The prefixes bind it to this host, and to TLS (RFC 6265bis, 4.1.3)."""
        if not self.secure(request):
            return name
        return f"__Host-{name}" if path == "/" else f"__Secure-{name}"

    def value(self, request: HTTPConnection, name: str = NAME, path: str = "/") -> str:
        """The cookie that a request brought, '' for none."""
        return request.cookies.get(self.name(request, name, path), "")

    def put(
        self,
        request: HTTPConnection,
        response: Response,
        value: str,
        lifetime: int,
        name: str = NAME,
        path: str = "/",
    ) -> None:
        """Set a cookie for `lifetime` seconds; 0 deletes it."""
        response.set_cookie(
            self.name(request, name, path),
            value,
            max_age=lifetime,
            path=path,
            secure=self.secure(request),
            httponly=True,
            samesite="lax",
        )
