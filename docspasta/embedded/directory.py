"""The data directory: one stack at a time, what it keeps, and where its sockets are.

lock          held while a stack runs; contains its process id
stack.json    the running stack's addresses and process ids, for commands that join it
keys.json     the secrets of this installation
postgres/     the PostgreSQL cluster
valkey/       Valkey's working directory
logs/         the output of each program
run/          sockets, unless the path is too long for one

Only its owner can read what is in it (0700 and 0600), even if the directory itself existed and others can
read it.
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
    """Another command runs a stack on this data directory. `process` is its id, or 0 if unknown."""

    def __init__(self, path: Path, process: int) -> None:
        super().__init__(f"{path} is in use by process {process or '(unknown)'}")
        self.path = path
        self.process = process


class DirectoryUnusable(StackFailure):
    """The data directory can't be created or written; the text says which and why."""


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
    """A locked data directory. `close` unlocks it, and so does the end of the process."""

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
        """The file of a program's output."""
        return self.path / "logs" / f"{program}.log"

    def open(self, kind: str = "") -> None:
        """Create the directory, lock it and choose where its sockets are.

        `kind` is the command's name, told to others who find the directory in use. Raises DirectoryHeld and
        DirectoryUnusable.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
            for inside in (self.log("x").parent, self.valkey):
                make_private(inside)
            lock = open(self.path / "lock", "a+", opener=private_file)  # noqa: SIM115 (held until close)
        except OSError as error:
            raise DirectoryUnusable(
                f"The data directory {self.path} can't be used ({error.strerror}). "
                "Choose another one with --data-dir."
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
        """The process id in the lock file, or 0."""
        try:
            return int((self.path / "lock").read_text().strip() or 0)
        except (OSError, ValueError):
            return 0

    def write_state(self, state: dict[str, Any]) -> None:
        """Publish the running stack for commands that join it, atomically."""
        state = {"process": os.getpid(), "sockets": str(self.sockets), **state}
        unfinished = self.state.with_suffix(".part")
        with open(unfinished, "w", opener=private_file) as file:
            file.write(json.dumps(state, indent=2) + "\n")
        unfinished.replace(self.state)

    def read_state(self) -> dict[str, Any]:
        """What the running stack published, or {} if none runs. `ready` says whether it answers."""
        try:
            state = json.loads(self.state.read_text())
        except (OSError, ValueError):
            return {}
        return state if isinstance(state, dict) and runs(state.get("process", 0)) else {}

    def close(self) -> None:
        """Remove what only a running stack needs, and unlock."""
        if self._lock is None:
            return
        self._clear_leftovers()
        self._lock.truncate(0)
        self._lock.close()
        self._lock = None

    def _clear_leftovers(self) -> None:
        """Remove the state and sockets of the last run, which may have been killed."""
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
        make_private(path)
        return path


def make_private(path: Path) -> None:
    """Create a directory that only its owner can use, or make an existing one so."""
    path.mkdir(mode=0o700, exist_ok=True)
    path.chmod(0o700)


def private_file(path: str, flags: int) -> int:
    """An opener for `open`: a new file that only its owner can read."""
    return os.open(path, flags, 0o600)


def runs(process: int) -> bool:
    """Whether a process with this id exists."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return process > 0
