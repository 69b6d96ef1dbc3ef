"""Why a running job does not move, as its host's pace tells."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from services.jobs.waiting import held_up


class Pace:
    """A frontier where no page of the job is tried again, and a host's next start is known."""

    def __init__(self, seconds: float, factor: int) -> None:
        self.jobs = self.hosts = self
        self._start = (seconds, factor)

    async def retrying(self, key: object, hosts: set[str]) -> None:
        return None

    async def next_start(self, name: str) -> tuple[float, int]:
        return self._start


@pytest.mark.parametrize(
    ("seconds", "factor", "delay", "told"),
    [
        (28, 1, None, "docs.example.org asked for a pause between requests."),  # for another job's page
        (28, 5, None, "docs.example.org had errors, so requests to it are 5 times as far apart."),
        (28, 1, 30, None),  # the job's own delay
        (0.2, 1, None, None),
        (0.2, 5, None, None),
    ],
)
async def test_a_host_that_is_on_hold_is_named(
    seconds: float, factor: int, delay: float | None, told: str | None
) -> None:
    job: Any = SimpleNamespace(
        key=None,
        url="https://docs.example.org/",
        current_url="",
        takes_pushes=False,
        settings=SimpleNamespace(follows=True, delay=delay),
    )
    frontier: Any = Pace(seconds, factor)
    wait = await held_up(frontier, job)
    assert (wait.message if wait else None) == told
