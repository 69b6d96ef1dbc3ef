"""Starts programs so that none outlives this process, whatever kills it. See launch.py and watchdog.py."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

HERE = Path(__file__).parent
BARE_PYTHON = (sys.executable, "-I", "-S")  # no site-packages: starts in about 10 ms


class Leash:
    """The pipe to one watchdog, and the programs it knows."""

    def __init__(self) -> None:
        reader, self._writer = os.pipe()
        try:
            self._watchdog = subprocess.Popen(
                [*BARE_PYTHON, str(HERE / "watchdog.py")],
                stdin=reader,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        finally:
            os.close(reader)

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
        options = [str(self._writer), signal_at_loss.name, *(["--unprivileged"] if unprivileged else [])]
        with log.open("ab") as output:
            return subprocess.Popen(
                [*BARE_PYTHON, str(HERE / "launch.py"), *options, "--", *program],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=None if environment is None else dict(environment),
                pass_fds=(self._writer,),
            )

    def reaped(self, program: subprocess.Popen[bytes]) -> None:
        """Forget a program that has ended, and end what it may have left in its group."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(program.pid, signal.SIGKILL)
        os.write(self._writer, f"- {program.pid}\n".encode())

    def close(self) -> None:
        """Let the watchdog end what is left, and wait for it."""
        if self._writer >= 0:
            os.close(self._writer)
            self._writer = -1
            self._watchdog.wait()
