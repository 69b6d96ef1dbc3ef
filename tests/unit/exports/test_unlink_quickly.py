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
