"""Pages made to hurt: each ends in a page or in a reason, and work grows with size, not with its square."""

from __future__ import annotations

import pickle
import time

import pytest
from selectolax.lexbor import LexborHTMLParser

from docspasta.content import read_page
from tests.hurtful import HURTFUL, hurtful
from tests.sizes import size

URL = "https://docs.example.org/guide/page.html"


@pytest.mark.parametrize("name", HURTFUL)
def test_hurtful_page(name: str) -> None:
    body = hurtful(name)
    start = time.process_time()
    page = read_page(body, URL)
    assert time.process_time() - start < 9.0
    assert page.markdown or page.reason in ("empty", "parse_limit", "needs_javascript", "not_html")
    assert "\0" not in page.markdown
    assert len(page.markdown) < 12 * len(body) + 1_000
    assert pickle.loads(pickle.dumps(page)) == page  # pages cross from the parsing process


@pytest.mark.parametrize("tag", ["p", "pre", 'p title="a > b"'])
def test_a_long_run_of_plain_words_is_no_attribute(tag: str) -> None:
    words = "word " * 40_000
    page = read_page(f"<main><h1>Title</h1><{tag}>{words}".encode(), URL)
    assert page.words >= 40_000


SAMPLE = (
    '<h2 id="s{n}">Section {n}</h2><p>Some <em>text</em> with a <a href="page{n}.html#x">link</a> and <code>code</code>,'
    " long enough to be a paragraph of documentation.</p><pre><code class=language-python>def f(x):\n    return x"
    "</code></pre><ul><li>one</li><li>two<ul><li>three</li></ul></li></ul><table><tr><th>a</th><th>b</th></tr><tr>"
    "<td>c</td><td>d</td></tr></table>"
)


def _page(length: int) -> bytes:
    parts, total, number = ["<main><h1>Title</h1>"], 0, 0
    while total < length:
        parts.append(SAMPLE.format(n=number))
        total += len(parts[-1])
        number += 1
    return "".join(parts).encode()


def _seconds(body: bytes, parse_only: bool = False) -> float:
    best = 99.0
    for _ in range(2):
        start = time.process_time()
        LexborHTMLParser(body) if parse_only else read_page(body, URL)
        best = min(best, time.process_time() - start)
    return best


def test_work_grows_linearly_with_size() -> None:
    length, ratios = 10_000, []
    while length <= size("bytes of the largest page"):
        body = _page(length)
        ratios.append(_seconds(body) / len(body))
        length *= 2
    middle = sorted(ratios)[len(ratios) // 2]
    assert max(ratios[2:]) < 3.0 * middle, ratios  # a square would be hundreds of times
