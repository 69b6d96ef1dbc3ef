"""Range requests (RFC 9110, 14): one range of bytes of a document whose length is known. Pure."""

from __future__ import annotations

import re
from typing import NamedTuple

_RANGE = re.compile(r"\s*bytes\s*=\s*(\d{0,15})-(\d{0,15})\s*", re.IGNORECASE)


class Unsatisfiable(Exception):
    """No byte of the document is in the range."""


class Range(NamedTuple):
    """Bytes `first` to `last`, both included."""

    first: int
    last: int

    @property
    def bytes(self) -> int:
        """How many they are."""
        return self.last - self.first + 1

    def of(self, size: int) -> str:
        """Content-Range."""
        return f"bytes {self.first}-{self.last}/{size}"


def asked_range(header: str, size: int) -> Range | None:
    """The range that a Range header asks for, of `size` bytes; None for none, for several and for what is no
    range: then the whole is the answer. Raises Unsatisfiable."""
    found = _RANGE.fullmatch(header)
    if found is None or not any(found.groups()):
        return None
    first, last = found[1], found[2]
    if not first:
        wanted = Range(max(size - int(last), 0), size - 1)
    else:
        wanted = Range(int(first), min(int(last), size - 1) if last else size - 1)
        if last and int(last) < int(first):
            return None
    if wanted.bytes <= 0 or wanted.first >= size:
        raise Unsatisfiable
    return wanted
