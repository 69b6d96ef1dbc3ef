"""What a page costs when the work grows: crawls of 100, 1,000 and 10,000 pages as large as javadoc's.

    python -m bench.growth [--pages 100,1000,10000]

A whole stack on this machine, a generated site, --delay 0 --concurrency 16; nobody watches. Printed for each:
CPU milliseconds (user+sys) a page by process, less what an idle stack uses; the most memory of each process
(PSS); the end of the job, seconds and CPU seconds from its last page to the end, and of reading its document
for the first time. The fixed cost is what the first crawl took beyond what as many pages of the last cost.
"""

from __future__ import annotations

import argparse
import asyncio
import bisect
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from threading import Event, Thread
from urllib.parse import quote

import asyncpg

from bench import processes
from bench.two_of_each import generated_sites
from docspasta.domain import JobState
from tests.e2e.security.people import Person
from tests.ports import free_port
from tests.stack import RunningStack, running_stack, wait_until

TIMES = """
SELECT extract(epoch FROM max(page.finished_at))::float8 AS last,
  extract(epoch FROM job.finished_at)::float8 AS ended
FROM crawling_jobs AS job JOIN crawled_pages AS page USING (user_id, job_id)
WHERE job_id = $1 AND page.kind = 'page' GROUP BY job.finished_at
"""
LOOK = 0.1  # seconds between two looks at CPU
MEMORY_LOOK = 20  # of those, one at memory: it costs more
PARTS = ("parsing", "processor", "crawler", "postgres", "valkey", "jobs", "gateway")
Times = dict[str, float]


def cpu_of(stack: RunningStack) -> Times:
    """CPU seconds so far by what uses them; parsing is what the processor's children do."""
    pids = stack.pids
    found = {name: processes.cpu([pids[name]]) for name in PARTS if name in pids}
    own = processes.own_cpu(pids["processor"])
    return {**found, "processor": own, "parsing": found["processor"] - own}


@dataclass
class Looks:
    """CPU seconds of a stack from look to look, and the most memory of each process, bytes."""

    stack: RunningStack
    times: list[float] = field(default_factory=list)  # epoch seconds
    cpu: list[Times] = field(default_factory=list)
    most: dict[str, int] = field(default_factory=dict)

    def run(self, stop: Event) -> None:
        """Look until told to stop."""
        for at in range(1 << 40):
            self.times.append(time.time())
            self.cpu.append(cpu_of(self.stack))
            if at % MEMORY_LOOK == 0:
                for name, pid in self.stack.pids.items():
                    self.most[name] = max(self.most.get(name, 0), processes.memory([pid]))
            if stop.wait(LOOK):
                return

    def between(self, begin: float, end: float) -> Times:
        """CPU seconds by process between two times, of the looks around them."""
        first = max(bisect.bisect_right(self.times, begin) - 1, 0)
        last = min(bisect.bisect_left(self.times, end), len(self.times) - 1)
        return processes.spent(self.cpu[last], self.cpu[first])


@dataclass(frozen=True)
class Crawled:
    """A crawl: CPU seconds by process, memory, and its end."""

    pages: int
    cpu: Times
    seconds: float
    most: Mapping[str, int]
    ending: tuple[float, float]  # seconds, CPU seconds: from the last page to the end
    reading: tuple[float, float]  # the same, of reading the document for the first time
    document: int  # bytes

    def each(self, name: str) -> float:
        """CPU milliseconds a page."""
        return 1000 * self.cpu[name] / self.pages

    @property
    def whole(self) -> float:
        return 1000 * sum(self.cpu.values()) / self.pages


def idle(stack: RunningStack, seconds: float) -> Times:
    """CPU seconds a second of a stack that nobody asks for anything."""
    before = cpu_of(stack)
    time.sleep(seconds)
    return {name: value / seconds for name, value in processes.spent(cpu_of(stack), before).items()}


