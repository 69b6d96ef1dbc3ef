"""How content is stored: each chunk is one zstd frame (RFC 8878), compressed where there is a processor more
rather than in the one Postgres. Pure.
"""

from __future__ import annotations

import zstandard

MAGIC = zstandard.FRAME_HEADER  # no UTF-8 begins with it
# For one thread; making one costs as much as a page.
COMPRESSOR, DECOMPRESSOR = zstandard.ZstdCompressor(level=1), zstandard.ZstdDecompressor()


def pack(data: bytes) -> bytes:
    """The frame of a chunk."""
    return COMPRESSOR.compress(data)


def unpack(stored: bytes) -> bytes:
    """What frames that follow each other hold. What was stored before there were frames stands as it is."""
    if not stored.startswith(MAGIC):
        return stored
    return DECOMPRESSOR.decompressobj(read_across_frames=True).decompress(stored)
