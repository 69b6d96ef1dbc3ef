"""Processes that are forked from one that has imported what they run."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from docspasta.embedded import children as room
from docspasta.embedded.children import Children
from docspasta.embedded.forked import CAN_FORK, Forked, Running
from docspasta.modules import SEARCH_PATH, module_of
from tests.stack import short_directory, wait_until

pytestmark = pytest.mark.skipif(not CAN_FORK, reason="needs pidfds (Linux)")
TELLING = "tests.integration.embedded.standin.telling"
BASE = {"PATH": os.environ["PATH"], "PYTHONPATH": str(SEARCH_PATH), "PYTHONUNBUFFERED": "1"}


@pytest.fixture
def logs() -> Iterator[Path]:
    with short_directory() as directory:
        yield directory


@pytest.fixture
def children(logs: Path) -> Iterator[Children]:
    children = Children()
    children.preload([TELLING], log=logs / "preload", environment=BASE)
    yield children
    children.close()


def started(children: Children, log: Path, **environment: str) -> tuple[Running, dict[str, Any]]:
    """A process that runs, and what it said."""
    running = children.run(TELLING, log=log, environment={**BASE, **environment})
    wait_until(lambda: b"}\n" in log.read_bytes(), 60, "it says what it is")
    return running, json.loads(log.read_text().splitlines()[-1])


def preloading() -> psutil.Process:
    """The process that forks."""
    return next(child for child in psutil.Process().children() if forks(child))


def forks(process: psutil.Process) -> bool:
    try:
        return "docspasta.embedded.preload" in process.cmdline()
    except psutil.Error:  # it is a zombie of another test
        return False


def test_a_fork_is_what_python_would_have_started(children: Children, logs: Path) -> None:
    running, told = started(children, logs / "first", SECRET="s3cret")
    assert isinstance(running, Forked)
    assert told["environment"] == {**BASE, "SECRET": "s3cret"}
    assert (told["name"], told["arguments"], told["threads"]) == ("__main__", [], 1)
    assert told["parent"] == preloading().pid
    assert psutil.Process(running.pid).cmdline()[:4] == [sys.executable, "-P", "-m", TELLING]
    assert os.getsid(running.pid) == running.pid
    # 0 to 2, and the one that lists them: no log, pipe or socket of another process.
    assert len(told["files"]) == 4


def test_a_secret_stays_with_the_one_it_was_given_to(children: Children, logs: Path) -> None:
    secret = os.urandom(16).hex()
    running, _ = started(children, logs / "first", SECRET=secret)
    started(children, logs / "second")
    assert secret.encode() in memory_of(running.pid)
    forking = preloading()
    for process in (forking, *forking.children()):
        assert process.pid == running.pid or secret.encode() not in memory_of(process.pid)


def memory_of(process: int) -> bytes:
    """What a process has in its memory that it may write."""
    parts = []
    with open(f"/proc/{process}/maps") as maps, open(f"/proc/{process}/mem", "rb") as memory:
        for line in maps:
            addresses, rights, *_ = line.split()
            begin, end = (int(address, 16) for address in addresses.split("-"))
            if rights.startswith("rw"):
                memory.seek(begin)
                parts.append(memory.read(end - begin))
    return b"".join(parts)


def test_its_end_is_seen_and_it_ends_when_told(children: Children, logs: Path) -> None:
    running, _ = started(children, logs / "first")
    assert running.poll() is None
    with pytest.raises(subprocess.TimeoutExpired):
        running.wait(0)
    running.send_signal(signal.SIGTERM)
    assert running.wait(60) == running.poll() == 0
    running.kill()  # does nothing
    children.forget(running)


def test_without_the_one_that_forks_a_process_is_started(children: Children, logs: Path) -> None:
    first, _ = started(children, logs / "first")
    preloading().kill()
    second, told = started(children, logs / "second", OWN="1")
    assert isinstance(second, subprocess.Popen)
    assert told["environment"]["OWN"] == "1"
    assert first.poll() is None
    children.stop(second, signal.SIGTERM, 60, signal.SIGKILL)


def test_where_nothing_can_be_forked_a_process_is_started(
    logs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "CAN_FORK", False)
    children = Children()
    children.preload([TELLING], log=logs / "preload", environment=BASE)
    running, _ = started(children, logs / "first")
    assert isinstance(running, subprocess.Popen)
    children.stop(running, signal.SIGTERM, 60, signal.SIGKILL)
    children.close()


def test_what_was_forked_ends_with_the_command(children: Children, logs: Path) -> None:
    running, _ = started(children, logs / "first")
    forking = preloading()
    children.close()
    assert running.wait(60) == 0
    assert not forking.is_running()


def test_processes_share_what_they_import(logs: Path) -> None:
    """Of what a process imports, a fork has less than half for itself."""
    children, gateway = Children(), module_of("gateway")
    children.preload([gateway], log=logs / "preload", environment=BASE)
    running, _ = started(children, logs / "first")
    asks = f"import {gateway}.__main__, psutil; print(psutil.Process().memory_full_info().uss)"
    alone = subprocess.run([sys.executable, "-c", asks], env=BASE, capture_output=True, text=True, check=True)
    assert psutil.Process(running.pid).memory_full_info().uss < int(alone.stdout) / 2
    children.close()
