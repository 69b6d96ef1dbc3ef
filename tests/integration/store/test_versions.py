"""The promises of state versions, one test each at least; every test says how to see it fail."""

from __future__ import annotations

import asyncio
import json

import asyncpg
import pytest

from docspasta.domain import JobKey
from docspasta.store.chunks import SQL as CHUNKS
from docspasta.store.ending import CANCELLED, end_job
from docspasta.store.locked_job import SQL
from docspasta.store.record import record_batch

from .crawls import NOON, SITE, failed, make_job, processed, rows_of

KEY = JobKey("alice", "job1")


async def waits_for_a_lock(database) -> None:
    """Come back once somebody in this database waits for a lock."""
    connection = await asyncpg.connect(database.superuser_dsn)
    try:
        while not await connection.fetchval(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE wait_event_type = 'Lock' AND datname = current_database()"
        ):
            await asyncio.sleep(0.005)
    finally:
        await connection.close()


async def test_promise_1_versions_are_handed_out_under_the_jobs_lock(pool, database):
    """Take FOR NO KEY UPDATE out of lock_job: the second batch reads on and hands versions out twice."""
    [seed] = await make_job(pool, KEY)
    recorded = await record_batch(pool, KEY, [processed(seed, f"{SITE}/", f"{SITE}/a", f"{SITE}/b")], NOON)
    a, _ = recorded.admitted
    async with pool.transaction("alice") as connection:
        await connection.fetchrow(SQL.lock_job.text, "alice", "job1")
        second = asyncio.create_task(record_batch(pool, KEY, [processed(a.page_id, a.url)], NOON))
        await asyncio.wait_for(waits_for_a_lock(database), 30)
        assert not second.done()
        await connection.execute("UPDATE crawling_jobs SET state_version = state_version + 10")
    assert (await second).version == recorded.version + 12


async def test_promise_1_commits_are_durable_whatever_the_role_says(pool, database):
    """Take synchronous_commit out of begin_as: the role's own setting is seen."""
    owner = await asyncpg.connect(database.superuser_dsn)
    await owner.execute(f"ALTER ROLE docspasta_app IN DATABASE {database.name} SET synchronous_commit = off")
    await owner.close()
    async with pool.connection() as connection:
        assert await connection.fetchval("SHOW synchronous_commit") == "off"
    async with pool.transaction("alice") as connection:
        assert await connection.fetchval("SHOW synchronous_commit") == "on"


@pytest.mark.parametrize("pages", [1, 2, 7])
async def test_promise_2_each_changed_page_has_a_version_of_its_own_and_the_job_the_last(pool, pages):
    """Let take_version return the same number twice, or write_job take none: the range is not whole."""
    [seed] = await make_job(pool, KEY)
    links = [f"{SITE}/{n}" for n in range(pages + 1)]
    recorded = await record_batch(pool, KEY, [processed(seed, f"{SITE}/", *links)], NOON)
    batch = [
        processed(a.page_id, a.url) if n % 2 else failed(a.page_id) for n, a in enumerate(recorded.admitted)
    ]
    after = await record_batch(pool, KEY, batch[:pages], NOON)
    job, rows = await rows_of(pool, KEY)
    changed = sorted(row["state_version"] for row in rows if row["state_version"] > recorded.version)
    assert changed == list(range(recorded.version + 1, recorded.version + pages + 1))
    assert job["state_version"] == after.version == changed[-1] + 1


async def test_promise_3_the_last_pages_and_the_terminal_state_commit_together(pool):
    """Commit between write_results and close, or end the job in a transaction of its own: a snapshot shows a
    running job with nothing left to do."""
    [seed] = await make_job(pool, KEY)
    recorded = await record_batch(pool, KEY, [processed(seed, f"{SITE}/", f"{SITE}/a")], NOON)
    seen = []

    async def watch() -> None:
        while not seen or seen[-1][0] == "running":
            job, pages = await rows_of(pool, KEY)
            seen.append((job["state"], sum(page["state"] == "queued" for page in pages)))

    watcher = asyncio.create_task(watch())
    await record_batch(pool, KEY, [failed(recorded.admitted[0].page_id)], NOON)
    await asyncio.wait_for(watcher, 30)
    assert set(seen) <= {("running", 1), ("completed", 0)} and seen[-1] == ("completed", 0)


