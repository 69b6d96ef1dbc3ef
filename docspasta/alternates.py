"""What may be read in the place of a page that says nothing without a browser: the site's own Markdown, the
file that a script would draw (OpenAPI, Docsify, DocC, apiDoc), or the page as a browser draws it. Pure.

An alternate is a representation of its page, never a page of its own. Its content type decides whether it is
one, not its name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from .urls import BadUrl, canonical

MARKDOWN_TYPES = frozenset(
    ("text/markdown", "text/x-markdown", "text/mdx", "text/x-mdx", "text/x-gfm", "text/vnd.markdown")
)
ACCEPT_MARKDOWN = "text/markdown,text/html;q=0.9,*/*;q=0.1"
MOST = 12  # alternates of a page that are asked for
_HTML = re.compile(rb"\s*<(?:!doctype|html|head|body|script|\?xml|!--)", re.I)
_TEXT_TYPES = MARKDOWN_TYPES | {"text/plain", "application/octet-stream", "binary/octet-stream", ""}
LLMS_NAME = re.compile(r"(?:^|/)llms[\w-]{0,40}\.txt(?:[?#]|$)")
_LINK = re.compile(
    r'<([^>\s]{1,2048})>((?:\s*;\s*[\w*!-]{1,40}(?:\s*=\s*(?:"[^"]{0,200}"|[^\s";,]{0,200}))?){0,12})'
)


class Kind(StrEnum):
    """What an alternate is."""

    MARKDOWN = "markdown"  # Markdown, by its content type
    NEGOTIATED = "negotiated"  # the page's own address, asked for as Markdown
    TEXT = "text"  # Markdown that a script reads, whatever its type
    OPENAPI = "openapi"  # OpenAPI, Swagger or AsyncAPI
    SCRIPT = "script"  # a script that names the OpenAPI file
    DOCC = "docc"  # JSON of Apple's DocC
    APIDOC = "apidoc"  # a script, or the page itself, that holds the data of apiDoc
    RENDERED = "rendered"  # the page, drawn by a browser


class Alternate(NamedTuple):
    """One of a page's alternates. `url` is canonical."""

    kind: Kind
    url: str

    def __str__(self) -> str:
        return f"{self.kind} {self.url}"


def read_alternate(text: str) -> Alternate | None:
    """The alternate of its text, None when it is none."""
    kind, _, url = text.partition(" ")
    try:
        return Alternate(Kind(kind), canonical(url, routes=True))
    except (ValueError, BadUrl):
        return None


def read_alternates(texts: tuple[str, ...] | list[str]) -> tuple[Alternate, ...]:
    """The alternates of their texts, each once, at most MOST."""
    found = dict.fromkeys(each for text in texts if (each := read_alternate(text)) is not None)
    return tuple(found)[:MOST]


def is_of(kind: Kind, content_type: str, first: bytes) -> bool:
    """Whether an answer of this type, with these first bytes, is an alternate of this kind."""
    if kind in (Kind.RENDERED, Kind.APIDOC):
        return True
    if _HTML.match(first) is not None:
        return False
    if kind in (Kind.MARKDOWN, Kind.NEGOTIATED):
        return content_type in MARKDOWN_TYPES
    if kind is Kind.TEXT:
        return content_type in _TEXT_TYPES
    return bool(first.strip())


def guesses(url: str) -> list[Alternate]:
    """Where a site's own Markdown of the page at `url` may be, when the page does not say."""
    page = url.partition("?")[0]
    names = [f"{page}index.html.md", f"{page}index.md"] if page.endswith("/") else [f"{page}.md"]
    if not page.endswith((".html", ".htm", "/")):
        names.append(f"{page}.html.md")
    elif page.endswith(".html"):
        names.append(f"{page.removesuffix('.html')}.md")
    elif page.count("/") > 3:  # `/guide/` is `/guide.md` for many
        names.append(f"{page.rstrip('/')}.md")
    return [Alternate(Kind.NEGOTIATED, url), *(Alternate(Kind.MARKDOWN, name) for name in names)]


def linked(header: str, url: str) -> Alternate | None:
    """The page's Markdown that a `Link:` header names (RFC 8288), None for none."""
    for target, parameters, words in _links(header):
        if "alternate" in words and any(f";type={kind}" in parameters for kind in MARKDOWN_TYPES):
            return _joined(target, url)
    return None


def described_by(header: str, url: str) -> str:
    """The llms.txt that a `Link:` header names (`rel=describedby`), absolute; '' for none."""
    for target, _, words in _links(header):
        if "describedby" in words and LLMS_NAME.search(target) is not None:
            found = _joined(target, url)
            return found.url if found is not None else ""
    return ""


def _links(header: str) -> Iterator[tuple[str, str, list[str]]]:
    """(target, parameters, relations) of each link of a header."""
    for target, parameters in _LINK.findall(header[:8_000]):
        relations = re.search(r"""(?i);\s*rel\s*=\s*(?:"([^"]*)"|([^\s";,]*))""", parameters)
        words = (relations[1] or relations[2] or "").lower().split() if relations is not None else []
        yield target, parameters.lower().replace('"', "").replace(" ", ""), words


def _joined(target: str, url: str) -> Alternate | None:
    try:
        return Alternate(Kind.MARKDOWN, canonical(target, url))
    except BadUrl:
        return None
