"""The supervisor on its own, over stand-in processes that are real gRPC servers with nothing but health."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from docspasta.embedded.directory import DataDirectory, DirectoryHeld
from docspasta.embedded.postgres import UNSAFE_SETTINGS
from docspasta.embedded.stack import PortTaken, Stack, free_port
from tests.sizes import size
from tests.stack import short_directory, wait_until

STANDIN = {
    name: f"tests.integration.embedded.standin.{name}" for name in ("jobs", "crawler", "processor", "gateway")
}
ALL = {*STANDIN, "postgres", "valkey"}


def standin_stack(path, **options) -> Stack:
    directory = DataDirectory(path)
    directory.open()
    return Stack(directory, postgres_settings=dict(UNSAFE_SETTINGS), modules=STANDIN, **options)


def alive(process: int) -> bool:
    try:
        return psutil.Process(process).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


async def until(condition, within: float = 60.0) -> None:
    end = time.monotonic() + within
    while not condition():
        assert time.monotonic() < end, "the condition did not come true"
        await asyncio.sleep(0.02)


@pytest.fixture
def directory():
    with short_directory() as path:
        yield path


async def test_everything_starts_restarts_and_stops(directory):
    said = []
    stack = standin_stack(directory / "data", say=said.append)
    try:
        await stack.start()
        state = stack.directory.read_state()
        assert state["ready"] and set(state["processes"]) == ALL
        assert all(alive(process) for process in state["processes"].values())
        for name in ("jobs", "valkey", "postgres"):
            old = stack.directory.read_state()["processes"][name]
            os.kill(old, signal.SIGKILL)
            await until(lambda name=name, old=old: stack.directory.read_state()["processes"][name] != old)
        await stack.postgres.ready()
        await stack.valkey.ready()
        await stack.processes["jobs"].ready()
        assert [text.split(" ended")[0] for text in said] == ["the jobs process", "Valkey", "PostgreSQL"]
        last = stack.directory.read_state()["processes"]
    finally:
        await stack.stop()
    assert not [name for name, process in last.items() if alive(process)]
    assert not (directory / "data" / "stack.json").exists()
    assert not (directory / "data" / "run").exists()


async def test_a_process_holds_only_its_own_secrets(directory):
    stack = standin_stack(directory / "data")
    try:
        await stack.start()
        told = {
            name: json.loads(stack.directory.log(name).read_text().splitlines()[0])
            for name in ("jobs", "crawler", "processor")
        }
    finally:
        await stack.stop()
    assert not [key for key in told["crawler"] if "POSTGRES" in key or "TICKET" in key]
    assert "DOCSPASTA_SIGNING_KEY" not in told["processor"]
    assert not [
        value for values in told.values() for value in values.values() if stack.keys["LOCAL_KEY"] in value
    ]
    assert not [value for values in told.values() for value in values.values() if "docspasta_owner" in value]


async def test_one_stack_a_directory(directory):
    first = DataDirectory(directory / "data")
    first.open()
    with pytest.raises(DirectoryHeld) as held:
        DataDirectory(directory / "data").open()
    assert held.value.process == os.getpid()
    first.close()
    second = DataDirectory(directory / "data")
    second.open()
    second.close()


async def test_a_path_too_long_for_a_socket(directory):
    path = directory / ("d" * 120) / "data"
    stack = standin_stack(path)
    try:
        await stack.start()
        sockets = stack.directory.sockets
        assert sockets.stat().st_mode & 0o777 == 0o700
    finally:
        await stack.stop()
    assert not sockets.exists()


def test_a_taken_port_is_said():
    import socket

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        with pytest.raises(PortTaken, match="--port"):
            free_port(listener.getsockname()[1])


RUN = """
import asyncio, sys
from pathlib import Path
from tests.integration.embedded.test_stack import standin_stack

async def main():
    stack = standin_stack(Path(sys.argv[1]))
    await stack.start()
    await asyncio.Event().wait()

asyncio.run(main())
"""


COMMANDS: list[subprocess.Popen] = []


@pytest.fixture(autouse=True)
def no_command_is_left():
    """A failed test leaves nothing running either."""
    yield
    while COMMANDS:
        command = COMMANDS.pop()
        command.kill()
        command.wait()


def start_command(path) -> tuple[subprocess.Popen, dict[str, int]]:
    command = subprocess.Popen([sys.executable, "-c", RUN, str(path)])
    COMMANDS.append(command)
    directory = DataDirectory(path)
    wait_until(lambda: directory.read_state().get("ready") or command.poll() is not None, 60, "ready")
    assert command.poll() is None, "the command ended at its start"
    return command, directory.read_state()["processes"]


def test_nothing_outlives_a_killed_command_and_the_next_run_works(directory):
    path = directory / "data"
    command, first = start_command(path)
    backends = psutil.Process(first["postgres"]).children(recursive=True)
    command.kill()
    command.wait()
    wait_until(lambda: not any(alive(process) for process in first.values()), 60, "everything is gone")
    wait_until(lambda: not any(alive(backend.pid) for backend in backends), 60, "no backend is left")
    command, second = start_command(path)
    assert not set(first.values()) & set(second.values())
    command.kill()
    command.wait()
    wait_until(lambda: not any(alive(process) for process in second.values()), 60, "everything is gone")


def test_a_killed_watchdog_has_a_successor_that_knows_everything(directory):
    command, programs = start_command(directory / "data")
    watchdog = watchdog_of(command)
    watchdog.kill()
    wait_until(lambda: watchdog_of(command) not in (None, watchdog), 60, "another watchdog runs")
    command.kill()
    command.wait()
    wait_until(lambda: not any(alive(process) for process in programs.values()), 60, "everything is gone")


def watchdog_of(command) -> psutil.Process | None:
    """The running watchdog of a command."""
    for child in psutil.Process(command.pid).children():
        try:
            if any("watchdog.py" in text for text in child.cmdline()):
                return child
        except psutil.Error:  # it is the one that was killed
            continue
    return None


def test_nothing_outlives_a_command_killed_while_it_starts(directory):
    """At many moments of a start-up: whatever was begun by then is gone soon after."""
    for hundredth in range(0, 80, 80 // size("kills while the stack starts")):
        path = directory / f"at{hundredth}"
        command = subprocess.Popen([sys.executable, "-c", RUN, str(path)])
        time.sleep(0.2 + hundredth / 100)  # the moment of the kill is what varies here
        command.kill()
        command.wait()
        wait_until(lambda path=path: not using(path), 60, f"everything of {path} is gone")


def using(path) -> list[psutil.Process]:
    """The processes whose command line, environment or open files name the directory."""
    found = []
    for process in psutil.process_iter():
        try:
            if str(path) in " ".join([*process.cmdline(), *process.environ().values()]):
                found.append(process)
        except psutil.Error:
            continue
    return found
