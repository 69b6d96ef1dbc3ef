"""Content is stored once for each user, and goes with the last job that shows it."""

from __future__ import annotations

import asyncio
import json
import random
from dataclasses import replace
from datetime import timedelta

import pytest

from docspasta.content.page import Heading, Page
from docspasta.document.facts import with_facts
from docspasta.domain import JobKey, JobSettings
from docspasta.store.chunks import ContentGone
from docspasta.store.crawl import crawl_rules
from docspasta.store.diff import counts
from docspasta.store.ending import CANCELLED, end_job
from docspasta.store.feed import read_feed
from docspasta.store.jobs import delete_job
from docspasta.store.maintenance import purge
from docspasta.store.record import record_batch
from docspasta.store.sources import KeptSource, insert_source
from docspasta.urls import url_key
from tests.sizes import size

from .crawls import NOON, SITE, document_of, failed, found, make_job, page_of, processed

FIRST, SECOND, THIRD = (JobKey("alice", f"job{n}") for n in (1, 2, 3))
LONG = "# Long\n\n" + "word " * 40_000  # several chunks


async def crawl(pool, key: JobKey, page_text: str = LONG) -> None:
    """A job of two pages, to its end."""
    [seed] = await make_job(pool, key)
    start = processed(seed, f"{SITE}/", f"{SITE}/a")
    recorded = await record_batch(pool, key, [start], NOON)
    [other] = recorded.admitted
    await record_batch(
        pool, key, [processed(other.page_id, other.url, page=page_of(other.url, page_text))], NOON
    )


async def delete(pool, key: JobKey) -> None:
    """Delete a job as a person does, and purge it as maintenance does, a page at a time."""
    async with pool.transaction(key.user_id) as connection:
        await delete_job(connection, key)
    while await purge(pool, key, 1):
        pass


async def chunks(pool, user: str = "alice") -> int:
    async with pool.transaction(user) as connection:
        return await connection.fetchval("SELECT count(*) FROM page_content_chunks")


async def test_a_second_job_stores_only_what_is_new(pool):
    await crawl(pool, FIRST)
    once = await chunks(pool)
    await crawl(pool, SECOND)
    assert await chunks(pool) == once
    await crawl(pool, JobKey("alice", "job3"), "# Another\n\ntext")
    assert await chunks(pool) == once + 2  # its Markdown and its facts


async def test_content_goes_with_the_last_job_that_shows_it(pool):
    await crawl(pool, FIRST)
    text = await document_of(pool, FIRST)
    await crawl(pool, SECOND)
    await delete(pool, FIRST)
    assert await document_of(pool, SECOND) == text
    await delete(pool, SECOND)
    assert await chunks(pool) == 0


async def test_each_user_has_content_of_their_own(pool):
    bob = JobKey("bob", "job9")
    await crawl(pool, FIRST)
    await crawl(pool, bob)
    assert await chunks(pool) == await chunks(pool, "bob")
    await delete(pool, bob)
    assert await chunks(pool, "bob") == 0
    assert await document_of(pool, FIRST)


async def test_a_result_that_came_second_takes_no_content_of_another_job_away(pool):
    """Nor that of the first result, when it says the same."""
    await crawl(pool, FIRST)
    text, once = await document_of(pool, FIRST), await chunks(pool)
    [seed] = await make_job(pool, SECOND)
    result = processed(seed, f"{SITE}/", f"{SITE}/a")
    for _ in range(2):
        await record_batch(pool, SECOND, [result], NOON)
    other = processed(seed, f"{SITE}/", page=page_of(f"{SITE}/", "# Otherwise"))
    await record_batch(pool, SECOND, [other], NOON)
    assert await chunks(pool) == once
    assert await document_of(pool, FIRST) == text
    assert b"Otherwise" not in await document_of(pool, SECOND)


