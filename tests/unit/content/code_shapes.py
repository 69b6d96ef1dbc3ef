"""Blocks of code in the shapes that highlighters give them, made together with the text that a reader sees."""

from __future__ import annotations

import random
from html import escape
from typing import NamedTuple

WORDS = [
    "def", "x", "=", "f(a,", "b)", "return", "<T>", "&&", "'s'", "#", "1", "42", "-", "*", "`", "{", "}", "é", "10.",
]  # fmt: skip
LINES = (
    "newline", "br", "div", "line", "line alone", "display", "li", "table", "codes", "flex", "p", "boxes", "token-line",
)  # fmt: skip
NUMBERS = (
    "", '<span class="linenos">{}</span>', '<span class="x-line-number linenumber">{}</span>',
    '<span class="ln">{}</span>', '<a class="LineNumber_a1">{}</a>', '<i>{}</i>', '<b class="foo"> {} </b>',
    '<span data-line-number="{0}">{0}</span>', '<span class="code-lineNo">{}</span>',
)  # fmt: skip
BOXES = (
    "<pre>{}</pre>", '<pre class="language-x"><code>{}</code></pre>',
    '<div class="highlight"><pre><code>{}</code></pre></div>', '<div style="white-space: pre">{}</div>',
    "<pre><code>{}</code><button>Copy</button></pre>",
)  # fmt: skip


class Shape(NamedTuple):
    """A block as HTML, the text in it, and whether numbers stand beside its lines."""

    html: str
    text: str
    numbered: bool


def make(draw: random.Random) -> Shape:
    """A random block of two to seven lines."""
    source = [_line(draw) for _ in range(draw.randrange(2, 8))]
    source[0], source[-1] = source[0].strip() or "first", source[-1].strip() or "last"
    lines, number = draw.choice(LINES), draw.choice(NUMBERS)
    box = draw.choice(BOXES)
    if lines == "codes":
        box = BOXES[1]
    elif lines in ("li", "table"):
        box = draw.choice(BOXES[:3])
    coloured, linked = draw.random() < 0.6, draw.random() < 0.4
    first = draw.choice((1, 1, 1, 7))
    rows = [
        number.format(first + at) + _coloured(line, draw, coloured, linked) for at, line in enumerate(source)
    ]
    return Shape(
        box.format(_joined(rows, source, lines)), "\n".join(line.rstrip() for line in source), bool(number)
    )


def _line(draw: random.Random) -> str:
    if draw.random() < 0.15:
        return ""
    return " " * draw.choice((0, 0, 2, 4)) + " ".join(draw.choices(WORDS, k=draw.randrange(1, 6)))


def _coloured(line: str, draw: random.Random, coloured: bool, linked: bool) -> str:
    """A line with its words as a highlighter marks them."""
    out = []
    for piece in line.split(" "):
        html = escape(piece)
        if piece and coloured and draw.random() < 0.7:
            html = f'<span class="tok-{draw.randrange(3)}">{html}</span>'
        if piece and linked and draw.random() < 0.3:
            html = f'<a href="x.html">{html}</a>'
        out.append(html)
    return " ".join(out)


def _joined(rows: list[str], source: list[str], lines: str) -> str:
    """The lines, each as an element, or ended by one."""
    if lines == "br":
        return "<br>".join(rows)
    if lines == "div":
        return "".join(f"<div>{row or '<br>'}</div>" for row in rows)
    if lines == "line":
        return "\n".join(f'<span class="line">{row}</span>' for row in rows)
    if lines == "line alone":
        return "".join(f'<span class="code-line">{row}</span>' for row in rows)
    if lines in ("display", "flex"):
        style = "block" if lines == "display" else "flex"
        return "".join(f'<span style="display: {style}">{row or "<br>"}</span>' for row in rows)
    if lines == "p":
        return "".join(f'<p style="margin: 0">{row or "<br>"}</p>' for row in rows)
    if lines == "boxes":
        return "".join(f'<div class="ec-line"><div class="code">{row or "<br>"}</div></div>' for row in rows)
    if lines == "token-line":
        return "".join(f'<span class="token-line">{row}<br></span>' for row in rows)
    if lines == "li":
        return "<ol>" + "".join(f"<li>{row or '<br>'}</li>" for row in rows) + "</ol>"
    if lines == "table":
        return "<table>" + "".join(f"<tr><td>{row or '<br>'}</td></tr>" for row in rows) + "</table>"
    if lines == "codes":
        return "</code><code>".join(rows) if source else ""
    return "\n".join(rows)
