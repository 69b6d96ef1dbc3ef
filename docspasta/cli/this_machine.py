"""The stack of this machine: joined when another command runs it, else started for this command."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docspasta.cli.connection import Connection, opened
from docspasta.cli.exits import FAILED, CommandError
from docspasta.cli.run import complain
from docspasta.embedded.directory import DataDirectory, DirectoryHeld

if TYPE_CHECKING:
    import grpc

    from docspasta.embedded.stack import Stack

JOIN_WITHIN = 30.0  # seconds that a starting stack has until it answers
PATIENCE = 30.0  # seconds that a call waits for a jobs process that is started again, or stopped and replaced


@asynccontextmanager
async def on_this_machine(path: Path, kind: str) -> AsyncIterator[Connection]:
    """The stack of a data directory, joined or started. Others may see `kind`, the command's name."""
    async with AsyncExitStack() as closing:
        machine = ThisMachine(DataDirectory(path), kind, closing)
        yield await machine.connect()


class ThisMachine:
    """One stack for all commands on a data directory: the first starts it, the others join.

    When the command that runs the stack ends, it stops the stack, and a command that had joined starts it
    again from the same data. Jobs survive that as they survive any restart.
    """

    def __init__(self, directory: DataDirectory, kind: str, closing: AsyncExitStack) -> None:
        self._directory, self._kind, self._closing = directory, kind, closing
        self._own: Stack | None = None
        self._address = ""
        self._connection: Connection | None = None
        self._turn = asyncio.Lock()

    async def connect(self) -> Connection:
        """Join the stack that runs, or start one. Raises CommandError when neither can be done."""
        until = time.monotonic() + JOIN_WITHIN
        while True:
            try:
                self._directory.open(self._kind)
            except DirectoryHeld as held:
                state = self._directory.read_state()
                if state.get("ready"):
                    return await self._join(state)
                if time.monotonic() > until:
                    raise CommandError(self._held(held, state), FAILED) from held
                await asyncio.sleep(0.05)
            else:
                return await self._start()

    async def recover(self) -> None:
        """After a call was not answered: take over when the command that ran the stack has ended."""
        async with self._turn:
            if self._own is None:
                await self.connect()

    async def _start(self) -> Connection:
        from docspasta.embedded.environment import Choices
        from docspasta.embedded.stack import Stack

        self._own = Stack(self._directory, Choices(), kind=self._kind, say=complain)
        self._closing.push_async_callback(self._own.stop)
        await self._own.start()
        connection = await self._open(self._own.addresses.jobs, self._own.keys)
        connection.stack, connection.directory = self._own, self._directory
        return connection

    async def _join(self, state: dict[str, Any]) -> Connection:
        from docspasta.embedded.keys import load_keys

        connection = await self._open(state["addresses"]["jobs"], load_keys(self._directory.keys))
        # The jobs of a command go with it, but for those on a stack that somebody keeps running with `up`.
        connection.directory = None if state.get("kind") == "up" else self._directory
        return connection

    async def _open(self, address: str, keys: Any) -> Connection:
        """The connection, its channel renewed when the address has changed."""
        if self._connection is None or address != self._address:
            channel: grpc.aio.Channel = await self._closing.enter_async_context(opened(address))
            self._address = address
            if self._connection is None:
                self._connection = Connection(channel, signing(keys), patience=PATIENCE, recover=self.recover)
            self._connection.channel, self._connection.token = channel, signing(keys)
        return self._connection

    def _held(self, held: DirectoryHeld, state: dict[str, Any]) -> str:
        return (
            f"Process {held.process} ({state.get('kind') or 'another command'}) is using "
            f"{self._directory.path} and did not become ready within {JOIN_WITHIN:g} s. "
            "Wait for it, or name another --data-dir."
        )


def signing(keys: Any) -> Callable[[], Awaitable[str]]:
    """Tokens of the person at this machine, signed as they are needed."""

    async def token() -> str:
        signed: str = keys.local_token()
        return signed

    return token
