"""Who applies a source's feed has what its current run shows, whatever became of runs and readers."""

from __future__ import annotations

import random
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest

from docspasta.domain import JobSettings
from docspasta.store import feed
from docspasta.store.pool import Pool
from docspasta.store.sources import KeptSource, insert_source
from docspasta.urls import url_key
from tests.sizes import size

from .crawls import SITE

Shown = dict[str, tuple[str, str]]  # title and hash by address
HASHES = [UUID(int=number).hex for number in range(4)]  # each two of one text, whose links lead elsewhere


class Copy:
    """Who keeps a copy: its state and its cursor are saved together, and the rest is lost with it."""

    def __init__(self) -> None:
        self.pages: Shown = {}
        self.after, self.began = 0, 0

    async def read(self, pool: Pool, user_id: str, limit: int) -> bool:
        """Take the next rows in; whether there were some."""
        part = await feed.read_feed(pool, user_id, "s", self.after, limit, random.choice((0, 1, 10**6)))
        assert part is not None
        if feed.has_missed(part.state, self.after, self.began):
            self.pages, self.after = {}, 0
            return True
        if not self.after:
            self.began = part.state.last
        for row in part.rows:
            assert row.seq > self.after
            assert row.gone or row.page_id, "a page that is shown is there"
            if row.gone:
                self.pages.pop(row.url, None)
            else:
                self.pages[row.url] = row.title, row.hash
            self.after = row.seq
        return bool(part.rows)


