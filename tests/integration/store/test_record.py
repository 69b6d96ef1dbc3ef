"""record_batch: one transaction writes results, found pages, counts, versions and the end."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from docspasta.domain import JobKey, PageKind, PageState
from docspasta.store.ending import CANCELLED, end_job
from docspasta.store.record import record_batch
from docspasta.store.results import FoundUrl, PageResult
from docspasta.urls import url_key

from .crawls import NOON, SITE, failed, found, make_job, page_of, processed, redirected, rows_of

KEY = JobKey("alice", "job1")


async def test_a_small_crawl_from_seed_to_end(pool):
    [seed] = await make_job(pool, KEY)
    first = await record_batch(
        pool,
        KEY,
        [processed(seed, f"{SITE}/", f"{SITE}/a", f"{SITE}/b", f"{SITE}/a")],
        NOON,
        scope={"host": "x"},
    )
    assert first.state == "running" and not first.ended and first.won == {seed}
    assert [a.url for a in first.admitted] == [f"{SITE}/a", f"{SITE}/b"]
    assert first.version == 3  # 1 at creation, one for the page, one for the job
    a, b = first.admitted
    last = await record_batch(pool, KEY, [processed(a.page_id, a.url, f"{SITE}/"), failed(b.page_id)], NOON)
    assert last.ended and last.ended and last.state == "completed" and last.admitted == ()
    job, pages = await rows_of(pool, KEY)
    assert (job["discovered"], job["processed"], job["failed"], job["queued"]) == (3, 2, 1, 0)
    assert json.loads(job["scope"]) == {"host": "x"}
    assert json.loads(job["reasons"]) == {"failed:http_status": 1}
    assert job["title"] == f"Page {SITE}/" and job["running_since"] is None
    assert [p["position"] for p in pages] == [1, 2, 0]
    assert [p["anchor"] for p in pages] == ["index", "a", ""]
    # The end gives the start page its place, which is no change that a watcher is told again.
    assert sorted(p["state_version"] for p in pages) == [2, 4, 5]
    assert job["state_version"] == 6 == last.version


async def test_a_second_result_changes_nothing_and_leaves_no_chunk(pool):
    [seed] = await make_job(pool, KEY)
    await record_batch(pool, KEY, [processed(seed, f"{SITE}/", f"{SITE}/a")], NOON)
    before = await rows_of(pool, KEY)
    again = await record_batch(pool, KEY, [processed(seed, f"{SITE}/", f"{SITE}/other")], NOON)
    assert again.won == frozenset() and again.admitted == () and not again.discarded
    assert await rows_of(pool, KEY) == before
    await assert_no_orphan_chunks(pool)


async def test_an_ended_jobs_batch_is_discarded_and_a_paused_jobs_is_recorded(pool):
    [seed] = await make_job(pool, KEY, state="paused")
    paused = await record_batch(pool, KEY, [processed(seed, f"{SITE}/", f"{SITE}/a")], NOON)
    assert paused.state == "paused" and len(paused.admitted) == 1
    async with pool.transaction("alice") as connection:
        assert (await end_job(connection, KEY, NOON, CANCELLED)).state == "cancelled"
    before = await rows_of(pool, KEY)
    late = await record_batch(pool, KEY, [processed(paused.admitted[0].page_id, f"{SITE}/a")], NOON)
    assert late.discarded and late.state == "cancelled" and late.version == before[0]["state_version"]
    assert await rows_of(pool, KEY) == before
    await assert_no_orphan_chunks(pool)
    gone = await record_batch(pool, JobKey("alice", "never"), [processed(1, f"{SITE}/")], NOON)
    assert gone.discarded and gone.state is None


async def test_a_paused_job_that_has_nothing_left_ends_when_it_is_resumed(pool):
    [seed] = await make_job(pool, KEY, state="paused")
    assert not (await record_batch(pool, KEY, [processed(seed, f"{SITE}/")], NOON)).ended
    async with pool.transaction("alice") as connection:
        await connection.execute(
            "UPDATE crawling_jobs SET state = 'running', running_since = $1, deadline_at = $2",
            NOON, NOON + timedelta(hours=1),
        )  # fmt: skip
        assert (await end_job(connection, KEY, NOON)).state == "completed"
    assert (await rows_of(pool, KEY))[0]["state"] == "completed"


async def test_cancelling_skips_what_is_queued_each_under_its_own_version(pool):
    [seed] = await make_job(pool, KEY, sealed_headers=b"sealed")
    links = [f"{SITE}/{n}" for n in range(5)]
    recorded = await record_batch(pool, KEY, [processed(seed, f"{SITE}/", *links)], NOON)
    async with pool.transaction("alice") as connection:
        job = await end_job(connection, KEY, NOON + timedelta(seconds=90), CANCELLED)
        assert await end_job(connection, KEY, NOON, CANCELLED) is None
    row, pages = await rows_of(pool, KEY)
    assert [p["reason"] for p in pages] == [""] + ["cancelled"] * 5
    versions = sorted(p["state_version"] for p in pages[1:])
    assert versions == list(range(recorded.version + 1, recorded.version + 6))
    assert pages[0]["state_version"] < recorded.version
    assert row["state_version"] == versions[-1] + 1 == job.version
    assert row["sealed_headers"] is None and row["running_seconds"] == 90 and row["skipped"] == 5


async def test_a_job_without_a_processed_page_fails_and_says_why(pool):
    [seed] = await make_job(pool, KEY)
    assert (await record_batch(pool, KEY, [failed(seed, "dns")], NOON)).state == "failed"
    job, _ = await rows_of(pool, KEY)
    assert job["error"] == "No page was processed. The host name could not be resolved."


async def test_a_job_waits_for_its_discovery(pool):
    seed, robots = await make_job(pool, KEY, robots=True)
    assert not (await record_batch(pool, KEY, [processed(seed, f"{SITE}/")], NOON)).ended
    map_url = f"{SITE}/sitemap.xml"
    sitemap = FoundUrl(map_url, url_key("sitemap " + map_url), PageKind.SITEMAP, 0)
    result = PageResult(robots, PageKind.ROBOTS, PageState.PROCESSED, found=(sitemap,))
    recorded = await record_batch(pool, KEY, [result], NOON)
    assert not recorded.ended and [a.kind for a in recorded.admitted] == [PageKind.SITEMAP]
    entries = found(f"{SITE}/x", f"{SITE}/y")
    result = PageResult(recorded.admitted[0].page_id, PageKind.SITEMAP, PageState.PROCESSED, found=entries)
    recorded = await record_batch(pool, KEY, [result], NOON)
    job, pages = await rows_of(pool, KEY)
    assert (job["discovering"], job["discovered"], job["queued"]) == (0, 3, 2)
    assert [p["depth"] for p in pages] == [0, 1, 1]
    done = [processed(a.page_id, a.url) for a in recorded.admitted]
    assert (await record_batch(pool, KEY, done, NOON)).ended


async def test_a_redirected_page_takes_up_no_room(pool):
    [seed] = await make_job(pool, KEY, page_limit=2)
    recorded = await record_batch(pool, KEY, [redirected(seed, f"{SITE}/docs/")], NOON)
    assert [(a.url, a.redirects) for a in recorded.admitted] == [(f"{SITE}/docs/", 1)]
    start = recorded.admitted[0]
    recorded = await record_batch(
        pool, KEY, [processed(start.page_id, start.url, f"{SITE}/a", f"{SITE}/b")], NOON
    )
    assert [a.url for a in recorded.admitted] == [f"{SITE}/a"] and recorded.refused == 1
    # /a leads to the start page again: /b, refused before, comes in after all.
    recorded = await record_batch(pool, KEY, [redirected(recorded.admitted[0].page_id, start.url)], NOON)
    assert [a.url for a in recorded.admitted] == [f"{SITE}/b"]
    job, pages = await rows_of(pool, KEY)
    assert job["limit_reached"] == "" and job["not_admitted"] == 0 and job["redirected"] == 2
    assert (
        await record_batch(pool, KEY, [processed(pages[-1]["page_id"], f"{SITE}/b")], NOON)
    ).state == "completed"


async def test_a_redirects_target_takes_the_room_that_the_redirect_makes(pool):
    [seed] = await make_job(pool, KEY, page_limit=2)
    links = [f"{SITE}/{name}" for name in ("moved", "b", "c", "target")]
    recorded = await record_batch(pool, KEY, [processed(seed, f"{SITE}/", *links)], NOON)
    assert [a.url for a in recorded.admitted] == [f"{SITE}/moved"] and recorded.refused == 3
    recorded = await record_batch(
        pool, KEY, [redirected(recorded.admitted[0].page_id, f"{SITE}/target")], NOON
    )
    assert [a.url for a in recorded.admitted] == [f"{SITE}/target"]
    assert (await rows_of(pool, KEY))[0]["not_admitted"] == 2


@pytest.mark.parametrize("together", [True, False])
async def test_refused_links_are_counted_once_whoever_found_them(pool, together):
    [seed] = await make_job(pool, KEY, page_limit=3)
    links = [f"{SITE}/{n}" for n in range(10)]
    recorded = await record_batch(pool, KEY, [processed(seed, f"{SITE}/", *links)], NOON)
    assert len(recorded.admitted) == 2 and recorded.refused == 8
    results = [processed(a.page_id, a.url, *links, f"{a.url}/more") for a in recorded.admitted]
    for batch in [results] if together else [[result] for result in reversed(results)]:
        recorded = await record_batch(pool, KEY, batch, NOON)
    job, _ = await rows_of(pool, KEY)
    assert job["state"] == "completed" and job["limit_reached"] == "pages" and job["not_admitted"] == 10
    assert len((await rows_of(pool, KEY, "refused"))[1]) == 10


async def test_a_page_found_nearer_has_its_links_looked_at_again(pool):
    """seed -> a -> b -> c -> d, cut at depth 2; then seed's other link e (slow) turns out to link c."""
    [seed] = await make_job(pool, KEY, depth_limit=3)
    at = {}

    async def record(url: str, *links: str):
        page = at.get(url, seed)
        recorded = await record_batch(pool, KEY, [processed(page, url, *links)], NOON)
        at.update({a.url: a.page_id for a in recorded.admitted})
        return recorded

    s = SITE
    await record(f"{s}/", f"{s}/a", f"{s}/e")
    await record(f"{s}/a", f"{s}/b")
    await record(f"{s}/b", f"{s}/c")
    recorded = await record(f"{s}/c", f"{s}/d", f"{s}/c2")
    job, _ = await rows_of(pool, KEY)
    assert recorded.refused == 2 and (job["limit_reached"], job["not_admitted"]) == ("depth", 2)
    before = job["state_version"]
    recorded = await record(f"{s}/e", f"{s}/c")
    assert [a.url for a in recorded.admitted] == [f"{s}/d", f"{s}/c2"]
    job, pages = await rows_of(pool, KEY)
    depth = {p["url"].removeprefix(s): p["depth"] for p in pages}
    assert depth == {"/": 0, "/a": 1, "/e": 1, "/b": 2, "/c": 2, "/d": 3, "/c2": 3}
    assert (job["limit_reached"], job["not_admitted"]) == ("", 0)
    changed = sorted(p["state_version"] for p in pages if p["state_version"] > before)
    assert changed == [before + 1, before + 2] and job["state_version"] == before + 3  # /e ended, /c moved


