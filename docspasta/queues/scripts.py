"""Runs the Lua steps: each file here is one atomic step, on one shard, sent by its hash."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.cluster import RedisCluster
from redis.exceptions import NoScriptError

Client = Redis | RedisCluster
Call = tuple[str, Sequence[str], Sequence[Any]]  # step, KEYS, ARGV
USES = re.compile(r"^-- uses: (\S+)$", re.MULTILINE)


@cache
def source(step: str) -> str:
    """The Lua text of a step, after the fragments that it uses."""
    text = files(__package__).joinpath(f"{step}.lua").read_text(encoding="utf-8")
    fragments = [files(__package__).joinpath(name).read_text(encoding="utf-8") for name in USES.findall(text)]
    return "\n".join([*fragments, text])


@cache
def sha(step: str) -> str:
    """The name under which the server keeps a step."""
    return hashlib.sha1(source(step).encode(), usedforsecurity=False).hexdigest()


@contextmanager
def heeding_cancellation() -> Iterator[None]:
    """The client waits with asyncio.wait_for, which before Python 3.12 may swallow a cancellation that comes
    as the answer does. A worker that was told to stop would go on for ever."""
    task = asyncio.current_task()
    before = task.cancelling() if task else 0
    yield
    if task and task.cancelling() > before:
        raise asyncio.CancelledError


class Scripts:
    """Sends steps to a single server or a Cluster. A server that lacks a step gets its text."""

    def __init__(self, client: Client) -> None:
        self.client: Any = client
        self.pipelines = isinstance(client, Redis)

    async def run(self, step: str, keys: Sequence[str], args: Sequence[Any]) -> Any:
        """One step."""
        if not self.pipelines:
            # Before any command: the first refresh of the slots closes connections that are being made.
            await self.client.initialize()
        with heeding_cancellation():
            try:
                return await self.client.evalsha(sha(step), len(keys), *keys, *args)
            except NoScriptError:
                return await self.client.eval(source(step), len(keys), *keys, *args)

    async def run_all(self, calls: Sequence[Call]) -> list[Any]:
        """Several steps (of several shards) in one round trip, or one for each node of a Cluster."""
        if len(calls) == 1:
            return [await self.run(*calls[0])]
        if not self.pipelines:
            return list(await asyncio.gather(*(self.run(*call) for call in calls)))
        async with self.client.pipeline(transaction=False) as pipeline:
            for step, keys, args in calls:
                pipeline.evalsha(sha(step), len(keys), *keys, *args)
            with heeding_cancellation():
                replies = await pipeline.execute(raise_on_error=False)
        for at, reply in enumerate(replies):
            if isinstance(reply, NoScriptError):
                replies[at] = await self.run(*calls[at])
            elif isinstance(reply, Exception):
                raise reply
        return list(replies)
