"""A set of (page, id) pairs of fixed size, however many it holds: a Bloom filter. Pure.

It says which ids of which pages are linked from within the document and which exist, so that a document of
any size can be rewritten while it streams. A pair that was added is always found. One that was not is found
by mistake at most once in a thousand times as long as there is a pair in ten bits: then an anchor that
nobody needs is written, or a link leads to an id that its page does not have, as it did on the site.
"""

from __future__ import annotations

import hashlib

PROBES = 3
SMALLEST, LARGEST = 1 << 16, 1 << 25  # bits: 8 KiB, 4 MiB


class Marks:
    """`bits` is rounded up to a power of two within bounds."""

    def __init__(self, bits: int) -> None:
        size = min(max(1 << max(bits - 1, 1).bit_length(), SMALLEST), LARGEST)
        self._mask = size - 1
        self._bits = bytearray(size // 8)

    def add(self, page: int, html_id: str) -> None:
        for at in self._probes(page, html_id):
            self._bits[at >> 3] |= 1 << (at & 7)

    def has(self, page: int, html_id: str) -> bool:
        return all(self._bits[at >> 3] & (1 << (at & 7)) for at in self._probes(page, html_id))

    def _probes(self, page: int, html_id: str) -> list[int]:
        pair = b"%d %s" % (page, html_id.encode("utf-8", "replace"))
        digest = hashlib.blake2b(pair, digest_size=4 * PROBES).digest()
        return [int.from_bytes(digest[at : at + 4], "big") & self._mask for at in range(0, 4 * PROBES, 4)]