async def test_depths_are_the_shortest_when_near_and_far_come_in_one_batch(pool):
    [seed] = await make_job(pool, KEY, depth_limit=3)
    s, at = SITE, {}
    for url, links in [("/", ["/x", "/y"]), ("/x", ["/m"]), ("/m", ["/far"])]:
        page = at.get(url, seed)
        result = processed(page, s + url, *(s + link for link in links))
        at.update(
            {
                a.url.removeprefix(s): a.page_id
                for a in (await record_batch(pool, KEY, [result], NOON)).admitted
            }
        )
    batch = [processed(at["/y"], s + "/y", s + "/far"), processed(at["/far"], s + "/far", s + "/z")]
    recorded = await record_batch(pool, KEY, batch, NOON)
    assert [a.url for a in recorded.admitted] == [s + "/z"]
    _, pages = await rows_of(pool, KEY)
    assert {p["url"].removeprefix(s): p["depth"] for p in pages}["/z"] == 3


async def test_limits_of_bytes_time_and_the_users_day(pool):
    [seed] = await make_job(pool, KEY, byte_limit=500)
    recorded = await record_batch(pool, KEY, [processed(seed, f"{SITE}/", f"{SITE}/a")], NOON)
    job, pages = await rows_of(pool, KEY)
    assert (
        recorded.state == "completed"
        and job["limit_reached"] == "bytes"
        and pages[1]["reason"] == "bytes_limit"
    )
    late = JobKey("alice", "late")
    [seed] = await make_job(pool, late)
    recorded = await record_batch(
        pool, late, [processed(seed, f"{SITE}/", f"{SITE}/a")], NOON + timedelta(hours=7)
    )
    job, pages = await rows_of(pool, late)
    assert (
        recorded.state == "completed" and job["limit_reached"] == "time" and pages[1]["reason"] == "deadline"
    )
    busy = JobKey("alice", "busy")
    [seed] = await make_job(pool, busy, day_page_limit=4)
    links = [f"{SITE}/{n}" for n in range(5)]
    recorded = await record_batch(pool, busy, [processed(seed, f"{SITE}/", *links)], NOON)
    # Two pages of the jobs before count for the day, and this one's seed is the third.
    assert len(recorded.admitted) == 1 and recorded.refused == 4
    assert (await rows_of(pool, busy))[0]["limit_reached"] == "user_pages"


