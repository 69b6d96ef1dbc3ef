"""Pages that only list the pages below them, or have a heading alone: chapters of a book, which are pages."""

from __future__ import annotations

import pytest

from docspasta.content import Page, read_page

BELOW = "".join(f'<div><a href="sec-4.{n}.html">4.{n} Notation {n}</a></div>' for n in range(1, 6))
OTHERS = "".join(f'<li><a href="sec-{n}.html">Chapter {n}</a></li>' for n in range(1, 8))


def page(body: str, head: str = "") -> Page:
    html = f"<html><head><title>Manual: Predicates</title>{head}</head><body>{body}</body></html>"
    return read_page(html.encode(), "https://docs.example.org/sec-4.html")


@pytest.mark.parametrize("box", ['div class="toc"', 'div id="toc"', 'div class="sectionlist contents"'])
def test_a_list_of_the_pages_below_is_the_content_of_a_page_without_any(box: str) -> None:
    menu = (
        f'<div class="navwindow"><ul>{OTHERS}</ul></div><div class="nav"><a href="sec-3.html">prev</a></div>'
    )
    found = page(f"{menu}<div><h1>Predicates</h1><{box}>{BELOW}</div></div>")
    assert not found.reason and found.markdown.startswith("# Predicates")
    assert "[4.5 Notation 5]" in found.markdown and "Chapter 3" not in found.markdown


def test_a_menu_around_a_page_of_few_words_is_no_content() -> None:
    pager = '<div class="navfooter"><a href="a">Prev</a> <a href="b">Up</a> <a href="c">Next</a></div>'
    found = page(f"<h1>Predicates</h1><p>These six words are the text.</p>{pager}<nav>{OTHERS}</nav>")
    assert "](https" not in found.markdown


@pytest.mark.parametrize(
    ("body", "head"),
    [
        (f"<aside><ul>{OTHERS}</ul></aside><main><h1>Unsorted</h1></main>", ""),
        ("<main><h1>Unsorted</h1></main>", '<link rel="next" href="sec-5.html">'),
        ('<main><h1>Unsorted</h1></main><a rel="prev" href="sec-3.html">3</a>', ""),
        ('<div id="content"><h1>Unsorted</h1></div>', "<!-- Book generated using mdBook -->"),
    ],
    ids=["a menu", "a neighbour", "a link to one", "a generator"],
)
def test_a_heading_alone_is_a_chapter_of_a_book(body: str, head: str) -> None:
    assert page(body, head).markdown == "# Unsorted\n"


def test_a_heading_alone_is_no_page_elsewhere() -> None:
    assert page("<main><h1>Unsorted</h1></main>").reason == "empty"
