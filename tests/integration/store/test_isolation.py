"""A user's rows are that user's alone: in every table, for every role, and for each statement of a crawl even
when its own user predicate is gone."""

from __future__ import annotations

import re
from importlib.resources import files
from uuid import uuid4

import asyncpg
import pytest

from docspasta.domain import JobKey, JobSettings
from docspasta.pushes.delivery import Delivery, PushedPage
from docspasta.store import addresses, conversions, diff, feed, pushes, sources
from docspasta.store.assembly import (
    OUTLINE,
    assemble,
    claim_document,
    find_document,
    give_up_claim,
    read_outline_pieces,
    read_pieces,
)
from docspasta.store.ending import CANCELLED, end_job
from docspasta.store.jobs import Part
from docspasta.store.pool import open_pool
from docspasta.store.record import record_batch
from docspasta.store.search import build_index, jobs_to_search, newest_index, search
from docspasta.store.shown import addresses_of, pages_shown, what_they_say
from docspasta.urls import url_key

from .crawls import NOON, SITE, document_of, make_job, page_of, processed, redirected
from .sql_files import STATEMENTS

KEY = JobKey("alice", "job1")
TABLES = (
    *("crawling_jobs", "crawled_pages", "page_content_chunks", "api_keys", "usage_daily"),
    *("job_documents", "document_pieces"),
    *("search_indexes", "search_blocks"),
    *("webhook_endpoints", "webhook_messages", "webhook_deliveries", "webhook_tries", "webhook_page_events"),
    *("push_jobs", "pushed_pages", "pushed_messages", "sources", "kept_conversions"),
    *("source_feed",),
)
OWN_FILES = (
    *("record.sql", "ending.sql", "documents.sql", "assembly.sql", "webhooks.sql", "deliveries.sql"),
    *("pushes.sql", "search.sql", "sources.sql", "conversions.sql", "diff.sql"),
    *("feed.sql", "chunks.sql", "addresses.sql", "shown.sql"),
)
NAMES_A_JOB = "signed_job"  # whose user is not known before
FOR_MAINTENANCE = (
    "due_sources",
    "runs_to_index",
    "due_endpoints",
    "breakers_open",
    "jobs_with_page_events",
    "users_with_old_messages",
)


async def fill(pool) -> None:
    """Something of alice's in every table."""
    async with pool.transaction("alice") as connection:
        await connection.execute(
            "INSERT INTO webhook_endpoints (user_id, webhook_id, url, events, scheme, sealed_secret)"
            " VALUES ('alice', 'w', 'https://a.example/', '{job.started,page.processed}', 'standard', 'x')"
        )
    [seed] = await make_job(pool, KEY)
    page = page_of(f"{SITE}/", navigation=(f"{SITE}/a",))
    await record_batch(pool, KEY, [processed(seed, f"{SITE}/", f"{SITE}/a", page=page)], NOON)
    async with pool.transaction("alice") as connection:
        await connection.execute(
            "INSERT INTO api_keys (user_id, key_id, prefix, secret_hash) VALUES ('alice', 'k', 'dsp_', $1)",
            b"\1" * 32,
        )
        await connection.execute(
            "INSERT INTO webhook_tries"
            " (user_id, webhook_id, message_id, number, tried_at, probe, status, milliseconds)"
            " SELECT user_id, webhook_id, message_id, 1, now(), false, 200, 1 FROM webhook_deliveries"
        )
        await end_job(connection, KEY, NOON, CANCELLED)
    await store_document(pool)
    await push_something(pool)
    await keep_a_source(pool)


async def push_something(pool) -> None:
    """A push job of alice's, and a page that waits in it."""
    key = KEY._replace(job_id="job2")
    await make_job(pool, key)
    async with pool.transaction("alice") as connection:
        await connection.execute("UPDATE crawling_jobs SET takes_pushes = true WHERE job_id = 'job2'")
        await pushes.insert_push_job(connection, key, b"sealed")
    delivery = Delivery("job2", (PushedPage(f"{SITE}/pushed", b"<p>", "text/html", "", b"d" * 32),))
    pushed = await pushes.take(pool, key, delivery, "msg_1", NOON)
    async with pool.transaction("alice") as connection:
        ids = [row.page_id for row in pushed.rows]
        assert ids and await pushes.waiting_sizes(connection, key, ids)
        assert await pushes.waiting_bodies(connection, key, ids)


