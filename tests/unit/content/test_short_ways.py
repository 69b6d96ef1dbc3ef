"""The short ways of plain text, links, emphasis and cells write what the long way would."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from docspasta.content import emphasis, inline, read_page, tables
from docspasta.content.cells import Cell
from docspasta.content.escape import HARMLESS, LOOSE, escape, is_plain
from docspasta.content.inline_text import InlineText
from docspasta.content.text_cache import TextCache
from docspasta.content.walk import Walk
from docspasta.content.writer import Blocks
from tests.sizes import size

GOLDEN = Path(__file__).parents[2] / "golden"
PAGES = sorted(GOLDEN.glob("*/*.html"))
URL = "https://kitchen.example.org/docs/page.html"
PIECES = [
    "words", "two words", " lead", "tail ", "a_b", "_a", "a_", "x*y", "(see", "]", "[1]", "!", "a  b", "a\nb", "a\n    b",
    "1. one", "- dash", "-", "#", "|", "&amp;", "&lt;b>", "f(x)", "a\u00a0b", "\u2003", "na\u00efve", "\t", "`", "+ plus",
    "= eq",
]  # fmt: skip
SHAPES = [
    "{0}", "<em>{0}</em>", "<b>{0}</b>", "<b>{0}</b><b>{1}</b>", "<a href=x.html>{0}</a>",
    "<a href='(y)' title=t>{0}</a>", "<code>{0}</code>", "<code><span>{0}</span></code>",
    "<a href=x.html><code>{0}</code></a>", "<a href=x.html><code class=c><span class=pre>{0}</span></code></a>",
    "!<a href=x.html><code id=c>{0}</code></a>", "<a href=x.html><code class=sr-only>{0}</code></a>",
    "<a href=x.html><code hidden>{0}</code></a>", "<p>{0}</p>", "<p>{0} <em>{1}</em></p>", "<p><em>{0}</em>{1}</p>",
    "<li>{0}", "<li><p>{0}</p>", "<table><tr><th>{0}</th><td>{1}</td></tr><tr><td>{2}</td><td>x</td></tr></table>",
    "<h2>{0} <em>{1}</em></h2>", "<blockquote>{0}</blockquote>", "<dl><dt>{0}<dd>{1}<dt>{2}<dd>x</dl>",
    "<table><tr><td colspan=2>{0}</td></tr><tr><td>{1}<td>{2}</table>", "<br>",
]  # fmt: skip


@pytest.fixture
def long_way(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Takes the short ways away when it is asked to."""
    return monkeypatch


def _both(body: bytes, patch: pytest.MonkeyPatch) -> tuple[object, object]:
    short = read_page(body, URL)
    with patch.context() as away:
        for module in (emphasis, inline, tables):
            away.setattr(module, "IS_PLAIN", TextCache(lambda text: False))
        away.setattr(inline, "_link_code", lambda walk, code, link: False)
        away.setattr(Walk, "SHORT", 0)
        return short, read_page(body, URL)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.parent.name}/{page.stem}")
def test_golden_pages(page: Path, long_way: pytest.MonkeyPatch) -> None:
    short, long = _both(page.read_bytes(), long_way)
    assert short == long


def test_random_pages(long_way: pytest.MonkeyPatch) -> None:
    seed = random.SystemRandom().randrange(2**32)
    print(f"seed {seed}")
    draw = random.Random(seed)
    for _ in range(size("pages by the short and the long way")):
        body = "".join(
            draw.choice(SHAPES).format(*draw.choices(PIECES, k=3)) for _ in range(draw.randrange(1, 9))
        )
        short, long = _both(f"<main><h1>Title</h1>{body}".encode(), long_way)
        assert short == long, body


@pytest.mark.parametrize(
    "text", ["a_b", "snake_case_name and more", "f(x) = 1", "plain", "__a", "a__b", "a_ b", "x_", "[a]"]
)
def test_what_is_called_plain_needs_no_escape(text: str) -> None:
    for known in (is_plain, HARMLESS):
        if known(text):
            assert escape(text) == text == escape(text, "x", True, True)


def test_blocks_inside_code_are_its_lines() -> None:
    head = b"<meta name=generator content=sphinx><main><h1>The title of the page</h1>"
    page = read_page(head + b"<code><section>one</section><section>two</section></code>", URL)
    assert page.markdown.endswith("\n\n```\none\ntwo\n```\n")


@pytest.mark.parametrize(
    ("html", "line"), [("<em>--</em>", "\\*--*"), ("<b>-</b>", "\\**-**"), ("<i>words</i>", "*words*")]
)
def test_a_line_of_emphasis_is_guarded_where_it_holds_no_word(html: str, line: str) -> None:
    page = read_page(f"<main><h1>The title of the page</h1><p>{html}</p>".encode(), URL)
    assert page.markdown == f"# The title of the page\n\n{line}\n"


@pytest.mark.parametrize(
    "text", ["a_b", "_a", "a_", "a__b_c", "a_ b", "(_x)", "_", "\u00e9_\u00e8", "a _ b", "x_1"]
)
def test_an_underscore_is_loose_unless_it_stands_in_a_word(text: str) -> None:
    assert (LOOSE(text) is None) == (HARMLESS(text) is not None)


def test_what_is_remembered_is_bounded() -> None:
    asked: list[str] = []
    known = TextCache(lambda text: asked.append(text) or text.upper())
    texts = [f"word {number}" for number in range(10_050)]
    assert [known[text] for text in (*texts, texts[-1], "x" * 65, "x" * 65)][-2:] == ["X" * 65] * 2
    assert len(known) <= 10_000
    assert asked[-3:] == [texts[-1], "x" * 65, "x" * 65]


def _names(kind: type) -> tuple[str, ...]:
    """The attributes of a class with slots; a compiled one names them otherwise, its own and those above."""
    return getattr(kind, "__mypyc_attrs__", None) or kind.__slots__  # type: ignore[attr-defined,no-any-return]


def _state(cell: Cell) -> dict[str, object]:
    """All that a cell holds, and its text."""
    own = {name: getattr(cell, name) for name in _names(Blocks) if name != "inline"}
    return own | {name: getattr(cell.inline, name) for name in _names(InlineText)}


@pytest.mark.parametrize("html", [False, True])
def test_a_cell_that_is_written_in_again_is_as_a_new_one(html: bool) -> None:
    used, new = Cell(html), Cell(html)
    used.open("- ", "  ")
    inline = used.inline
    inline.parts += ["**", "bold", "**"]
    inline.spans.append((0, 2))
    inline.hard_break()
    inline.plain_link("label", "https://kitchen.example.org/", "there", "")
    used.anchor("name")
    used.flush()
    inline.open_link("https://kitchen.example.org/", "", "")
    inline.parts.append("text")
    inline.unclosed.append(1)
    used.renew()
    assert _state(used) == _state(new)
