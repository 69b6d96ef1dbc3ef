"""What a page is made of but for its bytes: with equal terms, equal bytes make equal pages. No I/O."""

from __future__ import annotations

from hashlib import blake2b

from docspasta.content import Options

from .converter import converter_version


def terms_of(url: str, options: Options) -> bytes:
    """A digest of address, options and converter. The charset that a header names belongs to the bytes."""
    digest = blake2b(converter_version(), digest_size=16)
    digest.update(repr((url, options)).encode())
    return digest.digest()
