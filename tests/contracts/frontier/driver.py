"""Short words for the frontier's contract suite: a clock, jobs, URLs, what the server holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from docspasta.domain import JobKey
from docspasta.queues.connect import Queues
from docspasta.queues.keys import shard_of, tag
from docspasta.queues.messages import Fetched, JobCrawl, LeasedUrl, QueuedUrl, WaitingPage
from docspasta.urls import host
from tests.contracts.frontier.servers import Server


@dataclass
class Clock:
    """Milliseconds that pass when the test says so."""

    ms: int = 1_700_000_000_000

    def __call__(self) -> int:
        return self.ms

    def pass_seconds(self, seconds: float) -> None:
        self.ms += round(seconds * 1000)


@dataclass
class Crawl:
    """One process's queues, driven by hand."""

    queues: Queues
    clock: Clock
    server: Server
    pages: int = 0

    async def job(self, name: str = "ann/one", **wish: object) -> JobKey:
        """An open job."""
        job = JobKey(*name.split("/"))
        assert await self.queues.frontier.jobs.open(job, JobCrawl(**wish))  # type: ignore[arg-type]
        return job

    def urls(self, job: JobKey, count: int, at: str = "docs.example") -> list[QueuedUrl]:
        """New URLs of a host."""
        made = []
        for _ in range(count):
            self.pages += 1
            made.append(QueuedUrl(job, self.pages, f"https://{at}/page/{self.pages}?v=1", "t1ck3t"))
        return made

    async def add(self, job: JobKey, count: int, at: str = "docs.example") -> list[int]:
        """Queue new URLs of a host; their page ids."""
        urls = self.urls(job, count, at)
        assert (await self.queues.frontier.add(urls)).added == count
        return [url.page_id for url in urls]

    async def take(self, n: int = 100, lease: float = 30.0) -> list[LeasedUrl]:
        """What any crawler would get now."""
        self.queues.frontier.look_everywhere()
        return await self.queues.frontier.claim(n, lease)

    async def finish(self, taken: Sequence[LeasedUrl], body: bytes = b"<p>") -> None:
        """Every fetch succeeds."""
        for one in taken:
            assert await self.queues.frontier.complete([(one, answer(one, body))]) == [True]

    async def record(self) -> list[int]:
        """A processor records all that waits; the page ids."""
        done: list[int] = []
        while pages := await self.queues.pages.claim(64, 1 << 24, 60.0):
            done += ids(pages)
            await self.queues.pages.complete(pages)
        return done

    async def all_taken(self, seconds: float, n: int = 100, step: float = 0.05) -> list[LeasedUrl]:
        """What is taken (and handed on at once) while so much time passes."""
        taken: list[LeasedUrl] = []
        until = self.clock.ms + seconds * 1000
        while self.clock.ms < until:
            some = await self.take(n)
            await self.finish(some)
            taken += some
            self.clock.pass_seconds(step)
        return taken

    async def leases(self) -> int:
        """URLs that crawlers hold."""
        return await self._sum("HVALS", "held")

    async def pages_leases(self) -> int:
        """Pages that processors hold."""
        return await self._sum("ZCARD", "pages:leases")

    async def waiting_bytes(self) -> int:
        """Bytes of results that wait, or are being recorded."""
        return await self._sum("HVALS", "pages:bytes")

    async def _sum(self, command: str, key: str) -> int:
        shards = self.queues.frontier.shards
        replies = [await shards.client.execute_command(command, tag(s) + key) for s in shards.each()]
        return sum(sum(map(int, reply)) if isinstance(reply, list) else reply for reply in replies)

    def hosts(self, count: int, *, shard: int | None = None) -> list[str]:
        """Names of hosts, of one shard if asked."""
        names = (f"h{i}.example" for i in range(100_000))
        shards = self.queues.frontier.shards.count
        return list(islice((n for n in names if shard in (None, shard_of(n, shards))), count))


def answer(taken: LeasedUrl, body: bytes = b"<p>") -> Fetched:
    """A page that came."""
    return Fetched(taken.queued.url, http_status=200, content_type="text/html", body=body)


def ids(some: Iterable[LeasedUrl | WaitingPage]) -> list[int]:
    """Page ids."""
    return [one.queued.page_id for one in some]


def jobs(some: Iterable[LeasedUrl | WaitingPage]) -> list[str]:
    """`user/job` of each."""
    return [f"{one.queued.job.user_id}/{one.queued.job.job_id}" for one in some]


def hosts(some: Iterable[LeasedUrl]) -> list[str]:
    """Host of each."""
    return [host(one.queued.url) for one in some]