async def test_the_title_is_the_start_pages_whoever_came_first(pool):
    """The start page redirects to one that a sitemap named, and that was crawled before."""
    seed, robots = await make_job(pool, KEY, robots=True)
    links = found(f"{SITE}/docs/", f"{SITE}/a")
    result = PageResult(robots, PageKind.ROBOTS, PageState.PROCESSED, found=links)
    docs, a = (await record_batch(pool, KEY, [result], NOON)).admitted
    await record_batch(pool, KEY, [processed(a.page_id, a.url), processed(docs.page_id, docs.url)], NOON)
    assert (await record_batch(pool, KEY, [redirected(seed, docs.url)], NOON)).ended
    job, pages = await rows_of(pool, KEY)
    assert job["title"] == f"Page {SITE}/docs/"
    assert {page["url"].removeprefix(SITE): page["depth"] for page in pages} == {"/": 0, "/docs/": 0, "/a": 1}


async def test_text_that_postgres_cannot_hold_is_cleaned(pool):
    [seed] = await make_job(pool, KEY)
    page = page_of(f"{SITE}/", "# A\x00B \ud800\n\ntext\n", description="x\x00" * 2000, language="de\ud800")
    recorded = await record_batch(pool, KEY, [processed(seed, f"{SITE}/", page=page, detail="a\x00b")], NOON)
    assert recorded.state == "completed"


async def assert_no_orphan_chunks(pool) -> None:
    async with pool.transaction("alice") as connection:
        orphans = await connection.fetchval(
            "SELECT count(*) FROM page_content_chunks AS c WHERE NOT EXISTS (SELECT FROM crawled_pages AS p"
            " WHERE p.result_id = c.result_id OR p.navigation_id = c.result_id)"
        )
    assert orphans == 0
