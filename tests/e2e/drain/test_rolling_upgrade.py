"""Each process is replaced in turn while a crawl runs and people watch: nothing is lost, nobody notices."""

from __future__ import annotations

import asyncio
import random
from collections import Counter

import aiohttp
import asyncpg
import pytest

from tests.e2e.drain.fleet import GRACE, SERVICES, Fleet
from tests.e2e.drain.watcher import Watcher
from tests.e2e.pipeline.site import Site, serving, tree
from tests.sizes import FULL, size

SLOW = 0.25  # seconds that the site takes to answer while processes are replaced
LIMITLESS = aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=60)


async def started(fleet: Fleet, session: aiohttp.ClientSession, site: Site) -> dict[str, str]:
    """A crawl of the site; the links to its parts."""
    body = {"url": f"{site.origin}/", "delay": 0, "concurrency": 4, "useSitemaps": False}
    headers = {"Authorization": f"Bearer {fleet.token()}"}
    gateway = f"http://127.0.0.1:{fleet.running['gateway'].port}"
    async with session.post(f"{gateway}/api/v5/crawl", json=body, headers=headers) as answer:
        assert answer.status == 202, await answer.text()
        links: dict[str, str] = (await answer.json())["links"]
        return links


async def recorded(fleet: Fleet) -> dict[str, str]:
    """What the record says: page id -> state."""
    connection = await asyncpg.connect(fleet.database.superuser_dsn)
    try:
        rows = await connection.fetch("SELECT page_id, state FROM crawled_pages WHERE kind = 'page'")
    finally:
        await connection.close()
    return {str(row["page_id"]): row["state"] for row in rows}


async def last(site: Site, pages: int) -> None:
    """Slow the site down in the second half, so that a slow machine replaces everything before the end."""
    while len(site.log) < pages / 2:
        await asyncio.sleep(0.1)
    site.latency = 4 * SLOW


@pytest.mark.skipif(not FULL, reason="make test-full: replaces each of the four processes twice")
@pytest.mark.timeout(400)
async def test_a_rolling_upgrade_is_not_noticed(fleet: Fleet) -> None:
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    rng = random.Random(seed)
    pages, clients = size("pages of a rolling upgrade"), size("clients of a rolling upgrade")
    site = Site(tree(pages), latency=SLOW)
    await fleet.up()
    async with (
        serving(site),
        aiohttp.ClientSession(timeout=LIMITLESS, connector=aiohttp.TCPConnector(limit=0)) as session,
    ):
        links = await started(fleet, session, site)
        watchers = [
            Watcher(fleet.gateways(), links["stream"], fleet.token(), random.Random(rng.random()))
            for _ in range(clients)
        ]
        watching = [asyncio.create_task(one.run(session)) for one in watchers]
        lasting = asyncio.create_task(last(site, pages))
        exits: list[tuple[str, int, float]] = []
        for _ in range(size("rolling upgrades")):
            for service in SERVICES:
                exits.append((service, *await fleet.roll(service)))
        assert not any(one.ended for one in watchers), "the crawl ended before the last replica was replaced"
        lasting.cancel()
        site.latency = 0.0
        await asyncio.wait_for(asyncio.gather(*watching), 120)

    state = await recorded(fleet)
    fetches = site.fetches()
    print(f"exits {[(s, c, round(t, 1)) for s, c, t in exits]}")
    resets = sum(one.resets for one in watchers)
    print(f"connections {Counter(one.connections for one in watchers)}, resets {resets}")
    print(f"fetched again {sum(count > 1 for count in fetches.values())} of {len(fetches)}")
    assert [code for _, code, _ in exits] == [0] * len(exits), fleet.logs()
    assert all(seconds <= GRACE + 10 for _, _, seconds in exits), exits
    assert Counter(state.values()) == {"processed": pages}
    for one in watchers:
        assert one.trouble == []
        assert one.ended == "job_completed"
        assert one.pages == state
    assert set(fetches) == set(site.pages)
    assert max(fetches.values()) <= 2
