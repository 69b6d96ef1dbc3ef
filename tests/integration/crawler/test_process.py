# ruff: noqa: E501
"""python -m services.crawler: a real process with its own environment, Valkey and gRPC."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import grpc
import psutil
import pytest
from aiohttp import web

from docspasta.domain import JobKey
from docspasta.identity.installation import LOCAL_ISSUER, fresh_keys
from docspasta.identity.sealing import Sealing
from docspasta.identity.tokens import Signer
from docspasta.queues.connect import Queues, open_queues
from docspasta.queues.messages import Fetched, JobCrawl, QueuedUrl
from docspasta.serving.channel import call_metadata, open_channel
from docspasta.v1 import crawler_pb2, page_pb2
from docspasta.v1.crawler_pb2_grpc import CrawlerServiceStub
from tests.ports import free_port

from .web import Site, page, raw, redirect, serving

JOB = JobKey("ada", "job1")
KEYS = fresh_keys()


def token() -> str:
    return Signer.from_pem(KEYS["LOCAL_KEY"], LOCAL_ISSUER).sign("ada", ("read", "write"), 60, time.time())


@dataclass
class Process:
    """A running crawler."""

    child: asyncio.subprocess.Process
    address: str

    async def fetch(self, *urls: str, **settings: object) -> dict[int, tuple[crawler_pb2.FetchedHead, bytes]]:
        """FetchPages; heads and bodies by index."""
        found: dict[int, tuple[crawler_pb2.FetchedHead, bytes]] = {}
        async with open_channel(self.address) as channel:
            request = crawler_pb2.FetchPagesRequest(urls=urls, **settings)  # type: ignore[arg-type]
            call = CrawlerServiceStub(channel).FetchPages(
                request, metadata=call_metadata(token()), wait_for_ready=True
            )
            async for part in call:
                head, body = found.get(part.index, (crawler_pb2.FetchedHead(), b""))
                assert len(part.chunk) <= 256 * 1024
                found[part.index] = (part.head if part.HasField("head") else head, body + part.chunk)
        return found

    async def stopped(self, number: int = signal.SIGTERM) -> int:
        self.child.send_signal(number)
        return await asyncio.wait_for(self.child.wait(), 30)


@asynccontextmanager
async def crawler(redis_url: str, **settings: str) -> AsyncIterator[Process]:
    """A crawler process with every loopback port open to it."""
    address = f"127.0.0.1:{free_port()}"
    own = {
        "DOCSPASTA_REDIS_URL": redis_url,
        "DOCSPASTA_SEALING_KEY": KEYS["DOCSPASTA_SEALING_KEY"],
        "DOCSPASTA_IDENTITY_ISSUERS": KEYS["DOCSPASTA_IDENTITY_ISSUERS"],
        "DOCSPASTA_CRAWLER_LISTEN": address,
        "DOCSPASTA_FRONTIER_SHARDS": "1",
        "DOCSPASTA_ALLOW_PRIVATE": "127.0.0.0/8",
        "DOCSPASTA_CRAWLER_PORTS": "*",
        "DOCSPASTA_CRAWLER_MIN_DELAY": "0",
        "DOCSPASTA_CRAWLER_DELAY": "0",
        "DOCSPASTA_CRAWLER_CONTACT": "docs-team@example.org",
        "DOCSPASTA_GRACE": "5",
        **settings,
    }
    environment = {k: v for k, v in os.environ.items() if not k.startswith("DOCSPASTA_")} | own
    child = await asyncio.create_subprocess_exec(sys.executable, "-m", "services.crawler", env=environment)
    try:
        yield Process(child, address)
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()


@pytest.fixture
async def queues(redis_url: str) -> AsyncIterator[Queues]:
    opened = await open_queues(redis_url, name="test", shards=1)
    yield opened
    await opened.close()


async def results(queues: Queues, count: int, seconds: float = 30) -> dict[int, Fetched]:
    """The next results in the pages queue, by page id."""
    found: dict[int, Fetched] = {}
    async with asyncio.timeout(seconds):
        while len(found) < count:
            pages = await queues.pages.claim(64, 1 << 26, 30)
            found |= {one.queued.page_id: one.fetched for one in pages}
            await queues.pages.complete(pages)
            if not pages:
                await queues.pages.wait(0.5)
    return found


def queued(*urls: str) -> list[QueuedUrl]:
    return [QueuedUrl(JOB, number, url, "ticket") for number, url in enumerate(urls, 1)]


async def test_it_works_from_the_queue_and_by_hand_and_stops_cleanly(redis_url: str, queues: Queues) -> None:
    site = Site(
        pages={f"/{n}": page(f"Page {n}") for n in range(30)},
        handlers={
            "/moved": redirect("/1"),
            "/large": raw(b"<p>" + b"x" * 700_000),
            "/pdf": raw(b"%PDF", content_type="application/pdf"),
        },
        robots="User-agent: *\nDisallow: /private\n",
    )
    async with serving(site), crawler(redis_url) as process:
        await queues.frontier.jobs.open(JOB, JobCrawl())
        await queues.frontier.add(queued(*(site.url(f"/{n}") for n in range(30))))
        found = await results(queues, 30)
        assert {f.reason for f in found.values()} == {""}
        by_hand = await process.fetch(
            *(site.url(t) for t in ("/moved", "/large", "/pdf", "/private/x", "/2"))
        )
        assert await process.stopped() == 0
    agent = site.log[0].headers["User-Agent"]
    assert agent.startswith("Docspasta/") and "(+http" in agent and "docs-team@example.org" in agent
    moved, large, pdf, private, two = (by_hand[n] for n in range(5))
    assert (
        moved[0].final_url == site.url("/1") and moved[0].url == site.url("/moved") and b"Page 1" in moved[1]
    )
    assert len(large[1]) == large[0].body_bytes == 700_003
    assert (pdf[0].reason, pdf[1]) == (page_pb2.PAGE_REASON_NOT_HTML, b"")
    assert private[0].reason == page_pb2.PAGE_REASON_ROBOTS
    assert b"Page 2" in two[1]
    assert site.targets().count("/robots.txt") == 1


async def test_by_hand_says_what_is_wrong_with_a_request(redis_url: str) -> None:
    async with crawler(redis_url, DOCSPASTA_ALLOW_PRIVATE="") as process:
        bad = await process.fetch("http://127.0.0.1:1/", "http://10.0.0.1/")
        assert {head.reason for head, _ in bad.values()} == {page_pb2.PAGE_REASON_FORBIDDEN_ADDRESS}
        for settings, words in (
            ({}, "1 to 100"), ({"urls": ["ftp://x/"]}, "not crawled"), ({"urls": ["http://a/"] * 101}, "1 to 100"),
            ({"urls": ["http://a/"], "headers": [{"name": "Host", "value": "x"}]}, "set by the crawler itself"),
            ({"urls": ["http://a/"], "headers": [{"name": "X", "value": "a\r\nB: c"}]}, "control characters"),
            ({"urls": ["http://a/"], "headers": [{"name": "X y", "value": "a"}]}, "is not a header"),
        ):  # fmt: skip
            async with open_channel(process.address) as channel:
                call = CrawlerServiceStub(channel).FetchPages(
                    crawler_pb2.FetchPagesRequest(**settings),
                    metadata=call_metadata(token()),
                )
                with pytest.raises(grpc.aio.AioRpcError) as error:
                    async for _ in call:
                        pass
            assert error.value.code() is grpc.StatusCode.INVALID_ARGUMENT
            assert words in str(error.value.trailing_metadata()) + (error.value.details() or ""), words


async def test_no_credential_fetches_nothing(redis_url: str) -> None:
    site = Site(pages={"/": page("x")})
    async with serving(site), crawler(redis_url) as process, open_channel(process.address) as channel:
        call = CrawlerServiceStub(channel).FetchPages(
            crawler_pb2.FetchPagesRequest(urls=[site.url()]), wait_for_ready=True
        )
        with pytest.raises(grpc.aio.AioRpcError) as error:
            async for _ in call:
                pass
        assert error.value.code() is grpc.StatusCode.UNAUTHENTICATED
    assert site.log == []


async def test_sealed_headers_are_opened_for_their_origin_and_their_job(
    redis_url: str, queues: Queues
) -> None:
    sealing = Sealing.from_base64(KEYS["DOCSPASTA_SEALING_KEY"])
    box = sealing.seal("ada", "job1", [("Authorization", "Bearer secret")])
    home, away = Site(pages={"/": page("Home")}), Site(pages={"/": page("Away")})
    thief = JobKey("mallory", "job2")
    async with serving(home, away), crawler(redis_url):
        await queues.frontier.jobs.open(JOB, JobCrawl(start_origin=home.origin, headers=box))
        await queues.frontier.add(queued(home.url(), away.url()))
        assert {f.reason for f in (await results(queues, 2)).values()} == {""}
        asked = [r.headers.get("Authorization") for r in home.log if r.target == "/"]
        await queues.frontier.jobs.open(thief, JobCrawl(start_origin=away.origin, headers=box))
        await queues.frontier.add([QueuedUrl(thief, 9, away.url("/?stolen"), "ticket")])
        await asyncio.sleep(0)
        stolen = await results(queues, 1, seconds=60)
    assert asked == ["Bearer secret"]
    assert stolen[9].reason == "internal"
    assert all("Authorization" not in request.headers for request in away.log)


async def test_sigterm_gives_open_fetches_back_and_kill_loses_none(redis_url: str, queues: Queues) -> None:
    begun = asyncio.Event()

    async def slow(_: web.Request) -> web.StreamResponse:
        begun.set()
        await asyncio.sleep(60)
        return web.Response()

    site = Site(handlers={f"/{n}": slow for n in range(4)})
    async with serving(site):
        await queues.frontier.jobs.open(JOB, JobCrawl(concurrency=4))
        urls = [site.url(f"/{n}") for n in range(4)]
        for number in (signal.SIGTERM, signal.SIGKILL):
            async with crawler(redis_url, DOCSPASTA_CRAWLER_LEASE="2", DOCSPASTA_GRACE="30") as process:
                await queues.frontier.add(queued(*urls))
                await asyncio.wait_for(begun.wait(), 30)
                stopping = time.monotonic()
                status = await process.stopped(number)
                assert time.monotonic() - stopping < 20
                assert status == (0 if number is signal.SIGTERM else -signal.SIGKILL)
                begun.clear()
        site.handlers = {f"/{n}": raw(b"<p>quick") for n in range(4)}
        async with crawler(redis_url, DOCSPASTA_CRAWLER_LEASE="2"):
            found = await results(queues, 4)
    assert {f.body for f in found.values()} == {b"<p>quick"}


async def test_an_idle_crawler_costs_next_to_nothing(redis_url: str, queues: Queues) -> None:
    """At most 5 commands a second, while nothing is due."""
    async with crawler(redis_url) as process:
        await process.fetch("http://127.0.0.1:1/")
        client = queues.client
        before, cpu = await commands(client), sum(psutil.Process(process.child.pid).cpu_times()[:2])
        began = time.monotonic()
        await asyncio.sleep(4)
        seconds = time.monotonic() - began
        rate = (await commands(client) - before - 1) / seconds
        share = (sum(psutil.Process(process.child.pid).cpu_times()[:2]) - cpu) / seconds
        memory = psutil.Process(process.child.pid).memory_full_info().pss / 1024 / 1024
    print(f"idle: {rate:.2f} commands/s, {share:.2%} of a core, {memory:.0f} MiB PSS")
    assert rate <= 5
    assert share < 0.02


async def commands(client: object) -> int:
    info = await client.info("stats")  # type: ignore[attr-defined]
    return int(info["total_commands_processed"])


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("DOCSPASTA_CRAWLER_PORTS", "80,http", "DOCSPASTA_CRAWLER_PORTS"), ("DOCSPASTA_SEALING_KEY", "short", "DOCSPASTA_SEALING_KEY"),
        ("DOCSPASTA_CA_BUNDLE", "/nowhere.pem", "DOCSPASTA_CA_BUNDLE"), ("DOCSPASTA_ALLOW_PRIVATE", "10.0.0.1/8", "10.0.0.1/8"),
        ("DOCSPASTA_REDIS_URL", "nonsense", "DOCSPASTA_REDIS_URL"), ("DOCSPASTA_CRAWLER_FETCHES", "many", "CRAWLER_FETCHES"),
    ],
)  # fmt: skip
def test_a_wrong_setting_ends_it_with_a_sentence(setting: str, value: str, words: str) -> None:
    import subprocess

    own = {
        "DOCSPASTA_REDIS_URL": "redis://127.0.0.1:1",
        "DOCSPASTA_SEALING_KEY": KEYS["DOCSPASTA_SEALING_KEY"],
        "DOCSPASTA_IDENTITY_ISSUERS": KEYS["DOCSPASTA_IDENTITY_ISSUERS"],
        setting: value,
    }
    environment = {k: v for k, v in os.environ.items() if not k.startswith("DOCSPASTA_")} | own
    done = subprocess.run(
        [sys.executable, "-m", "services.crawler"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2
    assert words in done.stderr and "Traceback" not in done.stderr
    assert KEYS["DOCSPASTA_SEALING_KEY"] not in done.stderr
