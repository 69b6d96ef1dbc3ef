"""Bodies as sites code them: each content coding that is asked for, in each form that is met."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable

import brotli
import zstandard


def raw_deflate(body: bytes) -> bytes:
    """deflate without its zlib header, as some servers send it."""
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


CODED: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "raw deflate": raw_deflate,
    "br": brotli.compress,
    "zstd": zstandard.compress,
    "two members": lambda body: gzip.compress(body[:100]) + gzip.compress(body[100:]),
    "two frames": lambda body: zstandard.compress(body[:100]) + zstandard.compress(body[100:]),
}
WHOLE = ("gzip", "deflate", "br", "zstd")  # one piece each


def content_encoding(name: str) -> str:
    """What the header says of a body of CODED."""
    return {"raw deflate": "deflate", "two members": "gzip", "two frames": "zstd"}.get(name, name)