async def keep_a_source(pool) -> None:
    """A source of alice's, read and changed in every way."""
    settings = JobSettings(url=SITE)
    async with pool.transaction("alice") as connection:
        await sources.lock_sources(connection, "alice")
        await sources.count_sources(connection, "alice")
        kept = sources.KeptSource("docs", settings, 3)
        assert await sources.insert_source(connection, "alice", "s1", kept)
        await connection.execute("UPDATE crawling_jobs SET source_id = 's1'")
        source = await sources.lock_source(connection, "alice", "s1")
        assert source and await sources.sources(connection, "alice", Part(9, 9_999), "")
        assert not await sources.is_taken(connection, source, "docs")
        await sources.change_source(connection, source, kept)
        await sources.tick(connection, source, NOON, None, "limit")
        assert await sources.failed_in_a_row(connection, source) == 0
        await sources.accept_run(connection, source, KEY.job_id, NOON)
        assert not await sources.is_accepted(connection, source, KEY.job_id)
        await connection.execute("INSERT INTO source_feed VALUES ('alice', 's1', 'u', 'k', 1, true, '', '')")
        named = {"user_id": "alice", "source_id": "s1", "last": 1}
        await feed.SQL.catch_up.execute(connection, **named, job_id=KEY.job_id)
        await feed.SQL.note_feed.execute(connection, **named, current=f"{KEY.job_id}:1", floor=0)
        await feed.SQL.forget_gone.value(connection, int, user_id="alice", source_id="s1", kept=9)
        await sources.open_run(connection, source)
        await sources.runs(connection, source, Part(9, 9_999), None)
        await sources.delete_old_runs(connection, source)
        assert await diff.is_run(connection, "s1", KEY) and not await diff.run_before(connection, KEY)
        assert await diff.changes(connection, "alice", ("", KEY.job_id), ("", ""), 9)
        assert await diff.counts(connection, "alice", ("", KEY.job_id))
        added = await diff.changes_of_kind(connection, "alice", ("", KEY.job_id), diff.Change.ADDED, "", 9)
        assert await diff.page_sizes(connection, "alice", [added[0].page_id])
        assert await diff.page_texts(connection, "alice", [added[0].page_id])
        assert not await diff.run_at(connection, "alice", "s1", NOON)
        assert not await addresses.remember_address(connection, "alice", "address-1")
        await addresses.forget_address(connection, "alice", "address-1")
        await sources.reschedule(connection, source, True, None)
        assert not await sources.delete_source(connection, "alice", "s2")
    assert await feed.read_feed(pool, "alice", "s1", 0, 9, 9)
    row = conversions.Kept("k" * 32, b"d" * 32, 1, b"t", "tag", "date")
    await conversions.keep_conversions(pool, "alice", "s1", [conversions.NewConversion(*row, b"x")])
    row = row._replace(etag="other")
    await conversions.keep_headers(pool, "alice", "s1", [row])
    assert await conversions.kept_of(pool, "alice", "s1", [row.url_key]) == [row]
    assert await conversions.asked_by(pool, KEY, [row.url_key]) == [(row.url_key, b"t", "other", "date", "")]
    await conversions.distrust(pool, "alice", "s1", NOON)
    assert await conversions.asked_by(pool, KEY, [row.url_key]) == []
    assert await conversions.kept_pages(pool, "alice", "s1", [row]) == [(row.url_key, b"x")]
    result = conversions.NewResult(row.url_key, row.digest, b"result")
    await conversions.remember_results(pool, "alice", "s1", b"basis", [result])
    assert await conversions.unchanged_of(pool, "alice", "s1", [row.url_key], b"basis") == [(row, b"result")]
    async with pool.transaction("alice") as connection:
        assert await conversions.forget_conversions(connection, "alice", "s1", KEY.job_id, 1)
    await conversions.keep_conversions(pool, "alice", "s1", [conversions.NewConversion(*row, b"x")])


async def store_document(pool) -> None:
    """A stored document, an outline and a search index of alice's job, which has ended."""
    await build_index(pool, KEY)
    for form in ("markdown", OUTLINE):
        claim = uuid4()
        assert await claim_document(pool, KEY, form, claim)
        assert [step async for step in assemble(pool, KEY, form, claim)]


@pytest.mark.parametrize("table", TABLES)
async def test_another_user_reads_and_writes_nothing(pool, table):
    """Drop FORCE, or a policy: rows appear."""
    await fill(pool)
    async with pool.transaction("alice") as connection:
        assert await connection.fetchval(f"SELECT count(*) FROM {table}") > 0
    async with pool.transaction("bob") as connection:
        assert await connection.fetchval(f"SELECT count(*) FROM {table}") == 0
        assert await connection.execute(f"UPDATE {table} SET user_id = user_id") == "UPDATE 0"
        assert await connection.execute(f"DELETE FROM {table}") == "DELETE 0"
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with pool.transaction("alice") as connection:
            await connection.execute(f"UPDATE {table} SET user_id = 'bob'")


