"""The fuzz target of the conversion: whatever bytes come, a Page comes back, and it keeps its promises.

    python -m tests.fuzz.content [seconds] [seed]      mutates the golden pages; prints the seed

`target(data)` is what a coverage-guided fuzzer (Atheris, OSS-Fuzz) calls.
"""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path

from docspasta.content import read_page
from docspasta.domain import PageReason

GOLDEN = Path(__file__).parents[1] / "golden"
URL = "https://docs.example.org/guide/page.html"
PIECES = [b"<", b">", b"</", b"&#0;", b"&#1;", b"\\( \\)", b"MathJax", b"&amp;", b"\0", b"<table><tr><td>", b"</td>", b"<pre>", b"</pre>", b"<a href=x>", b"</a>", b"<li>", b"<ul>", b"<p>", b"<b>", b"</b>", b"<code>", b"</code>", b"<br>", b"<details><summary>", b"<dl><dt>", b"<dd>", b"<div role=tablist>", b"<div role=tabpanel>", b"<blockquote>", b"<h2 id=x>", b"<math>", b"\xff", b"\xe2\x80\x8b", b"<!--", b"<svg>", b"hidden", b'class="admonition note"', b" colspan=2"]  # fmt: skip  # noqa: E501


def target(data: bytes) -> None:
    """Convert `data`; raises AssertionError when a promise is broken."""
    page = read_page(data, URL)
    assert page.reason in set(PageReason), page.reason
    assert bool(page.markdown) == (page.reason == "")
    assert page.reason != "parse_limit", "a page of this size has no reason to end so"
    text = page.markdown.encode()
    assert b"\0" not in text
    for place in page.placements:
        assert 0 <= place.offset <= place.offset + place.length <= len(text)
        assert not set(text[place.offset : place.offset + place.length]) & set(b"\n <>")
    for heading in page.headings:
        assert text[heading.offset :].startswith(b"#" * heading.level + b" ")
    assert page == read_page(data, URL)


def mutated(source: bytes, rng: random.Random) -> bytes:
    """A damaged copy of some part of a page."""
    start = rng.randrange(len(source))
    data = bytearray(source[start : start + rng.randrange(200, 20_000)])
    for _ in range(rng.randrange(1, 40)):
        at = rng.randrange(len(data) + 1)
        what = rng.random()
        if what < 0.5:
            data[at:at] = rng.choice(PIECES)
        elif what < 0.8:
            del data[at : at + rng.randrange(1, 60)]
        else:
            data[at:at] = data[rng.randrange(len(data) + 1) :][: rng.randrange(1, 300)]
        if not data:
            data = bytearray(b"<p>")
    return bytes(data)


def run(count: int, seed: int, until: float = float("inf")) -> int:
    """Try `count` damaged pages; the number tried. The seed and the page are printed when one fails."""
    rng = random.Random(seed)
    sources = [path.read_bytes() for path in sorted(GOLDEN.glob("*/*.html"))]
    for number in range(count):
        if time.monotonic() > until:
            return number
        data = mutated(rng.choice(sources), rng)
        try:
            target(data)
        except BaseException:
            print(f"seed {seed}, page {number}: {data!r}", file=sys.stderr)
            raise
    return count


if __name__ == "__main__":
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    chosen = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(2**32)
    print(f"seed {chosen}")
    print(run(10**9, chosen, time.monotonic() + seconds), "pages survived")
