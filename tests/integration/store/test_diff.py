"""What changed from one job to another is what a comparison in memory says, also a part at a time."""

from __future__ import annotations

import random
from collections import Counter
from typing import NamedTuple
from uuid import UUID

from docspasta.domain import JobKey
from docspasta.store.diff import Change, PageChange, changes, counts
from docspasta.store.pool import Pool
from docspasta.urls import url_key

from .crawls import SITE, make_job


class Shown(NamedTuple):
    """A page of a job as the test writes it."""

    state: str
    reason: str
    content: str
    title: str
    markdown: UUID | None  # None: of an earlier version


Site = dict[str, Shown]


def random_site(rng: random.Random) -> Site:
    """Few addresses and fewer texts, so that pages meet."""
    site = {}
    for path in rng.sample("abcdefgh\u00e9z", k=rng.randint(0, 9)):
        state = rng.choice(["processed"] * 5 + ["failed", "skipped"])
        reason = {"processed": "", "failed": "timeout", "skipped": "dead_link"}[state]
        content = rng.choice(["", "1", "2", "3", "4"]) if state == "processed" else ""
        markdown = UUID(int=ord(content) * 2 + rng.randrange(2)) if content and rng.random() < 0.8 else None
        site[f"{SITE}/{path}"] = Shown(state, reason, content, rng.choice("TTU"), markdown)
    return site


async def write(pool: Pool, name: str, site: Site) -> None:
    """A job of ann's with these pages."""
    key = JobKey("ann", name)
    await make_job(pool, key, start=f"{SITE}/start")
    async with pool.transaction("ann") as connection:
        await connection.executemany(
            "INSERT INTO crawled_pages (user_id, job_id, url, url_key, kind, state, reason, content_hash,"
            " title, markdown_id, finished_at, state_version)"
            " VALUES ('ann', $1, $2, $3, 'page', $4, $5, $6, $7, $8, now(), 1)",
            [(name, url, url_key(url), *page) for url, page in site.items()],
        )


def are_same(old: Shown, new: Shown) -> bool:
    """Whether a reader gets the same: where links lead is a part of the Markdown, and none of the content."""
    if old.markdown and new.markdown:
        return (old.title, old.markdown) == (new.title, new.markdown)
    return (old.title, old.content) == (new.title, new.content)


def expected(old: Site, new: Site) -> list[tuple[Change, str, str, str]]:
    """(kind, url, old url, reason) of each page, the same too, compared in memory."""
    before = {url: page for url, page in old.items() if page.state == "processed"}
    now = {url: page for url, page in new.items() if page.state == "processed"}
    found: list[tuple[Change, str, str, str]] = []
    for url in before.keys() & now.keys():
        same = are_same(before[url], now[url])
        found.append((Change.SAME if same else Change.CHANGED, url, "", ""))
    gone, came = sorted(before.keys() - now.keys()), sorted(now.keys() - before.keys())
    for url in list(came):
        like = [one for one in gone if before[one].content == now[url].content != ""]
        if like:
            gone.remove(like[0])
            came.remove(url)
            found.append((Change.MOVED, url, like[0], ""))
    found += [(Change.ADDED, url, "", "") for url in came]
    for url in gone:
        later = new.get(url)
        kind = Change.FAILED if later and later.state == "failed" else Change.REMOVED
        found.append((kind, url, "", later.reason if later else ""))
    return found


async def all_changes(pool: Pool, runs: tuple[str, str], limit: int) -> list[PageChange]:
    """Every change, `limit` at a time."""
    found: list[PageChange] = []
    after = ("", "")
    while True:
        async with pool.transaction("ann") as connection:
            part = await changes(connection, "ann", runs, after, limit)
        found += part
        if len(part) < limit:
            return found
        after = part[-1].url, part[-1].kind


async def test_random_sites_are_compared_as_in_memory(pool: Pool) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    rng = random.Random(seed)
    sites: list[Site] = [{}]
    for step in range(1, 13):
        sites.append(random_site(rng))
        await write(pool, f"j{step}", sites[step])
        for earlier in {0, step - 1, step}:
            runs = (f"j{earlier}" if earlier else "", f"j{step}")
            wanted = expected(sites[earlier], sites[step])
            found = await all_changes(pool, runs, rng.randint(1, 4))
            told = [(row.kind, row.url, row.old_url, str(row.reason)) for row in found]
            changed = [row for row in wanted if row[0] is not Change.SAME]
            assert told == sorted(changed, key=lambda row: (row[1], row[0])), (seed, step, earlier)
            async with pool.transaction("ann") as connection:
                assert await counts(connection, "ann", runs) == Counter(row[0] for row in wanted)
                lost = sum(row[0] in (Change.REMOVED, Change.FAILED) for row in wanted)
                shown = sum(page.state == "processed" for page in sites[earlier].values())
                row = await connection.fetchrow("SELECT * FROM pages_lost('ann', $1, $2)", *runs)
                assert tuple(row) == (shown, lost)
    async with pool.transaction("bob") as connection:
        assert await counts(connection, "ann", ("j1", "j2")) == {}
