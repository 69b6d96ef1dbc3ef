"""What goes wrong elsewhere, and must not here: one test a thing, each with the HTML in which it goes wrong."""

from __future__ import annotations

import pytest

from docspasta.content import Options, markdown_of, read_page

URL = "https://docs.example.org/guide/page.html"
PROSE = "<p>Enough words stand here that the page is not an empty one.</p>"


def markdown(html: str, **options: object) -> str:
    page = read_page(f"<body><main>{html}{PROSE}</main>".encode(), URL, options=Options(**options))  # type: ignore[arg-type]
    assert page.reason == ""
    return page.markdown.replace(
        "\n\nEnough words stand here that the page is not an empty one.\n", ""
    ).strip("\n")


CASES = {
    "spaces between code's spans survive": (
        '<pre><code class="language-dockerfile"><span>FROM</span> <span>golang:1.21</span></code></pre>',
        "```dockerfile\nFROM golang:1.21\n```",
    ),
    "a fence is longer than any inside": ("<pre>a\n````\nb</pre>", "`````\na\n````\nb\n`````"),
    "inline line numbers go": (
        '<pre><span class="linenos">1</span>a\n<span class="linenos">2</span>b</pre>',
        "```\na\nb\n```",
    ),
    "a table of line numbers is no table": (
        "<table><tr><td><pre>1\n2</pre></td><td><pre>a\nb</pre></td></tr></table>",
        "```\na\nb\n```",
    ),
    "a line a div": ("<pre><code><div>a</div><div>\n</div><div>b</div></code></pre>", "```\na\n\nb\n```"),
    "a line a break": ("<pre>a<br>b<br><br>c</pre>", "```\na\nb\n\nc\n```"),
    "copy buttons go": ("<pre>a<button>Copy</button></pre>", "```\na\n```"),
    "language from an ancestor": (
        '<div class="highlight-python notranslate"><div class="highlight"><pre>a</pre></div></div>',
        "```python\na\n```",
    ),
    "language from data-lang": ('<pre><code data-lang="rb">a</code></pre>', "```rb\na\n```"),
    "a doctest is pycon": (
        '<div class="doctest highlight-default"><pre>&gt;&gt;&gt; 1</pre></div>',
        "```pycon\n>>> 1\n```",
    ),
    "code in a list is indented": (
        "<ol><li>a<pre>x\n y</pre></li></ol>",
        "1. a\n\n   ```\n   x\n    y\n   ```",
    ),
    "tabs keep their labels": (
        "<div role=tablist><button role=tab>A</button><button role=tab>B</button></div>"
        "<div role=tabpanel><p>one</p></div><div role=tabpanel hidden><p>two</p></div>",
        "**A**\n\none\n\n**B**\n\ntwo",
    ),
    "changed lines keep their marks": (
        '<pre><code><div class="line">a</div><div class="line del">b</div><div class="line ins">c</div></code></pre>',
        "```diff\n  a\n- b\n+ c\n```",
    ),
    "a heading without its pilcrow": ('<h2 id="x">Text<a href="#x">¶</a></h2>', "## Text"),
    "a heading that is its own link": ('<h2 id="x"><a href="#x">Text</a></h2>', "## Text"),
    "a heading's words for screen readers": (
        '<h2>Text<span class="sr-only">Link to this heading</span></h2>',
        "## Text",
    ),
    "a heading that ends in a hash": ("<h2>In C #</h2>", "## In C \\#"),
    "an admonition": (
        '<div class="admonition warning"><p class="admonition-title">Warning</p><p>a</p></div>',
        "> [!WARNING]\n> a",
    ),
    "an admonition's own title": (
        '<div class="admonition tip"><p class="admonition-title">Do <em>this</em></p><p>a</p></div>',
        "> [!TIP]\n> **Do *this***\n>\n> a",
    ),
    "an admonition on a page of no family": ("<div><p>Note</p><p>a</p></div>", "> [!NOTE]\n> a"),
    "details": (
        "<details><summary>S</summary><p>a</p></details>",
        "<details>\n<summary>S</summary>\n\na\n\n</details>",
    ),
    "pipes in a table": (
        "<table><tr><th>a|b</th><th>c</th></tr><tr><td><code>d|e</code></td><td>f<br>g</td></tr></table>",
        "| a\\|b | c |\n| --- | --- |\n| `d\\|e` | f<br>g |",
    ),
    "alignment": (
        '<table><tr><th align=right>a</th><th style="text-align: center">b</th></tr><tr><td>1</td><td>2</td></tr></table>',
        "| a | b |\n| ---: | :---: |\n| 1 | 2 |",
    ),
    "spans as HTML": (
        "<table><tr><th>a</th><th>b</th></tr><tr><td colspan=2>c</td></tr><tr><td rowspan=2>d</td><td>e</td></tr><tr><td>f</td></tr></table>",
        '<table>\n<tr><th>a</th><th>b</th></tr>\n<tr><td colspan="2">c</td></tr>\n<tr><td rowspan="2">d</td><td>e</td></tr>\n<tr><td>f</td></tr>\n</table>',
    ),
    "a layout table": (
        "<table role=presentation><tr><td><h2>a</h2></td><td><p>b</p></td></tr></table>",
        "## a\n\nb",
    ),
    "nested lists": ("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", "- a\n  - b\n- c"),
    "start numbers": ("<ol start=7><li>a</li><li>b</li></ol>", "7. a\n8. b"),
    "paragraphs in items": ("<ul><li><p>a</p><p>b</p></li></ul>", "- a\n\n  b"),
    "two lists stay two": ("<ul><li>a</li></ul><ul><li>b</li></ul>", "- a\n\n* b"),
    "tasks": (
        "<ul><li><input type=checkbox checked> a</li><li><input type=checkbox> b</li></ul>",
        "- [x] a\n- [ ] b",
    ),
    "definitions": ("<dl><dt>a</dt><dd>b</dd></dl>", "- **a**\n\n  b"),
    "relative links": (
        '<p><a href="../a.html?q=1#f">a</a></p>',
        "[a](https://docs.example.org/a.html?q=1#f)",
    ),
    "a link's title": (
        '<p><a href="/" title="T &quot;q&quot;">a</a></p>',
        '[a](https://docs.example.org/ "T \\"q\\"")',
    ),
    "empty and icon links": ('<p>x<a href="/a"></a><a href="/b"><i class="icon"></i></a></p>', "x"),
    "javascript links": (
        '<p><a href="javascript:alert(1)">a</a> <a href=" java&#10;script:x">b</a></p>',
        "a b",
    ),
    "parentheses in a link": ('<p><a href="/a_(b">a</a></p>', "[a](<https://docs.example.org/a_(b>)"),
    "images": (
        '<p><img src="i.png" alt="A [b]" title="T"></p>',
        '![A [b]](https://docs.example.org/guide/i.png "T")',
    ),
    "a card is a link around blocks": (
        '<a href="/a"><h3>T</h3><p>d</p></a>',
        "### [T](https://docs.example.org/a)\n\nd",
    ),
    "footnotes": (
        '<p>a<sup><a class="footnote-ref" href="#fn1">1</a></sup></p><section class="footnotes"><ol><li id="fn1"><p>b <a class="footnote-backref" href="#r">↩</a></p></li></ol></section>',
        "a[^1-f6b198]\n\n[^1-f6b198]: b",
    ),
    "KaTeX": (
        '<p><span class="katex"><math><semantics><mi>x</mi><annotation encoding="application/x-tex">x^2</annotation></semantics></math><span aria-hidden=true>x2</span></span></p>',
        "$x^2$",
    ),
    "MathML": (
        "<p><math><mfrac><mi>a</mi><msup><mi>b</mi><mn>2</mn></msup></mfrac></math></p>",
        "$\\frac{a}{b^{2}}$",
    ),
    "MathJax's script": ('<script type="math/tex; mode=display">x</script>', "$$\nx\n$$"),
    "keys": ("<p><kbd>Ctrl</kbd>+<kbd>C</kbd></p>", "<kbd>Ctrl</kbd>+<kbd>C</kbd>"),
    "sub and superscript": ("<p>H<sub>2</sub>O x<sup>2</sup></p>", "H<sub>2</sub>O x<sup>2</sup>"),
    "text that would be markup": (
        "<p>a*b*c &lt;b&gt; &amp;amp; [x](y) `c`</p>",
        "a\\*b\\*c \\<b> \\&amp; [x\\](y) \\`c\\`",
    ),
    "text that would be a block": (
        "<p># a</p><p>- b</p><p>1. c</p><p>&gt; d</p><p>---</p>",
        "\\# a\n\n\\- b\n\n1\\. c\n\n\\> d\n\n\\---",
    ),
    "and only there": (
        "<p>snake_case 2 * 3 **kwargs # 1.5 - a [b] a &lt; b R&amp;D $5 ~1</p>",
        "snake_case 2 * 3 **kwargs # 1.5 - a [b] a < b R&D $5 ~1",
    ),
    "hidden": ('<p hidden>a</p><p style="display: none">b</p><span aria-hidden="true">c</span><p>d</p>', "d"),
    "chrome by role": (
        "<nav>a</nav><div role=search>b</div><div role=dialog>cookies</div><footer>c</footer><p>d</p>",
        "d",
    ),
    "invisible characters": ("<p>a\u200bb\u202ec\U000e0041d\ufeff</p>", "abcd"),
    "but not in code": ("<pre>a\u200bb</pre>", "```\na\u200bb\n```"),
    "Persian keeps its joiner": ("<p>می\u200cخواهم</p>", "می\u200cخواهم"),
    "emphasis that could not close": ("<p><b>a:</b>b</p>", "a:b"),
    "spaces move out of emphasis": ("<p>a<b> b </b>c</p>", "a **b** c"),
    "a hard break": ("<p>a<br>b</p>", "a\\\nb"),
    "right to left": ("<p dir=rtl>שלום עולם</p>", "שלום עולם"),
    "Chinese": ("<p>你好，<b>世界</b></p>", "你好，**世界**"),
}


