"""An animated PNG: every frame's data, numbered without gaps, and one play."""

from __future__ import annotations

import struct
import zlib

import pytest

from tests.e2e.page.moving import SIGNATURE, chunk, chunks, moving_picture


def picture(shade: int, size: int = 2) -> bytes:
    """A grey square."""
    rows = zlib.compress((b"\0" + bytes([shade]) * size) * size)
    header = struct.pack(">IIBBBBB", size, size, 8, 0, 0, 0, 0)
    halves = chunk(b"IDAT", rows[:5]) + chunk(b"IDAT", rows[5:])
    return SIGNATURE + chunk(b"IHDR", header) + halves + chunk(b"IEND", b"")


def test_frames_follow_each_other_once():
    made = list(chunks(moving_picture([picture(0), picture(99)], 0.5)))
    names = [name for name, _ in made]
    assert names == [b"IHDR", b"acTL", b"fcTL", b"IDAT", b"IDAT", b"fcTL", b"fdAT", b"fdAT", b"IEND"]
    assert made[1][1] == struct.pack(">II", 2, 1), "two frames, shown once"
    numbered = [struct.unpack(">I", data[:4])[0] for name, data in made if name in (b"fcTL", b"fdAT")]
    assert numbered == [0, 1, 2, 3]
    second = b"".join(data[4:] for name, data in made if name == b"fdAT")
    assert zlib.decompress(second) == b"\0cc\0cc"


def test_pictures_of_two_sizes_are_refused():
    with pytest.raises(AssertionError, match="differ in size"):
        moving_picture([picture(0), picture(0, 3)], 1)
