"""The content of a page as HTML: its text, absolute addresses, and nothing that runs."""

from __future__ import annotations

import random

from selectolax.lexbor import LexborHTMLParser

from docspasta.content import Options, read_page

URL = "https://docs.example.org/guide/start.html"
TEXT = "<p>The content has some words, so that the page is one.</p>"


def cleaned(main: str, options: Options | None = None) -> str:
    """The cleaned HTML of a page with this main content."""
    page = (
        f"<html><head><title>T</title></head><body><nav>menu</nav><main><h1>T</h1>{TEXT}{main}</main></body>"
    )
    found = read_page(page.encode(), URL, options=options or Options(html=True))
    assert found.markdown
    return found.html.decode()


def test_it_is_the_content_with_absolute_addresses() -> None:
    html = cleaned(
        '<p>A <a href="../other#x">link</a> &amp; <img src="a.png" alt="a &quot;b&quot;"><br>end</p>'
    )
    assert "menu" not in html and "<h1>T</h1>" in html and TEXT in html
    assert '<a href="https://docs.example.org/other#x">link</a> &amp; ' in html
    assert '<img src="https://docs.example.org/guide/a.png" alt="a &quot;b&quot;"><br>end</p>' in html


def test_a_picture_that_a_script_loads_late_has_its_address() -> None:
    html = cleaned(
        '<img src="spacer.gif" data-lazy="b.png" alt="late"><img src="data:image/png;base64,AA" alt="x">'
    )
    assert '<img src="https://docs.example.org/guide/b.png" alt="late">' in html
    assert '<img src="data:image/png;base64,AA" alt="x">' in html


def test_a_table_and_code_keep_their_shape() -> None:
    table = '<table><tbody><tr><td colspan="2">a</td></tr></tbody></table><pre><code class="language-c">a &lt; b\n</code></pre>'
    assert table in cleaned(table)


def test_nothing_that_runs_or_nobody_sees_is_left() -> None:
    html = cleaned(
        '<p onclick="x()" style="color:red" data-x="1">kept</p><script>x()</script><style>p{}</style>'
        '<iframe src="https://e.org"></iframe><a href="javascript:x()">js</a><a href=" JaVaScript:x()">js</a>'
        '<form action="/x"><input name="a"><button>b</button><p>in a form</p></form><p hidden>hidden</p>'
        '<img src="data:image/svg+xml,<svg onload=x()>"><svg onload="x()"><text>s</text></svg>'
        "<math><mi>x</mi><annotation-xml encoding='text/html'><b>y</b></annotation-xml></math><x-y z=1>own</x-y>"
    )
    assert "<p>kept</p>" in html and "<a>js</a>" in html and "in a form" in html and "<mi>x</mi>" in html
    assert "<span>own</span>" in html
    for gone in (
        "onclick",
        "style",
        "data-x",
        "script",
        "iframe",
        "form>",
        "input",
        "button",
        "hidden",
        "svg",
        "y</b",
    ):
        assert gone not in html, gone


def test_it_is_made_only_where_it_is_asked_for() -> None:
    assert cleaned("", Options()) == ""


def test_what_is_excluded_is_in_neither() -> None:
    html = cleaned('<p class="ad">buy</p>', Options(html=True, exclude_selectors=(".ad",)))
    assert "buy" not in html


def test_random_markup_comes_out_closed_and_without_a_script() -> None:
    seed = random.randrange(2**32)
    chance = random.Random(seed)
    pieces = ("<p>", "</p>", "<b>", "</i>", "<table>", "<td>", "</table>", "<script>", "</script>", "<svg>", "</svg>",
              "<math>", "<mtext>", "<style>", "</style>", "<!--", "-->", "<img src=x onerror=x()>", "<a href='j", "'>",
              "text", "<form>", "<select>", "<template>", "</template>", "<noscript>", "<title>", "&lt;script>", "\0")  # fmt: skip
    for _ in range(300):
        html = read_page(
            f"<main><h1>T</h1>{TEXT}{''.join(chance.choices(pieces, k=25))}".encode(),
            URL,
            options=Options(html=True),
        ).html.decode()
        tree = LexborHTMLParser(html)
        assert not tree.css("script, style, iframe, form, svg, template, [onerror]"), (seed, html)
