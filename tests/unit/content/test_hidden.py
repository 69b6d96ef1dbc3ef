"""Characters that nobody sees: out of the text wherever they stand, kept in code, at no second walk."""

from __future__ import annotations

import pytest

from docspasta.content import read, read_page

URL = "https://docs.example.org/"
CODE = "<p>call <code>f(a,\u200bb)</code> or so</p><table><tr><th>x<th>y<tr><td><code>g\u200b()</code><td>z</table>"
LONG = "a long sentence with{0} something in it that goes on for a while"


@pytest.fixture
def walks(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each walk was a careful one."""
    found: list[bool] = []
    walk = read._walk

    def noted(*arguments: object, careful: bool = False) -> object:
        found.append(careful)
        return walk(*arguments, careful=careful)  # type: ignore[arg-type]

    monkeypatch.setattr(read, "_walk", noted)
    return found


@pytest.mark.parametrize("text", [LONG.format("\u200b"), "one \uf17c icon", "soft\u00adly", "\u200bword"])
def test_where_they_stand(text: str, walks: list[bool]) -> None:
    markdown = read_page(f"<h1>Title</h1><p>{text}</p>{CODE}".encode(), URL).markdown
    prose, _, code = markdown.partition("call")
    assert prose.isascii()
    assert code.count("\u200b") == 2
    assert walks == [False]


@pytest.mark.parametrize("hidden", ["\u2060", "\u202e", "\U000e0041", "\x01"])
def test_by_a_second_walk(hidden: str, walks: list[bool]) -> None:
    markdown = read_page(f"<p>{LONG.format(hidden)}</p>{CODE}".encode(), URL).markdown
    assert hidden not in markdown
    assert markdown.count("\u200b") == 2
    assert walks == [False, True]
