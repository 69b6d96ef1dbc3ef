"""A document's text as it is kept: in pieces that stand alone and, one after another, make one gzip stream.

A piece is deflate blocks (RFC 1951) and a full flush: it ends at a byte and refers to nothing before it. So a
reader who accepts gzip gets stored bytes, any part of the text is found by its piece, and pieces that two
processes made of the same text may follow each other. (Zstandard frames would have to be told apart: many
clients stop behind the first one, and lose the rest without a word.) Pure.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

PIECE_BYTES = 512 * 1024  # of plain text; the last one has what is left
LEVEL = 4  # 60 MB/s of Markdown; level 6 takes almost three times as long and saves a twentieth
GZIP_HEAD = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"  # RFC 1952: no name, no time, any system
_LAST_BLOCK = b"\x03\0"  # an empty one that says it is the last
_RAW = -zlib.MAX_WBITS


class Cutter:
    """Cuts text that comes in parts into pieces. `bytes` and `checksum` (CRC-32) are of all that came."""

    def __init__(self) -> None:
        self.bytes = self.checksum = 0
        self._held = bytearray()

    def cut(self, part: bytes) -> Iterator[bytes]:
        """The plain pieces that are complete with this part."""
        self.bytes += len(part)
        self.checksum = zlib.crc32(part, self.checksum)
        self._held += part
        while len(self._held) >= PIECE_BYTES:
            yield bytes(self._held[:PIECE_BYTES])
            del self._held[:PIECE_BYTES]

    def end(self) -> bytes:
        """What is left, shorter than a piece."""
        left = bytes(self._held)
        self._held.clear()
        return left


def deflated(plain: bytes) -> bytes:
    """A piece."""
    deflate = zlib.compressobj(LEVEL, zlib.DEFLATED, _RAW)
    return deflate.compress(plain) + deflate.flush(zlib.Z_FULL_FLUSH)


def inflated(piece: bytes) -> bytes:
    """The plain text of a piece, at most PIECE_BYTES. Raises ValueError for what is no piece."""
    inflate = zlib.decompressobj(_RAW)
    try:
        plain = inflate.decompress(piece, PIECE_BYTES)
    except zlib.error as error:
        raise ValueError(f"a stored piece of a document is broken: {error}") from error
    if inflate.eof or inflate.unconsumed_tail:
        raise ValueError("a stored piece of a document is longer than a piece can be")
    return plain


def gzip_tail(checksum: int, size: int) -> bytes:
    """What ends a gzip stream of `size` plain bytes."""
    return _LAST_BLOCK + struct.pack("<II", checksum & 0xFFFFFFFF, size & 0xFFFFFFFF)


def gzip_bytes(coded: int) -> int:
    """How long the gzip stream is whose pieces have so many bytes."""
    return len(GZIP_HEAD) + coded + len(gzip_tail(0, 0))