async def test_a_result_may_name_its_content_alone_while_that_is_there(pool):
    """The row is what it was; without the content nothing of the batch is written."""
    [seed] = await make_job(pool, FIRST)
    recorded = await record_batch(pool, FIRST, [processed(seed, f"{SITE}/")], NOON)
    once, text = await chunks(pool), await document_of(pool, FIRST)
    known = processed(0, f"{SITE}/", page=Page(f"{SITE}/", title=f"Title of {SITE}/", words=4, tokens=12))
    known = known._replace(names=recorded.names[seed])
    [again] = await make_job(pool, SECOND)
    told = await record_batch(pool, SECOND, [known._replace(page_id=again)], NOON)
    assert told.names == {again: recorded.names[seed]}
    assert (await chunks(pool), await document_of(pool, SECOND)) == (once, text)
    await delete(pool, FIRST)
    await delete(pool, SECOND)
    [third] = await make_job(pool, THIRD)
    with pytest.raises(ContentGone):
        await record_batch(pool, THIRD, [known._replace(page_id=third)], NOON)
    assert (await record_batch(pool, THIRD, [processed(third, f"{SITE}/")], NOON)).won == {third}


async def test_content_that_is_about_to_be_shown_is_not_taken_away(pool):
    """A job is purged while another one's transaction has found its content and has not committed."""
    await crawl(pool, FIRST)
    [seed] = await make_job(pool, SECOND)
    held = asyncio.Event()
    async with pool.transaction("alice") as blocking:
        await blocking.execute("SELECT FROM crawling_jobs WHERE job_id = 'job2' FOR UPDATE")
        recording = asyncio.create_task(
            record_batch(pool, SECOND, [processed(seed, f"{SITE}/", f"{SITE}/a")], NOON)
        )
        for _ in range(1000):  # until the recording waits for its job, the content in its hands
            waits = "SELECT count(*) FROM pg_locks WHERE NOT granted"
            if await blocking.fetchval(waits):
                held.set()
                break
            await asyncio.sleep(0.01)
        assert held.is_set()
        deleting = asyncio.create_task(delete(pool, FIRST))
        for _ in range(1000):
            if await blocking.fetchval(waits) > 1 or deleting.done():
                break
            await asyncio.sleep(0.01)
    await asyncio.wait_for(asyncio.gather(recording, deleting), 60)
    assert f"Text of {SITE}/".encode() in await document_of(pool, SECOND)


class Jobs:
    """Jobs of one user that show the same few pages, recorded and deleted side by side."""

    def __init__(self, pool, seed: int) -> None:
        self.pool, self.chance, self.made, self.ended = pool, random.Random(seed), 0, []

    async def record(self) -> None:
        """A job of some pages, each in one of two versions; some results come twice."""
        self.made += 1
        key = JobKey("alice", f"job{self.made}")
        [seed] = await make_job(self.pool, key)
        urls = self.chance.sample([f"{SITE}/{n}" for n in range(6)], self.chance.randint(1, 6))
        texts = {url: f"# {url} {self.chance.randrange(2)}\n" for url in urls}
        batch = [processed(seed, f"{SITE}/", *urls)]
        for _ in range(2):
            recorded = await record_batch(self.pool, key, batch, NOON)
            admitted = recorded.admitted or ()
            more = [
                processed(row.page_id, row.url, page=page_of(row.url, texts[row.url])) for row in admitted
            ]
            batch = self.chance.sample(batch, self.chance.randint(0, len(batch))) + more
        async with self.pool.transaction("alice") as connection:
            await end_job(connection, key, NOON, CANCELLED)
        self.ended.append(key)

    async def delete(self) -> None:
        if self.ended:
            await delete(self.pool, self.ended.pop(self.chance.randrange(len(self.ended))))

    async def wrong(self) -> tuple[int, int]:
        """How many contents nothing refers to, and how many processed pages have lost theirs."""
        async with self.pool.transaction("alice", snapshot=True) as connection:
            orphans = await connection.fetchval(
                "SELECT count(*) FROM page_content_chunks AS c WHERE NOT EXISTS"
                " (SELECT FROM crawled_pages AS p WHERE p.result_id = c.result_id)"
            )
            bare = await connection.fetchval(
                "SELECT count(*) FROM crawled_pages AS p WHERE p.state = 'processed' AND 2 >"
                " (SELECT count(*) FROM page_content_chunks AS c WHERE p.result_id = c.result_id)"
            )
        return orphans, bare


@pytest.mark.parametrize("seed", range(size("seeds of content")))
async def test_random_jobs_and_deletes_lose_and_leave_nothing(pool, seed):
    """Fails at once when nothing holds content that is there, or when who purges looks before it locks."""
    jobs = Jobs(pool, seed)

    async def work() -> None:
        for _ in range(12):
            await (jobs.record() if jobs.chance.random() < 0.6 else jobs.delete())
            assert await jobs.wrong() == (0, 0)

    await asyncio.wait_for(asyncio.gather(*(work() for _ in range(5))), 120)
    while jobs.ended:
        await jobs.delete()
    assert await chunks(pool) == 0


