"""Many users at once, beside one job alone: what is used of the hosts' pace, how soon a first page comes,
what a page costs, how large tables get while jobs expire, how fast REST answers. Two crawlers and
processors.

    python -m bench.many_users          20 users, 40 jobs, 60 hosts: two minutes
    python -m bench.many_users --users 200 --jobs 1000 --hosts 2000 --most 500 --rate 70
    python -m bench.many_users --users 200 --jobs 5000 --hosts 10000 --most 500 --rate 70

The second is the promise, in a quarter of an hour; the third shows its tables for an hour. Few sites are
large: of 5 to 500 pages the mean is the root of 5 x 500, which is 50. So 900 sites have 45,000 pages, and 100
jobs of single pages have 5 each of the other 1,100 hosts: 50,500 in all, or 12 minutes at 70 pages a second.
Jobs come so that as many pages are due; all 1,000 at once would ask for 5,000 a second, 5 of each host. What
the machine can't do of `--rate` is missing in the pace used. The sites' process has a part of it, too.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from dataclasses import dataclass

import aiohttp

from bench import load as loads
from bench import processes
from bench.crowd import Crowd, lone_address
from bench.load import Load, Requests
from bench.seen_record import SeenRecord
from bench.two_of_each import Stack, two_of_each

ALONE = 7  # jobs of 5 pages, one after another
ALONE_PAGES = 150  # pages of the last job alone
DELAY = 0.2  # seconds between two starts on a host, by default
IDLE = 10.0  # seconds in which nobody asks for anything


@dataclass(frozen=True)
class Cost:
    """Of so many pages: CPU seconds by process beyond an idle stack's; bytes and commands by name."""

    pages: int
    cpu: dict[str, float]
    counts: dict[str, float]

    def each(self, name: str) -> float:
        """CPU milliseconds a page."""
        return 1000 * self.cpu[name] / self.pages


class Meter:
    """Reads what a stack uses, less what it uses when it is idle."""

    def __init__(self, stack: Stack, record: SeenRecord) -> None:
        self._stack, self._record = stack, record
        self._idle: dict[str, float] = {}
        self._before: tuple[float, dict[str, float], dict[str, float]]

    async def begin(self) -> None:
        """From now on."""
        self._before = time.monotonic(), self._stack.cpu(), await self._record.counts()

    async def end(self, pages: int) -> Cost:
        """What was used since `begin`."""
        began, before, counted = self._before
        seconds, now = time.monotonic() - began, processes.spent(self._stack.cpu(), before)
        cpu = {name: value - self._idle.get(name, 0.0) * seconds for name, value in now.items()}
        return Cost(pages, cpu, processes.spent(await self._record.counts(), counted))

    async def idle(self) -> None:
        """See what an idle stack uses."""
        await self.begin()
        await asyncio.sleep(IDLE)
        self._idle = {name: value / IDLE for name, value in (await self.end(1)).cpu.items()}
        print(f"idle: {sum(self._idle.values()):.1%} of a core", flush=True)


async def alone(crowd: Crowd, record: SeenRecord, meter: Meter) -> tuple[float, Cost]:
    """Jobs one after another: seconds to the first page at the median, and the cost of the last job."""
    await crowd.job_alone(0, 5)  # what is started at the first page is not a page's cost
    await meter.idle()
    for at in range(1, ALONE):
        await crowd.job_alone(at, 5)
    await meter.begin()
    await crowd.job_alone(ALONE, ALONE_PAGES)
    cost = await meter.end(ALONE_PAGES)
    await record.look()
    return loads.percentile([job.first or 0 for job in record.jobs.values()], 50), cost


async def crowded(crowd: Crowd, record: SeenRecord, meter: Meter, load: Load) -> Cost:
    """All jobs of the load, from the first to the end of the last."""
    wishes = loads.wishes(load)
    pages = sum(wish.all_pages for wish in wishes)
    print(f"{load.jobs} jobs of {load.users} users: {pages} pages on {load.hosts} hosts", flush=True)
    crowd.asked.clear()
    record.jobs.clear()
    await meter.begin()
    began = time.monotonic()
    beside = [asyncio.create_task(crowd.read()), asyncio.create_task(record.watch())]
    await crowd.ask_for_all(wishes)
    await record.until_ended({job for _, job in crowd.asked}, pages / load.rate + 600)
    seconds = time.monotonic() - began
    assert not any(one.done() for one in beside), [one.exception() for one in beside if one.done()]
    for one in beside:
        one.cancel()
    print(f"{seconds:.0f} s, {pages / seconds:.0f} pages a second", flush=True)
    return await meter.end(pages)


