"""Runs the Lua scripts: each is one atomic step on one shard, sent by its hash.

A file that begins with `-- Fragment` is no script. A line `-- uses: NAME.lua` stands for that file's text.
"""

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
from redis.exceptions import NoScriptError, RedisError

Client = Redis | RedisCluster
Call = tuple[str, Sequence[str], Sequence[Any]]  # script, KEYS, ARGV
USES = re.compile(r"^-- uses: (\S+)$", re.MULTILINE)


@cache
def source(script: str) -> str:
    """The Lua text of a script, with the fragments that it uses."""
    return _expanded(f"{script}.lua", set())


def _expanded(name: str, used: set[str]) -> str:
    """A file's text with each fragment in the place that first asks for it."""
    used.add(name)
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    return USES.sub(lambda asked: "" if asked[1] in used else _expanded(asked[1], used), text)


@cache
def sha(script: str) -> str:
    """The name under which the server keeps a script."""
    return hashlib.sha1(source(script).encode(), usedforsecurity=False).hexdigest()


@contextmanager
def heeding_cancellation() -> Iterator[None]:
    """The client waits with asyncio.wait_for, which before Python 3.12 may swallow a cancellation that comes
    as the answer does. A worker that was told to stop would never end."""
    task = asyncio.current_task()
    before = task.cancelling() if task else 0
    yield
    if task and task.cancelling() > before:
        raise asyncio.CancelledError


class ScriptsMissing(RedisError):
    """The server lacks a script and this Redis user may not send its text: jobs loads all of them soon."""


@cache
def every_script() -> tuple[str, ...]:
    """The names of all scripts."""
    texts = {
        file.name.removesuffix(".lua"): file.read_text(encoding="utf-8")
        for file in files(__package__).iterdir()
        if file.name.endswith(".lua")
    }
    return tuple(sorted(name for name, text in texts.items() if not text.startswith("-- Fragment")))


class Scripts:
    """Sends scripts to a single server or a Cluster. A server that lacks a script gets its text."""

    def __init__(self, client: Client) -> None:
        self.client: Any = client
        self.pipelines = isinstance(client, Redis)
        # A service's own user may send no text; a refused try would look like a break-in (redis_acl_denied).
        user = client.get_connection_kwargs().get("username")
        self.may_send = user in (None, "", "default")

    async def run(self, script: str, keys: Sequence[str], args: Sequence[Any]) -> Any:
        """One script."""
        if not self.pipelines:
            # Before any command: the first refresh of the slots closes connections that are being made.
            await self.client.initialize()
        with heeding_cancellation():
            try:
                return await self.client.evalsha(sha(script), len(keys), *keys, *args)
            except NoScriptError:
                return await self._eval(script, keys, args)

    async def _eval(self, script: str, keys: Sequence[str], args: Sequence[Any]) -> Any:
        """A script that the server lacks, by its text. Raises ScriptsMissing where only jobs may send it."""
        if self.may_send:
            return await self.client.eval(source(script), len(keys), *keys, *args)
        raise ScriptsMissing(f"Redis does not know the script {script!r} yet; jobs loads it")

    async def load_missing(self) -> int:
        """Give every server the scripts that it lacks; how many were missing. For jobs alone."""
        names = every_script()
        with heeding_cancellation():
            there = await self.client.script_exists(*map(sha, names))
        missing = [name for name, known in zip(names, there, strict=True) if not known]
        for name in missing:
            with heeding_cancellation():
                await self.client.script_load(source(name))
        return len(missing)

    async def run_all(self, calls: Sequence[Call]) -> list[Any]:
        """Several scripts (of several shards) in one round trip, or one for each node of a Cluster."""
        if len(calls) == 1:
            return [await self.run(*calls[0])]
        if not self.pipelines:
            return list(await asyncio.gather(*(self.run(*call) for call in calls)))
        async with self.client.pipeline(transaction=False) as pipeline:
            for script, keys, args in calls:
                pipeline.evalsha(sha(script), len(keys), *keys, *args)
            with heeding_cancellation():
                replies = await pipeline.execute(raise_on_error=False)
        for at, reply in enumerate(replies):
            if isinstance(reply, NoScriptError):
                replies[at] = await self.run(*calls[at])
            elif isinstance(reply, Exception):
                raise reply
        return list(replies)
