"""The command line as a person runs it: a process of its own, with its own data directory and HOME."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from tests.stack import short_directory, wait_until

DOCSPASTA = (sys.executable, "-m", "docspasta.cli")


class Room:
    """A directory with a HOME, a data directory and a place for documents."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.data = path / "data"
        self.commands: list[subprocess.Popen[str]] = []
        (path / "home").mkdir()

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("DOCSPASTA_")}
        return {**kept, "HOME": str(self.path / "home"), "DOCSPASTA_DATA_DIR": str(self.data)}

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """Begin a command."""
        command = subprocess.Popen(
            [*DOCSPASTA, *arguments],
            cwd=self.path,
            env={**self.environment, "PYTHONPATH": str(Path.cwd()), **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.commands.append(command)
        return command

    def close(self) -> None:
        """End what still runs, as a kill would, and let go of every pipe."""
        for command in self.commands:
            command.kill()
            command.wait()
            for stream in filter(None, (command.stdout, command.stderr)):
                stream.close()
        for process in self.processes():
            process.kill()

    def run(
        self, *arguments: str, within: float = 120, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        command = self.start(*arguments, **environment)
        try:
            out, err = command.communicate(timeout=within)
        except subprocess.TimeoutExpired:
            command.kill()
            out, err = command.communicate()
            raise AssertionError(
                f"not within {within:g} s: {arguments}\n{out}\n{err}\n{self.logs()}"
            ) from None
        return subprocess.CompletedProcess(arguments, command.returncode, out, err)

    def logs(self) -> str:
        """What the processes of the last stack said, for a failing test."""
        files = sorted((self.data / "logs").glob("*.log"))
        return "\n".join(f"== {file.name}\n{file.read_text(errors='replace')[-600:]}" for file in files)

    def processes(self) -> list[psutil.Process]:
        """Everything that runs for this room: its commands, servers and services."""
        found = []
        for process in psutil.process_iter():
            try:
                if process.status() == psutil.STATUS_ZOMBIE:
                    continue
                told = [*process.cmdline(), *process.environ().values()]
            except psutil.Error:
                continue
            if any(str(self.path) in text for text in told):
                found.append(process)
        return found

    def is_quiet(self, within: float = 60) -> None:
        """Fail unless nothing of this room runs any more."""
        wait_until(lambda: not self.processes(), within, f"nothing is left running: {self.processes()}")


@contextmanager
def room() -> Iterator[Room]:
    """A room, cleared of processes and files at the end."""
    with short_directory() as path:
        made = Room(path)
        try:
            yield made
        finally:
            made.close()


def read_lines(stream: Iterable[str]) -> list[str]:
    """A list that grows as the stream gives lines."""
    lines: list[str] = []

    def read() -> None:
        for line in stream:
            lines.append(line)

    threading.Thread(target=read, daemon=True).start()
    return lines


def interrupt(command: subprocess.Popen[str], within: float = 60) -> int:
    """Ctrl-C, and the exit status."""
    command.send_signal(signal.SIGINT)
    return command.wait(within)