@pytest.mark.parametrize("name", CASES)
def test_conversion(name: str) -> None:
    html, expected = CASES[name]
    assert markdown(html) == expected


def test_base_is_honoured() -> None:
    html = b'<head><base href="/other/"></head><body><p>One two three four five <a href="a">six</a></p>'
    assert "(https://docs.example.org/other/a)" in read_page(html, URL).markdown


def test_selectors_include_and_exclude() -> None:
    html = "<div class=keep><p>a</p><p class=no>b</p></div><p>c</p>"
    page = read_page(html.encode(), URL, options=Options((".keep",), (".no",), min_words=1))
    assert page.markdown == "a\n"


@pytest.mark.parametrize("selector", ["*|*", "*", "html", ":root", ":has(.keep)", "body"])
def test_what_leaves_the_whole_page_out_makes_it_empty(selector: str) -> None:
    page = read_page(b"<p class=keep>words of the page", URL, options=Options((), (selector,)))
    assert (page.reason, page.detail, page.markdown) == ("empty", "", "")


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        (b'<div id="root"></div><script src="/app.js"></script>', "needs_javascript"),
        (
            b"<body><noscript>You need to enable JavaScript to run this app.</noscript><script src=a.js></script>",
            "needs_javascript",
        ),
        (b"<p>four words are few</p>", "empty"),
        (b"", "empty"),
    ],
)
def test_pages_without_content_say_why(html: bytes, reason: str) -> None:
    page = read_page(html, URL)
    assert (page.reason, page.markdown) == (reason, "")


