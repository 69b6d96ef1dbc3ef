"""A zip archive as a stream (APPNOTE 6.3.10): what is written is never gone back to, and the same files give
the same bytes. Pure.

Python's own zipfile keeps an object of some 600 bytes for each file; this keeps the bytes of the central
directory, about a hundred.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator

LEVEL = 6
_LOCAL = struct.Struct("<IHHHHHIIIHH")
_CENTRAL = struct.Struct("<IHHHHHHIIIHHHHHII")
_END = struct.Struct("<IHHHHIIH")
_END_64 = struct.Struct("<IQHHIIQQQQ")
_LOCATOR = struct.Struct("<IIQI")
_UTF8, _LENGTHS_FOLLOW = 1 << 11, 1 << 3
_DEFLATED, _VERSION, _VERSION_64 = 8, 20, 45
_TIME, _DATE = 0, (1 << 5) | 1  # 1980-01-01: a date would make other bytes of the same pages
_UNIX, _MODE = 3 << 8, 0o100644 << 16
_MOST_16, _MOST_32 = 0xFFFF, 0xFFFFFFFF
PIECE = 256 * 1024


class Zip:
    """Give each file once, in order, then take `finish`."""

    def __init__(self) -> None:
        self._open = _Open(b"", 0)
        self._directory = bytearray()
        self._files = 0
        self._at = 0

    def file(self, name: str, data: bytes) -> bytes:
        """A whole file, of less than 4 GiB."""
        packed = _deflated(data)
        crc = zlib.crc32(data)
        encoded = name.encode()
        head = _LOCAL.pack(
            0x04034B50, _VERSION, _UTF8, _DEFLATED, _TIME, _DATE, crc, len(packed), len(data), len(encoded), 0
        )
        self._note(encoded, _UTF8, crc, len(packed), len(data))
        return self._written(head + encoded + packed)

    def open(self, name: str) -> bytes:
        """Begin a file whose bytes come in pieces; its lengths follow it. `write` them, then `close` it."""
        encoded, flags = name.encode(), _UTF8 | _LENGTHS_FOLLOW
        self._open = _Open(encoded, self._at)
        head = _LOCAL.pack(0x04034B50, _VERSION, flags, _DEFLATED, _TIME, _DATE, 0, 0, 0, len(encoded), 0)
        return self._written(head + encoded)

    def write(self, data: bytes) -> bytes:
        """Some of the open file's bytes."""
        return self._written(self._open.add(data))

    def close(self) -> bytes:
        """End the open file."""
        of = self._open
        out = of.add(b"", last=True)
        self._note(of.name, _UTF8 | _LENGTHS_FOLLOW, of.crc, of.packed, of.size, of.start)
        return self._written(out + struct.pack("<IIII", 0x08074B50, of.crc, of.packed, of.size))

    def stream(self, name: str, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """A file whose bytes come in pieces."""
        yield self.open(name)
        for piece in pieces:
            yield self.write(piece)
        yield self.close()

    def held(self, name: str, held: Held) -> Iterator[bytes]:
        """A file that was put together while others were written."""
        packed = held.finish()
        self._note(encoded := name.encode(), _UTF8, held.crc, len(packed), held.size)
        head = _LOCAL.pack(
            0x04034B50,
            _VERSION,
            _UTF8,
            _DEFLATED,
            _TIME,
            _DATE,
            held.crc,
            len(packed),
            held.size,
            len(encoded),
            0,
        )
        yield self._written(head + encoded)
        for at in range(0, len(packed), PIECE):
            yield self._written(packed[at : at + PIECE])

    def finish(self) -> Iterator[bytes]:
        """The directory of all files, which ends the archive."""
        start, size, files = self._at, len(self._directory), self._files
        for at in range(0, size, PIECE):
            yield bytes(self._directory[at : at + PIECE])
        if files >= _MOST_16 or start + size >= _MOST_32:
            yield _END_64.pack(0x06064B50, 44, _VERSION_64, _VERSION_64, 0, 0, files, files, size, start)
            yield _LOCATOR.pack(0x07064B50, 0, start + size, 1)
        yield _END.pack(
            0x06054B50,
            0,
            0,
            min(files, _MOST_16),
            min(files, _MOST_16),
            min(size, _MOST_32),
            min(start, _MOST_32),
            0,
        )

    def _written(self, data: bytes) -> bytes:
        self._at += len(data)
        return data

    def _note(self, name: bytes, flags: int, crc: int, packed: int, size: int, start: int = -1) -> None:
        """Enter a file into the directory; it begins at `start`, else here."""
        start = self._at if start < 0 else start
        far = start >= _MOST_32
        extra = struct.pack("<HHQ", 1, 8, start) if far else b""
        version = _VERSION_64 if far else _VERSION
        self._directory += _CENTRAL.pack(
            0x02014B50,
            _UNIX | version,
            version,
            flags,
            _DEFLATED,
            _TIME,
            _DATE,
            crc,
            packed,
            size,
            len(name),
            len(extra),
            0,
            0,
            0,
            _MODE,
            min(start, _MOST_32),
        )
        self._directory += name + extra
        self._files += 1


def _deflated(data: bytes) -> bytes:
    deflate = zlib.compressobj(LEVEL, zlib.DEFLATED, -15)
    return deflate.compress(data) + deflate.flush()


class _Open:
    """A file that is being written."""

    def __init__(self, name: bytes, start: int) -> None:
        self.name, self.start = name, start
        self.crc = self.size = self.packed = 0
        self._deflate = zlib.compressobj(LEVEL, zlib.DEFLATED, -15)

    def add(self, data: bytes, last: bool = False) -> bytes:
        """What can be written by now."""
        self.crc, self.size = zlib.crc32(data, self.crc), self.size + len(data)
        out = self._deflate.compress(data) + (self._deflate.flush() if last else b"")
        self.packed += len(out)
        return out


class Held:
    """A file that grows while others are written, kept compressed."""

    def __init__(self) -> None:
        self._open = _Open(b"", 0)
        self._packed = bytearray()

    @property
    def crc(self) -> int:
        """CRC-32 of what was added."""
        return self._open.crc

    @property
    def size(self) -> int:
        """Bytes that were added."""
        return self._open.size

    def add(self, data: bytes) -> None:
        """Put data behind what is there."""
        self._packed += self._open.add(data)

    def finish(self) -> bytes:
        """All of it, compressed. Nothing can be added any more."""
        return bytes(self._packed + self._open.add(b"", last=True))
