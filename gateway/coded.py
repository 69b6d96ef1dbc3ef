"""How a document is coded on its way to a client (RFC 9110, 12.5.3): gzip as it is stored, or as they accept.

Coding is C code that lets go of the interpreter's lock; `Recoder.step` is to be called in a thread. Pure.
"""

from __future__ import annotations

import re
from typing import Protocol

import brotli
import zstandard

from docspasta.codings import decoder

GZIP, ZSTD, BR, IDENTITY = "gzip", "zstd", "br", "identity"
PREFERRED = (GZIP, ZSTD, BR, IDENTITY)  # among those that a client likes equally: gzip costs nothing
ZSTD_LEVEL, BR_QUALITY = 1, 1
_QUALITY = re.compile(r"q\s*=\s*([01](?:\.\d{0,3})?)", re.IGNORECASE)
_SUFFIX = re.compile(r"-(?:gzip|zstd|br)$")


class Encoder(Protocol):
    """Codes a body as it comes."""

    def process(self, data: bytes) -> bytes: ...
    def finish(self) -> bytes: ...


def accepted_coding(accept_encoding: str) -> str:
    """The coding of PREFERRED that a client likes best. Without the header nothing is coded."""
    weights: dict[str, float] = {}
    for part in accept_encoding.lower().split(",")[:20]:
        name, _, parameters = part.partition(";")
        quality = _QUALITY.search(parameters)
        weights[name.strip().removeprefix("x-")] = float(quality[1]) if quality else 1.0
    others = weights.get("*", 0.0)
    # Who names codings wants one of them: plain text is for who refuses them, or prefers it in so many words.
    plain = weights.get(IDENTITY, 0.001)
    liked = {name: weights.get(name, others) for name in PREFERRED[:-1]} | {IDENTITY: plain}
    best = max(PREFERRED, key=lambda name: liked[name])
    return best if liked[best] > 0 else IDENTITY


def tag_of(tag: str, coding: str) -> str:
    """The entity tag of a document in a coding: other bytes have another strong one (RFC 9110, 8.8.3)."""
    return tag if coding == IDENTITY else f"{tag}-{coding}"


def plain_tag(tag: str) -> str:
    """The document's own entity tag, from that of one of its codings."""
    return _SUFFIX.sub("", tag)


class Recoder:
    """Makes another coding of a gzip stream."""

    def __init__(self, coding: str) -> None:
        self._decoder = decoder(GZIP)
        self._encoder = encoder(coding)

    def step(self, chunk: bytes) -> bytes:
        """What the next bytes come to; b'' at first, while the coding waits for more."""
        plain = b"".join(self._decoder.feed(chunk))
        return self._encoder.process(plain) if plain else b""

    def end(self) -> bytes:
        """The stream's last bytes."""
        self._decoder.end()
        return self._encoder.finish()


def encoder(coding: str) -> Encoder:
    """What codes a body; plain text stays as it is."""
    if coding == ZSTD:
        return _Zstd()
    if coding == BR:
        return _Brotli()
    return _Plain()


class _Plain:
    def process(self, data: bytes) -> bytes:
        return data

    def finish(self) -> bytes:
        return b""


class _Zstd:
    """One frame (RFC 8878): many clients stop behind the first."""

    def __init__(self) -> None:
        self._inner = zstandard.ZstdCompressor(level=ZSTD_LEVEL).compressobj()

    def process(self, data: bytes) -> bytes:
        return self._inner.compress(data)

    def finish(self) -> bytes:
        return self._inner.flush()


class _Brotli:
    def __init__(self) -> None:
        self._inner = brotli.Compressor(quality=BR_QUALITY)

    def process(self, data: bytes) -> bytes:
        return bytes(self._inner.process(data))

    def finish(self) -> bytes:
        return bytes(self._inner.finish())
