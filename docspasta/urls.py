"""URLs by WHATWG rules (ada-url): parse, join, key. Pure; no I/O.

A URL is parsed once; afterwards only its canonical text (`href` without fragment) is used.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

import ada_url

MAX_URL_BYTES = 2048
SCHEMES = ("http:", "https:")


class BadUrl(ValueError):
    """A URL that Docspasta does not take; the message is a sentence for people."""


def canonical(text: str, base: str | None = None) -> str:
    """The canonical absolute http(s) URL of `text` (joined to `base`), without fragment.

    Raises BadUrl: malformed, not http(s), with credentials, or longer than 2,048 bytes.
    """
    try:
        url = ada_url.URL(text.strip(), base) if base else ada_url.URL(text.strip())
    except ValueError as error:
        raise BadUrl(f"{text[:200]!r} is not a URL; write it like https://docs.example.org/") from error
    if url.protocol not in SCHEMES:
        raise BadUrl(f"{url.protocol[:-1]!r} URLs are not crawled; use http or https")
    if url.username or url.password:
        raise BadUrl("a URL with a user name or password is not taken; send credentials as headers")
    url.hash = ""
    href = str(url.href)
    if len(href.encode()) > MAX_URL_BYTES:
        raise BadUrl(f"the URL is longer than {MAX_URL_BYTES} bytes")
    return href


def url_key(url: str) -> str:
    """32 hex digits that name a canonical URL inside a job (BLAKE2b-128 of its text)."""
    return hashlib.blake2b(url.encode(), digest_size=16).hexdigest()


@lru_cache(maxsize=65536)
def host(url: str) -> str:
    """`host[:port]` of a canonical URL, as the frontier and the pace know it."""
    return str(ada_url.URL(url).host)


def origin(url: str) -> str:
    """`scheme://host[:port]` of a canonical URL (RFC 6454)."""
    return str(ada_url.URL(url).origin)
