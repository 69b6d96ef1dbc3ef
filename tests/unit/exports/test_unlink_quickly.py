"""Plain links are taken out by one pattern; what that gives is what reading token by token gives."""

from __future__ import annotations

import random

import pytest

from docspasta.exports import unlink

PARTS = [
    *"[ ] ]( ( ) ` `` \\ ! a u é < > _( </a> [x](y) ![i](p) [`c`](u(v))".split(),
    *('"t"', '<a href="x">', '[t](u "w")', " "),
]


def test_a_plain_link_is_read_as_any_other() -> None:
    seed = random.randrange(2**32)
    print("seed", seed)
    chance = random.Random(seed)
    for _ in range(3_000):
        line = "".join(chance.choice(PARTS) for _ in range(chance.randrange(1, 16))).encode()
        if b"](" in line or b"<a href" in line:
            assert unlink._line(line) == unlink._unlinked(line), line


@pytest.mark.parametrize("part", [b"[a`", b"[a](", b"[![", b"`[`", b"[a](b(", b"[`](", b"[a](b\\"])
def test_a_line_that_is_nearly_links_takes_time_in_proportion(part: bytes) -> None:
    assert unlink.without_links(part * 10_000 + b"](")


@pytest.mark.parametrize("block", [b"```\nx\n```\n", b"~~~\nx\n~~~\n", b"a```\n"])
def test_a_text_of_nothing_but_blocks_takes_time_in_proportion(block: bytes) -> None:
    assert unlink.without_links(block * 100_000 + b"[a](b)").endswith(b"\na")


BLOCKS = [
    "```",
    "````",
    "~~~",
    "\n",
    "\n",
    " ",
    "> ",
    "- ",
    "1. ",
    "```py\n",
    "`",
    "[x](y)",
    "[`c`](u)",
    "](",
]


def line_by_line(markdown: bytes) -> bytes:
    result, fence = [], b""
    for line in markdown.split(b"\n"):
        if fence:
            text = line.strip(b" \t>")
            fence = b"" if text.startswith(fence) and not text.strip(fence[:1]) else fence
        elif (found := unlink._FENCE.match(line)) and not (found[1][:1] == b"`" and b"`" in found[2]):
            fence = found[1]
        else:
            line = unlink._unlinked(line)
        result.append(line)
    return b"\n".join(result)


def test_code_blocks_are_found_as_line_by_line() -> None:
    seed = random.randrange(2**32)
    print("seed", seed)
    chance = random.Random(seed)
    for _ in range(3_000):
        text = "".join(chance.choice(BLOCKS) for _ in range(chance.randrange(1, 30))).encode()
        assert unlink.without_links(text) == (line_by_line(text) if b"](" in text else text), text
