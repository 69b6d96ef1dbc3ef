"""What a user used of a day's allowance: the statements of usage.sql."""

from __future__ import annotations

from typing import Any

from .statements import load

SQL = load("usage.sql")
Row = Any


async def count_job(connection: Any, user_id: str) -> None:
    """One more job today."""
    await connection.execute(SQL.count_job, user_id)


async def today(connection: Any, user_id: str) -> Row:
    """(pages, bytes_fetched, seconds_left): what was recorded today (UTC), and until when today lasts."""
    return await connection.fetchrow(SQL.today, user_id)
