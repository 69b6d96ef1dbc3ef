"""A set of (page, id) pairs of fixed size, however many it holds: a Bloom filter. Pure.

It says which ids of which pages are linked from within the document and which exist, so that a document of
any size can be rewritten while it streams. A pair that was added is always found. One that was not is found
by mistake at most once in a hundred times as long as there is a pair in twenty bits: then an anchor that
nobody needs is written, or a link leads to an id that its page does not have, as it did on the site.
"""

from __future__ import annotations

from zlib import crc32

SMALLEST, LARGEST = 1 << 16, 1 << 26  # bits: 8 KiB, 8 MiB
_SPREAD = 0x9E3779B97F4A7C15  # 2^64 by the golden ratio: the second place of a pair from its first


class Marks:
    """`bits` is rounded up to a power of two within bounds."""

    def __init__(self, bits: int) -> None:
        size = min(max(1 << max(bits - 1, 1).bit_length(), SMALLEST), LARGEST)
        self._mask = size - 1
        self._bits = bytearray(size // 8)

    def add(self, page: int, html_id: str) -> None:
        value, bits, mask = crc32(html_id.encode("utf-8", "replace"), page), self._bits, self._mask
        at = value & mask
        bits[at >> 3] |= 1 << (at & 7)
        at = (value * _SPREAD >> 24) & mask
        bits[at >> 3] |= 1 << (at & 7)

    def has(self, page: int, html_id: str) -> bool:
        value, bits, mask = crc32(html_id.encode("utf-8", "replace"), page), self._bits, self._mask
        at = value & mask
        if not bits[at >> 3] >> (at & 7) & 1:
            return False
        at = (value * _SPREAD >> 24) & mask
        return bool(bits[at >> 3] >> (at & 7) & 1)
