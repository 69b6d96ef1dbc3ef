"""A crowd of users at the REST interface: they ask for jobs, each at its time, and look at them."""

from __future__ import annotations

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import aiohttp

from bench.load import Wish
from bench.two_of_each import Stack

API = "/api/v5"
READS = 0.1  # seconds between two reads
LATELY = 40  # jobs that readers look at: those asked for last
LISTS = {"a job": "/jobs/{}", "its pages": "/jobs/{}/pages?pageSize=100", "the user's jobs": "/jobs"}


def address(host: int) -> str:
    """A host's address on loopback."""
    return f"127.{20 + host // 50_000}.{host // 250 % 200}.{host % 250 + 1}"


def lone_address(number: int) -> str:
    """The host of a job that is alone."""
    return f"127.1.0.{number + 1}"


@dataclass
class Crowd:
    """Users with a token each. `reads` are milliseconds by what was read."""

    stack: Stack
    http: aiohttp.ClientSession
    asked: list[tuple[int, str]] = field(default_factory=list)  # user, job id
    reads: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    tokens: dict[int, str] = field(default_factory=dict)

    def headers(self, user: int) -> dict[str, str]:
        if user not in self.tokens:
            self.tokens[user] = self.stack.token(f"user{user}")
        return {"Authorization": f"Bearer {self.tokens[user]}"}

    def urls(self, wish: Wish) -> list[str]:
        """Where a job begins: at a site, or at single pages of several."""
        starts = [f"http://{address(host)}:{self.stack.web}/n{wish.pages}/" for host in wish.hosts]
        if len(starts) == 1:
            return starts
        return [f"{start}p{at}.html" if at else start for start in starts for at in range(wish.pages)]

    async def ask_for(self, user: int, urls: Sequence[str]) -> str:
        """Ask for a job; its id."""
        body = {"url": urls[0]} if len(urls) == 1 else {"urls": urls}
        async with self.http.post(f"{API}/crawl", json=body, headers=self.headers(user)) as answer:
            assert answer.status == 202, await answer.text()
            job = str((await answer.json())["jobId"])
        self.asked.append((user, job))
        return job

    async def job_alone(self, number: int, pages: int) -> float:
        """Crawl a site of so many pages to its end: seconds."""
        began = time.monotonic()
        start = f"http://{lone_address(number)}:{self.stack.web}/n{pages}/"
        path = LISTS["a job"].format(await self.ask_for(0, [start]))
        while True:
            async with self.http.get(API + path, headers=self.headers(0)) as answer:
                row = await answer.json()
            if row["finishedAt"]:
                assert row["processed"] == pages, row
                return time.monotonic() - began
            await asyncio.sleep(0.1)

    async def ask_for_all(self, wishes: Sequence[Wish]) -> None:
        """Every job at its time."""
        began = time.monotonic()
        for wish in wishes:
            await asyncio.sleep(began + wish.at - time.monotonic())
            await self.ask_for(1 + wish.user, self.urls(wish))

    async def read(self) -> None:
        """Look at the jobs that were asked for last, one after another, until cancelled."""
        chance = random.Random(1)
        while True:
            for name, path in LISTS.items():
                await asyncio.sleep(READS)
                if self.asked:
                    user, job = chance.choice(self.asked[-LATELY:])
                    self.reads[name].append(await self.one_read(user, path.format(job)))

    async def one_read(self, user: int, path: str) -> float:
        """Milliseconds of one read."""
        began = time.monotonic()
        async with self.http.get(API + path, headers=self.headers(user)) as answer:
            await answer.read()
            assert answer.status in (200, 404), answer.status  # one that was not kept longer is gone
        return 1000 * (time.monotonic() - began)
