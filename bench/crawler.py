"""The crawler process against a bare aiohttp client, on the same site in the same run.

    python -m bench.crawler [--pages N] [--bytes N] [--concurrency N] [--rounds N]

The site (one aiohttp server) and the drain of the pages queue run in this process; the crawler is the real
`python -m services.crawler` with a real Valkey, no delay. Printed: pages a second, CPU milliseconds a page
of the crawler, of Valkey, and of a bare client that fetches and decompresses the same pages, and the ratio.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import os
import random
import sys
import time
from dataclasses import dataclass

import aiohttp
import psutil

from docspasta.domain import JobKey
from docspasta.queues.messages import JobCrawl, QueuedUrl
from tests.integration.crawler.test_process import crawler
from tests.integration.crawler.web import Site, raw, serving
from tests.stack import ValkeyServer, running_valkey

JOB = JobKey("bench", "job")


@dataclass
class Measured:
    """One run: seconds by the clock, and CPU seconds by process."""

    pages: int
    seconds: float
    cpu: float
    valkey: float = 0.0

    def line(self, name: str) -> str:
        rate, each = self.pages / self.seconds, 1000 * self.cpu / self.pages
        redis = f", Valkey {1000 * self.valkey / self.pages:.3f} ms" if self.valkey else ""
        return f"{name:12} {rate:7.0f} pages/s   {each:.3f} ms CPU a page{redis}"


def cpu_of(pid: int) -> float:
    """CPU seconds of a process so far."""
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def site_of(pages: int, size: int) -> Site:
    """Pages of about `size` bytes of text, gzipped by the server as real ones are."""
    rng = random.Random(1)
    words = ["".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=rng.randint(2, 10))) for _ in range(4000)]
    body = ("<!doctype html><title>x</title><main>" + " ".join(rng.choices(words, k=size // 7))).encode()
    answer = raw(gzip.compress(body, 6), content_encoding="gzip", content_type="text/html; charset=utf-8")
    return Site(handlers={f"/{n}": answer for n in range(pages)})


async def bare(urls: list[str], concurrency: int) -> None:
    """The least that fetching costs: a session, a semaphore, the bodies decompressed."""
    slots = asyncio.Semaphore(concurrency)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def one(url: str) -> None:
            async with slots, session.get(url) as response:
                await response.read()

        await asyncio.gather(*(one(url) for url in urls))


async def measure_bare(site: Site, pages: int, concurrency: int) -> Measured:
    """The bare client, in a process of its own so that its CPU is its own."""
    code = (
        "import asyncio, sys, uvloop, time, resource; from bench.crawler import bare\n"
        "urls = [sys.argv[1] + f'/{n}' for n in range(int(sys.argv[2]))]\n"
        "uvloop.run(bare(urls[:50], int(sys.argv[3])))\n"
        "def cpu(): r = resource.getrusage(resource.RUSAGE_SELF); return r.ru_utime + r.ru_stime\n"
        "began, used = time.perf_counter(), cpu(); uvloop.run(bare(urls, int(sys.argv[3])))\n"
        "print(time.perf_counter() - began, cpu() - used)"
    )
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, site.origin, str(pages), str(concurrency), stdout=asyncio.subprocess.PIPE
    )
    out, _ = await child.communicate()
    seconds, cpu = map(float, out.split())
    return Measured(pages, seconds, cpu)


async def measure_crawler(
    url: str, valkey: int, site: Site, pages: int, options: argparse.Namespace
) -> Measured:
    """The crawler, from the moment its URLs are queued until the last page waits for a processor."""
    from docspasta.queues.connect import open_queues

    queues = await open_queues(url, name="bench", shards=1)
    settings = {
        "DOCSPASTA_LOG_LEVEL": "warning",
        "DOCSPASTA_CRAWLER_MAX_CONCURRENCY": str(options.concurrency),
        "DOCSPASTA_CRAWLER_CONCURRENCY": str(options.concurrency),
    }
    crawl = JobCrawl(private_origin=site.origin, concurrency=options.concurrency)
    rows = [QueuedUrl(JOB, n + 1, site.url(f"/{n % pages}"), "ticket") for n in range(pages + 50)]
    try:
        async with crawler(url, **settings) as process:
            await queues.frontier.jobs.open(JOB, crawl)
            await queues.frontier.add(rows[pages:])
            await drained(queues, 50)
            before, redis, began = cpu_of(process.child.pid), cpu_of(valkey), time.perf_counter()
            await queues.frontier.add(rows[:pages])
            await drained(queues, pages)
            seconds = time.perf_counter() - began
            return Measured(pages, seconds, cpu_of(process.child.pid) - before, cpu_of(valkey) - redis)
    finally:
        await queues.close()


async def drained(queues: object, count: int) -> None:
    """Take and release results until `count` came."""
    pages = queues.pages  # type: ignore[attr-defined]
    while count > 0:
        found = await pages.claim(64, 1 << 26, 30)
        await pages.complete(found)
        count -= len(found)
        if not found:
            await pages.wait(0.2)


async def main(server: ValkeyServer, options: argparse.Namespace) -> None:
    """Rounds of each, interleaved; the best of each counts."""
    site, bares, crawls = site_of(options.pages, options.bytes), [], []
    async with serving(site):
        for _ in range(options.rounds):
            bares.append(await measure_bare(site, options.pages, options.concurrency))
            await asyncio.to_thread(server.flush)
            crawls.append(await measure_crawler(server.url, server.pid, site, options.pages, options))
    one, other = min(bares, key=lambda m: m.cpu), min(crawls, key=lambda m: m.cpu)
    print(one.line("bare client"))
    print(other.line("crawler"))
    print(f"crawler / bare client, CPU: {other.cpu / one.cpu:.2f}")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pages", type=int, default=1500)
    parser.add_argument("--bytes", type=int, default=40_000)
    parser.add_argument("--concurrency", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


if __name__ == "__main__":
    os.environ.setdefault("DOCSPASTA_LOG_LEVEL", "warning")
    with running_valkey() as valkey:
        asyncio.run(main(valkey, arguments()))
