"""Edges are found from both ends, and are those that reading the whole page would give."""

from __future__ import annotations

import random
import re
from hashlib import blake2b
from itertools import pairwise

from docspasta.document.edges import EDGE, HEADING, LONGEST, Block, edges

PIECES = (
    "\n",
    "\n",
    "\n\n",
    "\n\n",
    "text",
    "```",
    "````",
    "`",
    "> ",
    "# ",
    "- ",
    "  ",
    "~~~",
    "| ",
    "é",
    "[a](b)",
)
NEVER = (" ", "\t", "#", "`", "~", "|", "<", "$", "[^")


def whole(markdown: str) -> list[tuple[bool, bool, int, int]]:
    """(may be chrome, is a heading, offset, bytes) of every block, read line by line."""
    found, at, fence = [], 0, ""
    pieces = markdown.rstrip("\n").split("\n\n")
    for piece, following in pairwise([*pieces, ""]):
        inside = fence
        for line in piece.split("\n"):
            run = re.match(r"[ >]*(`{3,}|~{3,})", line)
            if run:
                fence = "" if fence and run[1].startswith(fence) else fence or run[1]
        size = len(piece.encode())
        if piece:
            plain = not inside and not fence and not piece.startswith(NEVER) and size <= LONGEST
            plain = plain and not following.startswith((" ", "\t"))
            found.append((plain, not plain and piece.startswith("#"), at, size))
        at += size + 2
    return found


def closed(markdown: str) -> str:
    """With an end for the fence that is open at the end, as every page has."""
    fence = ""
    for line in markdown.split("\n"):
        run = re.match(r"[ >]*(`{3,}|~{3,})", line)
        if run:
            fence = "" if fence and run[1].startswith(fence) else fence or run[1]
    return f"{markdown}\n{fence}" if fence else markdown


def told(blocks: tuple[Block, ...]) -> list[tuple[bool, bool, int, int]]:
    return [(len(block.name) == 16, block.name == HEADING, block.offset, block.size) for block in blocks]


def test_edges_are_those_of_the_whole_page() -> None:
    seed = random.randrange(1 << 30)
    print("seed", seed)
    rng = random.Random(seed)
    for _ in range(5_000):
        markdown = closed("".join(rng.choices(PIECES, k=rng.randrange(120))))
        first, last = edges(markdown.encode())
        blocks = whole(markdown)
        assert (told(first), told(last)) == (blocks[:EDGE], blocks[-EDGE:]), markdown


def test_what_stands_between_the_edges_is_not_read() -> None:
    """A page of a million blocks gives the edges of a short one, but for where they stand."""
    ends = "\n\n".join(f"Line {number}." for number in range(2 * EDGE + 2))
    long = ends + "\n\n" + "\n\n".join(["middle"] * 100_000) + "\n\n" + ends
    assert [block.name for block in edges(long.encode())[1]] == [
        block.name for block in edges(ends.encode())[1]
    ]
    assert edges(long.encode())[0] == edges(ends.encode())[0]


def test_links_count_by_their_text() -> None:
    one, other = (edges(f"See [the chat](https://c.example/{at}).\n".encode())[0] for at in (1, 22))
    assert one[0].name == other[0].name != edges(b"See [the forum](https://c.example/1).\n")[0][0].name


def test_targets_are_cut_as_a_template_would_cut_them() -> None:
    """Of an image what stands in its brackets and behind them is kept; of a link only its text."""
    link = re.compile(rb"!(\[[^\]]*\]\([^)]*\))|\]\([^)\s]*\)")
    rng = random.Random(seed := random.randrange(1 << 30))
    print("seed", seed)
    for _ in range(2_000):
        text = b"a" + b"".join(rng.choices([b"![", b"[", b"](", b")", b" ", b"a", b"!"], k=rng.randrange(40)))
        named = blake2b(link.sub(rb"\1]()", text), digest_size=8).hexdigest()
        assert edges(text)[0][0].name == named, text
