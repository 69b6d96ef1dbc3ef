"""What a user used of a day's allowance: the statements of usage.sql."""

from __future__ import annotations

from typing import Any

from .statements import load

SQL = load("usage.sql")


async def count_job(connection: Any, user_id: str) -> None:
    """One more job today."""
    await connection.execute(SQL.count_job, user_id)


async def today(connection: Any, user_id: str) -> tuple[int, float]:
    """Pages recorded today (UTC), and the seconds until the day ends."""
    row = await connection.fetchrow(SQL.today, user_id)
    return int(row["pages"]), float(row["seconds_left"])
