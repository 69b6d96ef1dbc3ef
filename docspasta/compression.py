"""Bytes on their way to a store that is one for many processes, as zstd frames (RFC 8878): compressing costs
a processor, of which there may be more. Pure.

A frame begins with a magic number, which no UTF-8 does; so what is too short to be worth it stays plain.
"""

from __future__ import annotations

import zstandard

MAGIC = zstandard.FRAME_HEADER
# For one thread; making one costs as much as a page.
COMPRESSOR, DECOMPRESSOR = zstandard.ZstdCompressor(level=1), zstandard.ZstdDecompressor()


def pack(data: bytes, least: int) -> bytes:
    """`data` as one frame, or as it is when it is shorter than `least` bytes and begins like no frame."""
    return data if len(data) < least and not data.startswith(MAGIC) else COMPRESSOR.compress(data)


def pack_apart(data: bytes, least: int) -> bytes:
    """As `pack`, on any thread."""
    if len(data) < least and not data.startswith(MAGIC):
        return data
    return zstandard.ZstdCompressor(level=1).compress(data)


def unpacked_size(packed: bytes) -> int:
    """How many bytes `unpack` gives."""
    return zstandard.frame_content_size(packed) if packed.startswith(MAGIC) else len(packed)


def unpack(packed: bytes, most: int) -> bytes:
    """What `pack` took. Raises zstandard.ZstdError: a frame is broken or holds more than `most` bytes."""
    if not packed.startswith(MAGIC):
        return packed
    if zstandard.frame_content_size(packed) > most:
        raise zstandard.ZstdError(f"a frame holds more than {most} bytes")
    return DECOMPRESSOR.decompress(packed, max_output_size=most)


def unpack_apart(packed: bytes) -> bytes:
    """As `unpack_all`, on any thread."""
    if not packed.startswith(MAGIC):
        return packed
    return zstandard.ZstdDecompressor().decompressobj(read_across_frames=True).decompress(packed)


def unpack_all(packed: bytes) -> bytes:
    """What frames that follow each other hold, or one piece that is none."""
    if not packed.startswith(MAGIC):
        return packed
    return DECOMPRESSOR.decompressobj(read_across_frames=True).decompress(packed)