def crawled(stack: RunningStack, url: str, pages: int, rest: Times) -> Crawled:
    """One crawl and its document."""
    looks, stop = Looks(stack), Event()
    looking = Thread(target=looks.run, args=(stop,))
    looking.start()
    try:
        person, began = Person(stack.gateway), time.time()
        job = person.ask(
            "POST", "/api/v5/crawl", {"url": url, "delay": 0, "concurrency": 16, "maxPages": pages}
        ).json()
        path = f"/api/v5/jobs/{job['jobId']}"
        while not JobState(job["state"]).ended:
            time.sleep(0.25)
            job = person.ask("GET", path).json()
        assert job["processed"] == pages, job
        last, ended = asyncio.run(times_of_end(stack, job["jobId"]))
        time.sleep(2 * LOOK)
        asked = time.time()
        document = person.ask("GET", f"{path}/markdown", within=600, Accept_Encoding="gzip").body
        read = time.time()
        time.sleep(2 * LOOK)
    finally:
        stop.set()
        looking.join()
    spent = looks.between(began, ended)
    cpu = {name: value - rest[name] * (ended - began) for name, value in spent.items()}
    ending = ended - last, sum(looks.between(last, ended).values())
    reading = read - asked, sum(looks.between(asked, read).values())
    return Crawled(pages, cpu, ended - began, looks.most, ending, reading, len(document))


async def times_of_end(stack: RunningStack, job: str) -> tuple[float, float]:
    """When the job's last page was recorded and when the job ended, epoch seconds."""
    record = await asyncpg.connect(f"postgresql://postgres@/docspasta?host={quote(stack.state['sockets'])}")
    try:
        row = await record.fetchrow(TIMES, job)
    finally:
        await record.close()
    return row["last"], row["ended"]


def line(one: Crawled) -> str:
    """A row of the table."""
    parts = [f"{one.each(name):.2f}" for name in PARTS]
    memory = [f"{one.most.get(name, 0) / 2**20:.0f}" for name in PARTS[1:]]
    ends = [f"{seconds:.2f} s, {cpu:.2f} CPU-s" for seconds, cpu in (one.ending, one.reading)]
    return f"| {' | '.join([str(one.pages), f'{one.whole:.2f}', *parts, ' / '.join(memory), *ends])} |"


def verdict(found: Sequence[Crawled]) -> str:
    """How far a page's cost goes from 1,000 pages on, and what is fixed."""
    first, last = found[0], found[-1]
    costs = [one.whole for one in found if one.pages >= 1000] or [last.whole]
    fixed = sum(first.cpu.values()) - first.pages * last.whole / 1000
    return (
        f"from 1,000 on within {max(costs) / min(costs):.2f} x (wanted: 1.15); fixed cost of the first"
        f" {first.pages}: {fixed:.2f} CPU-s"
    )


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--pages", default="100,1000,10000", help="sizes, with commas between")
    sizes = [int(text) for text in parser.parse_args().pages.split(",")]
    web = free_port()
    allowed = {"docspasta_allow_private": "127.0.0.0/8", "docspasta_crawler_ports": f"80,443,{web}"}
    with generated_sites(web), running_stack(**allowed) as stack:
        wait_until(lambda: Person(stack.gateway).ask("GET", "/readyz").status == 200, 60, "it is ready")
        nothing = dict.fromkeys(PARTS, 0.0)
        crawled(stack, f"http://127.1.0.1:{web}/j20/", 20, nothing)  # what is started at the first page
        rest = idle(stack, 10)
        print(f"idle: {sum(rest.values()):.1%} of a core")
        names = ["pages", "CPU ms a page", *PARTS, f"MiB: {' / '.join(PARTS[1:])}", "the end", "its document"]
        print(f"| {' | '.join(names)} |\n|{'---|' * len(names)}", flush=True)
        found = []
        for at, pages in enumerate(sizes):
            found.append(crawled(stack, f"http://127.1.0.{at + 2}:{web}/j{pages}/", pages, rest))
            print(line(found[-1]), flush=True)
    print(verdict(found))


if __name__ == "__main__":
    main()
