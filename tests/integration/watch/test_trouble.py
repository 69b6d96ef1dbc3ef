"""Trouble that passes, clients that do not read, processes that stop: nobody loses anything or waits."""

from __future__ import annotations

import asyncio
import contextlib
import re
import resource
import signal
import socket
import time

import psutil
import pytest

from tests.ports import free_port
from tests.sizes import size

from .installation import Records, installed, metric
from .sse import Follower, Parser, follow_to_the_end, head, last_event_id, read_events, request, stream_path
from .test_streams import wait_for_events


@pytest.fixture(scope="module")
def small(postgres_server, valkey_server):
    """One jobs process and one gateway with a quick heartbeat, which tests may kill."""
    valkey_server.flush()
    with installed(postgres_server, valkey_server.url) as made:
        made.metrics = free_port()
        jobs = made.add_jobs(JOBS_POLL_INTERVAL="2", METRICS_LISTEN=f"127.0.0.1:{made.metrics}")
        made.add_gateway(jobs, GATEWAY_HEARTBEAT="0.5")
        made.ready()
        yield made


@pytest.fixture
async def records(small):
    async with Records.of(small) as made:
        yield made


async def read_until(answer, wanted: bytes, within: float = 60) -> bytes:
    """The body's bytes up to and with a chunk after which `wanted` stands in them."""
    body = b""

    async def read():
        nonlocal body
        async for chunk in answer.chunks():
            body += chunk
            if wanted in body:
                return

    await asyncio.wait_for(read(), within)
    return body


async def all_queued(follower: Follower, pages: int) -> None:
    """Wait until it has been told of all pages."""
    async with asyncio.timeout(60):
        while follower.progress.get("queued") != pages:
            await asyncio.sleep(0.02)


async def test_heartbeats_carry_the_last_id_written_here(small, records):
    crawl = await records.crawl(3)
    address, token = small.gateways[0].address, small.token()
    follower = Follower()
    async with request(address, stream_path(crawl.job_id), token) as answer:
        parser = Parser()
        await wait_for_events(answer, follower, parser, lambda: follower.progress.get("queued") == 3)
        beat = await read_until(answer, b"\n\n")
        assert beat == f"id: {follower.last_id}\n\n".encode()
        assert parser.feed(beat) == [] and parser.last_id == follower.last_id
    cursor = last_event_id(follower.last_id)
    async with request(address, stream_path(crawl.job_id), token, **cursor) as answer:
        body = await read_until(answer, b":\n\n")
        assert re.fullmatch(rb"retry: \d+\n\n:\n\n", body)  # nothing written here yet: no id of its own


async def test_what_the_bell_did_not_say_the_poll_finds_and_counts(small, records):
    name = "docspasta_watch_found_by_poll_total"
    crawl = await records.crawl(4)
    address, token, follower, parser = small.gateways[0].address, small.token(), Follower(), Parser()
    async with request(address, stream_path(crawl.job_id), token) as answer:
        await wait_for_events(answer, follower, parser, lambda: follower.progress.get("queued") == 4)
        before = metric(small.metrics, name)
        records.rings = False
        await crawl.advance(1)
        await wait_for_events(answer, follower, parser, lambda: follower.progress["queued"] == 3)
        assert metric(small.metrics, name) == before + 1
        records.rings = True
        await crawl.advance(1)
        await wait_for_events(answer, follower, parser, lambda: follower.progress["queued"] == 2)
        assert metric(small.metrics, name) == before + 1


async def test_jobs_away_is_trouble_that_passes(small, records):
    crawl = await records.crawl(30)
    address, token, jobs = small.gateways[0].address, small.token(), small.jobs[0]
    follower = Follower()
    following = asyncio.create_task(follow_to_the_end(address, crawl.job_id, token, follower))
    await all_queued(follower, 30)
    jobs.kill()
    async with request(address, stream_path(crawl.job_id), token) as answer:
        body = b"".join([chunk async for chunk in answer.chunks()])
        assert answer.status == 200 and re.fullmatch(rb"retry: \d{4}\n\n", body)
    await crawl.advance(15)  # rings that nobody hears
    jobs.start()
    await crawl.finish(at_once=5)
    await asyncio.wait_for(following, 60)
    assert follower.differences(await crawl.truth()) == []


