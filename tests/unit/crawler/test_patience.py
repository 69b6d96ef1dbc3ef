"""A leased URL that can't begin soon makes room: it holds no slot for others' sake, and comes again."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from docspasta.domain import JobKey
from docspasta.egress.names import NoAddress
from docspasta.identity.caller import share_of
from docspasta.queues.hosts import Pace, Start
from docspasta.queues.messages import JobCrawl, LeasedUrl, QueuedUrl
from services.crawler import exchange
from services.crawler.answer import Answer, Limits
from services.crawler.exchange import ByHand, Exchange, UnderLease
from services.crawler.postponed import Postponed
from services.crawler.requester import NO_HEADERS, NOBODY, Requester
from services.crawler.visit import Outcome, Visit
from services.crawler.worker import Worker

URL = "https://docs.example/"


def leased(page: int = 1, user: str = "ann") -> LeasedUrl:
    queued = QueuedUrl(JobKey(user, "one"), page, f"{URL}{page}", "t")
    return LeasedUrl(queued, f"lease{page}", JobCrawl())


class Hosts:
    """A full address, and hosts whose next start is `wait` seconds off."""

    def __init__(self, wait: float = 0.0) -> None:
        self.wait = wait

    async def start_address(self, address: str, lease: float) -> Start:
        return await asyncio.Event().wait()  # type: ignore[return-value]

    async def start(self, host: str, **how: Any) -> Start:
        return Start(host, "token", self.wait)

    async def finish(self, start: Start) -> None:
        """Nothing is held."""


def exchanging(hosts: Hosts, resolve: Any) -> tuple[Exchange, Any]:
    async def fetch(url: str, limits: Limits, requester: Requester) -> Answer:
        return Answer(200)

    frontier: Any = SimpleNamespace(hosts=hosts, pace=Pace())
    egress: Any = SimpleNamespace(check=lambda url, origin: False, resolve=resolve)
    return Exchange(frontier, egress, SimpleNamespace(fetch=fetch)), frontier  # type: ignore[arg-type]


async def resolved(url: str, user: str) -> str:
    return "192.0.2.1"


async def test_a_url_whose_address_is_full_is_postponed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(UnderLease, "patience", 0.01)
    made, frontier = exchanging(Hosts(), resolved)
    with pytest.raises(Postponed, match=r"192\.0\.2\.1") as postponed:
        await made.once(URL, Limits(), UnderLease(frontier, leased()), NOBODY)
    assert postponed.value.after == exchange.ADDRESS_PAUSE


async def test_a_url_whose_host_starts_late_is_postponed_until_then() -> None:
    made, frontier = exchanging(Hosts(60.0), resolved)
    tokens = UnderLease(frontier, leased())
    tokens._first = None  # robots.txt took it
    with pytest.raises(Postponed) as postponed:
        await made.once(URL, Limits(), tokens, NOBODY)
    assert postponed.value.after == 60.0


async def test_a_name_without_an_address_takes_no_token_and_no_slot() -> None:
    async def unknown(url: str, user: str) -> str:
        raise NoAddress("no name server answered", passing=True)

    made, frontier = exchanging(Hosts(60.0), unknown)
    answer = await made.once(URL, Limits(), ByHand(frontier), NOBODY)
    assert (answer.reason, answer.passing) == ("dns", True)


class Frontier:
    """Gives each user's URLs out without end, and notes what becomes of them."""

    def __init__(self, users: list[str]) -> None:
        self.users, self.pages = users, iter(range(1, 10_000))
        self.full: list[frozenset[str]] = []
        self.released: list[tuple[int, float]] = []
        self.pace, self.hosts = Pace(), Hosts()

    async def claim(self, n: int, lease: float, full: frozenset[str]) -> list[LeasedUrl]:
        self.full.append(full)
        fitting = [user for user in self.users if share_of(user) not in full]
        return [leased(next(self.pages), fitting[at % len(fitting)]) for at in range(n)] if fitting else []

    async def release(self, urls: list[LeasedUrl], *, after: float = 0.0) -> None:
        self.released += [(url.queued.page_id, after) for url in urls]

    async def renew(self, urls: list[LeasedUrl], lease: float) -> list[LeasedUrl]:
        return []

    async def wait(self) -> None:
        await asyncio.sleep(0.001)

    async def complete(self, done: Any) -> list[bool]:
        return [True] * len(done)


async def running(frontier: Frontier, visit: Any, slots: int = 16) -> Worker:
    visitor: Any = SimpleNamespace(visit=visit)
    return Worker(frontier, visitor, lambda taken: NO_HEADERS, slots=slots, lease=30.0)  # type: ignore[arg-type]


async def test_a_postponed_url_is_released_uncharged_and_comes_again() -> None:
    async def visit(asked: Visit, tokens: Any) -> Outcome:
        raise Postponed("busy", 5.0)

    frontier = Frontier(["ann"])
    worker = await running(frontier, visit)
    task = asyncio.create_task(worker.run())
    async with asyncio.timeout(30):
        while len(frontier.released) < 20:
            await asyncio.sleep(0.001)
    worker.stop()
    await task
    assert {after for _, after in frontier.released[:16]} == {5.0}


@pytest.mark.parametrize(
    ("users", "share"),
    [
        (["mallory"], "mallory"),
        ([f"anon-00000000000000aa-{number:032x}" for number in range(20)], "anon-00000000000000aa"),
    ],
    ids=["a user", "the anonymous users of an address"],
)
async def test_one_user_s_slow_sites_leave_slots_to_others(users: list[str], share: str) -> None:
    never = asyncio.Event()

    async def visit(asked: Visit, tokens: Any) -> Outcome:
        await never.wait()
        raise AssertionError

    frontier = Frontier(list(users))
    worker = await running(frontier, visit)
    task = asyncio.create_task(worker.run())
    async with asyncio.timeout(30):
        while frozenset({share}) not in frontier.full:
            await asyncio.sleep(0.001)
    assert worker._shares == {share: 12}, "three quarters of 16, and not one more"
    frontier.users.append("ann")
    async with asyncio.timeout(30):
        while worker._shares["ann"] < 4:
            await asyncio.sleep(0.001)
    worker.stop()
    await task
    assert worker._shares == {} and worker._shares[share] == 0
