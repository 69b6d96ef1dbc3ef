"""The doorbell: Redis pub/sub that says "look again". It carries no state: listeners read the record.

One pub/sub connection for each process, shared by all its listeners, opened by the first.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from redis.exceptions import RedisError

from docspasta.domain import JobKey
from docspasta.queues.keys import version_channel
from docspasta.queues.scripts import Client

LISTEN_WITHIN = 2.0  # seconds that a listener waits for its subscription
CHECK_EVERY = 15.0  # seconds without a message until the connection is checked by a PING


class Bell:
    """What a listener holds. It remembers that it rang until somebody looks."""

    def __init__(self) -> None:
        self.rung = asyncio.Event()
        self.messages: set[str] = set()
        self.missed = False  # the connection was lost meanwhile: anything may have happened
        self.late = False  # its listener went on before the subscription was confirmed

    def ring(self, message: str = "") -> None:
        """Let it ring; without a message rings were missed."""
        if message:
            self.messages.add(message)
        else:
            self.missed = True
        self.rung.set()

    async def ringing(self, at_most: float | None = None) -> bool:
        """Wait for a ring since the last call, or a reconnect (rings were missed). False: `at_most`
        seconds passed without one."""
        try:
            async with asyncio.timeout(at_most):  # wait_for may swallow a cancellation
                await self.rung.wait()
        except TimeoutError:
            return False
        self.rung.clear()
        return True

    def said(self) -> tuple[set[str], bool]:
        """The messages since the last call, and whether some were missed."""
        said = self.messages, self.missed
        self.messages, self.missed = set(), False
        return said


class Doorbell:
    """Rings and listens; `close()` ends it. While Redis is away listeners hear nothing, then one ring."""

    def __init__(self, client: Client) -> None:
        self.client: Any = client
        self.bells: dict[str, set[Bell]] = {}
        self.standing: dict[str, asyncio.Event] = {}  # channels that Redis confirmed, or will
        self.pubsub: Any = None
        self.task: asyncio.Task[None] | None = None
        self.wanted = asyncio.Event()
        self.closed = False

    async def ring(self, job: JobKey, version: int) -> None:
        """Say that the job has a new state version."""
        await self.say(version_channel(job), str(version))

    async def say(self, channel: str, message: str) -> None:
        """Publish a message."""
        await self.client.execute_command("PUBLISH", channel, message)

    @asynccontextmanager
    async def listen(self, job: JobKey) -> AsyncIterator[Bell]:
        """A bell for one job; when the block begins the subscription is confirmed (SUBSCRIBE, then read).

        With Redis away the block begins after 2 s all the same; the bell rings once Redis confirms it.
        """
        bell = await self.join(version_channel(job))
        try:
            yield bell
        finally:
            await self.leave(version_channel(job), bell)

    async def join(self, channel: str) -> Bell:
        """A bell on a channel; `leave` it."""
        bell = Bell()
        self.bells.setdefault(channel, set()).add(bell)
        self.wanted.set()
        standing = self.standing.get(channel)
        if standing is None:
            standing = self.standing[channel] = asyncio.Event()
            if self.pubsub is not None:
                with suppress(RedisError, OSError):  # the keeper reconnects and subscribes to all
                    await self.pubsub.subscribe(channel)
        if not self.closed and (self.task is None or self.task.done()):
            self.task = asyncio.create_task(self.keep(), name="doorbell")
        try:
            async with asyncio.timeout(LISTEN_WITHIN):
                await standing.wait()
        except TimeoutError:
            bell.late = True
        except asyncio.CancelledError:
            self.bells.get(channel, set()).discard(bell)
            raise
        return bell

    async def leave(self, channel: str, bell: Bell) -> None:
        """End a bell; the last one of a channel ends the subscription."""
        bells = self.bells.get(channel, set())
        bells.discard(bell)
        if bells or channel not in self.bells:
            return
        del self.bells[channel]
        self.standing.pop(channel, None)
        if self.pubsub is not None:
            with suppress(RedisError, OSError):
                await self.pubsub.unsubscribe(channel)

    async def keep(self) -> None:
        """Hold the connection, whatever happens to it."""
        pause = 0.05
        while True:
            if not self.bells:
                self.wanted.clear()
                await self.wanted.wait()
            try:
                async with self.client.pubsub() as pubsub:
                    first = set(self.bells)
                    await pubsub.subscribe(*first)
                    self.pubsub, pause = pubsub, 0.05
                    if meanwhile := set(self.bells) - first:  # joined while the connection was made
                        await pubsub.subscribe(*meanwhile)
                    # Without a subscription the client would check the connection when the next one is asked
                    # for: a second reader beside this one. So the connection ends with the last listener.
                    while self.bells or pubsub.subscribed:
                        self.hear(await pubsub.get_message(timeout=CHECK_EVERY))
                    self.pubsub = None
            except (RedisError, OSError):
                self.pubsub = None
                await asyncio.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311
                pause = min(2.0, pause * 2)

    def hear(self, message: dict[str, Any] | None) -> None:
        """Pass a message on. A subscription that is confirmed again means that rings were missed."""
        if message is None or message["type"] not in ("message", "subscribe"):
            return
        channel = message["channel"].decode()
        if message["type"] == "message":
            for bell in self.bells.get(channel, ()):
                bell.ring(message["data"].decode())
        elif (standing := self.standing.get(channel)) is not None:
            for bell in self.bells.get(channel, ()):
                if bell.late or standing.is_set():
                    bell.ring()
                bell.late = False
            standing.set()

    async def close(self) -> None:
        """End the connection. Listeners that leave later find none, and open none."""
        self.closed, self.pubsub = True, None
        task, self.task = self.task, None
        while task is not None and not task.done():
            task.cancel()  # again, should the client have swallowed it (see heeding_cancellation)
            await asyncio.wait((task,), timeout=0.1)
