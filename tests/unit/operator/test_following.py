"""What a watch tells asks for a look when somebody else did something. Trouble is waited out."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from services.operator import following
from services.operator.cluster import TooOld
from services.operator.following import Following, wants_a_look
from services.operator.resource import FINALIZER, Key, Object, Resource
from services.operator.work_queue import WorkQueue

KEY = Key("CrawlJob", "team-a", "docs")


def given(**meta: Any) -> Object:
    named = {"name": "docs", "namespace": "team-a", "uid": "u", "generation": 1}
    return {"metadata": {**named, **meta}, "spec": {"url": "https://docs.example.org/"}, "status": {}}


def read(given: Object) -> Resource:
    return Resource.read("CrawlJob", given)


def test_our_own_writes_ask_for_no_look() -> None:
    before = given()
    ours = copy.deepcopy(before)
    ours["status"] = {"jobID": "job1", "state": "Running"}
    ours["metadata"]["finalizers"] = [FINALIZER]
    assert not wants_a_look(read(before), read(ours))


def test_what_others_do_asks_for_one() -> None:
    held = given(finalizers=[FINALIZER])
    held["status"] = {"jobID": "job1"}
    for changes in (
        {"generation": 2},
        {"deletionTimestamp": "2027-01-15T08:00:00Z"},
        {"uid": "another"},
        {"finalizers": []},
        {"annotations": {"docspasta.dev/run": "again"}},
    ):
        now = copy.deepcopy(held)
        now["metadata"] |= changes
        assert wants_a_look(read(held), read(now)), changes
    lost = copy.deepcopy(held)
    lost["status"] = {}
    assert wants_a_look(read(held), read(lost))


@dataclass
class Scripted:
    """Lists and watches as they are written down, one after another; then it is quiet."""

    lists: list[Any]
    watches: list[Any]
    asked: list[str] = field(default_factory=list)

    async def listed(self, kind: str, namespace: str) -> tuple[str, list[Object]]:
        self.asked.append("list")
        return self._next(self.lists)

    async def changes(
        self, kind: str, namespace: str, version: str, seconds: float
    ) -> AsyncIterator[tuple[str, Object]]:
        self.asked.append(f"watch from {version}")
        for one in self._next(self.watches) if self.watches else []:
            yield one
        if not self.watches:
            await asyncio.Event().wait()

    def _next(self, script: list[Any]) -> Any:
        found = script.pop(0)
        if isinstance(found, Exception):
            raise found
        return found


async def followed(script: Scripted) -> tuple[dict[Key, Resource], WorkQueue[Key]]:
    """What is known, and what is to be looked at, when all that is scripted has happened."""
    known: dict[Key, Resource] = {}
    queue: WorkQueue[Key] = WorkQueue(lambda: 0.0)
    task = asyncio.create_task(Following(script, "CrawlJob", "", known, queue, 300.0).run())
    for _ in range(200):
        await asyncio.sleep(0)
        if not script.lists and not script.watches:
            break
    for _ in range(20):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    return known, queue


async def test_a_list_and_what_comes_after_it() -> None:
    more = given(name="more")
    known, queue = await followed(Scripted([("7", [given()])], [[("ADDED", more)], []]))
    assert {key.name for key in known} == {"docs", "more"}
    assert {queue.ready(), queue.ready()} == set(known)


async def test_what_is_deleted_is_forgotten() -> None:
    known, queue = await followed(Scripted([("7", [given()])], [[("DELETED", given())]]))
    assert (known, queue.ready()) == ({}, None)


async def test_what_was_deleted_while_nobody_watched_is_forgotten_too() -> None:
    known, _ = await followed(Scripted([("7", [given()]), ("9", [])], [[], []]))
    assert known == {}


async def test_a_version_that_is_too_old_is_listed_anew() -> None:
    script = Scripted([("7", [given()]), ("9", [given()])], [TooOld()])
    known, _ = await followed(script)
    assert list(known) == [KEY]
    assert script.asked[:4] == ["list", "watch from 7", "list", "watch from 9"]


async def test_an_api_server_that_does_not_answer_is_waited_for(monkeypatch: Any) -> None:
    monkeypatch.setattr(following, "PAUSE", (0.0, 0.0))
    away = aiohttp.ClientConnectionError("refused")
    known, _ = await followed(Scripted([away, away, ("7", [given()])], []))
    assert list(known) == [KEY]
