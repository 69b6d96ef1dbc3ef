"""Each fuzz target on a little of what it makes up, in every run; what once broke a promise stays in it."""

from __future__ import annotations

import random

import pytest

from tests.fuzz import assembly, facts, globs, mdx, robots, selectors, sitemaps
from tests.fuzz.loop import run

FOUND = [
    (robots, b"User-agent: *\nDisallow: /b\nAllow: **\n"),
    (mdx, b"*a\n-\n]("),  # an underline below text that begins like a list
    (mdx, b"<P/>->\n- </C>\n"),
    (mdx, b'<Tip i{""}>---\n-\n</Tip>]('),  # below what was a rule until it was escaped
    (mdx, b"](\n    *</b>"),  # HTML in a line that is no code, for it goes on with a paragraph
    (mdx, b"<I\n\xe2\x80\xa8<Tip>\n\t](<b>"),
    (mdx, b"    ```"),  # a fence that is none
    (mdx, b"# x\n\n  ```\n  a\n```\n\ntext\n"),  # one that is closed by another indentation
    (mdx, b"- ~~~"),
    (mdx, b"- |\n# \n\t<summary><S"),  # the same behind a heading without words
    (mdx, b"- [z]: /z\n# A\n\n    [z]: /z\n"),  # an item that goes on once the page's heading is above it
    (mdx, b"# A\n\n[x]: /z\n"),  # definitions, which would hold for other pages
    (mdx, b"- a\n\n    [z]: /z\n"),
    (mdx, b"- a\n\n    [x](javascript:alert(1))\n"),  # a script in what only looks like code
    (mdx, b"- a\n\n  ```\n  x\n\n[x](javascript:alert(1))\n"),  # behind a fence that ends with its item
    (mdx, b"- a\n\n[x]: /z\n\n    [z]: /z\n"),  # an item that goes on where a definition ended it
    (mdx, b"- # A\nb\n\n    [z]: /z\n"),  # where a heading that became text was its end
    (mdx, b"# A\n\n- a\n\t- \n"),  # an empty item, which underlines the text before
    (mdx, b"# A\n\na\n    -    b\n---\n"),  # an underline below text that only looks like an item
    (mdx, b"[^1-bdeb92]: /z\n\n[^1-7c757f]: /z\n"),  # the label of another page's footnote
    (mdx, b"- x\nlazy\n\n   ```\n---\n"),  # a lazy line, which keeps its item open
    (mdx, b"- |a|\n  |-|\nlazy\n\n   ```\n"),  # what looks like one, below a table
    (mdx, b"|a|\n|-|\n    b\n2. c\n\n   ```\n"),  # an item below a table, which would be none below text
    (mdx, b"- " * 150 + b"```\n"),  # deeper than readers look
    (selectors, b":is(:lexbor-contains()-)[a=b:l\n"),
]


@pytest.mark.parametrize(
    ("kind", "count"),
    [(globs, 500), (robots, 500), (sitemaps, 500), (selectors, 50), (facts, 500), (assembly, 20), (mdx, 20)],
)
def test_made_up_input(kind, count: int) -> None:  # type: ignore[no-untyped-def]
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    assert run(kind.made, kind.target, count, seed) == count


@pytest.mark.parametrize(("kind", "data"), FOUND)
def test_what_once_broke_a_promise(kind, data: bytes) -> None:  # type: ignore[no-untyped-def]
    kind.target(data)
