"""What is read of a receiver's answer: 64 KiB at most, of which a KiB is kept as text for Postgres."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, cast

import aiohttp
import pytest

from docspasta.deliveries.tries import ANSWER_BYTES, HEAD_BYTES
from services.crawler.deliveries import _head_of


class Endless:
    """An answer that never ends, in pieces; `taken` counts its bytes, `closed` the times it was cut."""

    def __init__(self, piece: bytes) -> None:
        self.piece, self.taken, self.closed = piece, 0, 0
        self.content = self

    async def iter_any(self) -> AsyncIterator[bytes]:
        while True:
            self.taken += len(self.piece)
            yield self.piece

    def close(self) -> None:
        self.closed += 1


@pytest.mark.parametrize("size", [1, 1000, 16 * 1024])
async def test_an_endless_answer_is_cut_at_64_kib(size: int) -> None:
    answer = Endless(b"y" * size)
    head = await _head_of(cast(aiohttp.ClientResponse, answer))
    assert head == "y" * HEAD_BYTES
    assert ANSWER_BYTES <= answer.taken < ANSWER_BYTES + size and answer.closed == 1


async def test_what_is_no_text_can_be_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    answer: Any = Endless(b"\0\xff\xc3")
    head = await _head_of(answer)
    assert "\0" not in head and len(head) <= HEAD_BYTES and head.encode()
