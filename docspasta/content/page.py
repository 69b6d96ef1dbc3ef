"""What one HTML page becomes: the facts that the processor stores. Pure data.

What a page has hundreds of is a named tuple, made at a third of a frozen dataclass's cost.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any, NamedTuple

from docspasta.document.edges import Block


class Link(NamedTuple):
    """A link found on the page, for the frontier. `url` is absolute and canonical, without fragment."""

    url: str
    nofollow: bool = False
    navigation: bool = False  # stands in the page's navigation (sidebar, toctree, menu)


class Placement(NamedTuple):
    """Where a link's destination stands in the Markdown.

    `offset` and `length` are UTF-8 bytes of the destination text; `url` is the absolute canonical target
    without fragment, `fragment` what followed `#` (percent-decoded not), or ''.
    """

    offset: int
    length: int
    url: str
    fragment: str = ""


class Heading(NamedTuple):
    """A heading of the Markdown: ATX level 1-6, plain text, the HTML id it had (or ''), UTF-8 byte offset
    of its `#` run in the Markdown."""

    level: int
    text: str
    anchor: str
    offset: int


@dataclass(frozen=True, slots=True)
class Page:
    """One converted page. `reason` is '' or a PageReason in lower case (needs_javascript, empty, parse_limit;
    what docspasta.content.walls knows; of a body that could not be decoded too_large, bad_response): then
    there is no Markdown, but `links` may be filled, and `detail` may be a sentence."""

    url: str
    reason: str = ""
    detail: str = ""
    title: str = ""
    description: str = ""
    language: str = ""
    generator: str = ""
    canonical: str = ""  # absolute, '' when the page names none
    rel_next: str = ""
    rel_prev: str = ""
    markdown_twin: str = ""  # rel=alternate type=text/markdown, absolute
    alternates: tuple[
        str, ...
    ] = ()  # of a page that says nothing: what to read instead (docspasta.alternates)
    markdown: str = ""
    placements: tuple[Placement, ...] = ()
    headings: tuple[Heading, ...] = ()
    anchors: tuple[
        tuple[str, int], ...
    ] = ()  # (HTML id, UTF-8 byte offset) of each id that a link could name
    links: tuple[Link, ...] = ()  # in document order, each URL once, at most 5,000
    navigation: tuple[str, ...] = ()  # canonical URLs of the page's documentation navigation, in its order
    noindex: bool = False
    nofollow: bool = False  # <meta name=robots content=nofollow>
    refresh: str = ""  # target of <meta http-equiv=refresh>, absolute
    leads_to: str = ""  # what a page that is only a stub leads to (docspasta.content.stubs), absolute
    frames: tuple[str, ...] = ()  # the sources of a frameset's frames; `leads_to` is one of them
    site_name: str = ""  # og:site_name; of a page with a title of no site, what its header calls the site
    sitemap: str = ""  # <link rel=sitemap>, absolute
    llms: str = ""  # the llms.txt that the page names with <link rel=describedby>, absolute
    docsify: str = ""  # of a page of Docsify: the root that links of its files are joined to
    content_hash: str = ""  # 32 hex digits of the text but for its own address (docspasta.content.sameness)
    likeness: str = ""  # 16 or 32 hex digits: what pages have in common that a site makes for any address
    first: tuple[Block, ...] = ()  # blocks at the start and at the end of the Markdown
    last: tuple[Block, ...] = ()
    words: int = 0
    tokens: int = 0  # estimate of the Markdown (docspasta.tokens), rounded up
    heading: str = ""  # the text of the heading that is the page's own (docspasta.document.facts)
    facts: bytes = b""  # what is stored beside the Markdown, once it was made ready
    is_menu: bool = False  # the menu in a frame (docspasta.content.frame_menu)
    html: bytes = b""  # the content as HTML (docspasta.content.clean_html), where it was asked for

    def __reduce__(self) -> tuple[Any, ...]:
        """What pickle writes: plain tuples, at a quarter of the named ones' cost."""
        values = list(_VALUES(self))
        for at, _ in _NAMED:
            values[at] = tuple(map(tuple, values[at]))
        return _unpickled, tuple(values)


_FIELDS = [each.name for each in fields(Page)]
_VALUES = attrgetter(*_FIELDS)
_NAMED = [
    (_FIELDS.index(name), kind)
    for name, kind in (
        ("placements", Placement),
        ("headings", Heading),
        ("links", Link),
        ("first", Block),
        ("last", Block),
    )
]


def _unpickled(*plain: Any) -> Page:
    """The page that `Page.__reduce__` took apart."""
    values = list(plain)
    new = tuple.__new__
    for at, kind in _NAMED:
        values[at] = tuple([new(kind, each) for each in plain[at]])
    return Page(*values)


@dataclass(frozen=True, slots=True)
class Options:
    """How a page is converted. Selectors are CSS as selectolax (Lexbor) takes them."""

    include_selectors: tuple[str, ...] = ()
    exclude_selectors: tuple[str, ...] = ()
    min_words: int = 5
    is_text: bool = False  # Markdown or plain text, whatever its address says
    html: bool = False  # the content is wanted as HTML, too
    named: bool = False  # somebody asked for this very page: it is one however few its words are
    alternate: str = ""  # the kind of alternate (docspasta.alternates) that the body is; '' for a page itself
    hash_routes: bool = False  # `#/guide` is a page of its own
    docsify: str = ""  # of files that Docsify draws: the root that their links are joined to
