"""A page stays inside of itself: what stands between two innocent pages changes neither of them."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from docspasta.content import Page, read_page
from docspasta.document.containment import contain
from docspasta.document.facts import decode, encode
from docspasta.document.rewrite import apply
from tests.sizes import size

from .test_rewrite import SITE, plan_of, rewrite

READER = MarkdownIt("commonmark", {"html": True, "maxNesting": 100}).enable(["table", "strikethrough"])
# What is in brackets would be a link, if any page had a definition for it.
INNOCENT = b"<h1>Good page</h1><p>Innocent words [x], [y z][x], ![i][X] and [^1], enough of them.</p><pre># a comment\nx = 1</pre><h2>Part [1]</h2><p>End [x][].</p>"
TEXTS = [
    "text", "*a*", "`c`", "``", "```", "~~~", "[x](javascript:alert(1))", "[x]: http://evil", "![i](http://evil/x.png)",
    "&lt;b>", "&lt;/details>", "&lt;details>", "&lt;script>alert(1)&lt;/script>", "&lt;!--", "-->", "## Forged", "# Forged",
    "Source: &lt;https://bank.test/>", "---", "===", "- a", "1. a", "> q", "| a |", "    code", "\\", "$$", "\\[x\n\n## y\\]",
    "[^1]: note", "[!NOTE]", "\r# x", "&#10;&#10;## x", "&#x0c;# x", "&#133;# x", "\x1b[31m", "&lt;?php", "&lt;![CDATA[", "\n", " ",
]  # fmt: skip
TAGS = (
    "p div h1 h2 h3 blockquote ul ol li pre code table tr td th details summary dl dt dd section aside a b em sup sub kbd q"
    " math annotation svg textarea button template script iframe noscript br hr img tt ruby rt figure nav x-y font"
).split()
CLASSES = [
    "katex",
    "math",
    "admonition note",
    "footnotes",
    "mermaid",
    "line",
    "tab-pane",
    "signature",
    "hidden",
    "code",
]
KNOWN_HTML = {"a", "table", "tr", "td", "th", "br", "code", "img", "details", "summary", "sub", "sup", "kbd"}
WRITTEN = re.compile(
    r"""</?(?:details|summary|table|t[rdh]|kbd|su[bp]|br|code)>|</a>|<a (?:id="[^"]*"|href="(?:https:|\#)[^"]*")>|<https:[^>]*>"""
)
SAFE = re.compile(r"https?://|#|mailto:")


def hostile(draw: random.Random, depth: int = 5) -> str:
    """A random piece of a page that tries to be more than that."""
    if depth == 0 or draw.random() < 0.35:
        return draw.choice(TEXTS) + draw.choice(("", " ", "\n"))
    tag = draw.choice(TAGS)
    attributes = f" class='{draw.choice(CLASSES)}'" if draw.random() < 0.3 else ""
    attributes += f" id='{draw.choice(('q', 'x y', 'z'))}'" if draw.random() < 0.3 else ""
    if tag == "a":
        attributes += (
            f" href='{draw.choice(('#q', '#z', 'javascript:x()', 'http://e/`)', 'http://e/<>', '//e'))}'"
        )
    if tag in ("math", "script"):
        attributes += draw.choice(("", " display=block", " type='math/tex; mode=display'"))
    if tag == "annotation":
        attributes += " encoding='application/x-tex'"
    body = "".join(hostile(draw, depth - 1) for _ in range(draw.randrange(4)))
    return f"<{tag}{attributes}>{body}" + ("" if draw.random() < 0.15 else f"</{tag}>")


def document(*pages: Page) -> list[str]:
    plan = plan_of(*[f"/{number}" for number in range(len(pages))])
    return rewrite(plan, [(page.markdown, decode(encode(page, [], []))) for page in pages])


def read(html: bytes, path: str = "/0") -> Page:
    return read_page(b"<body><main>" + html + b"</main>", SITE + path)


def tokens(markdown: str) -> Iterator[Token]:
    for token in READER.parse(markdown):
        yield token
        yield from token.children or ()


def shown(markdown: str) -> list[tuple[str, str, str, object]]:
    """What a reader of Markdown makes of it."""
    return [(token.type, token.tag, token.content, token.attrs) for token in tokens(markdown)]


def check(
    page: Page, safe: re.Pattern[str] = SAFE, before: Page | None = None, after: Page | None = None
) -> None:
    parts = document(before or read(INNOCENT), page, after or read(INNOCENT, "/2"))
    alone = [shown(part) for part in parts]
    whole = shown("".join(parts))
    assert whole[: len(alone[0])] == alone[0]
    assert whole[-len(alone[2]) :] == alone[2]
    assert len(whole) == sum(map(len, alone))
    assert (
        sum(token.type == "heading_open" and token.tag == "h2" for token in READER.parse("".join(parts))) == 3
    )
    for token in tokens(parts[1]):
        if token.type in ("html_block", "html_inline"):
            assert {name.lower() for name in re.findall(r"</?([A-Za-z][\w-]*)", token.content)} <= KNOWN_HTML
        if token.type in ("link_open", "image"):
            assert safe.match(str(token.attrs.get("href") or token.attrs.get("src") or "#"))


