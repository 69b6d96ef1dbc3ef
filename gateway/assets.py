"""The web page's files: served from memory, compressed once, under an address that changes with them.

All of gateway/web/ but its .html files is served under /assets/<hash of all>/. So modules import each other
by relative paths, and browsers cache them without asking. In .html files `{assets}` becomes the address,
`{sample}` that of a site to try, `{login}` that of signing in, and `{who}` the name of who is signed in.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import html
import mimetypes
from dataclasses import dataclass, field
from pathlib import Path

import brotli
from starlette.requests import Request
from starlette.responses import Response

from .problems import not_found

WEB = Path(__file__).parent / "web"
IMMUTABLE = "public, max-age=31536000, immutable"
TEXT = ("text/", "application/javascript", "application/json", "image/svg", "application/manifest")
SMALL = 512  # bytes that are not worth compressing


@dataclass(slots=True)
class Asset:
    """A file and its compressed forms, made when they are first asked for."""

    body: bytes
    media_type: str
    encoded: dict[str, bytes] = field(default_factory=dict)

    @property
    def etag(self) -> str:
        """A strong tag of the content."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:20]}"'

    def compressible(self) -> bool:
        """Whether compressing pays."""
        return len(self.body) > SMALL and self.media_type.startswith(TEXT)


class Assets:
    """The files of a directory; an absent directory has none."""

    def __init__(self, directory: Path = WEB, sample: str = "", login: str = "") -> None:
        files = {
            path.relative_to(directory).as_posix(): path
            for path in sorted(directory.rglob("*"))
            if path.is_file()
        }
        digest = hashlib.sha256()
        self.files: dict[str, Asset] = {}
        for name, path in files.items():
            body = path.read_bytes()
            digest.update(f"{name}\n{len(body)}\n".encode() + body)
            self.files[name] = Asset(body, media_type_of(name))
        self.base = f"/assets/{digest.hexdigest()[:16]}"
        for name, asset in self.files.items():
            if name.endswith(".html"):
                asset.body = asset.body.replace(b"{assets}", self.base.encode())
                asset.body = asset.body.replace(b"{sample}", html.escape(sample).encode())
                asset.body = asset.body.replace(b"{login}", html.escape(login).encode())

    def text(self, name: str) -> str:
        """A file's text, '' for a file that is absent."""
        return self.files[name].body.decode() if name in self.files else ""

    async def page(self, request: Request, who: str = "") -> Response:
        """index.html for whom it is shown to. Browsers ask each time whether it has changed."""
        whole = self.files.get("index.html")
        if whole is None:
            raise not_found()
        body = whole.body.replace(b"{who}", html.escape(who).encode())
        return await respond(request, Asset(body, whole.media_type), "no-cache")

    async def asset(self, request: Request) -> Response:
        """GET /assets/<hash>/<path>; the files of an older page are gone."""
        version, name = request.path_params["version"], request.path_params["path"]
        if f"/assets/{version}" != self.base or name.endswith(".html"):
            raise not_found()
        if name not in self.files:
            raise not_found()
        return await respond(request, self.files[name], IMMUTABLE)


async def respond(request: Request, asset: Asset, cache_control: str) -> Response:
    """A file, coded as the client likes it best; 304 for one that it has."""
    headers = {"Cache-Control": cache_control, "ETag": asset.etag, "Vary": "Accept-Encoding"}
    if asset.etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    encoding = encoding_of(request.headers.get("accept-encoding", "")) if asset.compressible() else ""
    if not encoding:
        return Response(asset.body, headers=headers, media_type=asset.media_type)
    if encoding not in asset.encoded:
        asset.encoded[encoding] = await asyncio.to_thread(compress, asset.body, encoding)
    body = asset.encoded[encoding]
    return Response(body, headers=headers | {"Content-Encoding": encoding}, media_type=asset.media_type)


def encoding_of(accepted: str) -> str:
    """The best coding that a client accepts: br, gzip or '' (RFC 9110, 12.5.3)."""
    for name in ("br", "gzip"):
        for part in accepted.lower().split(","):
            coding, _, weight = part.partition(";")
            if coding.strip() == name and weight.replace(" ", "") not in ("q=0", "q=0.0"):
                return name
    return ""


def compress(body: bytes, encoding: str) -> bytes:
    """The smallest form: it is made once and sent often."""
    return brotli.compress(body, quality=11) if encoding == "br" else gzip.compress(body, 9, mtime=0)


def media_type_of(name: str) -> str:
    """A file's media type by its ending."""
    if name.endswith((".js", ".mjs")):
        return "text/javascript; charset=utf-8"
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
