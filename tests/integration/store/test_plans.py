"""Single rows are looked up by an index of their own: on a table that the planner knows nothing of, and on
one of many jobs that it does. Otherwise each batch reads its whole job: a crawl's cost is its square."""

from __future__ import annotations

import re

import asyncpg
import pytest

from docspasta.domain import JobKey, JobSettings, PageReason, PageState
from docspasta.store.conversions import SQL as CONVERSIONS
from docspasta.store.conversions import NewResult, forget_conversions
from docspasta.store.diff import SQL as DIFF
from docspasta.store.locked_job import SQL as RECORD
from docspasta.store.page_order import SQL as ENDING
from docspasta.store.record import ResultRow
from docspasta.store.rows import columns_of
from docspasta.store.sources import KeptSource, insert_source
from docspasta.store.statements import Statement

from .crawls import NOON, make_job

KEY = JobKey("alice", "job1")
FILL = """
INSERT INTO crawled_pages (user_id, job_id, url, url_key)
SELECT $1, $2, 'http://x/' || n, md5(n::text) FROM generate_series(1, $3::int) AS n
"""
GROW = """
INSERT INTO crawled_pages (user_id, job_id, url, url_key)
SELECT $1, $2, 'http://x/' || n, md5(n::text) FROM generate_series($3::int, $4::int) AS n
"""
PLACES = {
    "place": [(n // 50, n % 50 + 1) for n in range(4_000)],
    "position": [1] * 4_000,
    "anchor": ["a"] * 4_000,
    "duplicate_of": [None] * 4_000,
    "version": [0] * 4_000,
}
UNPLACED = "{" + ",".join(f'"({block},{line})"' for block, line in PLACES["place"]) + "}"


async def plan_of(connection, statement: Statement, **values) -> str:
    return await explained(connection, statement, {"user_id": "alice", "job_id": "job1", **values})


async def explained(connection, statement: Statement, values: dict) -> str:
    rows = await connection.fetch(f"EXPLAIN {statement.text}", *statement.bind(values))
    return "\n".join(row[0] for row in rows)


def write_results_arguments(ids: list[int]) -> dict:
    rows = [ResultRow(page_id, PageState.FAILED, PageReason.DNS, "", 0, 0, 0, "", None) for page_id in ids]
    return columns_of(rows, ResultRow)


@pytest.mark.parametrize("known", [False, True])
@pytest.mark.parametrize("rows", [600, 1_000, 6_000, 20_000])
async def test_rows_are_looked_up_one_by_one(pool, database, rows, known):
    """Lead the primary key with (user_id, job_id), or write the joins without LATERAL."""
    for user, job, pages in [
        ("alice", "job1", rows),
        *(("bob", f"job{n}", 200) for n in range(2, 10) if known),
    ]:
        await make_job(pool, JobKey(user, job))
        async with pool.transaction(user) as connection:
            await connection.execute(FILL, user, job, pages)
    if known:
        owner = await asyncpg.connect(database.superuser_dsn)
        await owner.execute("ANALYZE")
        await owner.close()
    ids, keys = list(range(1, 65)), [f"{n:032x}" for n in range(500)]
    async with pool.transaction("alice") as connection:
        await RECORD.plan_by_key.execute(connection)
        by_id = [
            await plan_of(connection, RECORD.find_results, page_id=ids),
            await plan_of(connection, RECORD.write_results, now=NOON, **write_results_arguments(ids)),
            await plan_of(
                connection, RECORD.shrink_depths, page_id=ids, depth=[0] * 64, state_version=[0] * 64
            ),
        ]
        by_key = await plan_of(
            connection,
            RECORD.find_targets,
            url_key=keys,
            depth=[1] * 500,
            target=[False] * 500,
            depth_limit=9,
        )
        await RECORD.plan_sorted.execute(connection)
        await ENDING.plan_by_place.execute(connection)
        end = [
            await plan_of(
                connection, ENDING.skip_queued, base=1, reason="cancelled", now=NOON, place=UNPLACED
            ),
            await plan_of(connection, ENDING.place_pages, **PLACES),
        ]
    if (
        known or rows > 4_000
    ):  # a smaller table may be read for a page: it has no statistics for a minute only
        assert all("page_id >= " in index_condition(plan) for plan in by_id), by_id
    assert all("Tid Scan" in plan for plan in by_id[1:])
    assert "found.url_key" in index_condition(by_key), by_key
    assert all("Tid Scan" in plan and "Join" not in plan for plan in end), end


@pytest.mark.parametrize("measured", [0, 1, 30])
async def test_targets_are_looked_up_one_by_one_though_the_table_was_small_when_analysed(
    pool, database, measured
):
    """Look a URL up without an order, or sort freely: a user whom the statistics do not know seems to have
    one row. Reading them all by the primary key seems cheaper while its tree is the lower one."""
    user = "u" * 40
    for owner, rows in ((user, 0), ("bob", measured)):
        await make_job(pool, JobKey(owner, "job1"))
        async with pool.transaction(owner) as connection:
            await connection.execute(GROW, owner, "job1", 1, rows)
    superuser = await asyncpg.connect(database.superuser_dsn)
    await superuser.execute("VACUUM ANALYZE crawled_pages")
    await superuser.close()
    for first, last in ((1, 100), (101, 800), (801, 6_400), (6_401, 25_600)):
        async with pool.transaction(user) as connection:
            await connection.execute(GROW, user, "job1", first, last)
            await RECORD.plan_by_key.execute(connection)
            values = {"depth": [1] * 500, "target": [False] * 500, "depth_limit": 9, "user_id": user}
            plan = await plan_of(
                connection, RECORD.find_targets, url_key=[f"{n:032x}" for n in range(500)], **values
            )
            assert "found.url_key" in index_condition(plan), (last, plan)
            if last > 1_000:  # a smaller table has pages enough to be read for one, and for a minute only
                for plan in await plans_by_id(connection, user):
                    assert "page_id >= " in index_condition(plan), (last, plan)
            await RECORD.plan_sorted.execute(connection)


async def plans_by_id(connection, user: str) -> list[str]:
    ids = list(range(1, 65))
    shrink = {"depth": [0] * 64, "state_version": [0] * 64}
    return [
        await plan_of(connection, RECORD.find_results, user_id=user, page_id=ids),
        await plan_of(
            connection, RECORD.write_results, user_id=user, now=NOON, **write_results_arguments(ids)
        ),
        await plan_of(connection, RECORD.shrink_depths, user_id=user, page_id=ids, **shrink),
    ]


def index_condition(plan: str) -> str:
    conditions = [line for line in plan.splitlines() if "Index Cond" in line]
    assert len(conditions) == 1, plan
    return conditions[0]


async def test_what_is_kept_of_pages_that_are_no_more_is_found_without_reading_all_for_each(pool):
    """Write it with IN (SELECT ... LIMIT), and a plan made without statistics takes a minute."""
    await make_job(pool, KEY)
    async with pool.transaction("alice") as connection:
        await insert_source(connection, "alice", "s", KeptSource("docs", JobSettings(url="http://x/"), 3))
        await connection.execute(
            "INSERT INTO crawled_pages (user_id, job_id, url, url_key, state, state_version, finished_at)"
            " SELECT 'alice', 'job1', 'http://x/' || n, md5(n::text), 'processed', n, now()"
            " FROM generate_series(2, 1500) AS n"
        )
        await connection.execute(
            "INSERT INTO kept_conversions (user_id, source_id, url_key, digest, size, page)"
            " SELECT 'alice', 's', md5(n::text), decode(repeat('00', 32), 'hex'), 1, ''"
            " FROM generate_series(1, 1500) AS n"
        )
    async with pool.transaction("alice") as connection:
        await connection.execute("SET LOCAL statement_timeout = '5s'")
        assert not await forget_conversions(connection, "alice", "s", "job1", 500)
        assert await connection.fetchval("SELECT count(*) FROM kept_conversions") == 1_499


@pytest.mark.parametrize("function", ["page_changes", "pages_lost"])
async def test_runs_are_compared_by_hashing_without_statistics(pool, database, function):
    """Let the planner choose: it takes each run for a single row, and 4,000 pages take 24 s, not 0.2 s."""
    for job in ("job1", "job2"):
        await make_job(pool, JobKey("alice", job))
        async with pool.transaction("alice") as connection:
            await connection.execute(FILL, "alice", job, 100)
    async with pool.transaction("alice") as connection:
        asked = "SELECT prosrc, proconfig FROM pg_proc WHERE proname = $1"
        body, settings = await connection.fetchrow(asked, function)
        for setting in settings or ():
            await connection.execute("SELECT set_config($1, $2, true)", *setting.split("="))
        for name, value in (("owner", "alice"), ("from_job", "job1"), ("to_job", "job2")):
            body = re.sub(rf"\b{name}\b", f"'{value}'", body)
        plan = "\n".join(row[0] for row in await connection.fetch(f"EXPLAIN {body}"))
    assert "Hash" in plan and "Nested Loop" not in plan, plan


async def test_texts_of_a_comparison_are_looked_up_one_by_one_without_statistics(pool, database):
    """Join the two tables: all of the user's pages are read for each text."""
    await make_job(pool, JobKey("alice", "job1"))
    async with pool.transaction("alice") as connection:
        await connection.execute(FILL, "alice", "job1", 2_000)
        for statement in (DIFF.page_texts, DIFF.page_sizes):
            values = {"user_id": "alice", "page_id": list(range(1, 500))}
            plan = await explained(connection, statement, values)
            assert re.search(r"Index Cond: .*page_id >= wanted.page_id", plan), plan
            if statement is DIFF.page_texts:
                assert re.search(r"Index Cond: .*job_id.*result_id.*kind", plan), plan


@pytest.mark.parametrize("known", [False, True])
async def test_what_is_kept_of_pages_is_looked_up_by_their_addresses(pool, database, known):
    """Let the planner choose: on a table that it knows nothing of, all of the source's pages are read."""
    await make_job(pool, KEY)
    new = [NewResult(f"{n:032}", b"d" * 32, b"r") for n in range(64)]
    async with pool.transaction("alice") as connection:
        await insert_source(connection, "alice", "s", KeptSource("docs", JobSettings(url="http://x/"), 3))
        await connection.execute(
            "INSERT INTO kept_conversions (user_id, source_id, url_key, digest, size, page)"
            " SELECT 'alice', 's', md5(n::text), decode(repeat('00', 32), 'hex'), 1, ''"
            " FROM generate_series(1, 20000) AS n"
        )
    if known:
        owner = await asyncpg.connect(database.owner_dsn)
        await owner.execute("ANALYZE kept_conversions")
        await owner.close()
    async with pool.transaction("alice") as connection:
        given = {"user_id": "alice", "source_id": "s", "basis": b"b"} | columns_of(new, NewResult)
        headers = {
            "etag": [""] * 64,
            "last_modified": [""] * 64,
            "noindex": [False] * 64,
            "lastmod": [""] * 64,
        }
        for statement, more in (
            (CONVERSIONS.remember_results, {}),
            (CONVERSIONS.unchanged_of, {"url_keys": given["url_key"]}),
            (CONVERSIONS.kept_of, {"url_keys": given["url_key"]}),
            (CONVERSIONS.kept_pages, {}),
            (CONVERSIONS.keep_headers, headers | {"nofollow": headers["noindex"]}),
        ):
            values = given | more
            plan = await explained(
                connection, statement, {name: values[name] for name in statement.parameters}
            )
            assert re.search(r"Index Cond: .*url_key = ", plan) and "Seq Scan" not in plan, plan