def test_the_name_of_content_says_all_of_it():
    from docspasta.store.content import preparing
    from docspasta.turns import at_once

    url = f"{SITE}/"
    page = page_of(url)
    results = [
        processed(1, url, page=page),
        processed(2, url, page=page),
        processed(1, url, f"{SITE}/a", page=page),
        processed(1, url, page=page_of(url, "# Other")),
        processed(1, url, page=page, raw=b"raw"),
        processed(1, url, page=page, url_key=url_key(f"{SITE}/b")),
    ]
    first, again, *others = (at_once(preparing(result)).result_id for result in results)
    assert first == again
    assert len({first, *others}) == 1 + len(others)
    alone = processed(1, url, page=page, url_key="")
    assert at_once(preparing(alone)).result_id != at_once(preparing(alone)).result_id


def test_the_name_of_markdown_says_what_a_reader_gets_and_nothing_else():
    """Where links lead and what headings are called in addresses, but not what stands beside the page."""
    from docspasta.store.content import preparing
    from docspasta.turns import at_once

    url, text = f"{SITE}/", "# A\n\n[b](https://docs.example.org/b)\n"
    page = page_of(url, text)
    elsewhere = page_of(url, text.replace("/b", "/moved/b"))
    renamed = page_of(url, text, headings=(Heading(1, "A", "other", 0),))
    results = [
        processed(1, url, page=page),
        processed(2, url, f"{SITE}/menu", page=page, raw=b"raw"),
        processed(1, f"{SITE}/c", page=replace(page, url=f"{SITE}/c", anchors=(("id", 3),), site_name="S")),
        processed(1, url, page=with_facts(page)),
        processed(1, url, page=elsewhere),
        processed(1, url, page=with_facts(renamed)),
    ]
    first, *same, moved, called = (at_once(preparing(result)).markdown_id for result in results)
    assert first is not None and {*same} == {first}
    assert len({first, moved, called}) == 3
    assert at_once(preparing(failed(1, found=found(url)))).markdown_id is None


async def test_a_page_whose_links_alone_lead_elsewhere_is_told_of(pool):
    """By the diff and by the feed; a run in which nothing changed is not."""
    async with pool.transaction("alice") as connection:
        await insert_source(connection, "alice", "s", KeptSource("s", JobSettings(url=SITE), 9))
    after, told = 0, []
    for number, target in enumerate(("old", "old", "new")):
        key = JobKey("alice", f"run{number}")
        [seed] = await make_job(pool, key, source_id="s", created_at=NOON + timedelta(hours=number))
        page = replace(page_of(f"{SITE}/", f"# A\n\n[b](https://x.example/{target})\n"), content_hash="same")
        await record_batch(pool, key, [processed(seed, f"{SITE}/", page=page)], NOON)
        part = await read_feed(pool, "alice", "s", after, 9, 0)
        after = part.state.last
        async with pool.transaction("alice") as connection:
            before = f"run{number - 1}" if number else ""
            told.append((len(part.rows), await counts(connection, "alice", (before, key.job_id))))
    assert told == [(1, {"added": 1}), (0, {"same": 1}), (1, {"changed": 1})]


async def test_a_run_goes_by_the_newest_run_before_it_that_is_there(pool):
    """Whichever was current when it began: that one may be deleted while it goes on."""
    async with pool.transaction("alice") as connection:
        await insert_source(connection, "alice", "s", KeptSource("s", JobSettings(url=SITE), 9))
    for number in range(2):
        key = JobKey("alice", f"run{number}")
        [seed] = await make_job(pool, key, source_id="s", created_at=NOON + timedelta(hours=number))
        await record_batch(pool, key, [processed(seed, f"{SITE}/")], NOON)
    run = JobKey("alice", "run2")
    await make_job(
        pool, run, source_id="s", previous_job_id="run1", settings=json.dumps({"url": SITE}),
        created_at=NOON + timedelta(hours=2),
    )  # fmt: skip
    for before in ("run1", "run0", ""):
        rules = await crawl_rules(pool, run)
        assert rules is not None and rules.current_job_id == before
        if before:
            async with pool.transaction("alice") as connection:
                await delete_job(connection, JobKey("alice", before))
