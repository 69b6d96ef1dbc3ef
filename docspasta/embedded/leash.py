"""Starts programs so that none outlives this process, whatever kills it. See launch.py and watchdog.py."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from docspasta.embedded.logs import turn_over

HERE = Path(__file__).parent
BARE_PYTHON = (sys.executable, "-I", "-S")  # no site-packages: starts in about 10 ms

# One arena instead of eight a core, and what a crawl needed goes back to the system: an idle stack is small.
ALLOCATOR = {"MALLOC_ARENA_MAX": "1", "MALLOC_TRIM_THRESHOLD_": "131072"}


class Leash:
    """The pipe to one watchdog, and the programs it knows: process id to the signal that ends it."""

    def __init__(self) -> None:
        self._programs: dict[int, signal.Signals] = {}
        self._register, self._watchdog = start_watchdog(self._programs)

    @property
    def watchdog(self) -> int:
        """The watchdog's process id."""
        return self._watchdog.pid

    def start(
        self,
        program: Sequence[str],
        *,
        log: Path,
        environment: Mapping[str, str] | None = None,
        signal_at_loss: signal.Signals = signal.SIGKILL,
        unprivileged: bool = False,
    ) -> subprocess.Popen[bytes]:
        """Start a program that leads a session of its own; its output is appended to `log`."""
        options = [str(self._register), signal_at_loss.name, *(["--unprivileged"] if unprivileged else [])]
        turn_over(log)
        with log.open("ab") as output:
            started = subprocess.Popen(
                [*BARE_PYTHON, str(HERE / "launch.py"), *options, "--", *program],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env={**(os.environ if environment is None else environment), **ALLOCATOR},
                pass_fds=(self._register,),
            )
        self._programs[started.pid] = signal_at_loss
        return started

    def stop(
        self, program: subprocess.Popen[bytes], gently: signal.Signals, grace: float, firmly: signal.Signals
    ) -> None:
        """Ask a program to end, insist after `grace` seconds, and wait until it has."""
        program.send_signal(gently)  # nothing, when it has ended
        try:
            program.wait(grace)
        except subprocess.TimeoutExpired:
            program.send_signal(firmly)
            program.wait()
        self.reaped(program)

    def reaped(self, program: subprocess.Popen[bytes]) -> None:
        """Forget a program that has ended, and end what it may have left in its group."""
        self._programs.pop(program.pid, None)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(program.pid, signal.SIGKILL)
        self._tell(f"- {program.pid}\n")

    def revive(self) -> None:
        """Start another watchdog when it has died; it knows every program."""
        if self._watchdog.poll() is None:
            return
        os.close(self._register)
        self._register, self._watchdog = start_watchdog(self._programs)

    def close(self) -> None:
        """Let the watchdog end what is left, and wait for it."""
        if self._register >= 0:
            os.close(self._register)
            self._register = -1
            self._watchdog.wait()

    def _tell(self, line: str) -> None:
        """A line of the register. A dead watchdog's successor is told anew, so nothing is lost."""
        with contextlib.suppress(BrokenPipeError):
            os.write(self._register, line.encode())


def start_watchdog(programs: Mapping[int, signal.Signals]) -> tuple[int, subprocess.Popen[bytes]]:
    """A new watchdog, and the descriptor of its register, in which `programs` stand before it runs: who kills
    this process as soon as there is a watchdog finds one that knows them."""
    reader, register = os.pipe()
    try:
        os.write(register, "".join(f"+ {pid} {sign.name}\n" for pid, sign in programs.items()).encode())
        watchdog = subprocess.Popen(
            [*BARE_PYTHON, str(HERE / "watchdog.py")],
            stdin=reader,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    finally:
        os.close(reader)
    return register, watchdog
