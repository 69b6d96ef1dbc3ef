"""Waiting for a database that does not answer yet: says what it waits for, and for how long at most."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar
from urllib.parse import urlsplit

import asyncpg

T = TypeVar("T")
PAUSE = 1.0  # seconds between two tries

# What passes by itself: the server is not there yet, starts, or has no connection free.
PASSING = (
    OSError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
)
AWAY = (*PASSING, asyncpg.InterfaceError)  # what a process that has connections meets, too


async def when_reachable(
    act: Callable[[str], Awaitable[T]], dsn: str, within: float, say: Callable[[str], None]
) -> T:
    """The result of `act(dsn)`, tried again for up to `within` seconds while the database does not answer.

    `say` gets a sentence when the reason changes. The last error is raised when the time is up; an error that
    does not pass, such as a wrong password, is raised at once.
    """
    until, said = time.monotonic() + within, ""
    while True:
        try:
            return await act(dsn)
        except PASSING as error:
            reason = f"waiting up to {within:g} s for Postgres at {address(dsn)}: {described(error)}"
            if time.monotonic() + PAUSE > until:
                raise
        if reason != said:
            say(reason)
            said = reason
        await asyncio.sleep(PAUSE)


def address(dsn: str) -> str:
    """Host, port and database of an address, without its user and password."""
    parts = urlsplit(dsn)
    return f"{parts.netloc.rpartition('@')[2]}{parts.path}" or "the default address"


def described(error: BaseException) -> str:
    """An error as a sentence; some have no text of their own."""
    return str(error) or {"TimeoutError": "no answer in time"}.get(type(error).__name__, type(error).__name__)
