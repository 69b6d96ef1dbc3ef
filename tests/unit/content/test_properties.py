"""Properties that hold for every page, tried on random ones."""

from __future__ import annotations

import html as escapes
import re

from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from docspasta.content import read_page

URL = "https://docs.example.org/guide/page.html"
PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
ALLOWED = re.compile(
    r"</?(?:br|kbd|sub|sup|details|summary|table|tr|th|td|code|a|img)(?:\s[^<>]*)?/?>|<!--.*?-->", re.S
)

WORDS = st.text(
    alphabet=st.sampled_from("abc XYZ 019 .,:;!?()[]{}<>&*_`~#+-=|\\/$^\"'é中א"), min_size=1, max_size=30
)
CODE = st.text(alphabet=st.sampled_from("ab01 \t\n`~*_<>&|\\#-=$é"), min_size=1, max_size=60)
INLINE = st.recursive(
    WORDS.map(escapes.escape),
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["b", "em", "code", "span", "del", "sub", "sup", "kbd"]), inner).map(
            lambda pair: f"<{pair[0]}>{pair[1]}</{pair[0]}>"
        ),
        inner.map(lambda text: f'<a href="x.html#y">{text}</a>'),
        st.lists(inner, min_size=2, max_size=3).map("".join),
        inner.map(lambda text: f"{text}<br>{text}"),
    ),
    max_leaves=5,
)
BLOCK = st.recursive(
    st.one_of(
        INLINE.map(lambda text: f"<p>{text}</p>"),
        st.tuples(st.integers(1, 6), INLINE).map(lambda pair: f"<h{pair[0]}>{pair[1]}</h{pair[0]}>"),
        CODE.map(lambda text: f"<pre><code>{escapes.escape(text)}</code></pre>"),
        INLINE.map(
            lambda text: (
                f"<table><tr><th>{text}</th><th>b</th></tr><tr><td>c</td><td>{text}</td></tr></table>"
            )
        ),
        INLINE,
        st.just("<hr>"),
    ),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(
            lambda items: "<ul>" + "".join(f"<li>{i}</li>" for i in items) + "</ul>"
        ),
        st.lists(inner, min_size=1, max_size=3).map(
            lambda items: "<ol>" + "".join(f"<li>{i}</li>" for i in items) + "</ol>"
        ),
        st.lists(inner, min_size=1, max_size=2).map(
            lambda items: "<blockquote>" + "".join(items) + "</blockquote>"
        ),
        st.lists(inner, min_size=1, max_size=2).map(
            lambda items: "<dl><dt>t</dt><dd>" + "".join(items) + "</dd></dl>"
        ),
        st.lists(inner, min_size=1, max_size=3).map("".join),
    ),
    max_leaves=6,
)
TAIL = "<p>Here stand enough words for a page.</p>"


def tokens(markdown: str) -> list[Token]:
    return PARSER.parse(markdown)


def read(blocks: str) -> str:
    return read_page(f"<body><main>{blocks}{TAIL}</main>".encode(), URL).markdown


@settings(max_examples=150)
@given(
    st.lists(CODE, min_size=1, max_size=3),
    st.sampled_from(
        [
            "{}",
            "<ul><li>{}</li></ul>",
            "<blockquote>{}</blockquote>",
            "<ol><li><ul><li>x{}</li></ul></li></ol>",
        ]
    ),
)
def test_every_code_blocks_text_survives(codes: list[str], around: str) -> None:
    markdown = read("".join(around.format(f"<pre>\n{escapes.escape(code)}</pre>") for code in codes))
    found = [token.content for token in tokens(markdown) if token.type == "fence"]
    wanted = [code for code in codes if code.strip()]
    assert [_trim(text) for text in found] == [_trim(code) for code in wanted]


def _trim(code: str) -> list[str]:
    """Lines without blank ones at the ends; a blank line inside a container loses its spaces."""
    lines = [line if line.strip() else "" for line in code.rstrip().split("\n")]
    while lines and not lines[0]:
        lines.pop(0)
    return lines


@settings(max_examples=200)
@given(st.lists(BLOCK, min_size=1, max_size=4).map("".join))
def test_the_outline_is_the_one_commonmark_reads(blocks: str) -> None:
    page = read_page(f"<body><main>{blocks}{TAIL}</main>".encode(), URL)
    outline = [int(token.tag[1]) for token in tokens(page.markdown) if token.type == "heading_open"]
    assert outline == [heading.level for heading in page.headings]
    text = page.markdown.encode()
    for heading in page.headings:
        assert text[heading.offset :].startswith(b"#" * heading.level + b" ")


@settings(max_examples=150)
@given(st.lists(BLOCK, min_size=1, max_size=4).map("".join))
def test_the_same_page_gives_the_same_bytes(blocks: str) -> None:
    body = f"<body><main>{blocks}{TAIL}</main>".encode()
    assert read_page(body, URL) == read_page(body, URL)


@settings(max_examples=200)
@given(st.lists(BLOCK, min_size=1, max_size=4).map("".join))
def test_no_html_but_what_is_allowed(blocks: str) -> None:
    for token in tokens(read(blocks)):
        for part in [token, *(token.children or [])]:
            if part.type in ("html_block", "html_inline"):
                assert not re.search(r"<[^<>]*>", ALLOWED.sub("", part.content)), part.content


@settings(max_examples=200)
@given(WORDS.filter(lambda text: bool(text.strip())))
def test_text_reads_as_itself(words: str) -> None:
    markdown = read(f"<p>{escapes.escape(words)}</p>")
    inline = next(token for token in tokens(markdown) if token.type == "inline")
    text = "".join(child.content for child in inline.children or [])
    assert text == " ".join(words.split())


@settings(max_examples=200)
@given(st.binary(max_size=400) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
def test_no_bytes_make_it_raise(body: bytes) -> None:
    read_page(body, URL, "utf-8")
    read_page(b"<p>" + body, "https://x.example.org/", "shift_jis")