async def test_a_connection_without_a_user_is_nobody(pool, database):
    """Compare with current_setting alone: after its first use a connection has '' for a user, not NULL."""
    await fill(pool)
    async with pool.connection() as connection:
        for table in TABLES:
            assert await connection.fetchval(f"SELECT count(*) FROM {table}") == 0
        assert await connection.fetchval("SELECT current_setting('docspasta.user_id', true)") in (None, "")
    owner = await asyncpg.connect(database.owner_dsn)
    assert await owner.fetchval("SELECT count(*) FROM crawled_pages") == 0  # FORCE binds the owner too
    await owner.close()


async def test_every_table_of_users_is_forced_and_no_role_of_ours_bypasses(database):
    owner = await asyncpg.connect(database.owner_dsn)
    tables = await owner.fetch(
        "SELECT relname, relforcerowsecurity AND relrowsecurity AS held FROM pg_class"
        " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )
    roles = await owner.fetch(
        "SELECT rolname FROM pg_roles WHERE rolname ~ '^docspasta' AND (rolbypassrls OR rolsuper)"
    )
    led = await owner.fetch(
        "SELECT i.indexrelid::regclass::text AS name FROM pg_index AS i JOIN pg_attribute AS a"
        " ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]"
        " WHERE i.indrelid = ANY ($1::regclass[]) AND a.attname <> 'user_id'", list(TABLES),
    )  # fmt: skip
    await owner.close()
    assert {row["relname"] for row in tables if not row["held"]} == {"installation", "schema_migrations"}
    assert roles == []
    # A key is looked up before its user is known; tending looks over all users, and sees no content.
    assert {row["name"] for row in led} <= {
        *(
            "api_keys_secret",
            "crawling_jobs_ended",
            "crawling_jobs_deleted",
            "webhook_messages_old",
            "push_jobs_by_id",
            "sources_due",
            "usage_daily_of_day",
        )
    }


async def test_a_key_is_found_by_its_hash_alone(pool):
    await fill(pool)
    async with pool.key_transaction((b"\1" * 32).hex()) as connection:
        assert await connection.fetchval("SELECT user_id FROM api_keys") == "alice"
        assert await connection.fetchval("SELECT count(*) FROM crawling_jobs") == 0
        assert await connection.execute("UPDATE api_keys SET last_used_at = now()") == "UPDATE 1"
    async with pool.key_transaction("0" * 64) as connection:
        assert await connection.fetchval("SELECT count(*) FROM api_keys") == 0


async def test_the_secrets_of_a_push_job_are_found_by_its_id_alone(pool):
    await fill(pool)
    found = await pushes.signed_job(pool, "job2")
    assert found == ("alice", b"sealed")
    async with pool.push_transaction("job2") as connection:
        for table in set(TABLES) - {"push_jobs"}:
            assert await connection.fetchval(f"SELECT count(*) FROM {table}") == 0
        assert await connection.execute("UPDATE push_jobs SET sealed_secrets = ''") == "UPDATE 0"
    assert await pushes.signed_job(pool, "job1") is None


async def test_tending_finds_jobs_and_no_more(pool, database):
    await fill(pool)
    tend = await open_pool(database.maintenance_dsn)
    async with tend.connection() as connection:
        assert await connection.fetchval("SELECT min(job_id) FROM crawling_jobs") == "job1"
        for statement in (
            "SELECT url FROM crawling_jobs",
            "SELECT settings FROM crawling_jobs",
            "SELECT count(*) FROM crawled_pages",
            "SELECT count(*) FROM page_content_chunks",
            "SELECT count(*) FROM api_keys",
            "UPDATE crawling_jobs SET state = 'failed'",
            "DELETE FROM crawling_jobs",
            "SELECT count(*) FROM installation",
            "SELECT url FROM webhook_endpoints",
            "SELECT sealed_secret FROM webhook_endpoints",
            "SELECT facts FROM webhook_messages",
            "SELECT count(*) FROM webhook_tries",
            "SELECT count(*) FROM push_jobs",
            "SELECT count(*) FROM pushed_pages",
            "SELECT settings FROM sources",
            "DELETE FROM webhook_deliveries",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)
    await tend.close()


@pytest.mark.parametrize("user", ["", "A", "a'b", "a" * 65, "a b", "x'; --"])
async def test_what_is_no_user_id_begins_no_transaction(pool, user):
    with pytest.raises(ValueError, match="is not a user id"):
        async with pool.transaction(user):
            pass


async def statements_of_a_crawl(pool, monkeypatch) -> list[tuple[str, tuple]]:
    """Each statement of the record, the end and the document that a crawl of alice's runs, with arguments."""
    named = {one.text for file in OWN_FILES for one in STATEMENTS[file].texts.values()}
    seen: dict[str, tuple] = {}
    for method in ("execute", "fetch", "fetchrow", "fetchval", "cursor"):
        original = getattr(asyncpg.Connection, method)

        def recording(self, query, *arguments, _original=original, **options):
            if query in named:
                seen.setdefault(query, arguments)
            return _original(self, query, *arguments, **options)

        monkeypatch.setattr(asyncpg.Connection, method, recording)
    await crawl_with_everything(pool)
    await push_something(pool)
    await keep_a_source(pool)
    monkeypatch.undo()
    return list(seen.items())


async def crawl_with_everything(pool) -> None:
    """Limits of pages, depth and day, a shorter way, a redirect that makes room, a loser, an end."""
    [seed] = await make_job(pool, KEY, depth_limit=2, page_limit=6, day_page_limit=100)
    at: dict[str, int] = {"/": seed}

    async def record(path: str, *links: str) -> None:
        page = page_of(SITE + path, navigation=(SITE + links[0],) if links else ())
        result = processed(at[path], SITE + path, *(SITE + link for link in links), page=page)
        recorded = await record_batch(pool, KEY, [result], NOON)
        at.update({a.url.removeprefix(SITE): a.page_id for a in recorded.admitted})

    await record("/", "/a", "/e", "/old")
    await record("/a", "/b")
    await record("/b", "/deep", "/deeper")
    await record("/e", "/f", "/g", "/h")
    at |= {"/x": (await record_batch(pool, KEY, [redirected(at["/old"], f"{SITE}/b")], NOON)).version}
    await record_batch(pool, KEY, [processed(seed, f"{SITE}/")], NOON)
    await document_of(pool, KEY)
    async with pool.transaction("alice") as connection:
        await end_job(connection, KEY, NOON, CANCELLED)
    await document_of(pool, KEY)
    await document_of(pool, KEY, "json_lines")
    await give_up_claim(pool, KEY, "markdown", uuid4())
    await build_index(pool, KEY)
    index = await newest_index(pool, KEY)
    assert await search(pool, KEY, index, "words", 1) is not None
    await jobs_to_search(pool, KEY.user_id, 1)
    await store_document(pool)
    assert await find_document(pool, KEY, "markdown") and await read_pieces(pool, KEY, "markdown", 0, 9)
    assert await read_outline_pieces(pool, KEY, range(9), 0, 9)
    shown = await pages_shown(pool, KEY, [url_key(f"{SITE}/a")])
    assert await what_they_say(pool, KEY, shown) and await addresses_of(pool, KEY, [url_key(f"{SITE}/b")])


async def test_each_statement_under_another_user_touches_nothing(pool, monkeypatch):
    """With alice's arguments, as bob, and with the user predicate replaced by true."""
    statements = await statements_of_a_crawl(pool, monkeypatch)
    assert len(statements) > 18
    before = await everything(pool)
    for text, arguments in statements:
        text = re.sub(r"\b((?:\w+\.)?user_id) = \$1", r"(\1 = $1 OR true)", text)
        try:
            async with pool.transaction("bob") as connection:
                rows = await connection.fetch(text, *arguments)
        except asyncpg.InsufficientPrivilegeError:
            continue  # an INSERT for alice
        except asyncpg.PostgresError as error:
            raise AssertionError(text) from error
        # find_targets gives each URL back as unknown; used_today counts none.
        shown = [row for row in rows if row.get("page_id") or not {"page_id", "coalesce"} & set(row.keys())]
        shown = [row for row in shown if any(row.values())]  # a count of nothing, a lock
        assert not shown or "set_config" in text, text
    assert await everything(pool) == before


async def everything(pool) -> list:
    async with pool.transaction("alice") as connection:
        return [await connection.fetch(f"SELECT * FROM {table} ORDER BY 1, 2, 3") for table in TABLES]


def test_every_statement_on_users_tables_names_the_user():
    """A statement without a user predicate stands on row-level security alone."""
    for file in OWN_FILES:
        for name, statement in STATEMENTS[file].texts.items():
            text = statement.text
            touched = [
                table for table in TABLES if re.search(rf"\b(?:FROM|JOIN|UPDATE|INTO) {table}\b", text)
            ]
            known = name in FOR_MAINTENANCE or name == NAMES_A_JOB
            assert (
                not touched
                or known
                or "user_id = $1" in text
                or re.search(r"SELECT \$1, |VALUES \(\$1", text)
            ), name


def test_no_sql_stands_in_python():
    for entry in files("docspasta.store").iterdir():
        if entry.name.endswith(".py"):
            code = re.sub(r'"""(.|\n)*?"""', "", entry.read_text(encoding="utf-8"))
            assert not re.search(r"[\"'](?:SELECT|INSERT INTO|UPDATE|DELETE FROM) ", code), entry.name
