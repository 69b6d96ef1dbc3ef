"""A place in a job's history: `<epoch>-<version>`. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

_CURSOR = re.compile(r"([A-Za-z0-9]{1,64})-([0-9]{1,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Cursor:
    """Every update of `epoch` at or below `version` has been seen."""

    epoch: str
    version: int

    def __str__(self) -> str:
        return f"{self.epoch}-{self.version}"


UNKNOWN = Cursor("", 0)


def parse_cursor(text: str) -> Cursor | None:
    """The cursor in `text`; None for '' (nothing seen), UNKNOWN, of no epoch, for what is not a cursor."""
    if not text:
        return None
    found = _CURSOR.fullmatch(text)
    return Cursor(found[1], int(found[2])) if found else UNKNOWN
