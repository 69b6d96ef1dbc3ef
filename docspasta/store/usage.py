"""What a user used of a day's allowance: the statements of usage.sql."""

from __future__ import annotations

from typing import NamedTuple

from .connection import Connection
from .statements import load

SQL = load("usage.sql")


class Today(NamedTuple):
    """What was recorded today (UTC), and the seconds until today ends."""

    pages: int
    bytes_fetched: int
    seconds_left: float


async def count_job(connection: Connection, user_id: str) -> None:
    """One more job today."""
    await SQL.count_job.execute(connection, user_id=user_id)


async def today(connection: Connection, user_id: str) -> Today:
    """What the user used today."""
    found = await SQL.today.one(connection, Today, user_id=user_id)
    assert found is not None  # an aggregate always gives a row
    return found
