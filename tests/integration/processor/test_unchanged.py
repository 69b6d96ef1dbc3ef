"""What a site calls unchanged is taken from what is kept, if that is what was asked about; a few are not."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Sequence

import pytest

from docspasta.compression import pack_apart
from docspasta.content import Page
from docspasta.domain import JobKey, JobSettings
from docspasta.queues.messages import WHOLE, Asking, Fetched, QueuedUrl, WaitingPage
from docspasta.store.content import preparing
from docspasta.store.conversions import (
    NewConversion,
    NewResult,
    keep_conversions,
    remember_results,
)
from docspasta.store.pool import Pool, open_pool
from docspasta.store.sources import KeptSource, insert_source
from docspasta.turns import at_once
from docspasta.urls import url_key
from services.processor import unchanged as unchanged_module
from services.processor.doubts import Doubts
from services.processor.job_view import JobView
from services.processor.recall import basis_of, packed_result
from services.processor.recording import result_of
from services.processor.unchanged import Settled, Unchanged
from services.processor.wire import packed, page_message
from tests.stack import Database

SITE = "https://docs.example.org"
JOB = JobKey("ann", "run")


class Never(random.Random):
    """Doubts nothing but what must be doubted."""

    def random(self) -> float:
        return 0.99


@pytest.fixture
async def pool(database: Database) -> AsyncIterator[Pool]:
    made = await open_pool(database.app_dsn)
    async with made.transaction("ann") as connection:
        assert await insert_source(connection, "ann", "s", KeptSource("docs", JobSettings(url=SITE), 3))
    yield made
    await made.close()


def page(n: int) -> Page:
    return Page(f"{SITE}/p{n}.html", title=f"T{n}", markdown=f"# Title {n}\n")


async def keep(pool: Pool, numbers: Sequence[int], job: JobView | None = None, **other: object) -> None:
    """Pages that were fetched before, by a job like this one."""
    rows = []
    for n in numbers:
        data = pack_apart(packed(page_message(page(n), 0.0)), 0)
        terms = (job or view()).terms_of(page(n).url)
        row = NewConversion(
            url_key(page(n).url), b"d" * 32, len(data), terms, f'"{n}"', "", True, False, "", data
        )
        rows.append(row._replace(**other))
    await keep_conversions(pool, "ann", "s", sorted(rows))


def waiting(n: int, **other: object) -> WaitingPage:
    fetched = Fetched(page(n).url, 304, reason="http_status", etag=f'"{n}"', unchanged=True)
    return WaitingPage(QueuedUrl(JOB, n, page(n).url, "t"), "lease", fetched._replace(**other))


def view(*, doubts: int = 1, keep_raw: bool = False) -> JobView:
    made = JobView.of(SITE, JobSettings(url=SITE), None, keep_raw)
    made.doubts = Doubts(pages=doubts)
    return made


def scoped() -> JobView:
    """A job whose scope is decided."""
    made = view()
    made.decide(page(0))
    return made


async def settled(pool: Pool, rows: Sequence[WaitingPage], job: JobView, *, trusted: bool = True) -> Settled:
    return await Unchanged(pool, Never(1)).settle(rows, job, "s", trusted=trusted)


async def test_what_is_unchanged_is_the_page_that_was_kept(pool: Pool) -> None:
    await keep(pool, range(1, 6))
    other = waiting(9, unchanged=False, reason="", etag="")
    found = await settled(pool, [*map(waiting, range(1, 6)), other], view())
    assert found.pages == {n: page(n) for n in range(1, 6)}
    assert [row.queued.page_id for row in found.rows] == [1, 2, 3, 4, 5, 9]
    first = found.rows[0].fetched
    assert (first.http_status, first.reason, first.noindex, first.nofollow) == (200, "", True, False)
    assert (found.again, found.later) == ([], [])


@pytest.mark.parametrize(
    ("kept", "said", "job"),
    [
        ({"etag": '"other"'}, {}, view()),  # kept anew since it was asked about
        ({"terms": b"another converter"}, {}, view()),
        ({}, {"nofollow": True}, view()),  # its headers changed
        ({}, {}, view(keep_raw=True)),  # its bytes are wanted
        ({"page": b"broken"}, {}, view()),
        (None, {}, view()),
    ],
)
async def test_what_cannot_be_used_is_fetched_whole(
    pool: Pool, kept: dict[str, object] | None, said: dict[str, object], job: JobView
) -> None:
    if kept is not None:
        await keep(pool, [1], **kept)
    found = await settled(pool, [waiting(1, **said)], job)
    assert (found.rows, found.pages, found.later) == ([], {}, [])
    assert [(row.queued.page_id, queued.asking) for row, queued in found.again] == [(1, WHOLE)]


async def test_a_site_that_lied_is_not_believed(pool: Pool) -> None:
    await keep(pool, [1])
    found = await settled(pool, [waiting(1)], view(), trusted=False)
    assert [queued.asking for _, queued in found.again] == [WHOLE]


async def test_one_of_the_first_pages_is_doubted_and_one_in_a_hundred(pool: Pool) -> None:
    await keep(pool, range(1, 400))
    rows, job = [waiting(n) for n in range(1, 400)], view(doubts=0)
    found = await settled(pool, rows[:5], job)
    assert [queued.asking for _, queued in found.again] == [Asking(doubted=True)]
    assert (job.doubts.pages, len(found.pages)) == (1, 4)
    assert (await settled(pool, rows[:5], job)).again == []
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    counts = []
    for n in range(20):
        part = await Unchanged(pool, random.Random(f"{seed} {n}")).settle(rows, view(), "s", trusted=True)
        assert len(part.again) + len(part.pages) == len(rows)
        counts.append(len(part.again))
    assert 20 < sum(counts) < 160  # 80 are expected; six standard deviations


async def remember(pool: Pool, numbers: Sequence[int], job: JobView, basis: bytes) -> None:
    """What came of those pages in a run before."""
    new = []
    for n in numbers:
        row = waiting(n, http_status=200, reason="", unchanged=False, noindex=True)
        content = at_once(preparing(at_once(result_of(row, page(n), None, job))))
        assert content.names is not None
        data = packed_result(content.result, content.names, row.fetched)
        assert data is not None
        new.append(NewResult(url_key(page(n).url), b"d" * 32, data))
    await remember_results(pool, "ann", "s", basis, sorted(new))


async def test_what_came_of_a_page_is_remembered_while_what_decided_it_is_the_same(pool: Pool) -> None:
    job = scoped()
    await keep(pool, range(1, 5), job)
    await remember(pool, [1, 2], job, basis_of(job, renders=False))
    await remember(pool, [3], job, b"another scope")
    found = await settled(pool, [*map(waiting, range(1, 5))], job)
    assert sorted(found.recalled) == [1, 2]
    assert found.pages == {3: page(3), 4: page(4)}
    assert sorted(found.kept) == [1, 2, 3, 4]
    assert [row.queued.page_id for row in found.rows] == [1, 2, 3, 4]
    first = found.recalled[1]
    assert (first.page_id, first.unchanged, first.page and first.page.title) == (1, True, "T1")
    await keep(pool, [1], job)  # anew: what came of it then is not what comes of it now
    found = await settled(pool, [*map(waiting, range(1, 5))], job)
    assert sorted(found.recalled) == [2]
    job.recalls = False
    assert (await settled(pool, [*map(waiting, range(1, 5))], job)).recalled == {}


async def test_what_finds_no_room_in_memory_comes_later(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    await keep(pool, [1, 2, 3])
    monkeypatch.setattr(unchanged_module, "ROOM", 1)
    found = await settled(pool, [waiting(1), waiting(2), waiting(3)], view())
    assert list(found.pages) == [1]
    assert [row.queued.page_id for row in found.later] == [2, 3]
