"""Ready after one answer of each store, and one line for each reason to wait."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from docspasta.serving import readiness
from docspasta.serving.readiness import until_answered


class Log:
    """What was logged."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str, str]] = []

    def warning(self, event: str, *, waiting_for: str, error: str) -> None:
        self.lines.append((event, waiting_for, error))

    def info(self, event: str, *, store: str) -> None:
        self.lines.append((event, store, ""))


def store(*errors: Exception) -> Any:
    """Fails so, and then answers."""
    left = list(errors)

    async def ask() -> None:
        if left:
            raise left.pop(0)

    return ask


async def test_it_waits_for_each_store_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "PAUSES", (0.0, 0.0))
    log = Log()
    away, refused = ConnectionError("refused"), PermissionError("WRONGPASS")
    stores = {"postgres": store(), "redis": store(away, away, away, refused, refused)}
    await asyncio.wait_for(until_answered(stores, log), 30)
    assert log.lines == [
        ("not ready", "redis", "ConnectionError: refused"),
        ("not ready", "redis", "PermissionError: WRONGPASS"),
        ("answered", "redis", ""),
    ]


async def test_a_store_that_never_answers_is_waited_for() -> None:
    async def ask() -> None:
        await asyncio.Event().wait()

    waiting = asyncio.create_task(until_answered({"redis": ask}, Log()))
    _, pending = await asyncio.wait([waiting], timeout=0.05)
    assert pending
    waiting.cancel()
