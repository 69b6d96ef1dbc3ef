"""Fixtures of the command line's end-to-end tests."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager

import pytest

from docspasta.sample.server import serving
from tests.e2e.cli import command
from tests.e2e.cli.bad_site import bad_site
from tests.stack import wait_until


@contextmanager
def in_a_thread(make: Callable[[], AbstractAsyncContextManager[str]]) -> Iterator[str]:
    """An async context manager that serves, run by a loop of its own, for tests that wait for commands."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    context = make()
    try:
        yield asyncio.run_coroutine_threadsafe(context.__aenter__(), loop).result(60)
    finally:
        asyncio.run_coroutine_threadsafe(context.__aexit__(None, None, None), loop).result(60)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(60)
        loop.close()


@pytest.fixture(scope="package")
def site() -> Iterator[str]:
    """The sample site, served by the test; its start URL."""
    with in_a_thread(serving) as origin:
        yield f"{origin}/"


@pytest.fixture(scope="package")
def bad() -> Iterator[str]:
    """A site that does everything wrong; its origin."""
    with in_a_thread(bad_site) as origin:
        yield origin


@pytest.fixture
def room() -> Iterator[command.Room]:
    """A HOME and a data directory of this test's own."""
    with command.room() as made:
        yield made


@pytest.fixture(scope="package")
def shared_room() -> Iterator[command.Room]:
    """One for the tests that only read, or run one after the other."""
    with command.room() as made:
        yield made


@pytest.fixture(scope="package")
def running(shared_room: command.Room) -> Iterator[str]:
    """A `docspasta up` in the shared room, which the commands in that room join; its address."""
    started = shared_room.start("up", "--port", "0")
    assert started.stdout is not None and started.stderr is not None
    lines = command.read_lines(started.stdout)
    wait_until(lambda: lines or started.poll() is not None, 60, "it is up")
    assert lines, started.stderr.read() + shared_room.logs()
    yield lines[0].strip()
    assert command.interrupt(started) == 0
    shared_room.is_quiet()
