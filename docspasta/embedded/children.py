"""Child processes of which none outlives this one, whatever kills it. See launch.py and watchdog.py."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from docspasta.embedded.forked import CAN_FORK, Forked, Preloaded, Running
from docspasta.embedded.logs import rotate

HERE = Path(__file__).parent
# -P: never import from the working directory; it may hold a `services` folder of its own.
PYTHON = (sys.executable, "-P", "-m")
BARE_PYTHON = (sys.executable, "-I", "-S")  # no site-packages: starts in about 10 ms

# One arena instead of eight a core, and freed memory goes back to the system: an idle stack stays small.
ALLOCATOR = {"MALLOC_ARENA_MAX": "1", "MALLOC_TRIM_THRESHOLD_": "131072"}


class Children:
    """The programs that were started, and the pipe to the watchdog that ends them if this process dies."""

    def __init__(self) -> None:
        self._programs: dict[int, signal.Signals] = {}
        self._preloaded: Preloaded | None = None
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
        files: Sequence[int] = (),
    ) -> subprocess.Popen[bytes]:
        """Start a program that leads a session of its own; its output is appended to `log`.
        `files` are descriptors that it inherits."""
        if self._register < 0:
            raise RuntimeError("the programs of this command were ended")
        options = [str(self._register), signal_at_loss.name, *(["--unprivileged"] if unprivileged else [])]
        rotate(log)
        with log.open("ab") as output:
            started = subprocess.Popen(
                [*BARE_PYTHON, str(HERE / "launch.py"), *options, "--", *program],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env={**(os.environ if environment is None else environment), **ALLOCATOR},
                pass_fds=(self._register, *files),
            )
        self._programs[started.pid] = signal_at_loss
        return started

    def preload(self, modules: Sequence[str], *, log: Path, environment: Mapping[str, str]) -> None:
        """Start a process that imports what these modules need, and forks those that run them."""
        if not CAN_FORK:
            return
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            program = [*PYTHON, "docspasta.embedded.preload", str(theirs.fileno()), *modules]
            started = self.start(program, log=log, environment=environment, files=(theirs.fileno(),))
        self._preloaded = Preloaded(started, ours)

    def run(self, module: str, *, log: Path, environment: Mapping[str, str]) -> Running:
        """`python -m MODULE` in a session of its own: forked by the process that preloads where there is one,
        else started. It may take as long as the imports do."""
        if self._preloaded is not None:
            try:
                rotate(log)
                forked = self._preloaded.fork(
                    module, register=self._register, log=log, environment=environment
                )
            except OSError:
                self._end_preloaded()
            else:
                self._programs[forked.pid] = signal.SIGKILL
                return forked
        return self.start([*PYTHON, module], log=log, environment=environment)

    def _end_preloaded(self) -> None:
        preloaded, self._preloaded = self._preloaded, None
        if preloaded is not None:
            preloaded.close()
            self.forget(preloaded.program)

    def stop(
        self, program: subprocess.Popen[bytes], gently: signal.Signals, grace: float, firmly: signal.Signals
    ) -> None:
        """Signal a program to end, signal again after `grace` seconds, and wait until it has ended."""
        program.send_signal(gently)  # does nothing if it has ended
        try:
            program.wait(grace)
        except subprocess.TimeoutExpired:
            program.send_signal(firmly)
            program.wait()
        self.forget(program)

    def forget(self, program: Running) -> None:
        """Forget a program that has ended, and kill what it left in its process group."""
        self._programs.pop(program.pid, None)
        if isinstance(program, Forked):
            program.close()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(program.pid, signal.SIGKILL)
        self._tell(f"- {program.pid}\n")

    def restart_watchdog(self) -> None:
        """Start another watchdog if the last one died. It is told every program."""
        if self._watchdog.poll() is None:
            return
        os.close(self._register)
        self._register, self._watchdog = start_watchdog(self._programs)

    def close(self) -> None:
        """Let the watchdog end the remaining programs, and wait for it."""
        self._end_preloaded()
        if self._register >= 0:
            os.close(self._register)
            self._register = -1
            self._watchdog.wait()

    def _tell(self, line: str) -> None:
        """Write a line to the watchdog. If it is dead, its successor is told everything."""
        with contextlib.suppress(BrokenPipeError):
            os.write(self._register, line.encode())


def start_watchdog(programs: Mapping[int, signal.Signals]) -> tuple[int, subprocess.Popen[bytes]]:
    """A new watchdog, and the pipe to it. `programs` are written to the pipe before the watchdog starts, so
    it knows them even if this process is killed right away."""
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
