"""Content codings (RFC 9110 8.4.1: gzip, deflate, br; RFC 9659: zstd), decoded as the bytes come in. Pure.

Each decoder yields small pieces, so that a caller can count them and stop: a bomb costs as much memory as
its next piece. Stacked codings are refused: nothing honest sends them, and each layer multiplies a bomb.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Protocol

import brotli
import zstandard

ACCEPT_ENCODING = "gzip, deflate, br, zstd"
PIECE = 64 * 1024  # decoded bytes at once, at most (zstd: 128 KiB for each 4 bytes of a step)
ZSTD_WINDOW = 8 * 1024 * 1024  # RFC 9659: what an HTTP client must be able to hold, and no more
STEP, PEEK_STEP, LONG_STEP = 16, 64, 512  # coded bytes at once: of zstd at most 512 KiB, 2 and 16 MiB
MAX_MEMBERS = 64  # concatenated gzip members or zstd frames
CODINGS = frozenset(("", "gzip", "deflate", "br", "zstd"))
MAGIC = {"gzip": b"\x1f\x8b", "zstd": b"\x28\xb5\x2f\xfd"}  # a body that begins otherwise is not coded so
# Codings that exist and nobody asked for. Any other word (`utf-8`, `none`) names none: clients pass it by.
_BAD_CHECKS = ("incorrect data check", "incorrect length check")
_NO_CHECKS = (0xA5, 0x00, 0xFF, 0x5B, 0x36)
REFUSED = frozenset("compress exi pack200-gzip aes128gcm dcb dcz sdch bzip2 xz lzma lz4".split())
WINDOWED = frozenset(("br", "zstd"))  # the sender chooses how much they keep: up to 16 MiB, others 32 KiB


class BadCoding(ValueError):
    """The body cannot be decoded; the message is a sentence for people, `reason` one of docspasta.domain."""

    reason = "bad_response"


class TooLong(BadCoding):
    """The body is longer than `most` bytes."""

    reason = "too_large"

    def __init__(self, most: int) -> None:
        super().__init__(f"the body is longer than {most / 1024 / 1024:g} MiB")


class Decoder(Protocol):
    """Decodes one body. Raises BadCoding."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The decoded pieces of the next bytes."""

    def end(self) -> None:
        """The body is over: raises BadCoding when its coding is not."""


def coding_of(content_encoding: str) -> str:
    """The one of CODINGS that a Content-Encoding header names, '' for none.

    Words that name no coding are passed by, and gzip twice is read as gzip: the second shows by its first
    bytes. Raises BadCoding for one that nobody asked for, or several.
    """
    words = [part.strip().lower().removeprefix("x-") for part in content_encoding.split(",")]
    for word in words:
        if word in REFUSED:
            raise BadCoding(f"the body's encoding {word!r} is not one that was asked for")
    codings = [word for word in words if word and word in CODINGS]
    if len(codings) > 2 or len(set(codings)) > 1 or (codings[1:] and codings[0] != "gzip"):
        raise BadCoding(f"the body is encoded more than once ({content_encoding[:100]!r})")
    return codings[0] if codings else ""


def peek(body: bytes, coding: str, most: int) -> bytes:
    """The first bytes of a body when decoded; b'' when they can't be."""
    if not coding:
        return body[:most]
    first, decoding = b"", decoder(coding, PEEK_STEP)
    try:
        for at in range(0, len(body), LONG_STEP):  # a zstd block shows nothing before it is whole
            for piece in decoding.feed(body[at : at + LONG_STEP]):
                first += piece
                if len(first) >= most:
                    return first[:most]
    except BadCoding:
        pass
    return first


def decoder(coding: str, step: int = STEP) -> Decoder:
    """A decoder of one of CODINGS; of zstd it takes `step` bytes at once."""
    match coding:
        case "gzip":
            return Zlib(31)
        case "deflate":
            return Zlib(15)
        case "br":
            return Brotli()
        case "zstd":
            return Zstd(step)
    return Identity()


def decoded(body: bytes, coding: str, most: int) -> bytes:
    """What `body` is when decoded, at most `most` bytes. Raises BadCoding, TooLong. For a process with memory
    of its own: a bomb costs `most` and 32 MiB."""
    decoding, whole = decoder(coding_of(coding), LONG_STEP), bytearray()
    for piece in decoding.feed(body):
        if len(whole) + len(piece) > most:
            raise TooLong(most)
        whole += piece
    decoding.end()
    return bytes(whole)