def test_hostile_pages_change_no_other() -> None:
    seed = random.SystemRandom().randrange(2**32)
    print(f"seed {seed}")
    draw = random.Random(seed)
    for _ in range(size("hostile pages")):
        html = "<p>Some ordinary words that make a page long enough.</p><a href='#q'>q</a>"
        html += "".join(hostile(draw) for _ in range(draw.randrange(1, 5)))
        page = read(html.encode(), "/1")
        if not page.reason:
            try:
                check(page)
            except AssertionError:
                print(html)
                raise


BREAKOUTS = {
    "an anchor behind a fence": "<a href=#q>l</a><pre>code</pre><a id=q></a>",
    "a display of math": "<math display=block><annotation encoding='application/x-tex'>x\n\n## Forged\n\nSource: &lt;https://b/>"
    "</annotation></math>",
    "HTML in math": "<p>a <math><mi>&lt;img src=x onerror=alert(1)></mi></math></p>",
    "a script link in math": "<p>a <math><mi>[click](javascript:alert(1))</mi></math></p>",
    "a cell that is moved": "<table><td># x<thead><th></table>",
    "a fence in a cell": "<table><tr><td>~~~ x</td></tr></table>",
    "brackets and parentheses of two elements": "<h1>[!NOTE]<rt>\\ </rt></h1><p>[a]<span>(javascript:b*c)</span></p>",
    "a list in folded text of a list": "<ul><li>a<font><details><li>&lt;b></li></details></font></li></ul>",
    "a list in a mark of a list": "<ul><li><kbd><ul><li>&lt;b></li></ul></kbd></li></ul>",
    "text behind an empty fold in a quote": "<kbd><blockquote><details></details>&lt;script></blockquote></kbd>",
    "a footnote's mark in a link": "<p><a href=#q>[^1]: note</a></p><p><a href=#q>[^1]: a b c</a></p><h2 id=q>H</h2>",
    "spans of code that touch": "<p><a><tt>&lt;script>…`</tt><a> . `</a></p>",
}  # fmt: skip


@pytest.mark.parametrize("name", BREAKOUTS)
def test_breakouts(name: str) -> None:
    check(
        read(
            f"<h1>A</h1><p>Some ordinary words that make a page long enough.</p>{BREAKOUTS[name]}".encode(),
            "/1",
        )
    )


@pytest.mark.parametrize(
    ("markdown", "contained"),
    [
        ("a\n\n```\nx\n", "a\n\n```\nx\n```"),
        ("- a\n\n  ```\n  x\n\nb\n", "- a\n\n  ```\n  x\n\nb\n"),
        ("> ```\n> x\n", "> ```\n> x\n> ```"),
        ("- ~~~\n  x", "- ~~~\n  x\n  ~~~"),
        ("# a\n\n## b\n", "# a\n\n\\## b\n"),
        ("a\n===\n", "a\n\\===\n"),
        ("a\n---\n", "a\n\\---\n"),
        ("a\n\n---\n", "a\n\n---\n"),
        ("<script>x</script>\n", "\\<script>x\\</script>\n"),
        ("<!-- a\n", "\\<!-- a\n"),
        ("<details>\n<summary>S</summary>\n\na", "<details>\n<summary>S</summary>\n\na\n\n</details>"),
        ("</details>\n", "\\</details>\n"),
        ("<https://a.example/>\n", "<https://a.example/>\n"),
        ("```\n# a\n<script>\n```\n", "```\n# a\n<script>\n```\n"),
        ("- a\nb\n\n   ```\n---\n", "- a\n  b\n\n   ```\n---\n"),
        ("> - a\n> b\nc\n===\n", "> - a\n>   b\n>   c\n>   \\===\n"),
        ("|a|\n|-|\n    b\n2. c\n\n   ```\n", "|a|\n|-|\n    b\n2\\. c\n\n   ```\n```"),
        ("-\n\n  ```\nx\n", "-\n\n  ```\nx\n```"),
        ("-\t```\n\tx\n", "-\t```\n\tx\n    ```"),
        ("<td>\n<script>x\n", "<td>\n&lt;script>x\n"),
        (">" * 25 + "a\n", ">" * 24 + "\\>a\n"),
        ("a <b> `<b>` \\<b> \\\\<b> <br>\n", "a \\<b> `<b>` \\<b> \\\\\\<b> <br>\n"),
        ("a `\nc <b> `\n\n`\n", "a `\nc <b> `\n\n`\n"),
        ("- a `\n- <b> `\n", "- a `\n- \\<b> `\n"),
        ("a ` <b>\n***\nc `\n", "a ` \\<b>\n***\nc `\n"),
        (
            "| a | `<i>` |\n| --- | --- |\n| `<b> | `<b> |\n",
            "| a | `<i>` |\n| --- | --- |\n| `\\<b> | `\\<b> |\n",
        ),
        ("`a|b<i>` or `c|<i>`\n", "`a|b<i>` or `c|<i>`\n"),
        ("<td>\nx <b> [a](javascript:b)\n", "<td>\nx &lt;b> [a](javascript:b)\n"),
        ('<a href="https://a/">b</a> <a onclick="c">\n', '<a href="https://a/">b</a> \\<a onclick="c">\n'),
        ('<a onclick="c">\n# d\n', '\\<a onclick="c">\n\\# d\n'),
        ("<img onerror=c>\n```\nd\n", "\\<img onerror=c>\n```\nd\n```"),
        ("[a](JAVA\\script&colon;b) [c](#d)\n", "[a\\](JAVA\\script&colon;b) [c](#d)\n"),
        ("> [a](\n> <javascript:b>)\n", "> [a\\](\n> \\<javascript:b>)\n"),
        ("[a]: javascript:b\n[^1-00ff00]: c\n", "\\[a]: javascript:b\n[^1-00ff00]: c\n"),
    ],
)
def test_what_would_break_out_is_escaped_or_closed(markdown: str, contained: str) -> None:
    data = markdown.encode()
    edits, closing = contain(data, [0] if data.startswith(b"# ") else [])
    for offset, length, new in sorted(edits, reverse=True):
        data = data[:offset] + new + data[offset + length :]
    assert (data.rstrip(b"\n") + closing if closing else data).decode() == contained


