"""Deep nesting is refused before it is parsed; what only looks deep is not."""

from __future__ import annotations

import time

import pytest

from docspasta.content import read_page
from docspasta.content.nesting import MAX_DEPTH, too_deep

DEEP = 60_000
OPENINGS = ["<div>", "<DIV class=a>", "<ul><li>", "<dl><dd>", "<b><p>", "<figure>", "<span>", "<x-y>"]
HIDDEN = [  # text that a reader of tags less exact than the parser would take for the end of all tags
    "<!-->", "<!--->", "<div '>", "<div =\">", "<div a=b=\">", "<div a/=\">", "<svg><title>", "<svg><style>",
    "<select><xmp></select>", "<script></scriptx></script>", "<p title='a>'>",
]  # fmt: skip
FURTHER = [
    "<svg><g>",
    "<table><tr><td>",
    "<div><select>",
    "<font color=red>",
    "<div title='>'>",
    "<div/>",
    "<svg><a>",
    "<svg><input>",
]


@pytest.mark.parametrize("opening", OPENINGS + FURTHER)
def test_deep_nesting_is_refused_at_once(opening: str) -> None:
    """300 KiB of it; without the guard, parsing and reading take the square of the depth."""
    body = ("<h1>x</h1>" + opening * DEEP + "some words to be read here").encode()
    begun = time.process_time()
    page = read_page(body, "https://docs.example.org/")
    assert page.reason == "parse_limit" and not page.markdown
    assert time.process_time() - begun < 2.0


@pytest.mark.parametrize("name", ["a", "td", "input", "image", "option", "g"])
def test_elements_of_svg_nest_without_end_tags(name: str) -> None:
    assert too_deep(("<svg>" + f"<{name}>" * DEEP).encode())
    assert not too_deep(("<svg>" + f"<{name}/>" * DEEP).encode())


@pytest.mark.parametrize("before", HIDDEN)
def test_nothing_before_it_hides_what_is_deep(before: str) -> None:
    assert too_deep((before + "<div>" * DEEP).encode())


@pytest.mark.parametrize(
    "html",
    [
        "<p>x" * DEEP,
        "<ul>" + "<li>x" * DEEP + "</ul>",
        "<table>" + "<tr><td>x" * DEEP + "</table>",
        "<dl>" + "<dt>x<dd>y" * DEEP + "</dl>",
        "x<br>" * DEEP + "<img src=a>" * DEEP,
        "<a name=x>" * DEEP,
        "<div>x</div>" * DEEP,
        "</span>" * DEEP + "<div>" * (MAX_DEPTH - 1),
        "<svg>" + "<path d=x />" * DEEP + "</svg>",
        "<script>" + "x='<div>';" * DEEP + "</script>",
        "<!--" + "<div>" * DEEP + "-->",
        "<textarea>" + "<div>" * DEEP,
        "1 < 2 " * DEEP,
        "<div>" * MAX_DEPTH + "</div>" * MAX_DEPTH,
    ],
)
def test_what_is_not_deep_is_not_refused(html: str) -> None:
    assert not too_deep(html.encode())


@pytest.mark.parametrize(
    "piece", ["<script", "<!--", "<div '", '<div "', "<div ", "</", "<a b='\">", "<x" * 9]
)
def test_looking_is_linear(piece: str) -> None:
    """Twice the text costs about twice the time, whatever it is made of."""

    def cost(text: str) -> float:
        begun = time.process_time()
        too_deep(text.encode())
        return time.process_time() - begun

    small = max(min(cost(piece * 40_000) for _ in range(3)), 0.002)
    assert any(cost(piece * 160_000) < 12 * small for _ in range(3))
