"""A page travels between processes: pickle gives back what it was given."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from docspasta.content import Heading, Link, Page, Placement, markdown_of, read_page

GOLDEN = Path(__file__).parents[2] / "golden"
PAGES = sorted(GOLDEN.glob("*/*.html"))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_pickled(path: Path) -> None:
    page = read_page(path.read_bytes(), "https://kitchen.example.org/docs/page.html")
    again = pickle.loads(pickle.dumps(page))
    assert again == page
    kinds = {type(each) for each in (*again.placements, *again.headings, *again.links)}
    assert kinds <= {Placement, Heading, Link}


def test_a_page_with_a_reason() -> None:
    page = Page("https://kitchen.example.org/", "empty", links=(Link("https://kitchen.example.org/a", True),))
    again = pickle.loads(pickle.dumps(page))
    assert again == page
    assert again.links[0].nofollow


def test_a_pages_title_is_not_said_twice() -> None:
    text = b"<title>[Paging] - Book</title><main><h2>Paging</h2><p>One two three four five six.</p></main>"
    assert markdown_of(text, "https://docs.example.org/a").startswith("## Paging\n")
    other = text.replace(b"<h2>Paging", b"<h2>Overview")
    assert markdown_of(other, "https://docs.example.org/a").startswith("# [Paging] - Book\n\n## Overview")


def test_a_rule_that_divides_nothing_goes() -> None:
    text = b"<title>T</title><h1>T</h1><p>One two three four five.</p><hr><p>Six.</p><hr><footer>Next</footer><hr>"
    page = read_page(text, "https://docs.example.org/a")
    assert page.markdown == "# T\n\nOne two three four five.\n\n---\n\nSix.\n"


@pytest.mark.parametrize(
    ("html", "name"),
    [
        ("<title>x</title><div class=navbar-brand>Valve</div><main><h1>Introduction</h1>", "Valve"),
        (
            "<title>All modules</title><a class='library-name--link' href=/>Valve</a><main><h2>All modules:</h2>",
            "Valve",
        ),
        ("<title>Install</title><div class=brand>Docs</div><main><h1>Installation</h1>", ""),
        ("<title>Valves</title><div class=brand>Valve</div><main><h1>All about valves</h1>", ""),
        ("<meta name=application-name content=V><title>x</title><main><h1>Introduction</h1>", "V"),
        (
            "<meta name=application-name content=V><meta property=og:site_name content=W><main><h1>Home</h1>",
            "W",
        ),
    ],
)
def test_a_start_page_that_names_nothing_is_told_by_its_header(html: str, name: str) -> None:
    page = read_page(f"{html}<p>One two three four five six seven.</p>".encode(), "https://docs.example.org/")
    assert page.site_name == name


def test_a_page_names_the_llms_txt_of_its_site() -> None:
    head = '<link rel="describedby" href="/docs/llms.txt"><link rel=describedby href="/terms.html">'
    found = read_page(
        f"<head>{head}</head><p>Words of a page, which are enough.</p>".encode(), "https://s.example/docs/a"
    )
    assert found.llms == "https://s.example/docs/llms.txt"
    assert (
        read_page(b"<head><link rel=describedby href=/terms.html></head><p>x", "https://s.example/").llms
        == ""
    )
