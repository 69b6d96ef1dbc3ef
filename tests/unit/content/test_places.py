"""Where things stand in the Markdown: links, headings and anchors, in UTF-8 bytes."""

from __future__ import annotations

from pathlib import Path

import pytest

from docspasta.content import read_page

PAGES = sorted((Path(__file__).parents[2] / "golden").glob("*/*.html"))
URL = "https://kitchen.example.org/docs/page.html"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.parent.name}/{page.stem}")
def test_places_of_golden_pages(page: Path) -> None:
    read = read_page(page.read_bytes(), URL)
    text = read.markdown.encode()
    assert read.headings
    for place in read.placements:
        written = text[place.offset : place.offset + place.length].decode().replace("&amp;", "&")
        assert written == place.url + ("#" + place.fragment if place.fragment else "")
    for heading in read.headings:
        assert text[heading.offset :].startswith(b"#" * heading.level + b" ")
    assert all(0 <= offset < len(text) for _, offset in read.anchors)


def test_offsets_count_bytes() -> None:
    html = '<h2 id="é">Ünïcödé</h2><p>ä <a href="/b#c">ö</a> five words are here, ü</p><p id="z">end</p>'
    read = read_page(html.encode(), URL)
    text = read.markdown.encode()
    (place,) = read.placements
    assert text[place.offset : place.offset + place.length] == b"https://kitchen.example.org/b#c"
    assert (place.url, place.fragment) == ("https://kitchen.example.org/b", "c")
    assert read.headings[0].anchor == "é"
    assert read.headings[0].offset == 0
    assert dict(read.anchors)["z"] == text.index(b"end")


def test_links_into_the_page_itself_are_places() -> None:
    read = read_page(b'<h2 id="a">Heading</h2><p>One two three <a href="#a">four</a> five</p>', URL)
    assert [(place.url, place.fragment) for place in read.placements] == [(URL, "a")]


def test_a_place_can_be_substituted() -> None:
    read = read_page(b'<p>One two <a href="x.html" title="T">three</a> four five</p>', URL)
    (place,) = read.placements
    text = read.markdown.encode()
    changed = text[: place.offset] + b"#x" + text[place.offset + place.length :]
    assert changed == b'One two [three](#x "T") four five\n'
