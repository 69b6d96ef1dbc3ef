"""A job's pages as a person lists them: the statements of pages.sql."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from docspasta.compression import unpack_all

from .statements import load

SQL = load("pages.sql")
Row = Any


@dataclass(frozen=True, slots=True)
class Filter:
    """Which pages: of these states (none: all), with `query` in URL or title, whatever the case."""

    states: Sequence[str] = ()
    query: str = ""

    @property
    def pattern(self) -> str:
        """The query as a LIKE pattern, '' for none; what LIKE would read as a wildcard stands for itself."""
        if not self.query:
            return ""
        escaped = self.query.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        return f"%{escaped}%"


async def pages_by_id(
    connection: Any, user_id: str, job_id: str, after: int, wanted: Filter, limit: int
) -> list[Row]:
    """Pages in the order in which they were found, after a page id."""
    return await _listed(connection, SQL.pages_by_id, user_id, job_id, after, wanted, limit)


async def pages_by_position(
    connection: Any, user_id: str, job_id: str, after: int, wanted: Filter, limit: int
) -> list[Row]:
    """Pages in reading order, after a position."""
    return await _listed(connection, SQL.pages_by_position, user_id, job_id, after, wanted, limit)


async def pages_without_position(
    connection: Any, user_id: str, job_id: str, after: int, wanted: Filter, limit: int
) -> list[Row]:
    """The pages that have no place in reading order, after a page id."""
    return await _listed(connection, SQL.pages_without_position, user_id, job_id, after, wanted, limit)


async def _listed(
    connection: Any, statement: str, user_id: str, job_id: str, after: int, wanted: Filter, limit: int
) -> list[Row]:
    states = list(wanted.states)
    return list(await connection.fetch(statement, user_id, job_id, after, states, wanted.pattern, limit))


async def recent_pages(connection: Any, user_id: str, job_id: str, limit: int) -> list[Row]:
    """The pages that ended last, newest first."""
    return list(await connection.fetch(SQL.recent_pages, user_id, job_id, limit))


async def page(connection: Any, user_id: str, job_id: str, page_id: int) -> Row | None:
    """One page of a job."""
    return await connection.fetchrow(SQL.page, user_id, job_id, page_id)


async def chunks(
    connection: Any, user_id: str, job_id: str, result_id: Any, kind: str, after: int, limit: int
) -> list[tuple[int, bytes]]:
    """Some of a stored result's chunks (sequence number, bytes), after a sequence number; -1 to begin."""
    rows = await connection.fetch(SQL.chunks, user_id, job_id, result_id, kind, after, limit)
    return [(row["seq"], unpack_all(row["data"])) for row in rows]
