"""Blocks of an index: sorted keys with a value each, found without reading the others. Pure.

A block is zstd of: the number of keys, the length of the keys' text, the keys with newlines around them, the
lengths of the values, the values. Keys: b"t" and a term, whose value are section numbers of 16 bits and as
many bytes of weights; b"s" and a number in hex, whose value is a section in JSON.
"""

from __future__ import annotations

import struct
import sys
from array import array
from collections.abc import Iterable, Iterator
from itertools import accumulate

import zstandard

BLOCK_BYTES = 8 * 1024
LEVEL = 3  # of zstd
MOST_BYTES = 64 * 1024 * 1024  # of a block, unpacked
_HEAD = struct.Struct("<II")


def blocks(entries: Iterable[tuple[bytes, bytes]]) -> Iterator[tuple[bytes, bytes]]:
    """(first key, packed block) of sorted entries."""
    coder = zstandard.ZstdCompressor(level=LEVEL)
    keys: list[bytes] = []
    values: list[bytes] = []
    size = 0
    for key, value in entries:
        if keys and size + len(value) > BLOCK_BYTES:
            yield keys[0], coder.compress(_joined(keys, values))
            keys, values, size = [], [], 0
        keys.append(key)
        values.append(value)
        size += len(key) + len(value) + 4
    if keys:
        yield keys[0], coder.compress(_joined(keys, values))


def _joined(keys: list[bytes], values: list[bytes]) -> bytes:
    named = b"\n%b\n" % b"\n".join(keys)
    lengths = little(array("I", list(map(len, values))))
    return b"".join((_HEAD.pack(len(keys), len(named)), named, lengths, *values))


def little(numbers: array[int]) -> bytes:
    """Numbers as they are stored."""
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tobytes()


class Block:
    """An unpacked block."""

    def __init__(self, packed: bytes) -> None:
        data = zstandard.ZstdDecompressor().decompress(packed, max_output_size=MOST_BYTES)
        self._count, size = _HEAD.unpack_from(data)
        self._keys = data[_HEAD.size : _HEAD.size + size]
        self._lengths = numbers_in(data[_HEAD.size + size : _HEAD.size + size + 4 * self._count], "I")
        self._values = memoryview(data)[_HEAD.size + size + 4 * self._count :]

    def value(self, key: bytes) -> bytes | None:
        """The value of a key, None if it is not here."""
        at = self._keys.find(b"\n" + key + b"\n")
        return None if at < 0 else self._value(self._keys.count(b"\n", 0, at))

    def beginning(self, prefix: bytes) -> Iterator[tuple[bytes, int]]:
        """The keys here that begin so, and the lengths of their values."""
        for index, key in enumerate(self._keys[1:-1].split(b"\n")):
            if key.startswith(prefix):
                yield key, self._lengths[index]

    def _value(self, index: int) -> bytes:
        start = next(reversed([0, *accumulate(self._lengths[:index])]))
        return bytes(self._values[start : start + self._lengths[index]])


def numbers_in(data: bytes, kind: str) -> array[int]:
    """Numbers as they are stored: little-endian, of 16 (H) or 32 (I) bits."""
    found: array[int] = array(kind)
    found.frombytes(data)
    if sys.byteorder == "big":
        found.byteswap()
    return found
