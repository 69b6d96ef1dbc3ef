"""A page that can't be had is recorded again as it was before: the same content under the same name, however
long it is, and whatever it was converted from."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from docspasta.content import Page
from docspasta.content.page import Heading, Link, Placement
from docspasta.document.edges import Block
from docspasta.domain import JobKey
from docspasta.store.content import preparing
from docspasta.store.pool import Pool, open_pool
from docspasta.store.record import record_batch
from docspasta.store.results import PageResult
from docspasta.store.shown import pages_shown
from docspasta.turns import at_once
from docspasta.urls import url_key
from services.processor import stale
from services.processor.last_pages import recorded_pages
from tests.integration.store.crawls import NOON, SITE, make_job, page_of, processed
from tests.stack import Database

KEY = JobKey("ann", "before")
START, LINKS = f"{SITE}/", [f"{SITE}/{n}" for n in range(40)]
RICH = page_of(
    START,
    "# A title ☃\n\n[two](two) and `code`.\n",
    description="What it is",
    language="de",
    canonical=f"{SITE}/index.html",
    rel_next=LINKS[1],
    rel_prev=LINKS[2],
    headings=(Heading(1, "A title ☃", "top", 0),),
    placements=(Placement(21, 3, LINKS[2], "x"),),
    anchors=(("top", 0), ('a"e":[', 5)),
    links=tuple(Link(url, navigation=url in LINKS[30:]) for url in LINKS),
    navigation=tuple(LINKS[30:]),
    site_name='It says "e":[[]],"l":"',
    likeness="0123456789abcdef",
    first=(Block("00112233445566ff", 0, 9),),
    last=(Block("#", 0, 9),),
    html=b"<h1>A title</h1>",
)
BARE = page_of(START, "No heading.\n")
LONG = page_of(START, "# Long\n\n" + "A line of text.\n" * 400_000, links=tuple(map(Link, LINKS)))


@pytest.fixture
async def pool(database: Database) -> AsyncIterator[Pool]:
    made = await open_pool(database.app_dsn)
    yield made
    await made.close()


def result_of(page_id: int, page: Page) -> PageResult:
    return processed(page_id, START, *(link.url for link in page.links), page=page)


@pytest.mark.parametrize("page", [RICH, BARE, LONG], ids=["rich", "bare", "of 6 MB"])
async def test_a_page_is_put_together_again_as_it_was_recorded(pool: Pool, page: Page) -> None:
    """Take its links from elsewhere, or leave a part out: its content has another name."""
    [seed] = await make_job(pool, KEY, START)
    await record_batch(pool, KEY, [result_of(seed, page)], NOON)
    shown = await pages_shown(pool, KEY, [url_key(START), url_key(f"{SITE}/never")])
    [(key, again)] = (await recorded_pages(pool, KEY, shown)).items()
    was, now = (at_once(preparing(result_of(seed, each))) for each in (page, again))
    assert key == url_key(START) and again.markdown == page.markdown
    assert now.result_id == was.result_id == shown[0].result_id
    assert (now.markdown_id, now.navigation, now.heading) == (was.markdown_id, was.navigation, was.heading)
    for name in ("title", "description", "language", "canonical", "rel_next", "rel_prev", "content_hash"):
        assert getattr(again, name) == getattr(page, name), name
    assert (again.likeness, again.words, again.tokens) == (page.likeness, page.words, page.tokens)
    assert {link.url for link in again.links} == {link.url for link in page.links}


async def test_last_texts_have_so_much_memory_and_the_first_one_always_has(pool: Pool) -> None:
    [seed] = await make_job(pool, KEY, START)
    await record_batch(pool, KEY, [result_of(seed, RICH)], NOON)
    [row] = await pages_shown(pool, KEY, [url_key(START)])
    rows = [row._replace(url_key=str(n), markdown_bytes=size) for n, size in enumerate((50, 60, 10, 90))]
    for room, count in ((0, 1), (109, 1), (110, 2), (119, 2), (120, 3), (1_000, 4)):
        now, later = stale.within(rows, room)
        assert (len(now), [*now, *later]) == (count, rows)
    assert stale.within([], 10) == ([], [])
