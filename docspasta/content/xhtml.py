"""XHTML as the HTML that means the same. An XML parser closes `<script src="a.js"/>` and `<title/>`; an HTML
parser takes all that follows for their text, and the page is lost.
"""

from __future__ import annotations

import re
from html import escape
from typing import Final

_START: Final = 1_000  # bytes in which a page says that it is XML
_NAMESPACE: Final = b"http://www.w3.org/1999/xhtml"
# Elements that HTML does not close by a slash, and that do not belong to SVG or MathML.
_NAMES: Final = frozenset(
    b"script title style iframe textarea noscript a abbr b blockquote button caption cite code dd div dl dt"
    b" em figure h1 h2 h3 h4 h5 h6 i ins label li ol option p pre q section select small span strong sub sup"
    b" table tbody td tfoot th thead tr tt u ul var video audio object canvas".split()
)
_CDATA: Final = re.compile(rb"<!\[CDATA\[(.*?)\]\]>", re.S)


def as_html(page: bytes) -> bytes:
    """The page, UTF-8, as an HTML parser has to see it; unchanged when it does not say that it is XML."""
    start = page[:_START].lstrip()
    if not start.startswith(b"<?xml") and _NAMESPACE not in start:
        return page
    page = _closed(page)
    if b"<![CDATA[" in page:
        page = _CDATA.sub(_text, page)
    return page


def _closed(page: bytes) -> bytes:
    """The page with an end tag for each element that a slash closes. Looks at slashes alone: most pages close
    nothing so but what HTML knows as empty.
    """
    tags = [before[before.rfind(b"<") + 1 :].split(None, 1) for before in page.split(b"/>")]
    if _NAMES.isdisjoint([tag[0] for tag in tags if tag]):
        return page
    pieces: list[bytes] = []
    done = at = 0
    while (slash := page.find(b"/>", at)) >= 0:
        start = page.rfind(b"<", at, slash)
        tag = page[start + 1 : slash] if start >= 0 else b""
        name = tag.split(None, 1)[0] if tag.strip() else b""
        if name in _NAMES and b">" not in tag:
            pieces += (page[done:slash], b"></", name, b">")
            done = slash + 2
        at = slash + 2
    return b"".join((*pieces, page[done:])) if pieces else page


def _text(found: re.Match[bytes]) -> bytes:
    """What a CDATA section says, escaped; of one in a script or a style nobody reads anything."""
    return escape(found[1].decode("utf-8", "replace"), quote=False).encode()
