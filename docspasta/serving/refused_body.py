"""A client that is refused while it still sends its body: it is let finish, so that it reads why."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Protocol

SECONDS = 5.0


class Piece(Protocol):
    """A message of a stream that carries a body."""

    @property
    def chunk(self) -> bytes: ...


async def pass_over(requests: AsyncIterator[Piece], most: int) -> None:
    """Read on, and keep nothing, until a refused client has sent its body: gRPC tells a client that still
    sends of an internal error, and not why it was refused. At most `most` bytes, and five seconds."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(SECONDS):
            async for message in requests:
                most -= len(message.chunk)
                if most < 0:
                    return
