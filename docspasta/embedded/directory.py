"""The data directory: one stack at a time, what it keeps, and where its sockets are.

lock          held for as long as a stack runs; names its process
stack.json    the running stack's addresses and process ids, for those who join it
keys.json     the secrets of this installation
postgres/     the cluster
valkey/       Valkey's working directory
logs/         what each program says
run/          sockets, unless the path is too long for one
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import IO, Any

from docspasta.embedded.failures import StackFailure

LONGEST_SOCKET_PATH = 103  # bytes; Linux allows 107, macOS 103
LONGEST_SOCKET_NAME = 16


class DirectoryHeld(StackFailure):
    """Another command runs a stack on this data directory; `process` is its id, 0 when unknown."""

    def __init__(self, path: Path, process: int) -> None:
        super().__init__(f"{path} is in use by process {process or '(unknown)'}")
        self.path = path
        self.process = process


class DirectoryUnusable(StackFailure):
    """The data directory cannot be made or written; the text says which and why."""


def default_directory() -> Path:
    """`docspasta` under the XDG state home (XDG Base Directory Specification 0.8)."""
    home = os.environ.get("XDG_STATE_HOME", "")
    try:
        base = Path(home) if os.path.isabs(home) else Path.home() / ".local" / "state"
    except RuntimeError as error:
        raise DirectoryUnusable(
            f"There is no home directory: HOME is not set and user {os.getuid()} has no entry in the "
            "password database. Name a data directory with --data-dir or DOCSPASTA_DATA_DIR."
        ) from error
    return base / "docspasta"


class DataDirectory:
    """A locked data directory. `close` lets it go; a killed process lets it go as well."""

    def __init__(self, path: Path) -> None:
        self.path = path.expanduser().absolute()
        self._lock: IO[str] | None = None
        self.sockets = Path()

    @property
    def postgres(self) -> Path:
        return self.path / "postgres"

    @property
    def valkey(self) -> Path:
        return self.path / "valkey"

    @property
    def keys(self) -> Path:
        return self.path / "keys.json"

    @property
    def state(self) -> Path:
        return self.path / "stack.json"

    def log(self, program: str) -> Path:
        """Where a program's output goes."""
        return self.path / "logs" / f"{program}.log"

    def open(self, kind: str = "") -> None:
        """Make the directory, lock it and find a place for sockets. Raises DirectoryHeld.

        `kind` is the command's name, for whoever finds the directory in use.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.log("x").parent.mkdir(exist_ok=True)
            lock = (self.path / "lock").open("a+")
        except OSError as error:
            raise DirectoryUnusable(
                f"The data directory {self.path} cannot be used ({error.strerror}). "
                "Name another one with --data-dir."
            ) from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.close()
            raise DirectoryHeld(self.path, self.holder()) from error
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        self._lock = lock
        self._clear_leftovers()
        self.sockets = self._sockets_directory()
        self.write_state({"ready": False, "kind": kind})

    def holder(self) -> int:
        """The process id that the lock names, 0 when it names none."""
        try:
            return int((self.path / "lock").read_text().strip() or 0)
        except (OSError, ValueError):
            return 0

    def write_state(self, state: dict[str, Any]) -> None:
        """Publish the running stack to those who join it, whole or not at all."""
        state = {"process": os.getpid(), "sockets": str(self.sockets), **state}
        unfinished = self.state.with_suffix(".part")
        unfinished.write_text(json.dumps(state, indent=2) + "\n")
        unfinished.replace(self.state)

    def read_state(self) -> dict[str, Any]:
        """What the running stack published; empty when none runs. `ready` says whether it answers."""
        try:
            state = json.loads(self.state.read_text())
        except (OSError, ValueError):
            return {}
        return state if isinstance(state, dict) and runs(state.get("process", 0)) else {}

    def close(self) -> None:
        """Remove what only a running stack needs, and let the lock go."""
        if self._lock is None:
            return
        self._clear_leftovers()
        self._lock.truncate(0)
        self._lock.close()
        self._lock = None

    def _clear_leftovers(self) -> None:
        """Remove the state and the sockets of the last run, which may have been killed."""
        try:
            sockets = Path(json.loads(self.state.read_text())["sockets"])
        except (OSError, ValueError, KeyError, TypeError):
            sockets = self.path / "run"
        if sockets.name.startswith("docspasta-") or sockets == self.path / "run":
            shutil.rmtree(sockets, ignore_errors=True)
        self.state.unlink(missing_ok=True)

    def _sockets_directory(self) -> Path:
        """A private directory whose sockets' paths are short enough, and read the same in a gRPC address."""
        path = self.path / "run"
        too_long = len(os.fsencode(path)) + 1 + LONGEST_SOCKET_NAME > LONGEST_SOCKET_PATH
        if too_long or "%" in str(path):
            return Path(tempfile.mkdtemp(prefix="docspasta-", dir="/tmp"))
        path.mkdir(mode=0o700, exist_ok=True)
        return path


def runs(process: int) -> bool:
    """Whether there is a process of this number."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return process > 0