def rows(
    crowd: Crowd, record: SeenRecord, cost: Cost, one: Cost, first: float, asked: dict[str, Requests]
) -> list[tuple[str, str, str]]:
    """Figures, as measured, as wanted."""
    share, low = loads.pace_used(asked, DELAY)
    found = [("pace used; of the lowest tenth of large sites", f"{share:.1%}; {low:.1%}", "97 %")]
    jobs = [record.jobs[job] for _, job in crowd.asked]
    firsts = [job.first for job in jobs if job.first is not None]
    shown = ", ".join(f"p{p} {loads.percentile(firsts, p):.2f}" for p in (50, 90, 99, 100))
    most = max(firsts) / first
    found.append(("first page", f"{shown} s; alone {first:.2f}: {most:.1f} x at most", "2 x"))
    lost = cost.pages - sum(job.processed for job in jobs)
    found.append(("pages that are missing", str(lost), "0"))
    for name in sorted(cost.cpu):
        text = (
            f"{cost.each(name):.2f} ms, alone {one.each(name):.2f}: {cost.each(name) / one.each(name):.2f} x"
        )
        found.append((f"CPU a page, {name}", text, "1.2 x" if name in ("postgres", "valkey") else ""))
    for name, took in crowd.reads.items():
        text = f"p50 {loads.percentile(took, 50):.0f}, p99 {loads.percentile(took, 99):.0f} ms of {len(took)}"
        found.append((f"read: {name}", text, "p99 100 ms"))
    for name in record.largest_tables(5):
        sizes = record.tables[name]
        grown = f"last third {loads.growth(sizes):.2f} x the one before"
        text = f"{max(sizes) / 1e6:.1f} MB at most, {grown}; dead rows {record.dead.get(name, 0):.0%} at most"
        found.append((f"table {name}", text, "bounded"))
    for name, value in cost.counts.items():
        found.append((f"{name} a page", f"{value / cost.pages:.1f}", ""))
    found.append(("Valkey's memory", f"{max(record.redis_bytes) / 1e6:.1f} MB at most", ""))
    return found


async def run(stack: Stack, load: Load) -> None:
    """All of it, on a stack that is up."""
    async with SeenRecord.of(stack) as record, aiohttp.ClientSession(stack.origin) as http:
        crowd, meter = Crowd(stack, http), Meter(stack, record)
        first, one = await alone(crowd, record, meter)
        cost = await crowded(crowd, record, meter, load)
    answer, _ = await asyncio.to_thread(stack.sites.communicate)
    lone = {lone_address(at) for at in range(ALONE + 1)}
    asked = {host: times for host, times in json.loads(answer).items() if host not in lone}
    print("| figure | measured | wanted |\n|---|---|---|")
    for row in rows(crowd, record, cost, one, first, asked):
        print(f"| {' | '.join(row)} |")


async def main(given: argparse.Namespace) -> None:
    """Start the stack and run."""
    load = Load(given.users, given.jobs, given.hosts, given.least, given.most, given.rate)
    async with two_of_each(JOBS_KEEP=str(given.keep)) as stack:
        await run(stack, load)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--users", type=int, default=20)
    parser.add_argument("--jobs", type=int, default=40)
    parser.add_argument("--hosts", type=int, default=60)
    parser.add_argument("--least", type=int, default=5, help="pages of the smallest site")
    parser.add_argument("--most", type=int, default=200, help="pages of the largest site")
    parser.add_argument("--rate", type=float, default=30.0, help="pages a second that are due on average")
    parser.add_argument("--keep", type=float, default=60.0, help="seconds that ended jobs are kept")
    return parser.parse_args()


if __name__ == "__main__":
    asyncio.run(main(arguments()))
