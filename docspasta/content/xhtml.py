"""XHTML as the HTML that means the same. An XML parser closes `<script src="a.js"/>` and `<title/>`; an HTML
parser takes all that follows for their text, and the page is lost.
"""

from __future__ import annotations

import re
from html import escape

_START = 1_000  # bytes in which a page says that it is XML
_NAMESPACE = b"http://www.w3.org/1999/xhtml"
# Elements that HTML does not close by a slash, and that do not belong to SVG or MathML.
_CLOSED = re.compile(
    rb"<(script|title|style|iframe|textarea|noscript|a|abbr|b|blockquote|button|caption|cite|code|dd|div|dl|dt|em"
    rb"|figure|h[1-6]|i|ins|label|li|ol|option|p|pre|q|section|select|small|span|strong|sub|sup|table|tbody|td|tfoot"
    rb"|th|thead|tr|tt|u|ul|var|video|audio|object|canvas)(?=[\s/])([^<>]*?)/>"
)
_CDATA = re.compile(rb"<!\[CDATA\[(.*?)\]\]>", re.S)


def as_html(page: bytes) -> bytes:
    """The page, UTF-8, as an HTML parser has to see it; unchanged when it does not say that it is XML."""
    start = page[:_START].lstrip()
    if not start.startswith(b"<?xml") and _NAMESPACE not in start:
        return page
    if b"/>" in page:
        page = _CLOSED.sub(rb"<\1\2></\1>", page)
    if b"<![CDATA[" in page:
        page = _CDATA.sub(_text, page)
    return page


def _text(found: re.Match[bytes]) -> bytes:
    """What a CDATA section says, escaped; of one in a script or a style nobody reads anything."""
    return escape(found[1].decode("utf-8", "replace"), quote=False).encode()
