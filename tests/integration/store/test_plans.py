"""Single rows are looked up by an index of their own: on a table that the planner knows nothing of, and on
one of many jobs that it does. Otherwise each batch reads its whole job: a crawl's cost is its square."""

from __future__ import annotations

import asyncpg
import pytest

from docspasta.domain import JobKey
from docspasta.store.ending import SQL as ENDING
from docspasta.store.locked_job import SQL as RECORD

from .crawls import NOON, make_job

KEY = JobKey("alice", "job1")
FILL = """
INSERT INTO crawled_pages (user_id, job_id, url, url_key)
SELECT $1, $2, 'http://x/' || n, md5(n::text) FROM generate_series(1, $3::int) AS n
"""
PLACES = [[(n // 50, n % 50 + 1) for n in range(4_000)], [1] * 4_000, ["a"] * 4_000, [None] * 4_000]
UNPLACED = "{" + ",".join(f'"({block},{line})"' for block, line in PLACES[0]) + "}"


async def plan_of(connection, statement: str, *arguments) -> str:
    return "\n".join(row[0] for row in await connection.fetch(f"EXPLAIN {statement}", *arguments))


def write_results_arguments(ids: list[int]) -> list:
    n = len(ids)
    texts, numbers, names = [""] * n, [0] * n, [None] * n
    states = [["failed"] * n, ["dns"] * n]
    return [NOON, ids, *states, texts, numbers, numbers, names, *[texts] * 8, names, texts, *[numbers] * 4]


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
        by_id = [
            await plan_of(connection, RECORD.find_results, "alice", "job1", ids),
            await plan_of(connection, RECORD.write_results, "alice", "job1", *write_results_arguments(ids)),
            await plan_of(connection, RECORD.shrink_depths, "alice", "job1", ids, [0] * 64, [0] * 64),
        ]
        by_key = await plan_of(
            connection, RECORD.find_targets, "alice", "job1", keys, [1] * 500, [False] * 500, 9
        )
        await connection.execute(ENDING.plan_by_place)
        end = [
            await plan_of(connection, ENDING.end_unplaced, "alice", "job1", 1, "cancelled", NOON, UNPLACED),
            await plan_of(connection, ENDING.place_pages, "alice", "job1", 1, *PLACES),
        ]
    if (
        known or rows > 4_000
    ):  # a smaller table may be read for a page: it has no statistics for a minute only
        assert all("page_id = " in index_condition(plan) for plan in by_id), by_id
    assert all("Tid Scan" in plan for plan in by_id[1:])
    assert "url_key = found.url_key" in index_condition(by_key), by_key
    assert all("Tid Scan" in plan and "Join" not in plan for plan in end), end


def index_condition(plan: str) -> str:
    conditions = [line for line in plan.splitlines() if "Index Cond" in line]
    assert len(conditions) == 1, plan
    return conditions[0]
