"""Inline elements that a style makes boxes or lines of: never one word to a reader."""

from __future__ import annotations

import pytest

from .between import between

CASES = {
    "line ends that are kept": (
        '<p style="white-space: pre-line">one\ntwo\n\nthree</p>',
        "one\\\ntwo\n\nthree",
    ),
    "in a text of one font": (
        '<div style="white-space:pre-wrap">one\n<b>two\nthree</b></div>',
        "one\\\n**two\\\nthree**",
    ),
    "by a class": ('<p class="whitespace-pre-line">\n  one\n  two\n</p>', "one\\\ntwo"),
    "of blocks inside": ('<div class="whitespace-pre-wrap">\n<p>one\ntwo</p>\n</div>', "one\\\ntwo"),
    "spans that are blocks": (
        '<p><span style="display: block">one</span><span style="display:block">two</span></p>',
        "one\n\ntwo",
    ),
    "spans beside each other": (
        '<div class="flex gap-2"><span>left</span><span>right</span></div>',
        "left right",
    ),
    "by a style": (
        '<div style="display:flex"><i>a</i><a href="/b">b</a></div>',
        "*a* [b](https://docs.example.org/b)",
    ),
    "in a link": (
        '<a class="flex" href="/b"><span>One</span><span>Two</span></a>',
        "[One Two](https://docs.example.org/b)",
    ),
    "a card whose icon comes before its title": (
        '<a href="/b"><article><div>🛠️</div><h3>Simple</h3><p>It is.</p></article></a>',
        "🛠️\n\n### [Simple](https://docs.example.org/b)\n\nIt is.",
    ),
    "buttons beside each other": (
        '<div class="hero__actions"><a class="button" href="/a">A</a><a class="button" href="/b">B</a></div>',
        "[A](https://docs.example.org/a) [B](https://docs.example.org/b)",
    ),
    "what an element is comes first": (
        '<div class="flex" role="list"><div role="listitem">x</div></div>',
        "- x",
    ),
    "hidden all the same": ('<div class="flex" aria-hidden="true"><span>no</span></div>', ""),
    "lines of a cell": (
        '<table><tr><th>Q</th></tr><tr><td style="white-space: pre">a\nb</td></tr></table>',
        "| Q |\n| --- |\n| a<br>b |",
    ),
    "parts of a word elsewhere": ("<p><span>left</span><span>right</span></p>", "leftright"),
}


@pytest.mark.parametrize("name", CASES)
def test_inline_boxes(name: str) -> None:
    html, expected = CASES[name]
    assert between(html) == expected


def test_no_text_is_looked_at_again_and_again() -> None:
    depth = 120
    html = depth * '<div style="white-space:pre-line">a\nb' + depth * "</div>"
    assert between(html).count("a") == depth
