"""One of the four processes: start it, wait until it is ready, restart it when it dies, stop it."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from docspasta.embedded.children import Children
from docspasta.embedded.failures import StackFailure
from docspasta.embedded.forked import Forked, Running
from docspasta.embedded.logs import last_lines, rotate
from docspasta.modules import SEARCH_PATH

FIRST_PAUSE = 0.1  # seconds before a dead process is started again; doubled each time
LONGEST_PAUSE = 5.0
STEADY = 10.0  # seconds of running after which the pause starts over


class ProcessFailed(StackFailure):
    """A process did not become ready; the text includes the last lines of its log."""


@dataclass
class Process:
    """`python -m MODULE` with an environment of its own. `answers` asks it whether it is ready."""

    name: str
    module: str
    environment: Mapping[str, str]
    log: Path
    answers: Callable[[], Awaitable[bool]]
    running: Running | None = None
    started: float = 0.0
    log_before: int = 0  # bytes that were in the log when it started
    pause: float = field(default=FIRST_PAUSE)

    @property
    def process(self) -> int:
        """Its process id, or 0 if it isn't running."""
        return self.running.pid if self.running else 0

    @property
    def exited(self) -> bool:
        """Whether it was started and has ended."""
        return self.running is not None and self.running.poll() is not None

    async def start(self, children: Children) -> None:
        """Start it; `ready` waits for it."""
        environment = {**self.environment, "PYTHONPATH": str(SEARCH_PATH)}
        self.log_before = rotate(self.log)
        self.running = await asyncio.to_thread(
            children.run, self.module, log=self.log, environment=environment
        )
        self.started = time.monotonic()

    def when_ended(self, call: Callable[[], None]) -> None:
        """Call this once it has ended, if SIGCHLD won't tell."""
        if isinstance(self.running, Forked):
            loop, running = asyncio.get_running_loop(), self.running

            def ended() -> None:
                loop.remove_reader(running)
                call()

            loop.add_reader(running, ended)

    async def ready(self, within: float = 60.0) -> None:
        """Wait until it is ready. Raises ProcessFailed if it ends or takes longer than `within` seconds."""
        until = time.monotonic() + within
        while not await self.answers():
            if self.exited:
                raise ProcessFailed(f"The {self.name} process ended at its start:\n{self._said()}")
            if time.monotonic() > until:
                raise ProcessFailed(
                    f"The {self.name} process was not ready within {within:g} s:\n{self._said()}"
                )
            await asyncio.sleep(0.03)

    def _said(self) -> str:
        return last_lines(self.log, since=self.log_before)

    async def restart(self, children: Children) -> None:
        """Clean up after its death and start it again, after a pause that doubles each time."""
        if self.running is None:
            return
        children.forget(self.running)
        if time.monotonic() - self.started > STEADY:
            self.pause = FIRST_PAUSE
        await asyncio.sleep(self.pause)
        self.pause = min(self.pause * 2, LONGEST_PAUSE)
        await self.start(children)

    def terminate(self) -> None:
        """SIGTERM: drain and end."""
        if self.running is not None and self.running.poll() is None:
            self.running.send_signal(signal.SIGTERM)

    async def stop(self, children: Children, grace: float) -> None:
        """Wait up to `grace` seconds for it to end, then kill it."""
        if self.running is None:
            return
        try:
            await asyncio.to_thread(self.running.wait, grace)
        except subprocess.TimeoutExpired:
            self.running.kill()
            self.running.wait()
        children.forget(self.running)
        self.running = None