async def test_promise_3_no_version_is_handed_out_after_the_end(pool):
    """Drop the trigger keep_job_rules: the updates pass."""
    [seed] = await make_job(pool, KEY)
    await record_batch(pool, KEY, [processed(seed, f"{SITE}/")], NOON)
    for change in ("title = 'new'", "state_version = state_version + 1", "words = 5", "state = 'running'"):
        with pytest.raises(asyncpg.PostgresError, match="has ended") as raised:
            async with pool.transaction("alice") as connection:
                await connection.execute(f"UPDATE crawling_jobs SET {change}")
        assert raised.value.sqlstate == "DS001"
    async with pool.transaction("alice") as connection:
        assert await end_job(connection, KEY, NOON, CANCELLED) is None
        await connection.execute("UPDATE crawling_jobs SET idempotency_key = NULL")  # nothing that is seen


async def test_promise_5_the_summary_is_absolute_and_true(pool):
    """Let summarise_job forget a count, or record forget to move one: the summary differs from COUNT(*)."""
    [seed] = await make_job(pool, KEY, page_limit=3)
    links = [f"{SITE}/{n}" for n in range(5)]
    recorded = await record_batch(pool, KEY, [processed(seed, f"{SITE}/", *links)], NOON)
    await record_batch(pool, KEY, [failed(recorded.admitted[0].page_id)], NOON)
    job, pages = await rows_of(pool, KEY)
    summary = json.loads(job["progress_summary"])
    counted = {
        state: sum(page["state"] == state for page in pages) for state in ("queued", "processed", "failed")
    }
    assert summary.items() >= (counted | {"discovered": len(pages), "skipped": 0, "not_admitted": 3}).items()
    assert summary["limit_reached"] == "pages" and summary["words"] == job["words"] > 0


async def test_the_trigger_bumps_a_meaningful_change_that_set_no_version(pool):
    await make_job(pool, KEY)

    async def version_after(change: str) -> int:
        async with pool.transaction("alice") as connection:
            return await connection.fetchval(f"UPDATE crawling_jobs SET {change} RETURNING state_version")

    assert await version_after("title = 'A'") == 2
    assert await version_after("title = 'A'") == 2
    assert await version_after("scope = '{}'") == 2
    assert await version_after("title = 'B', state_version = 9") == 9
    with pytest.raises(asyncpg.PostgresError, match="goes only up"):
        await version_after("state_version = 3")


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (
            "state = 'completed', finished_at = now(), running_since = NULL, deadline_at = NULL",
            "has_pages|nothing_queued",
        ),
        ("queued = 0", "counts_add_up"),
        ("state = 'queued', running_since = NULL, deadline_at = NULL", "does not go from running to queued"),
        ("state = 'paused'", "running_is_timed"),
        ("error = 'x'", "failed_says_why"),
        ("finished_at = now()", "ended_has_a_time"),
        ("state = 'nonsense'", "does not go from running to nonsense"),
    ],
)
async def test_steps_and_counts_cannot_be_skipped(pool, change, complaint):
    await make_job(pool, KEY)
    with pytest.raises(asyncpg.PostgresError, match=complaint):
        async with pool.transaction("alice") as connection:
            await connection.execute(f"UPDATE crawling_jobs SET {change}")


async def test_a_pages_result_cannot_be_written_twice(pool):
    [seed] = await make_job(pool, KEY)
    await record_batch(pool, KEY, [processed(seed, f"{SITE}/", f"{SITE}/a")], NOON)
    for change in (
        "state = 'queued', state_version = 0, finished_at = NULL",
        "result_id = gen_random_uuid()",
    ):
        with pytest.raises(asyncpg.PostgresError, match="written once"):
            async with pool.transaction("alice") as connection:
                await connection.execute(f"UPDATE crawled_pages SET {change} WHERE page_id = {seed}")


async def test_content_is_stored_while_another_holds_the_job(pool):
    """Were the job's row asked for with it, by a foreign key for example, two batches that both stored
    content before taking that row would deadlock."""
    [seed] = await make_job(pool, KEY)
    async with pool.transaction("alice") as holder:
        await holder.fetchrow(SQL.lock_job.text, "alice", "job1")
        async with pool.transaction("alice") as other:
            await other.execute("SET LOCAL lock_timeout = '2s'")
            for job in ("", "job1"):
                chunk = ([job], ["b5b5b5b5-0000-4000-8000-000000000000"], ["markdown"], [0], [b"text"])
                await other.execute(CHUNKS.add_chunks.text, "alice", *chunk)
    assert seed