PIECES = [
    "a", " ", "`", "``", "\\", "|", "\n", "\n\n", "\n> ", "\n- ", "\n1. ", "    ", "\n| - | - |\n", "<script>", "</script>",
    "<b onclick=x>", "<!-- ", "<br>", "</td>", "<details>", "<summary>", "</details>", "\n```\n", "\n~~~\n", "# ", "===", "\n---\n",
    "[a](javascript:b)", "![a](JavaScript&colon;b)", "[a](\n", "javascript:b)", "[a](<vbscript:b>)", "<javascript:b>", "[a]: ",
    "[^a]", "[a]", "*", "**", "&lt;", "<https://a.test/>", "\t", "$$", "<a href=\"javascript:b\">", "<a href=\"#c\">", "<?", "<![CDATA[",
]  # fmt: skip


IN_TABLES = [piece for piece in PIECES if piece not in ("    ", "\t")]
OUTSIDE = [piece for piece in PIECES if "|" not in piece]


def test_markdown_that_conversion_did_not_write_is_text() -> None:
    """Its tags and links everywhere; headings and what is left open where no reader may see a table: some see
    one whose first row is HTML or code."""
    seed = random.SystemRandom().randrange(2**32)
    print(f"seed {seed}")
    draw = random.Random(seed)
    for _ in range(5 * size("hostile pages")):
        pieces = draw.choice((IN_TABLES, OUTSIDE))
        markdown = "".join(draw.choice(pieces) for _ in range(draw.randrange(1, 16))).encode()
        edits, closing = contain(markdown, [])
        contained = (apply(markdown, [*edits, (len(markdown.rstrip(b"\n")), 0, closing)])).decode()
        try:
            check_tags(contained)
            rest = READER.parse(f"{contained}\n\nEnd.\n") if pieces is OUTSIDE else []
            assert not [token for token in rest if token.type == "heading_open"]
            assert not rest or [token.content for token in rest if token.type == "inline"][-1] == "End."
        except AssertionError:
            print(markdown, contained, sep="\n\n")
            raise


def check_tags(markdown: str) -> None:
    """No HTML but what conversion writes, no link that leads to a script."""
    for token in tokens(markdown):
        if token.type in ("html_block", "html_inline"):
            tags = re.findall(r"<[A-Za-z/!?][^>]*>?", token.content)
            assert all(WRITTEN.fullmatch(tag) for tag in tags), tags
        if token.type in ("link_open", "image"):
            target = str(token.attrs.get("href") or token.attrs.get("src") or "#")
            assert not re.match(r"(?:javascript|vbscript):", target, re.I), target


def test_lazy_lines_grow_a_page_by_no_more_than_its_size() -> None:
    data = b"9. " * 24 + b"a\n" * 10_000 + b"\n  ```\n"
    edits, closing = contain(data, [])
    assert sum(len(new) for _, _, new in edits) < 2 * len(data) + 10_000
    assert closing == b"\n```"