class Identity:
    """No coding."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        yield data

    def end(self) -> None:
        """Nothing can be missing."""


class Zlib:
    """gzip (wbits 31, members may follow each other) and deflate (15; raw, -15, as some servers send it)."""

    def __init__(self, wbits: int) -> None:
        self._wbits, self._members, self._begun = wbits, 1, False
        self._inner = zlib.decompressobj(wbits=wbits)

    def feed(self, data: bytes) -> Iterator[bytes]:
        while data:
            if self._inner.eof and not self._next_member(data):
                return
            try:
                piece = self._inner.decompress(data, PIECE)
            except zlib.error as error:
                if self._begun or self._wbits != 15:
                    raise BadCoding("the compressed body is broken") from error
                self._wbits, self._inner = -15, zlib.decompressobj(wbits=-15)
                continue
            self._begun = True
            data = self._inner.unused_data if self._inner.eof else self._inner.unconsumed_tail
            if piece:
                yield piece

    def _next_member(self, data: bytes) -> bool:
        """Begin another gzip member; False when what follows is padding or rubbish, as browsers see it."""
        self._members += 1
        if self._wbits != 31 or not data.startswith(b"\x1f\x8b"):
            return False
        if self._members > MAX_MEMBERS:
            raise BadCoding(f"the compressed body has more than {MAX_MEMBERS} members")
        self._inner = zlib.decompressobj(wbits=31)
        return True

    def end(self) -> None:
        if self._begun and not self._inner.eof and not self._lacks_its_check():
            raise BadCoding("the compressed body ends too early")

    def _lacks_its_check(self) -> bool:
        """Whether all that is compressed is there, and only the checksum behind it is not, or not whole. Then
        whatever follows is read as one, a wrong one (`incorrect data check`, `incorrect length check`)."""
        return all(map(self._reads_as_check, _NO_CHECKS))

    def _reads_as_check(self, byte: int) -> bool:
        inner = self._inner.copy()
        try:
            for _ in range(8):
                if inner.decompress(bytes((byte,)), 1):
                    return False  # it was taken for more of the body
        except zlib.error as error:
            return str(error).endswith(_BAD_CHECKS)
        return inner.eof


class Brotli:
    """br (RFC 7932)."""

    def __init__(self) -> None:
        self._inner, self._begun = brotli.Decompressor(), False

    def feed(self, data: bytes) -> Iterator[bytes]:
        self._begun = self._begun or bool(data)
        try:
            while not self._inner.is_finished():
                piece, data = self._inner.process(data, output_buffer_limit=PIECE), b""
                if piece:
                    yield piece
                elif self._inner.can_accept_more_data():  # which it says too early, with pieces still to come
                    return
        except brotli.error as error:
            raise BadCoding("the compressed body is broken") from error

    def end(self) -> None:
        if self._begun and not self._inner.is_finished():
            raise BadCoding("the compressed body ends too early")


class Zstd:
    """zstd (RFC 8878), window at most 8 MiB; `step` coded bytes at once."""

    def __init__(self, step: int) -> None:
        self._step = step
        self._context = zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW)
        self._inner, self._frames, self._begun = self._context.decompressobj(), 1, False

    def feed(self, data: bytes) -> Iterator[bytes]:
        for start in range(0, len(data), self._step):
            rest = data[start : start + self._step]
            while rest:
                yield self._piece(rest)
                rest = self._inner.unused_data if self._inner.eof else b""

    def _piece(self, data: bytes) -> bytes:
        self._begun = True
        if self._inner.eof:
            self._frames += 1
            if self._frames > MAX_MEMBERS:
                raise BadCoding(f"the compressed body has more than {MAX_MEMBERS} frames")
            self._inner = self._context.decompressobj()
        try:
            return bytes(self._inner.decompress(data))
        except zstandard.ZstdError as error:
            raise BadCoding("the compressed body is broken or needs too large a window") from error

    def end(self) -> None:
        if self._begun and not self._inner.eof:
            raise BadCoding("the compressed body ends too early")
