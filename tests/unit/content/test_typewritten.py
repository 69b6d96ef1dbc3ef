"""Code that only a font of one width tells, where no rules say what is code."""

from __future__ import annotations

import pytest

from docspasta.content import read_page

URL = "https://docs.example.org/manual/valves.html"
TEXT = (
    "<p>A valve opens and closes. It may do so on its own when the pressure gets too high, or by hand.</p>"
    * 3
)
STYLE = (
    '<style>.c3{color:#000;font-family:"Courier New"} p.Code, div.Example {font-family: Consolas, monospace}'
    " .c4{font-family:Arial}</style>"
)
CASES = {
    "a span's own style": (
        "<p>The <span style='font-family:monospace'>{$I-}</span> switch and <span style='font-family:Arial'>no</span>.</p>",
        "The `{$I-}` switch and no.",
    ),
    "a class of the page's own styles": (
        "<p>Call <span class=c3>open()</span> <span class=c4>now</span>.</p>",
        "Call `open()` now.",
    ),
    "a font": ("<p>Call <font face='Courier New' size=2>open()</font> now.</p>", "Call `open()` now."),
    "a link in it": (
        "<p>Call <font face=monospace><a href=https://x.example/o>open</a>()</font> now.</p>",
        "Call [`open`](https://x.example/o)`()` now.",
    ),
    "a block with breaks": (
        "<div class=Example><b>type</b>&nbsp;A&nbsp;<b>is</b><BR>\n&nbsp;&nbsp;range&nbsp;1;</div>",
        "```\ntype A is\n  range 1;\n```",
    ),
    "blocks that are a line each": (
        "<p class=Code>int main() {</p>\n<p class=Code>&nbsp;&nbsp;return 0;</p>\n<p class=Code>&nbsp;</p>\n<p class=Code>}</p>",
        "```\nint main() {\n  return 0;\n\n}\n```",
    ),
    "paragraphs of nothing but such spans": (
        "<p class=MsoNormal><span style='font-size:9pt;font-family:\"Courier New\"'>a = 1</span></p>"
        "<p class=MsoNormal><span style='font-family:\"Courier New\"'>b&nbsp;=</span> <span class=c3>2</span></p>",
        "```\na = 1\nb = 2\n```",
    ),
    "one such paragraph": ("<p><span class=c3>a = 1</span></p>", "`a = 1`"),
    "lines around a block": ("<p class=Code>Usage:</p><pre>a\nb</pre>", "```\nUsage:\n```\n\n```\na\nb\n```"),
    "within code": ("<pre>a <span class=c3>b</span>\nc</pre>", "```\na b\nc\n```"),
}


def read(body: str) -> str:
    page = read_page(f"<title>Valves</title>{STYLE}<body><h1>Valves</h1>{TEXT}{body}{TEXT}".encode(), URL)
    assert page.reason == ""
    return page.markdown


@pytest.mark.parametrize(("html", "markdown"), CASES.values(), ids=CASES)
def test_it_is_code(html: str, markdown: str) -> None:
    said = TEXT.replace("<p>", "").replace("</p>", "\n\n")
    assert read(html) == f"# Valves\n\n{said}{markdown}\n\n{said}".rstrip() + "\n"


def test_the_font_of_a_whole_page_tells_nothing() -> None:
    text = TEXT.replace("<p>", "<p class=Code>")
    page = read_page(f"<title>Valves</title>{STYLE}<body><h1>Valves</h1>{text}".encode(), URL)
    assert "`" not in page.markdown


def test_long_lines_are_prose() -> None:
    assert "```" not in read(
        "<p class=Code>" + "The pressure gets too high, and a valve opens. " * 5 + "</p>"
    )
