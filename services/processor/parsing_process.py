"""One parsing process and its pipes, seen from the processor: start, call, kill.

Messages are a length (4 bytes, big-endian) and a pickle; the other end is parsing.py's `main`. A process
ends by itself when its standard input closes, so none outlives the processor.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import struct
import sys
from typing import Any

LENGTH = struct.Struct(">I")
CALLS_A_PROCESS = 2000  # then it is replaced: what a parser leaks does not live for ever
PIPE_BYTES = 1024 * 1024


class Lost(Exception):
    """The process ended or was killed before it answered. `overtime`: it had taken too long."""

    def __init__(self, sentence: str, *, overtime: bool = False) -> None:
        super().__init__(sentence)
        self.overtime = overtime


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class ParsingProcess:
    """A process for one call at a time, started when it is first needed and again after a loss."""

    def __init__(self, memory: int) -> None:
        self._memory = memory
        self._process: asyncio.subprocess.Process | None = None
        self._calls = 0

    @property
    def pid(self) -> int | None:
        """The process's id while it runs."""
        running = self._process is not None and self._process.returncode is None
        return self._process.pid if running and self._process else None

    async def start(self) -> asyncio.subprocess.Process:
        """The running process; a new one when there is none or it has had its calls."""
        if self._process is None or self._process.returncode is not None or self._calls >= CALLS_A_PROCESS:
            await self.kill()
            self._calls = 0
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "services.processor.parsing", str(self._memory)),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                env={name: value for name, value in os.environ.items() if not name.startswith("DOCSPASTA_")},
                limit=PIPE_BYTES,
            )
        return self._process

    async def call(self, message: Any, seconds: float) -> Any:
        """The answer to `message`. Raises Lost; the process is then gone."""
        process = await self.start()
        self._calls += 1
        try:
            async with asyncio.timeout(seconds):
                return await _exchange(process, pickle.dumps(message, pickle.HIGHEST_PROTOCOL))
        except TimeoutError as error:
            await self.kill()
            raise Lost(f"it took longer than {seconds:g} s", overtime=True) from error
        except (OSError, EOFError) as error:
            await self.kill()
            raise Lost("the process ended while it worked on it") from error
        except BaseException:
            await self.kill()
            raise

    async def kill(self) -> None:
        """End the process at once and wait for its end."""
        process, self._process = self._process, None
        if process is not None:
            if process.returncode is None:
                try:
                    process.kill()
                except ProcessLookupError:
                    pass
            await process.wait()


async def _exchange(process: asyncio.subprocess.Process, message: bytes) -> Any:
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(LENGTH.pack(len(message)) + message)
    await process.stdin.drain()
    (size,) = LENGTH.unpack(await process.stdout.readexactly(LENGTH.size))
    return pickle.loads(await process.stdout.readexactly(size))  # noqa: S301 (our own process)
