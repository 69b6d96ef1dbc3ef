"""Random deliveries, cut, repeated and at once, through lost Redises and dying processors: what was answered
for is recorded once, with the content that was answered for."""

from __future__ import annotations

import asyncio
import os
import random
from dataclasses import dataclass, field

import grpc

from docspasta.queues.messages import WaitingPage
from docspasta.v1.jobs_pb2 import JobState
from tests.integration.jobs.conftest import DOCS, JobsService, record
from tests.integration.store.crawls import processed
from tests.sizes import size

from .conftest import Pusher, send

LINES = "application/x-ndjson"
PASSING = (grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.CANCELLED, grpc.StatusCode.RESOURCE_EXHAUSTED)


@dataclass
class World:
    """A job that is pushed to, and what its senders know. `maybe` are pages whose delivery got no answer."""

    service: JobsService
    pusher: Pusher
    draw: random.Random
    answered: dict[str, bytes] = field(default_factory=dict)
    maybe: dict[str, set[str]] = field(default_factory=dict)
    recorded: dict[str, bytes] = field(default_factory=dict)

    async def push(self) -> None:
        """One page by signature, or some by credential; the same message always has the same content."""
        number = self.draw.randrange(12)
        url, text = f"{DOCS}{number}", f"<h1>{number} {self.draw.choice('aab')}</h1>"
        if self.draw.random() < 0.5:
            name = f"msg_{number}_{text[-6]}"
            await self.answer({url: text}, self.pusher.signed(url, text, name))
            return
        pages = {url: text} | {
            f"{DOCS}{more}": f"<h1>{more} a</h1>" for more in self.draw.sample(range(12), 3)
        }
        body = b"\n".join(self.pusher.body(*page) for page in pages.items())
        user = self.pusher.user
        await self.answer(pages, send(user, body, user.metadata, content_type=LINES))

    async def answer(self, pages: dict[str, str], call) -> None:  # type: ignore[no-untyped-def]
        """What came of a delivery; some callers hang up at any moment."""
        patience = self.draw.choice((20, 20, self.draw.uniform(0, 0.03)))
        try:
            answer = await asyncio.wait_for(call, patience)
        except (TimeoutError, asyncio.CancelledError):
            self.unknown(pages)
            return
        except grpc.aio.AioRpcError as error:
            if error.code() is grpc.StatusCode.FAILED_PRECONDITION:  # other content, or another message
                return
            assert error.code() in PASSING, error
            self.unknown(pages)  # it may have failed behind the commit
            return
        for page in answer.pages:
            assert page.page_id, page
            first = self.answered.setdefault(page.url, pages[page.url].encode())
            assert first == pages[page.url].encode(), "two contents were answered for"

    def unknown(self, pages: dict[str, str]) -> None:
        """Nobody has heard what became of them."""
        for url, text in pages.items():
            self.maybe.setdefault(url, set()).add(text)

    async def process(self) -> None:
        """A processor takes what waits, and dies at any moment."""
        pages: list[WaitingPage] = await self.service.queues.pages.claim(self.draw.randrange(1, 5), 2**30, 60)
        if not pages or self.draw.random() < 0.2:
            return
        for page in pages:
            body = page.fetched.body
            assert self.recorded.setdefault(page.queued.url, body) == body
        results = [processed(page.queued.page_id, page.queued.url) for page in pages]
        await record(self.service, self.pusher.user, self.pusher.job, results)
        if self.draw.random() < 0.8:
            await self.service.queues.pages.complete(pages)

    async def lose_redis(self) -> None:
        await self.service.queues.client.flushall()

    async def maintain(self) -> None:
        await self.service.maintenance.round()

    async def steps(self, steps: int) -> None:
        """Some steps, at once with others'."""
        acts = (
            self.push,
            self.push,
            self.push,
            self.push,
            self.process,
            self.process,
            self.maintain,
            self.lose_redis,
        )
        for _ in range(steps):
            await self.draw.choice(acts)()

    async def settle(self) -> None:
        """Nothing dies any more: all that is there is recorded."""
        for _ in range(40):
            await self.lose_redis()
            for _ in range(3):
                await self.maintain()
            self.service.queues.pages.look_everywhere()
            while pages := await self.service.queues.pages.claim(100, 2**30, 60):
                for page in pages:
                    self.recorded.setdefault(page.queued.url, page.fetched.body)
                results = [processed(page.queued.page_id, page.queued.url) for page in pages]
                await record(self.service, self.pusher.user, self.pusher.job, results)
            if not (await self.pusher.user.get(self.pusher.job)).progress.queued:
                return
        raise AssertionError("pages wait for ever")


async def test_what_was_answered_for_is_recorded_once(service: JobsService, pusher: Pusher) -> None:
    seed = int(os.environ.get("SEED", random.SystemRandom().randrange(2**32)))
    print(f"SEED={seed}")
    world = World(service, pusher, random.Random(seed))
    await asyncio.gather(*(world.steps(size("steps of random pushes") // 3) for _ in range(3)))
    await world.settle()
    ended = await pusher.finish()
    assert ended.progress.state == JobState.JOB_STATE_COMPLETED
    rows = await service.sql("SELECT url, state FROM crawled_pages WHERE kind = 'page' ORDER BY url")
    assert len({row["url"] for row in rows}) == len(rows) == ended.progress.processed
    assert {row["url"] for row in rows} >= set(world.answered)
    for url, body in world.recorded.items():
        expected = world.answered.get(url)
        assert body == expected or body.decode() in world.maybe.get(url, set()), (url, body, expected)
    assert await service.sql("SELECT 1 FROM pushed_pages WHERE body IS NOT NULL") == []
