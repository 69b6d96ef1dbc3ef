"""The stack of this machine: joined when `docspasta up` runs it, else started for the command."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from docspasta.cli.connection import Connection, opened
from docspasta.cli.exits import FAILED, CommandError
from docspasta.cli.run import complain
from docspasta.embedded.directory import DataDirectory, DirectoryHeld

JOIN_WITHIN = 30.0  # seconds that a starting `up` has until it answers
PATIENCE = 10.0  # seconds that a call waits for a jobs process which is started again


@asynccontextmanager
async def on_this_machine(path: Path, kind: str) -> AsyncIterator[Connection]:
    """The stack of a data directory: joined when `docspasta up` runs it, else started and stopped."""
    directory = DataDirectory(path)
    try:
        directory.open(kind)
    except DirectoryHeld as held:
        async with joined(directory, held) as connection:
            yield connection
        return
    from docspasta.embedded.environment import Choices
    from docspasta.embedded.stack import Stack

    stack = Stack(directory, Choices(), kind=kind, say=complain)
    try:
        await stack.start()
        async with opened(stack.addresses.jobs) as channel:
            yield Connection(channel, signing(stack.keys), stack, directory, PATIENCE)
    finally:
        await stack.stop()


@asynccontextmanager
async def joined(directory: DataDirectory, held: DirectoryHeld) -> AsyncIterator[Connection]:
    """The running stack of `docspasta up`; whoever else holds the directory is named."""
    from docspasta.embedded.keys import load_keys

    state = await published(directory)
    if state.get("kind") != "up":
        raise CommandError(
            f"Process {held.process} ({state.get('kind') or 'another command'}) is using {directory.path}. "
            "Wait for it, name another --data-dir, or keep one stack for many commands with: docspasta up",
            FAILED,
        )
    async with opened(state["addresses"]["jobs"]) as channel:
        yield Connection(channel, signing(load_keys(directory.keys)), patience=PATIENCE)


async def published(directory: DataDirectory) -> dict[str, Any]:
    """What the running stack publishes, once it is ready."""
    until = time.monotonic() + JOIN_WITHIN
    while not (state := directory.read_state()).get("ready"):
        if state.get("kind") not in (None, "up") or time.monotonic() > until:
            break
        await asyncio.sleep(0.05)
    return state


def signing(keys: Any) -> Callable[[], Awaitable[str]]:
    """Tokens of the person at this machine, signed as they are needed."""

    async def token() -> str:
        signed: str = keys.local_token()
        return signed

    return token
