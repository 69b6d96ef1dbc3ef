"""Fixtures for every test: real Postgres, real Valkey, the whole stack. tests/stack.py holds the work."""

from __future__ import annotations

import asyncio
import fcntl
import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]

from docspasta.compiled import compiled_modules
from tests import stack as stacks
from tests.sizes import FULL

# Hypothesis calls an example wrong that took over 200 ms: on a machine that stops, any does.
settings.register_profile("untimed", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

# A stack that a test starts draws no pages, whatever is installed: the tests of the renderer start their own.
os.environ.setdefault("DOCSPASTA_RENDERER_CHROMIUM", "none")


def pytest_sessionstart(session: pytest.Session) -> None:
    """Refuse to test compiled modules whose source was written more than a minute after them; heed Ctrl-C."""
    for path in compiled_modules():
        source = path.with_name(path.name.partition(".")[0] + ".py")
        if source.stat().st_mtime > path.stat().st_mtime + 60:
            pytest.exit(f"{path.name} is older than its source: make interpreted, or make compiled", 2)
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as a shell starts what runs behind it
        signal.signal(signal.SIGINT, signal.default_int_handler)  # commands that tests start heed it


SHARED_STACKS = ("tests/e2e/cli/", "tests/e2e/page/")  # whose files share a stack


class ByStack(LoadFileScheduling):  # type: ignore[misc]
    """Hands out file by file, and files that share a stack together: it starts once."""

    def _split_scope(self, nodeid: str) -> str:
        return next((folder for folder in SHARED_STACKS if nodeid.startswith(folder)), nodeid.split("::")[0])


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByStack | None:
    """For `--dist loadfile`."""
    return ByStack(config, log) if config.getvalue("dist") == "loadfile" else None


@pytest.fixture(autouse=True)
def turn(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """At full size a test marked `alone` runs while no other does, so that what it times is the product and
    not its neighbour: it waits for the other process's test, and that process for it."""
    if not FULL:
        yield
        return
    alone = request.node.get_closest_marker("alone") is not None
    with (tmp_path_factory.getbasetemp().parent / "turns").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        yield
        fcntl.flock(file, fcntl.LOCK_UN)  # a forked process that lives on would keep it


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[stacks.PostgresServer]:
    """One PostgreSQL a test process, with the three roles and a migrated template database."""
    with stacks.running_postgres() as server:
        asyncio.run(stacks.make_template(server))
        yield server


@pytest.fixture
async def database(postgres_server: stacks.PostgresServer) -> AsyncIterator[stacks.Database]:
    """A migrated database of this test's own: `.owner_dsn`, `.app_dsn`, `.maintenance_dsn`."""
    made = await stacks.create_database(postgres_server)
    yield made
    await stacks.drop_database(made)


@pytest.fixture(scope="session")
def valkey_server() -> Iterator[stacks.ValkeyServer]:
    """One Valkey a test process. Use `redis_url`, unless the test kills or counts the server itself."""
    with stacks.running_valkey() as server:
        yield server


@pytest.fixture
def redis_url(valkey_server: stacks.ValkeyServer) -> str:
    """The address of an empty Valkey."""
    valkey_server.flush()
    return valkey_server.url


@pytest.fixture(scope="session")
def full() -> bool:
    """Whether the proofs run at the sizes that the promises state."""
    return FULL


@pytest.fixture(scope="module")
def start_stack() -> Iterator[Callable[..., stacks.RunningStack]]:
    """Starts whole stacks: `start_stack(docspasta_log_level="debug")`. They go with the module."""
    with ExitStack() as running:
        yield lambda **settings: running.enter_context(stacks.running_stack(**settings))


@pytest.fixture(scope="module")
def stack(start_stack: Callable[..., stacks.RunningStack]) -> stacks.RunningStack:
    """One whole stack for a module: Postgres, Valkey, the four processes."""
    return start_stack()