class History:
    """A source of a user's, and what becomes of its runs."""

    def __init__(self, pool: Pool, user_id: str, rng: random.Random) -> None:
        self.pool, self.user_id, self.rng = pool, user_id, rng
        self.names: Iterator[int] = iter(range(1000))
        self.runs: dict[str, Shown] = {}  # in the order in which they began
        self.hidden: set[str] = set()  # suspect ones, and those that are tried again

    @property
    def current(self) -> Shown | None:
        fit = [name for name in self.runs if name not in self.hidden]
        return self.runs[fit[-1]] if fit else None

    async def sql(self, statement: str, *values: object) -> None:
        async with self.pool.transaction(self.user_id) as connection:
            await connection.execute("SELECT set_config('docspasta.deleting', 'on', true)")
            await connection.execute(statement, *values)

    async def run(self, state: str = "completed") -> None:
        """A run that has ended; most pages are those of the run before."""
        name, pages = f"j{next(self.names):03}", dict(self.current or {f"{SITE}/": ("T", HASHES[0])})
        for path in self.rng.sample("abcdefghijk", k=self.rng.randint(0, 5)):
            pages.pop(url := f"{SITE}/{path}", None)
            if self.rng.random() < 0.7:
                pages[url] = self.rng.choice("TU"), self.rng.choice(HASHES)
        suspect = state == "completed" and self.rng.random() < 0.2
        await self.sql(
            "INSERT INTO crawling_jobs (user_id, job_id, state, url, discovered, processed, created_at,"
            " started_at, finished_at, source_id, suspect, state_version)"
            " VALUES ($1, $2, $3, $4, $5, $5, clock_timestamp(), now(), now(), 's', $6, 1)",
            *(self.user_id, name, state, SITE, len(pages), suspect),
        )
        await self.show(name, pages)
        self.runs[name] = pages
        if suspect or state != "completed":
            self.hidden.add(name)

    async def show(self, name: str, pages: Shown) -> None:
        rows = [(url, title, UUID(hex=digits)) for url, (title, digits) in pages.items()]
        async with self.pool.transaction(self.user_id) as connection:
            await connection.executemany(
                "INSERT INTO crawled_pages (user_id, job_id, url, url_key, kind, state, title, content_hash,"
                " markdown_id, finished_at, state_version, position, result_id)"
                " VALUES ($1, $2, $3, $4, 'page', 'processed', $5, $6, $7, now(), 1, $8, $9)",
                [
                    (self.user_id, name, url, url_key(url), title, str(said.int // 2), said, place, uuid4())
                    for place, (url, title, said) in enumerate(rows, 1)
                ],
            )

    async def accept(self) -> None:
        if self.hidden:
            name = self.rng.choice(sorted(self.hidden))
            await self.sql(
                "UPDATE crawling_jobs SET suspect = false WHERE job_id = $1 AND state = 'completed'", name
            )
            if await self.is_completed(name):
                self.hidden.discard(name)

    async def is_completed(self, name: str) -> bool:
        async with self.pool.transaction(self.user_id) as connection:
            asked = "SELECT state = 'completed' FROM crawling_jobs WHERE job_id = $1"
            return bool(await connection.fetchval(asked, name))

    async def delete(self) -> None:
        if self.runs:
            name = self.rng.choice(list(self.runs))
            await self.sql("UPDATE crawling_jobs SET deleted_at = now() WHERE job_id = $1", name)
            if self.rng.random() < 0.5:  # its rows go at once, or later
                await self.sql("DELETE FROM crawled_pages WHERE job_id = $1", name)
            del self.runs[name]
            self.hidden.discard(name)

    async def torn(self) -> None:
        """Somebody who brings the feed up to the current run dies before the commit."""
        with pytest.raises(ZeroDivisionError):
            async with self.pool.transaction(self.user_id) as connection:
                await feed.catch_up(connection, self.user_id, "s")
                raise ZeroDivisionError


@pytest.mark.parametrize("kept", [-20, feed.KEPT_GONE])
async def test_who_applies_the_feed_has_what_the_current_run_shows(
    pool: Pool, kept: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where pages that are gone are forgotten at once."""
    monkeypatch.setattr(feed, "KEPT_GONE", kept)
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    for number in range(size("histories of a followed source")):
        rng, user_id = random.Random(seed + number), f"u{number}"
        async with pool.transaction(user_id) as connection:
            await insert_source(connection, user_id, "s", KeptSource("s", JobSettings(url=SITE), 3))
        history = History(pool, user_id, rng)
        copies = [Copy(), Copy()]
        for _ in range(12):
            step = rng.choice(["run"] * 4 + ["failed", "accept", "delete", "torn"] + ["read"] * 4)
            if step == "read":
                await rng.choice(copies).read(pool, user_id, rng.randint(1, 4))
            elif step == "failed":
                await history.run("cancelled")
            else:
                await getattr(history, step)()
        await history.run()
        while history.current is None:
            await history.run()
        for copy in (*copies, Copy()):
            for _ in range(100):
                if not await copy.read(pool, user_id, rng.randint(1, 4)):
                    break
            assert copy.pages == history.current, (seed, number)


async def test_pages_that_are_gone_are_forgotten(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has read before that is told to begin anew; who begins after it is not."""
    monkeypatch.setattr(feed, "KEPT_GONE", 0)
    async with pool.transaction("ann") as connection:
        await insert_source(connection, "ann", "s", KeptSource("s", JobSettings(url=SITE), 3))
    history = History(pool, "ann", random.Random(1))

    async def shows(name: str, *paths: str) -> feed.FeedPart:
        await history.sql(
            "INSERT INTO crawling_jobs (user_id, job_id, state, url, discovered, processed, created_at,"
            " started_at, finished_at, source_id, state_version)"
            " VALUES ('ann', $1, 'completed', $2, 1, 1, clock_timestamp(), now(), now(), 's', 1)",
            *(name, SITE),
        )
        await history.show(name, {f"{SITE}/{path}": ("T", HASHES[1]) for path in paths})
        part = await feed.read_feed(pool, "ann", "s", 0, 99, 0)
        assert part is not None
        return part

    assert (await shows("j1", "a", "b", "c", "d")).state.floor == 0
    gone = await shows("j2", "a")  # one page that is gone is kept for the one that is shown
    assert [row.gone for row in gone.rows] == [False, True]
    assert (gone.state.last, gone.state.floor) == (7, 6)
    assert feed.has_missed(gone.state, 4, 4) and not feed.has_missed(gone.state, 6, 4)
    assert not feed.has_missed(gone.state, 1, 7) and not feed.has_missed(gone.state, 0, 0)


async def test_a_source_without_a_current_run_keeps_what_it_showed(pool: Pool) -> None:
    """A run whose failures are tried again is not current meanwhile: nobody drops a copy for it."""
    async with pool.transaction("ann") as connection:
        await insert_source(connection, "ann", "s", KeptSource("s", JobSettings(url=SITE), 3))
    history, copy = History(pool, "ann", random.Random(2)), Copy()
    assert not await copy.read(pool, "ann", 9)
    while history.current is None:
        await history.run()
    while await copy.read(pool, "ann", 9):
        pass
    kept = dict(copy.pages)
    for name in list(history.runs):
        await history.sql("UPDATE crawling_jobs SET deleted_at = now() WHERE job_id = $1", name)
    assert not await copy.read(pool, "ann", 9) and copy.pages == kept
    assert await feed.read_feed(pool, "bob", "s", 0, 9, 0) is None
