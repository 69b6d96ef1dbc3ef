"""What the frontier costs: Valkey's own time for taking and releasing, memory a queued URL, idle commands.

`python -m bench.frontier [--urls N]` prints one JSON object. Times are Valkey's (INFO commandstats), as
medians of rounds; the reference of the same run is a script of 1,000 GETs.

The URLs of one job lie on 10,000 hosts, and each host may start one: so 100 URLs are 100 hosts, the dearest
shape there is, for nothing of a host is read once for two URLs. `a_page_of_one_site_us` is the other end: all
steps of a page (claim, complete, the processor's claim and complete) while 16 fetches of one host are open.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
from collections.abc import Iterator
from typing import Any

import redis

from docspasta.domain import JobKey
from docspasta.queues.connect import Queues, open_queues
from docspasta.queues.hosts import Pace
from docspasta.queues.messages import Fetched, JobCrawl, LeasedUrl, QueuedUrl
from tests.stack import running_valkey

HOSTS = 10_000
BATCH = 100
SITE_PAGES = 1_200
ROUNDS = 30
IDLE_SECONDS = 20
TICKET = "Zm9vYmFyYmF6cXV4MTIzNA"
Figures = dict[str, Any]


class Clock:
    """Milliseconds; a host that was asked is due again when the benchmark says so."""

    def __init__(self) -> None:
        self.ms = 1_700_000_000_000

    def __call__(self) -> int:
        return self.ms


def urls(job: JobKey, count: int, first: int = 1) -> Iterator[QueuedUrl]:
    """URLs as documentation sites have them (about 60 bytes), spread over the hosts."""
    for page in range(first, first + count):
        host = f"docs{page % HOSTS}.example.org"
        yield QueuedUrl(job, page, f"https://{host}/en/latest/reference/module-{page}.html", TICKET)


def server_time(server: redis.Redis) -> float:
    """Microseconds that Valkey has spent in scripts."""
    stats = server.info("commandstats")
    return sum(float(stats[name]["usec"]) for name in ("cmdstat_evalsha", "cmdstat_eval") if name in stats)


def reference(server: redis.Redis) -> float:
    """Microseconds of a script of 1,000 GETs: what this machine's Valkey is worth today."""
    script = server.register_script("for i = 1, 1000 do redis.call('GET', 'none') end")
    costs = []
    for _ in range(ROUNDS):
        before = server_time(server)
        script()
        costs.append(server_time(server) - before)
    return statistics.median(costs)


async def fill(queues: Queues, job: JobKey, count: int, first: int) -> None:
    """Queue URLs, some thousands at a time, a host's together."""
    page, last = first, first + count
    while page < last:
        part = list(urls(job, min(5 * HOSTS, last - page), page))
        await queues.frontier.add(part)
        page += len(part)


async def costs(queues: Queues, server: redis.Redis, clock: Clock, job: JobKey, first: int) -> Figures:
    """Medians over rounds, in microseconds of Valkey for 100 URLs; what is recorded is queued again."""
    claim, release, completed, pages_claim, pages_complete = [], [], [], [], []
    for at in range(ROUNDS):
        clock.ms += 1000
        queues.frontier.look_everywhere()
        before = server_time(server)
        taken = await queues.frontier.claim(BATCH, 60)
        assert len(taken) == BATCH, len(taken)
        claim.append(server_time(server) - before)
        before = server_time(server)
        if at % 2:
            await queues.frontier.release(taken)
            release.append(server_time(server) - before)
            continue
        await complete(queues, taken)
        completed.append(server_time(server) - before)
        before = server_time(server)
        pages = await queues.pages.claim(BATCH, 1 << 24, 60)
        assert len(pages) == BATCH
        pages_claim.append(server_time(server) - before)
        before = server_time(server)
        await queues.pages.complete(pages)
        pages_complete.append(server_time(server) - before)
        await fill(queues, job, BATCH, first + at * BATCH)
    names = ("claim", "release", "complete", "pages_claim", "pages_complete")
    medians = map(statistics.median, (claim, release, completed, pages_claim, pages_complete))
    return dict(zip(names, medians, strict=True))


async def complete(queues: Queues, taken: list[LeasedUrl]) -> None:
    for one in taken:
        await queues.frontier.complete([(one, Fetched(one.queued.url, 200, body=b"<p>" * 100))])


