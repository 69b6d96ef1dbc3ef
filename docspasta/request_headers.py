"""The request headers that a job or a call may carry to its start origin: which ones can't be sent. Pure.

Values are never repeated in a message: they are often secrets.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

MAX_HEADERS = 8
MAX_HEADER_BYTES = 4_096

# RFC 9110, 5.6.2 (token) and 5.5 (field value: visible characters, space and tab).
TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
FIELD_VALUE = re.compile(r"[\t\x20-\x7e\x80-\U0010ffff]*")
# What the crawler itself says, what would change what is asked for, what belongs to one connection only
# (RFC 9110, 7.6.1), and what names proxies on the way.
FIXED_HEADERS = frozenset(
    {"accept-encoding", "content-length", "content-type", "expect", "host", "if-range", "range", "user-agent"}
    | {"connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"}
    | {"forwarded", "proxy-authenticate", "proxy-authorization", "proxy-connection", "via"}
)


class Header(Protocol):
    """A header as jobs.proto and crawler.proto have it."""

    @property
    def name(self) -> str: ...

    @property
    def value(self) -> str: ...


def is_fixed(name: str) -> bool:
    """Whether the crawler says this header itself, so that a job can't."""
    return name.lower() in FIXED_HEADERS


def header_mistakes(headers: Sequence[Header]) -> Iterator[tuple[str, str]]:
    """Every header that cannot be sent, under its index."""
    if len(headers) > MAX_HEADERS:
        yield ("headers", f"{len(headers)} headers are too many; give at most {MAX_HEADERS}.")
        return
    for index, header in enumerate(headers):
        if not TOKEN.fullmatch(header.name):
            yield (f"headers[{index}].name", f"{header.name[:100]!r} is not a header's name.")
        elif is_fixed(header.name):
            yield (f"headers[{index}].name", f"{header.name} is set by the crawler itself; leave it out.")
        if not FIELD_VALUE.fullmatch(header.value):
            yield (f"headers[{index}].value", "A header's value holds no control characters or line breaks.")
        if len(header.name) + len(header.value.encode()) > MAX_HEADER_BYTES:
            yield (f"headers[{index}]", f"A header has at most {MAX_HEADER_BYTES:,} bytes.")
    yield from repeated([header.name.lower() for header in headers])


def repeated(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Header names given twice."""
    seen: set[str] = set()
    for index, name in enumerate(names):
        if name and name in seen:
            yield (f"headers[{index}].name", f"{name[:100]} is given twice; join its values.")
        seen.add(name)
