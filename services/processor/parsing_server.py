"""The server that forks parsing processes (fork_server.py), seen from the processor."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from pathlib import Path

from .fork_server import ANSWER, END, START

MODULE = f"{__package__}.fork_server"
ROOT = Path(__file__).parents[MODULE.count(".")]  # the directory that its first package lies in
PATIENCE = 60.0  # seconds for a fork or an end: a last resort, for a machine that is busy


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def launched(memory: int) -> tuple[subprocess.Popen[bytes], socket.socket]:
    """A new server, and our end of the socket that is its standard input."""
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    with theirs:
        # -P: the working directory is the person's; a `resource.py` there is not ours to run.
        command = [sys.executable, "-P", "-m", MODULE, str(memory)]
        kept = {name: value for name, value in os.environ.items() if not name.startswith("DOCSPASTA_")}
        kept["PYTHONPATH"] = str(ROOT)
        null = subprocess.DEVNULL
        return subprocess.Popen(command, stdin=theirs.fileno(), stdout=null, env=kept), ours


class ParsingServer:
    """A server with at most one parsing process, started when it is first needed and again after a loss."""

    def __init__(self, memory: int) -> None:
        self._memory = memory
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    async def start(self, theirs: socket.socket) -> int:
        """A new process that talks over `theirs`, in the place of the one before; its id. Raises OSError."""
        if self._process is None or self._process.poll() is not None:
            await self.stop()
            self._process, self._control = launched(self._memory)
        child, _ = await self._asked(START, [theirs.fileno()])
        return child

    async def end(self) -> int:
        """End the process; its exit status, negative for the signal that ended it. 0 when it is not known."""
        try:
            _, status = await self._asked(END, [])
        except OSError:
            return 0
        return status

    async def stop(self) -> None:
        """End the server, and with it its process."""
        process, self._process = self._process, None
        control, self._control = self._control, None
        if control is not None:
            control.close()
        if process is not None:
            process.kill()
            await asyncio.to_thread(process.wait)

    async def _asked(self, message: bytes, descriptors: list[int]) -> tuple[int, int]:
        """The answer's two numbers. Raises OSError when there is none; the server is then gone, for a later
        answer would be taken for another's."""
        if self._control is None:
            raise BrokenPipeError("the server of parsing processes is gone")
        try:
            socket.send_fds(self._control, [message], descriptors)
            async with asyncio.timeout(PATIENCE):
                answer = await asyncio.get_running_loop().sock_recv(self._control, ANSWER.size)
            if len(answer) != ANSWER.size:
                raise BrokenPipeError("the server of parsing processes ended")
        except BaseException:
            if self._process is not None:
                self._process.kill()
            raise
        child, status = ANSWER.unpack(answer)
        return child, status