async def one_site(url: str, server: redis.Redis) -> float:
    """Microseconds of Valkey for all steps of a page, four URLs a step and sixteen pages a batch."""
    clock = Clock()
    pace = Pace(min_delay=0.0, max_concurrency=16, delay=0.0, concurrency=16)
    queues = await open_queues(url, name="site", shards=1, pace=pace, clock=clock)
    job, frontier = JobKey("user-1234", "one-site"), queues.frontier
    await frontier.jobs.open(job, JobCrawl())
    site = "https://docs.example.org/en/latest/reference"
    await frontier.add(
        [QueuedUrl(job, page, f"{site}/{page}.html", TICKET) for page in range(1, SITE_PAGES + 1)]
    )
    before, held, recorded = server_time(server), [], 0
    while recorded < SITE_PAGES - 32:
        clock.ms += 5
        frontier.look_everywhere()
        held += await frontier.claim(4, 60)
        if len(held) < 16:
            continue
        done, held = held[:4], held[4:]
        await frontier.complete([(one, Fetched(one.queued.url, 200, body=b"<p>" * 100)) for one in done])
        if clock.ms % 20 == 0:
            pages = await queues.pages.claim(16, 1 << 24, 60)
            await queues.pages.complete(pages)
            recorded += len(pages)
    cost = (server_time(server) - before) / recorded
    await frontier.jobs.end(job)
    await queues.close()
    return cost


async def idle(url: str, server: redis.Redis) -> float:
    """Commands a second of an idle crawler on sixteen shards."""
    queues = await open_queues(url, name="idle", shards=16)
    await queues.frontier.jobs.open(JobKey("idle", "job"), JobCrawl())
    crawler = asyncio.create_task(crawl_nothing(queues))
    await asyncio.sleep(1)
    before = commands_sent(server)
    await asyncio.sleep(IDLE_SECONDS)
    after = commands_sent(server)
    crawler.cancel()
    await asyncio.gather(crawler, return_exceptions=True)
    await queues.close()
    return float(after - before) / IDLE_SECONDS


def commands_sent(server: redis.Redis) -> int:
    """Commands that a crawler sends; what a script does inside is not counted."""
    stats = server.info("commandstats")
    names = (f"cmdstat_{name}" for name in ("evalsha", "eval", "ping", "subscribe"))
    return sum(int(stats[name]["calls"]) for name in names if name in stats)


async def crawl_nothing(queues: Queues) -> None:
    while True:
        await queues.frontier.claim(64, 30)
        await queues.frontier.wait()


async def measure(url: str, most: int) -> Figures:
    server = redis.Redis.from_url(url)
    figures: Figures = {
        "reference_us_1000_gets": reference(server),
        "allocator": server.info()["mem_allocator"],
    }
    figures["a_page_of_one_site_us"] = round(await one_site(url, server), 1)
    server.flushall()
    clock = Clock()
    queues = await open_queues(url, name="bench", shards=1, pace=Pace(), clock=clock)
    job = JobKey("user-1234", "9f1c2d3e4b5a69788796a5b4c3d2e1f0")
    await queues.frontier.jobs.open(job, JobCrawl())
    empty = server.info("memory")["used_memory"]
    sizes = [size for size in (1_000, 10_000, 100_000, 1_000_000) if size <= most]
    have = 0
    for size in sizes:
        await fill(queues, job, size - have, have + 1)
        have = size
        memory = (server.info("memory")["used_memory"] - empty) / size
        figures[str(size)] = {
            "bytes_a_url": round(memory),
            **await costs(queues, server, clock, job, 10 * most + 10 * size),
        }
    first, last = figures[str(sizes[0])], figures[str(sizes[-1])]
    figures["claim_and_release_100_us"] = last["claim"] + last["release"]
    figures["claim_last_to_first"] = round(last["claim"] / first["claim"], 2)
    await queues.frontier.jobs.end(job)
    await queues.close()
    server.flushall()
    figures["idle_commands_a_second"] = await idle(url, server)
    server.close()
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--urls", type=int, default=1_000_000)
    arguments = parser.parse_args()
    with running_valkey() as valkey:
        print(json.dumps(asyncio.run(measure(valkey.url, arguments.urls)), indent=2))


if __name__ == "__main__":
    main()
