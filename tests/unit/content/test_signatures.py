"""API signatures: one line of code, with a blank where the page ends a line."""

from __future__ import annotations

import pytest

from docspasta.content import read_page

PAGE = (
    '<html><head><meta name="generator" content="Docutils 0.19"></head><body><div class="body"><h1>API</h1>'
    '<p>What the library offers to those who use it.</p><dl class="cpp function"><dt class="sig">{}</dt>'
    "<dd><p>Text.</p></dd></dl></div></body></html>"
)


@pytest.mark.parametrize(
    ("inside", "line"),
    [
        ('<span class="p">&gt;<br></span><span class="k">const</span> T', "`> const T`"),
        ('<span>template &lt;T&gt;</span><br><span class="k">int</span> f', "`template <T> int f`"),
        ('<span class="k">int</span> f<span class="p">(</span>a<span>)</span>', "`int f(a)`"),
        ("<span>int</span> f<span>(<em>a,<br>b</em>,<br><i>c</i>)</span>", "`int f(a, b, c)`"),
    ],
)
def test_a_line_end_is_a_blank(inside: str, line: str) -> None:
    assert line in read_page(PAGE.format(inside).encode(), "https://k.example.org/x.html").markdown
