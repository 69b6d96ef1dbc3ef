"""The same site gives the same document while other programs use every core, and with a fifth of one."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from threading import Event, Thread

import psutil
import pytest

from docspasta.serving.channel import open_channel
from docspasta.v1.jobs_pb2 import JobState
from docspasta.v1.jobs_pb2_grpc import JobsServiceStub
from tests.sizes import FULL
from tests.stack import RunningStack, running_stack

from .conftest import Client
from .site import Site, serving, tree

PAGES = 40
PERIOD, QUOTA = 0.1, 0.2  # seconds; the share of them in which a process runs
OURS = ("jobs", "crawler", "processor", "gateway")
WITHIN = 600.0  # seconds: twenty times what it takes


@contextlib.contextmanager
def burners() -> Iterator[None]:
    """Two programs a core that do nothing but use it."""
    command = [sys.executable, "-c", "while True: pass"]
    running = [subprocess.Popen(command) for _ in range(2 * (os.cpu_count() or 1))]
    try:
        yield
    finally:
        for process in running:
            process.kill()
            process.wait()


@contextlib.contextmanager
def quota(stack: RunningStack) -> Iterator[None]:
    """Our processes, and what they start, run a fifth of the time, as a CPU quota has it."""
    over = Event()
    throttling = Thread(target=throttle, args=(stack, over))
    throttling.start()
    try:
        yield
    finally:
        over.set()
        throttling.join()


def throttle(stack: RunningStack, over: Event) -> None:
    """Stop and continue them until it is over; children are looked up every second."""
    while not over.is_set():
        pids = families(stack)
        until = time.monotonic() + 1
        while time.monotonic() < until and not over.is_set():
            signal_all(pids, signal.SIGSTOP)
            over.wait(PERIOD * (1 - QUOTA))
            signal_all(pids, signal.SIGCONT)
            over.wait(PERIOD * QUOTA)


def families(stack: RunningStack) -> list[int]:
    """Our processes and all below them."""
    found = []
    for name in OURS:
        with contextlib.suppress(psutil.Error):
            top = psutil.Process(stack.pids[name])
            found += [one.pid for one in (top, *top.children(recursive=True))]
    return found


def signal_all(pids: list[int], number: signal.Signals) -> None:
    """Signal those that are still there."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def site() -> Site:
    """Small pages, and one that takes a second or more of a core."""
    pages = tree(PAGES - 1)
    rows = "".join(f"<p>The <a href='/#r{at}'>row {at}</a> of <b>many</b> says {at}." for at in range(15_000))
    pages["/"] = pages["/"].replace("</main>", "<a href='/long'>the long one</a></main>")
    pages["/long"] = f"<!doctype html><title>Long</title><main><h1>Long</h1>{rows}</main>"
    return Site(pages)


@pytest.fixture(scope="module")
def usual_stack() -> Iterator[RunningStack]:
    """A stack with the leases and limits of production."""
    with running_stack() as stack:
        yield stack


@pytest.fixture
async def usual(usual_stack: RunningStack) -> AsyncIterator[Client]:
    """A person at that stack."""
    channel = open_channel(usual_stack.addresses["jobs"])
    yield Client(usual_stack, JobsServiceStub(channel))
    await channel.close()


async def crawled(client: Client, served: Site) -> bytes:
    """The document of a crawl that lacks nothing."""
    job = await client.ended(await client.crawl(served), WITHIN)
    assert job.progress.state == JobState.JOB_STATE_COMPLETED
    assert job.progress.processed == PAGES, [
        (page.url, page.reason, page.detail) for page in await client.pages(job) if page.reason
    ]
    return await client.document(job)


@pytest.mark.skipif(not FULL, reason="make test-full: uses all cores")
@pytest.mark.timeout(1800)
async def test_a_busy_machine_gives_the_same_document(usual: Client) -> None:
    async with serving(site()) as served:
        quiet = await crawled(usual, served)
        with burners():
            assert await crawled(usual, served) == quiet


@pytest.mark.skipif(not FULL, reason="make test-full: takes five times as long as a crawl")
@pytest.mark.timeout(1800)
async def test_a_fifth_of_a_core_gives_the_same_document(usual: Client) -> None:
    async with serving(site()) as served:
        quiet = await crawled(usual, served)
        with quota(usual.stack):
            assert await crawled(usual, served) == quiet
