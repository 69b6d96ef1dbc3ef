"""Opens Redis for a process: one queue room of clients over redis://, rediss://, unix://, single or Cluster."""

from __future__ import annotations

from dataclasses import dataclass

from docspasta.queues.doorbell import Doorbell
from docspasta.queues.frontier import Frontier, Pace
from docspasta.queues.pages import PagesQueue


@dataclass(frozen=True, slots=True)
class Queues:
    """What a process uses of Redis. `close()` it at the end."""

    frontier: Frontier
    pages: PagesQueue
    doorbell: Doorbell

    async def ping(self) -> None:
        """Raise when Redis does not answer: for readiness."""
        raise NotImplementedError

    async def close(self) -> None:
        """End every connection."""
        raise NotImplementedError


async def open_queues(
    url: str,
    *,
    name: str,
    shards: int,
    cluster: bool = False,
    pace: Pace | None = None,
    waiting_bytes: int = 64 * 1024 * 1024,
) -> Queues:
    """The queues at `url`. `name` is the service's, for CLIENT LIST; `pace` and `waiting_bytes` matter to
    the crawler only. Connects lazily: an unreachable Redis fails the first command, not this."""
    raise NotImplementedError
