"""Frames: what is packed comes back, whatever it looks like, and nothing grows beyond its bound."""

from __future__ import annotations

import random

import pytest
import zstandard

from docspasta.compression import MAGIC, pack, unpack, unpack_all

LEAST, MOST = 1_000, 1_000_000


@pytest.mark.parametrize("data", [b"", b"short", b"long " * 400, MAGIC, MAGIC + b"no frame", bytes(5_000)])
def test_what_is_packed_comes_back(data: bytes) -> None:
    assert unpack(pack(data, LEAST), MOST) == unpack_all(pack(data, LEAST)) == data


def test_short_data_stays_plain_and_long_data_shrinks() -> None:
    assert pack(b"short", LEAST) == b"short"
    assert len(pack(b"long " * 400, LEAST)) < 100


def test_what_does_not_shrink_grows_by_less_than_64_bytes() -> None:
    data = random.Random(1).randbytes(65_472)
    assert len(pack(data, 0)) <= 65_536


def test_compression_may_follow_each_other() -> None:
    assert unpack_all(pack(b"one ", 0) + pack(b"two", 0)) == b"one two"


@pytest.mark.parametrize("bad", [pack(bytes(MOST + 1), 0), MAGIC + b"no frame", pack(b"cut" * 50, 0)[:-2]])
def test_a_broken_or_too_large_frame_is_refused(bad: bytes) -> None:
    with pytest.raises(zstandard.ZstdError):
        unpack(bad, MOST)
