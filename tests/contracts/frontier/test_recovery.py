"""What Redis loses is found again: everything, or any one key deleted by hand, at any point of a crawl."""

from __future__ import annotations

import random

import pytest

from docspasta.domain import JobKey
from docspasta.queues.messages import Fetched, JobCrawl, QueuedUrl
from tests.contracts.frontier.driver import Crawl, answer, ids


class Record:
    """What Postgres would know: which pages are queued. It recovers Redis as tending does."""

    def __init__(self, crawl: Crawl, job: JobKey) -> None:
        self.crawl, self.job = crawl, job
        self.queued: dict[int, QueuedUrl] = {}
        self.ended: dict[int, str] = {}

    async def add(self, count: int, at: str) -> None:
        urls = self.crawl.urls(self.job, count, at)
        self.queued |= {url.page_id: url for url in urls}
        await self.crawl.queues.frontier.add(urls)

    async def commit(self) -> None:
        """A processor's round: record, then release."""
        self.crawl.queues.pages.look_everywhere()
        while pages := await self.crawl.queues.pages.claim(8, 1 << 24, 60.0):
            for page in pages:
                if self.queued.pop(page.queued.page_id, None):
                    self.ended[page.queued.page_id] = page.fetched.reason
            await self.crawl.queues.pages.complete(pages)

    async def tend(self) -> None:
        frontier = self.crawl.queues.frontier
        counts = await frontier.jobs.counts(self.job)
        if counts.state == "":
            await frontier.jobs.open(self.job, JobCrawl(), recovered=True)
        if counts.total < len(self.queued):
            known = await frontier.known(list(self.queued.values()))
            await frontier.add([url for page, url in self.queued.items() if page not in known])
        await self.crawl.queues.pages.expire()

    async def finish(self, seconds: float = 240) -> None:
        """Crawl to the end, tending every five seconds."""
        until = self.crawl.clock.ms + seconds * 1000
        while self.queued:
            assert self.crawl.clock.ms < until, f"{len(self.queued)} pages were lost: {list(self.queued)[:5]}"
            await self.crawl.all_taken(5, step=0.25)
            await self.commit()
            await self.tend()


async def busy(crawl: Crawl) -> Record:
    """A job with URLs in every state."""
    record = Record(crawl, await crawl.job())
    for name in crawl.hosts(6):
        await record.add(8, name)
    taken = await crawl.take(4)
    await crawl.queues.frontier.retry(taken[0], answer(taken[0]))
    await crawl.finish(taken[1:3])
    assert len(await crawl.queues.pages.claim(1, 1, 60)) == 1
    return record


async def test_everything_is_found_again_after_flushall(crawl: Crawl) -> None:
    record = await busy(crawl)
    crawl.server.flush()
    await record.finish()
    assert len(record.ended) == 48 and set(record.ended.values()) == {""}
    await crawl.queues.frontier.jobs.end(record.job)


KINDS = (
    "due", "due:ann", "held", "installed", "pace", "pages", "pages:ann", "pages:leases",
    "pages:bytes", "state", "hosts", "queue", "tries", "taken", "bodies", "waiting",
)  # fmt: skip


def kind_of(key: str) -> str:
    """The kind of a key of the suite: what follows the shard, without the host."""
    return key.partition("}:")[2].split(":h")[0]


@pytest.mark.parametrize("kind", KINDS)
async def test_any_key_deleted_by_hand_costs_no_page(crawl: Crawl, kind: str) -> None:
    record = await busy(crawl)
    keys = [key for key in crawl.server.names() if kind_of(key) == kind]
    assert keys, f"no key of the kind {kind!r} exists in a busy frontier"
    for key in keys:
        crawl.server.delete(key)
    await record.finish()
    assert len(record.ended) == 48 and set(record.ended.values()) == {""}


async def test_keys_deleted_at_random_cost_no_page(crawl: Crawl) -> None:
    seed = random.SystemRandom().randrange(1 << 32)
    print(f"seed {seed}")
    rng = random.Random(seed)
    record = await busy(crawl)
    for _ in range(15):
        keys = sorted(crawl.server.names())
        crawl.server.delete(rng.choice(keys))
        await crawl.all_taken(1, step=0.25)
        await record.commit()
        await record.tend()
    await record.finish(600)
    assert len(record.ended) == 48 and set(record.ended.values()) == {""}


async def test_a_late_release_of_a_recorded_page_ends_its_second_life(crawl: Crawl) -> None:
    """Redis was emptied between commit and release, and the page was added again by somebody."""
    job = await crawl.job()
    (url, *_) = urls = crawl.urls(job, 2)
    await crawl.queues.frontier.add(urls)
    await crawl.finish(await crawl.take(1))
    held = await crawl.queues.pages.claim(1, 1, 30)
    crawl.server.flush()
    await crawl.job()
    await crawl.queues.frontier.add(urls)
    await crawl.queues.pages.complete(held)
    assert await crawl.queues.frontier.known(urls) == {2}
    crawl.clock.pass_seconds(60)
    assert ids(await crawl.all_taken(2)) == [2]
    assert url.page_id == held[0].queued.page_id


async def test_a_result_for_a_url_that_is_queued_again_is_dropped(crawl: Crawl) -> None:
    job = await crawl.job()
    urls = crawl.urls(job, 1)
    await crawl.queues.frontier.add(urls)
    (taken,) = await crawl.take(1)
    crawl.server.flush()
    await crawl.job()
    await crawl.queues.frontier.add(urls)
    assert await crawl.queues.frontier.complete([(taken, Fetched(taken.queued.url))]) == [False]
    assert (await crawl.queues.frontier.jobs.counts(job)).queued == 1
