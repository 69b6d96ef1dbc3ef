"""The request headers that a job may carry to its start origin: which ones cannot be sent. Pure.

Values are never repeated in a message: they are often secrets.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from docspasta.v1.jobs_pb2 import Header

MAX_HEADERS = 8
MAX_HEADER_BYTES = 4_096

# RFC 9110, 5.6.2 (token) and 5.5 (field value: visible characters, space and tab).
TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
FIELD_VALUE = re.compile(r"[\t\x20-\x7e\x80-\U0010ffff]*")
# What the fetcher itself says, and what belongs to one connection only (RFC 9110, 7.6.1).
FIXED_HEADERS = frozenset(
    {"accept-encoding", "content-length", "expect", "host", "range", "user-agent"}
    | {"connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"}
    | {"proxy-authenticate", "proxy-authorization", "proxy-connection"}
)


def header_mistakes(headers: Sequence[Header]) -> Iterator[tuple[str, str]]:
    """Every header that cannot be sent, under its index."""
    if len(headers) > MAX_HEADERS:
        yield ("headers", f"{len(headers)} headers are too many; give at most {MAX_HEADERS}.")
        return
    for index, header in enumerate(headers):
        if not TOKEN.fullmatch(header.name):
            yield (f"headers[{index}].name", f"{header.name[:100]!r} is not a header's name.")
        elif header.name.lower() in FIXED_HEADERS:
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
