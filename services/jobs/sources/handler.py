"""Which source a call means. Somebody else's and one that never was look alike."""

from __future__ import annotations

from docspasta.domain import Source
from docspasta.errors import NotFound

from ..handler import JOB_ID


def named_source(source_id: str) -> str:
    """`source_id`. Raises NotFound for what cannot be one."""
    if not JOB_ID.fullmatch(source_id):
        raise no_such_source()
    return source_id


def found_source(source: Source | None) -> Source:
    """What was found of a source; NotFound for None."""
    if source is None:
        raise no_such_source()
    return source


def no_such_source() -> NotFound:
    """The one answer for a source that never was, was deleted, or is somebody else's."""
    return NotFound(
        "There is no such source; list your sources to see which there are.", reason="no-such-source"
    )