@pytest.mark.parametrize(
    ("html", "markdown", "reason"),
    [
        (b"<h1>Hello</h1>", "# Hello\n", ""),
        (b"Hello", "Hello\n", ""),
        ("<title>T</title><p>你好".encode(), "你好\n", ""),
        (b"<p>Footer words</p><div id=root></div><script src=/app.js></script>", "", "needs_javascript"),
        (b"<p>Loading...</p><script src=/app.js></script>", "", "needs_javascript"),
        (b"<p> </p>", "", "empty"),
        (b"", "", "empty"),
    ],
)
def test_a_page_that_was_asked_for_may_be_short(html: bytes, markdown: str, reason: str) -> None:
    page = read_page(html, URL, options=Options(named=True))
    assert (page.markdown, page.reason) == (markdown, reason)


def test_what_the_head_says() -> None:
    html = b"""<html lang="en-GB"><head><title> A
      title </title><meta name=description content="What it is."><link rel=canonical href="/c#x">
      <link rel="next" href="n.html"><link rel=prev href="p.html"><meta name=robots content="noindex, nofollow">
      <link rel=alternate type=text/markdown href="page.md"><meta name=generator content="Thing 1">
      <meta http-equiv=refresh content="0; url=../r"></head><p>One two three four five six."""
    page = read_page(html, URL)
    assert (page.title, page.description, page.language, page.generator) == (
        "A title",
        "What it is.",
        "en-GB",
        "Thing 1",
    )
    assert page.canonical == "https://docs.example.org/c"
    assert (page.rel_next, page.rel_prev) == (
        "https://docs.example.org/guide/n.html",
        "https://docs.example.org/guide/p.html",
    )
    assert page.markdown_twin == "https://docs.example.org/guide/page.md"
    assert page.refresh == "https://docs.example.org/r"
    assert page.noindex and page.nofollow


def test_a_page_without_heading_gets_its_title() -> None:
    html = b"<title>T</title><p>One two three four five six."
    assert markdown_of(html, URL) == "# T\n\nOne two three four five six.\n"


def test_links_carry_nofollow_and_navigation() -> None:
    html = b'<nav><a href="b">b</a></nav><main><p>One two three four five</p><a rel="x nofollow" href="a">a</a><a href="b#f">b</a></main>'
    page = read_page(html, URL)
    assert [(link.url.rpartition("/")[2], link.nofollow, link.navigation) for link in page.links] == [
        ("b", False, True),
        ("a", True, False),
    ]
    assert page.navigation == ("https://docs.example.org/guide/b",)


def test_what_nobody_sees_stays_in_code_blocks_alone() -> None:
    html = "<h1>Ti\u200btle</h1><ul><li>one\u202e two<pre>a\u200b\tb</pre>thr\u200bee four</li></ul><pre>\tc\u200bd</pre><p>e\u2060nd"
    text = read_page(html.encode(), "https://kitchen.example.org/").markdown
    assert text.startswith("# Title\n\n- one two\n") and "three four" in text and text.endswith("\n\nend\n")
    assert "a\u200b\tb" in text and "\tc\u200bd" in text


def test_a_cell_within_a_cell_of_a_broken_table_ends() -> None:
    page = read_page(
        b'<table width="100%" summary="Navigation header"><th colspa</b></tr>'
        b'<div class="sect1" id="SPI-INTERFACE"><td><table width="100%" su<div role=tablist><td width="40%">\xc2\xa0',
        "https://docs.example.org/a",
    )
    assert page.reason != "parse_limit", page.detail
