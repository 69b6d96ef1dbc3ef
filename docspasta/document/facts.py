"""What is stored beside a page's Markdown, as JSON: where links, headings and ids stand, what it links to.

Written once by the processor, read by assembly (never parsed out of the Markdown again) and by the record
when a page turns out to lie nearer than was thought. Pure.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .edges import Block
from .headings import own_heading

if TYPE_CHECKING:
    from docspasta.content.page import Page

KEY_BYTES = 16


@dataclass(frozen=True, slots=True)
class Facts:
    """`placements`: [offset, length, url, fragment]; `headings`: [level, text, id, offset]; `anchors`:
    [id, offset]; offsets are UTF-8 bytes of the Markdown. `links` and `level_links` are url_keys (hex) found
    one step deeper and none; the keys of the page's navigation are not repeated here. `own_heading`: index of
    the heading that is the page's own, -1 for none."""

    placements: list[tuple[int, int, str, str]]
    headings: list[tuple[int, str, str, int]]
    anchors: list[tuple[str, int]]
    links: list[str]
    level_links: list[str]
    own_heading: int = -1
    site_name: str = ""  # og:site_name
    first: Sequence[Block] = ()  # blocks at the edges (docspasta.document.edges)
    last: Sequence[Block] = ()


def encode(page: Page | None, links: Iterable[str], level_links: Iterable[str]) -> bytes:
    """The facts of a page as UTF-8 JSON. `page` None: there is no Markdown, only links."""
    facts = (page.facts or with_facts(page).facts) if page is not None else b"{}"
    comma = "" if facts == b"{}" else ","
    blocks = json.dumps((page.first, page.last) if page is not None else ((), ()), separators=(",", ":"))
    end = f'{comma}"e":{blocks},"l":"{"".join(links)}","z":"{"".join(level_links)}"}}'
    return b"".join((memoryview(facts)[:-1], end.encode()))


def with_facts(page: Page) -> Page:
    """The page with its facts made ready, but for its links, and with no more than the first of its headings:
    what it took to make them is in them. It costs time with the page's length, so a parsing process does it.
    """
    facts: dict[str, object] = {}
    heading = ""
    if page.markdown:
        own = own_heading(page.headings, page.title, page.markdown)
        heading = page.headings[own].text if own >= 0 else ""
        facts["p"] = [(link.offset, link.length, link.url, link.fragment) for link in page.placements]
        facts["h"] = [(h.level, h.text, h.anchor, h.offset) for h in page.headings]
        facts["a"] = page.anchors
        facts["o"] = own
    if page.site_name:
        facts["s"] = page.site_name
    text = json.dumps(facts, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "replace")
    return replace(page, heading=heading, facts=text, placements=(), anchors=(), headings=page.headings[:1])


def decode(data: bytes) -> Facts:
    """The facts of `encode`; b'' has none."""
    facts = json.loads(data) if data else {}
    return Facts(
        facts.get("p", []),
        facts.get("h", []),
        facts.get("a", []),
        _keys(facts.get("l", "")),
        _keys(facts.get("z", "")),
        facts.get("o", -1),
        facts.get("s", ""),
        *([Block(*block) for block in edge] for edge in facts.get("e", ((), ()))),
    )


def taken_apart(data: bytes) -> tuple[bytes, list[Block], list[Block], list[str]]:
    """What `encode` put together: the facts of `with_facts`, the blocks at the edges, the url_keys of links
    one step deeper. None of the facts is read, for they may be long."""
    at = data.rfind(b'"e":')
    end = json.loads(b"{" + data[at:])
    first, last = ([Block(*block) for block in edge] for edge in end["e"])
    return data[:at].removesuffix(b",") + b"}", first, last, _keys(end["l"])


def links_in(data: bytes) -> tuple[list[str], list[str]]:
    """The url_keys alone of the facts of `encode`: `links` and `level_links`. They stand at the end."""
    at = data.rfind(b'"l":"')
    if at < 0:
        return [], []
    links, _, level_links = data[at + 5 : -2].decode().partition('","z":"')
    return _keys(links), _keys(level_links)


def headings_in(data: bytes) -> bytes:
    """The headings alone of the facts of `with_facts` or `encode`, as written there; b'' for none. A page's
    text can't hold these marks, for its quotes are escaped."""
    at = data.find(b'"h":[')
    return data[at : data.find(b',"a":[', at)] if at >= 0 else b""


def pack_keys(keys: Iterable[str]) -> bytes:
    """url_keys (hex) as 16 bytes each, in order: how a navigation is stored."""
    return bytes.fromhex("".join(keys))


def unpack_keys(data: bytes) -> list[str]:
    """The url_keys of `pack_keys`."""
    return _keys(data.hex())


def _keys(text: str) -> list[str]:
    size = 2 * KEY_BYTES
    return [text[at : at + size] for at in range(0, len(text), size)]