async def test_a_killed_gateway_costs_a_reconnect(small, records):
    crawl = await records.crawl(30)
    address, token = small.gateways[0].address, small.token()
    follower = Follower()
    following = asyncio.create_task(follow_to_the_end(address, crawl.job_id, token, follower))
    await all_queued(follower, 30)
    small.gateways[0].kill()
    await crawl.advance(15)
    small.gateways[0].start()
    await crawl.finish(at_once=5)
    await asyncio.wait_for(following, 60)
    assert follower.differences(await crawl.truth()) == []


async def test_who_may_no_longer_watch_is_sent_away(small, records):
    """A deleted job and an expired credential end open streams; the client that comes back is told why."""
    crawl = await records.crawl(2)
    address, token = small.gateways[0].address, small.token(lifetime=4)
    follower = Follower()
    async with request(address, stream_path(crawl.job_id), token) as answer:
        await asyncio.wait_for(read_events(answer, follower), 60)
    assert follower.ended is None
    async with request(address, stream_path(crawl.job_id), token) as answer:
        assert answer.status == 401


async def test_a_stalled_client_costs_nobody_anything(small, records):
    """It stops reading while thousands of pages end; others are not slowed, and its process does not grow."""
    pages = size("pages past a stalled client")
    crawl = await records.crawl(pages)
    address, token = small.gateways[0].address, small.token()
    gateway = psutil.Process(small.gateways[0].pid)
    stalled, quick = Follower(), Follower()
    host, _, port = address.rpartition(":")
    narrow = socket.socket()
    narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
    narrow.setblocking(False)
    await asyncio.get_running_loop().sock_connect(narrow, (host, int(port)))
    reader, writer = await asyncio.open_connection(sock=narrow, limit=1024)
    try:
        lines = [
            f"GET {stream_path(crawl.job_id)} HTTP/1.1",
            "Host: localhost",
            f"Authorization: Bearer {token}",
        ]
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        answer = await head(reader)
        writer.transport.pause_reading()
        following = asyncio.create_task(follow_to_the_end(address, crawl.job_id, token, quick))
        await all_queued(quick, pages)
        before = gateway.memory_info().rss
        await crawl.finish(at_once=200)
        await asyncio.wait_for(following, 120)
        grown = gateway.memory_info().rss - before
        assert grown < 24 * 2**20, f"{grown / 2**20:.1f} MiB for a client that does not read"
        truth = await crawl.truth()
        assert quick.differences(truth) == []
        with contextlib.suppress(RuntimeError):
            writer.transport.resume_reading()
        await asyncio.wait_for(read_events(answer, stalled), 60)
        assert stalled.events <= 1.1 * pages  # each page once, and the newest state, not every step
        assert stalled.differences(truth) == []  # never cut off: it reads on and ends with the newest state
    finally:
        writer.transport.abort()


@pytest.fixture
def stopping(postgres_server, valkey_server):
    """A gateway with a grace of five seconds, for as many streams as the proof wants."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 10_000)), hard))
    with installed(postgres_server, valkey_server.url) as made:
        made.add_jobs()
        made.add_gateway(GRACE="5")
        made.ready()
        yield made
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def test_sigterm_sends_everybody_away_in_good_order(stopping):
    """Spread over the grace, each with its `retry:`, exit 0; a client that does not read delays nothing."""
    clients, grace, gateway = size("clients of a gateway that stops"), 5.0, stopping.gateways[0]
    token = stopping.token()
    ends: list[float] = []
    retries: list[int] = []
    opened = asyncio.Semaphore(0)

    async def stay(job_id: str) -> None:
        async with request(gateway.address, stream_path(job_id), token) as answer:
            opened.release()
            parser = Parser()
            async for chunk in answer.chunks():
                parser.feed(chunk)
            ends.append(time.monotonic())
            retries.append(parser.retry)

    async with Records.of(stopping) as records:
        crawl = await records.crawl(5)
        staying = []
        for _ in range(clients):
            staying.append(asyncio.create_task(stay(crawl.job_id)))
            await opened.acquire()
        started = time.monotonic()
        gateway.process.send_signal(signal.SIGTERM)
        status = await asyncio.to_thread(gateway.process.wait, 30)
        took = time.monotonic() - started
        await asyncio.gather(*staying)
    assert status == 0 and took < grace + 15
    assert len(ends) == clients
    quarters = [0, 0, 0, 0]
    for end in ends:
        quarters[min(int((end - started) / (grace * 0.8 * 0.9) * 4), 3)] += 1
    # Each takes a quarter of them. What comes while the machine stops this process counts with what follows.
    assert max(quarters) < clients * 0.7, f"not spread over the grace: {quarters}"
    assert min(retries) >= 500 and max(retries) <= 2500 and max(retries) - min(retries) > 1000
