"""Pages travel as JSON and bytes, and what is no page is refused, whatever it is."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from docspasta.content import Link, Options, Page, read_page
from docspasta.content.page import Heading, Placement
from docspasta.document.edges import Block
from docspasta.sitemaps import Sitemap
from docspasta.turns import at_once
from services.processor import wire

WHOLE = Page(
    url="https://a.example/é",
    title="T \ud800",
    markdown="# T\n\nText \udfff of it.\0",
    placements=(Placement(3, 4, "https://a.example/", "x"),),
    headings=(Heading(1, "T", "t", 0),),
    anchors=(("t", 0),),
    links=(Link("https://a.example/b", True, False),),
    navigation=("https://a.example/c",),
    noindex=True,
    first=(Block("#", 0, 3), Block("0123456789abcdef", 5, 14)),
    words=3,
    facts=b"\0facts",
    html=b"<h1>\xff</h1>",
)


def page_of(message: wire.Message) -> tuple[Page, float]:
    return at_once(wire.reading_page(message))


def sitemap_of(message: wire.Message) -> tuple[Sitemap, float]:
    return at_once(wire.reading_sitemap(message))


def sent(message: wire.Message) -> wire.Message:
    data = wire.packed(message)
    header, payload = wire.LENGTHS.unpack(data[: wire.LENGTHS.size])
    rest = data[wire.LENGTHS.size :]
    assert len(rest) == header + payload
    return wire.unpacked(rest[:header], rest[header:])


def test_a_page_survives() -> None:
    assert page_of(sent(wire.page_message(WHOLE, 0.5))) == (WHOLE, 0.5)
    html = b"<title>T</title><main><h1 id=a>Title</h1><p>Some <a href=/b>words</a> worth keeping here.</main>"
    page = read_page(html, "https://a.example/")
    assert page.links and page.headings and page_of(sent(wire.page_message(page, 0)))[0] == page


def test_bodies_survive() -> None:
    options = Options(("main",), (".ad", "nav"), 7, html=True)
    bodies = [wire.Body(b"\0<p>", "https://a.example/", "utf-8", options, "br"), wire.Body(b"", "https://b/")]
    message = sent(wire.pages_message(bodies, 100, 1.5))
    assert wire.bodies_of(message) == bodies
    assert (message.header["most"], message.header["seconds"]) == (100, 1.5)


def test_a_listing_survives() -> None:
    listed = Sitemap(("https://a/b",), ("https://a/s.xml",), False, "damaged", ("2026-11-01",))
    assert sitemap_of(sent(wire.sitemap_message(listed, 1.0))) == (listed, 1.0)


@pytest.mark.parametrize("name", ["0123456789ABCDEF", "xyz", "0123456789abcdef0", "##", "0x23456789abcdef"])
def test_a_block_whose_name_is_no_hash_is_refused(name: str) -> None:
    with pytest.raises(wire.BadMessage):
        page_of(sent(wire.page_message(replace(WHOLE, last=(Block(name, 0, 1),)), 0)))


GOOD, LISTS = wire.page_message(WHOLE, 0.1)


@pytest.mark.parametrize(
    "header",
    [
        None,
        [],
        {},
        {"cpu": 1},
        GOOD | {"cpu": -1.0},
        GOOD | {"cpu": float("nan")},
        GOOD | {"page": GOOD["page"][:-1]},
        GOOD | {"page": [*GOOD["page"], 1]},
        GOOD | {"lists": GOOD["lists"][:-1]},
        GOOD | {"lists": [[-1], *GOOD["lists"][1:]]},
        GOOD | {"lists": [[10**9], *GOOD["lists"][1:]]},
        GOOD | {"lists": [[1.0], *GOOD["lists"][1:]]},
        GOOD | {"lists": [[2], *GOOD["lists"][1:]]},
        GOOD | {"facts": -1},
        GOOD | {"facts": 10**9},
        GOOD | {"html": -1},
        GOOD | {"html": 10**9},
        GOOD | {"html": "1"},
        *(GOOD | {"page": [*GOOD["page"][:at], {"odd": 1}, *GOOD["page"][at + 1 :]]} for at in range(20)),
        *(GOOD | {"page": [*GOOD["page"][:at], [["x"]], *GOOD["page"][at + 1 :]]} for at in range(20)),
    ],
)
def test_what_is_no_page_is_refused(header: object) -> None:
    with pytest.raises(wire.BadMessage):
        page_of(wire.unpacked(json.dumps(header).encode(), LISTS))


@pytest.mark.parametrize(
    "row", ['["x"]', '[["x", 1, 1]]', "{}", '[[1, 2, "x", "y"], 3]', "1", "", "[" * 9_999]
)
def test_a_list_of_anything_else_is_refused(row: str) -> None:
    for at in range(len(GOOD["lists"])):
        lists = [[len(row)] if here == at else [] for here in range(len(GOOD["lists"]))]
        if row != '["x"]' or at < 4:  # which is a list of addresses
            with pytest.raises(wire.BadMessage):
                page_of(wire.Message(GOOD | {"lists": lists, "facts": 0}, row.encode()))


@pytest.mark.parametrize("data", [b"", b"{", b"\xff", b"[" * 100_000, b"\x80\x05cos\nsystem\n(S'true'\ntR."])
def test_what_is_no_json_is_refused(data: bytes) -> None:
    with pytest.raises(wire.BadMessage):
        wire.unpacked(data, b"")
