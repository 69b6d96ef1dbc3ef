"""What a site says names a representation (RFC 9110 8.8): by it a page is asked for only if it changed."""

from __future__ import annotations

from typing import NamedTuple

MOST_CHARACTERS = 1_000  # of an entity tag that is kept; a longer one is none


class Validators(NamedTuple):
    """An entity tag and a date, both as the site wrote them, '' for none. An origin compares them itself, so
    they are sent back as they came: weak ones, and ones that a coding was added to."""

    etag: str = ""
    last_modified: str = ""

    def __bool__(self) -> bool:
        """Whether there is one to ask by."""
        return bool(self.etag or self.last_modified)

    def headers(self) -> list[tuple[str, str]]:
        """The request's header: the entity tag's when there is one, for a date is coarser."""
        if self.etag:
            return [("If-None-Match", self.etag)]
        return [("If-Modified-Since", self.last_modified)] if self.last_modified else []


NO_VALIDATORS = Validators()


def validators_of(etag: str, last_modified: str) -> Validators:
    """The validators that headers name. One that can't be sent back as it is counts as none."""
    return Validators(_sendable(etag), _sendable(last_modified))


def _sendable(value: str) -> str:
    value = value.strip()
    good = len(value) <= MOST_CHARACTERS and value.isascii() and value.isprintable()
    return value if good else ""
