"""A moving picture of several: an animated PNG that plays once and stays at its last picture. Pure."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def moving_picture(pictures: list[bytes], seconds: float) -> bytes:
    """Screenshots of one size as one PNG, each shown for `seconds`. Readers that know no animation show the
    first. It plays once, so that nobody has to stop it."""
    sized = dict(chunks(pictures[0]))[b"IHDR"]
    width, height = struct.unpack(">II", sized[:8])
    made = [SIGNATURE, chunk(b"IHDR", sized), chunk(b"acTL", struct.pack(">II", len(pictures), 1))]
    number = 0
    for index, picture in enumerate(pictures):
        assert dict(chunks(picture))[b"IHDR"] == sized, "the pictures differ in size or kind"
        shown = struct.pack(">IIIIIHHBB", number, width, height, 0, 0, round(seconds * 1000), 1000, 0, 0)
        made.append(chunk(b"fcTL", shown))
        number += 1
        for name, data in chunks(picture):
            if name == b"IDAT" and index:
                made.append(chunk(b"fdAT", struct.pack(">I", number) + data))
                number += 1
            elif name == b"IDAT":
                made.append(chunk(name, data))
    return b"".join([*made, chunk(b"IEND", b"")])


def chunks(picture: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(name, data) of each chunk of a PNG."""
    at = len(SIGNATURE)
    while at < len(picture):
        (size,) = struct.unpack_from(">I", picture, at)
        yield picture[at + 4 : at + 8], picture[at + 8 : at + 8 + size]
        at += 12 + size


def chunk(name: bytes, data: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
