"""What a site sends, or a user asks for, holds the processor's event loop up for no longer than milliseconds.

Each attack is recorded through the real parsing processes, Postgres and Valkey, and the steps of the loop are
measured. A step that an input makes long is long each time; one that the machine makes long is not.
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from typing import Any

import pytest

from docspasta.domain import JobKey, PageKind
from docspasta.identity.tickets import Tickets
from docspasta.queues.connect import open_queues
from docspasta.queues.messages import Fetched, QueuedUrl, WaitingPage
from docspasta.store.pool import open_pool
from docspasta.urls import url_key
from services.processor.batch import Batches
from services.processor.conversion import Conversion
from services.processor.to_record import key_of
from tests.integration.store.crawls import SITE, make_job
from tests.loop_steps import Steps, measured_steps, reference
from tests.sizes import FULL

MOST = 1.5  # times the reference, which stands for 5 ms
WORDS = "<p>" + "words that are worth keeping here. " * 4
Attack = Callable[..., Awaitable[Steps]]


class Released:
    """In the place of the pages queue: what is claimed here never was in Redis."""

    async def complete(self, rows: Sequence[WaitingPage]) -> None:
        return

    async def release(self, rows: Sequence[WaitingPage]) -> None:
        raise AssertionError("nothing is given back")


def html(body: str = "", links: Sequence[str] = ()) -> bytes:
    anchors = "".join(f"<a href='{link}'>x</a> " for link in links)
    return f"<title>T</title><main><h1>T</h1>{WORDS}{anchors}{body}</main>".encode()


def index(urls: Iterable[str]) -> bytes:
    return b"<sitemapindex>" + b"".join(b"<sitemap><loc>%s</loc></sitemap>" % url.encode() for url in urls)


@pytest.fixture
async def attack(database, redis_url, monkeypatch) -> AsyncIterator[Attack]:
    """Records pages of a job, and says how long the loop's steps were."""
    pool = await open_pool(database.app_dsn, size=2, statement_timeout=60, name="attack")
    queues = await open_queues(redis_url, name="attack", shards=1)
    conversion = Conversion(1, 10.0, 2**29, 10 * 1024 * 1024)
    tickets = Tickets.from_base64(base64.b64encode(secrets.token_bytes(32)).decode())
    pages: Any = Released()
    batches = Batches(pool, queues.frontier, pages, queues.doorbell, conversion, tickets, queues.outage)

    def waiting(
        key: JobKey, page_id: int, url: str, body: bytes, kind: PageKind = PageKind.PAGE
    ) -> WaitingPage:
        ticket = tickets.ticket(key.user_id, key.job_id, page_id, key_of(kind, url))
        fetched = Fetched(url, 200, "text/html", body=body, bytes_fetched=len(body))
        return WaitingPage(QueuedUrl(key, page_id, url, ticket, kind), str(page_id), fetched)

    async def recorded(
        bodies: Sequence[bytes], settings: dict[str, Any], kind: PageKind = PageKind.PAGE
    ) -> Steps:
        key = JobKey("mallory", secrets.token_hex(12))
        [seed] = await make_job(pool, key, settings=json.dumps(settings), page_limit=10**6)
        urls = [f"{SITE}/page{number}" for number in range(len(bodies))]
        await batches.record(key, [waiting(key, seed, f"{SITE}/", html(links=urls))])
        async with pool.transaction(key.user_id) as connection:
            ids = "SELECT url_key, page_id FROM crawled_pages WHERE job_id = $1"
            ids = dict(await connection.fetch(ids, key.job_id))
            if kind is PageKind.SITEMAP:
                urls = [f"{SITE}/sitemap.xml"]
                named = key_of(kind, urls[0])
                row = "UPDATE crawled_pages SET kind = $2, url = $3, url_key = $4 WHERE job_id = $1"
                await connection.execute(f"{row} AND kind = 'robots'", key.job_id, kind, urls[0], named)
                ids[url_key(urls[0])] = ids[key_of(PageKind.ROBOTS, f"{SITE}/robots.txt")]
        rows = [waiting(key, ids[url_key(u)], u, body, kind) for u, body in zip(urls, bodies, strict=True)]
        with measured_steps(monkeypatch) as steps:
            await batches.record(key, rows)
        return steps

    await conversion.warm()
    try:
        yield recorded
    finally:
        await conversion.stop()
        await queues.close()
        await pool.close()


GLOBS = {"include": ["/**"], "exclude": [f"/**a*a*a*a*b{n}" for n in range(49)]}
ATTACKS: dict[str, tuple[Callable[[int], list[bytes]], dict[str, Any]]] = {
    "one page of long links": (lambda n: [html(links=[f"/{n}{'x' * 1900}{i}" for i in range(700)])], {}),
    "pages of many links": (
        lambda n: [html(links=[f"/{n}p{k}-{i}" for i in range(1_500)]) for k in range(6)],
        {},
    ),
    "long links and globs": (lambda n: [html(links=[f"/{n}{'a' * 1900}{i}" for i in range(150)])], GLOBS),
    "a long text": (lambda n: [html("<p>" + "wörd " * 300_000)], {}),
    "many blocks": (lambda n: [html("<p>x" * 60_000)], {}),
    "many headings": (lambda n: [html("".join(f"<h2 id=h{i}>x{i}</h2>" for i in range(20_000)))], {}),
    "open links before the heading": (lambda n: [b"<title>T</title><main>" + b"](a" * 30_000 + html()], {}),
    "a title without end": (lambda n: [b"<title>" + b"title " * 500_000 + b"</title>" + html()], {}),
}
LISTS: dict[str, Callable[[int], list[bytes]]] = {
    "sitemaps on other hosts": lambda n: [index(f"http://h{n}.example/{at}.xml" for at in range(50_000))],
    "sitemaps": lambda n: [index(f"{SITE}/{n}/{at}.xml" for at in range(50_000))],
}
if FULL:
    LISTS["pages"] = lambda n: [
        b"<urlset>"
        + b"".join(b"<url><loc>%s/%d/%d</loc></url>" % (SITE.encode(), n, at) for at in range(50_000))
    ]


@pytest.mark.parametrize("name", ATTACKS)
async def test_no_step_of_the_processor_s_loop_is_long(attack: Attack, name: str) -> None:
    bodies, settings = ATTACKS[name]
    assert not await held_up(attack, bodies, settings)


@pytest.mark.parametrize("name", LISTS)
async def test_nor_is_one_by_a_long_list(attack: Attack, name: str) -> None:
    """Of 50,000 entries. An index's are no more than a job asks for. Pages are arguments of one statement,
    which the driver writes in one step."""
    most = 4 * MOST if name == "pages" else MOST
    assert not await held_up(attack, LISTS[name], {}, PageKind.SITEMAP, most=most)


async def held_up(
    attack: Attack,
    bodies: Callable[[int], list[bytes]],
    settings: dict[str, Any],
    *kind: PageKind,
    most: float = MOST,
) -> str:
    """What was too long each time, '' when nothing was."""
    for number in range(3):
        steps = await attack(bodies(number), settings, *kind)
        if steps.worst < most * reference():
            return ""
    return f"steps of {steps}, where {most * reference() * 1000:.1f} ms are the most"
