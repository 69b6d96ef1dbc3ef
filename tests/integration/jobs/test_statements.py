"""Every statement of the jobs service, with ann's arguments under bob's user: nothing is read or written.

Also with its own user predicate replaced by true, so that row-level security alone holds it.
"""

from __future__ import annotations

import re
from typing import Any

import asyncpg
import pytest

from docspasta.v1 import jobs_pb2 as pb
from docspasta.v1.identity_pb2 import (
    CreateKeyRequest,
    ExchangeTokenRequest,
    ListKeysRequest,
    RevokeKeyRequest,
)
from docspasta.v1.identity_pb2_grpc import IdentityServiceStub
from tests.integration.store.sql_files import STATEMENTS

from .conftest import JobsService, User, crawl_some, running_service

FILES = ("jobs.sql", "pages.sql", "keys.sql", "usage.sql", "maintenance.sql")
# Asked by the maintenance role, which is no user; their columns are that role's grants.
OF_MAINTENANCE = {name for name in STATEMENTS["maintenance.sql"].texts if not name.startswith("purge")}
# No row of a user's is touched: a lock by name, a setting of the transaction.
HARMLESS = {"try_idempotency_key", "lock_places", "see_deleted"}
# Known by the key's hash, before there is a user; `Pool.key_transaction` alone shows the row.
BY_HASH = {"shown_key", "note_use"}
TABLES = ("crawling_jobs", "crawled_pages", "page_content_chunks", "api_keys", "usage_daily")


async def use_everything(service: JobsService, user: User) -> None:
    """Every RPC and all of maintenance, so that each statement runs at least once."""
    first = await user.create(key="once")
    await user.create(key="once")
    for method in ("PauseJob", "ResumeJob"):
        await user.call(method, getattr(pb, method + "Request")(job_id=first.job_id))
    second, third = await user.create(), await user.create()  # one runs, the others wait
    await user.call("GetJob", pb.GetJobRequest(job_id=third.job_id))  # it says how many are before it
    for method in ("PauseJob", "ResumeJob"):
        await user.call(method, getattr(pb, method + "Request")(job_id=first.job_id))
    await user.call("CancelJob", pb.CancelJobRequest(job_id=second.job_id))
    await user.call("ResumeJob", pb.ResumeJobRequest(job_id=first.job_id))
    await service.queues.client.flushall()
    await service.sql("UPDATE usage_daily SET pages = 3, bytes_fetched = 5")
    for _ in range(2):
        await service.maintenance.round()
    await user.call("CancelJob", pb.CancelJobRequest(job_id=third.job_id))
    await service.maintenance.round()
    await crawl_some(service, user, first, "https://docs.example.org/a")
    await crawl_some(service, user, first)
    (page,) = await service.sql("SELECT page_id FROM crawled_pages WHERE state = 'processed' LIMIT 1")
    named = {"job_id": first.job_id, "page_id": str(page["page_id"])}
    await user.call("GetJob", pb.GetJobRequest(job_id=first.job_id, recent_pages=5))
    await user.call("ListJobs", pb.ListJobsRequest())
    await user.call("GetPage", pb.GetPageRequest(**named))
    await user.stream("GetPageMarkdown", pb.GetPageMarkdownRequest(**named))
    for reading_order in (True, False):
        await user.call("ListPages", pb.ListPagesRequest(job_id=first.job_id, reading_order=reading_order))
    await user.call("ListAddresses", pb.ListAddressesRequest(job_id=first.job_id))
    await user.stream("ReadPages", pb.ReadPagesRequest(job_id=first.job_id, markdown=True))
    checks = [{"credential": user.token, "job_id": first.job_id}]
    await user.call("CheckAccess", pb.CheckAccessRequest(checks=checks))
    made = await user.call("CreateKey", CreateKeyRequest(name="ci", scopes=["read"]))
    await IdentityServiceStub(user.channel).ExchangeToken(ExchangeTokenRequest(api_key=made.secret))
    await user.call("ListKeys", ListKeysRequest())
    await user.call("RevokeKey", RevokeKeyRequest(key_id=made.key.key_id))
    await user.call("DeleteJob", pb.DeleteJobRequest(job_id=second.job_id))
    await service.maintenance.attend()


async def everything(service: JobsService) -> list[Any]:
    return [await service.sql(f"SELECT * FROM {table} ORDER BY 1, 2, 3") for table in TABLES]


async def test_no_statement_reaches_another_users_rows(
    database: Any, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = {one.text: name for file in FILES for name, one in STATEMENTS[file].texts.items()}
    seen: dict[str, tuple[Any, ...]] = {}
    for method in ("execute", "fetch", "fetchrow", "fetchval"):
        original = getattr(asyncpg.Connection, method)

        def recording(self: Any, query: str, *given: Any, _original: Any = original, **options: Any) -> Any:
            if query in names:
                seen.setdefault(query, given)
            return _original(self, query, *given, **options)

        monkeypatch.setattr(asyncpg.Connection, method, recording)
    async with running_service(database, redis_url, jobs_running_per_user=1) as service:
        await use_everything(service, service.user("ann"))
        monkeypatch.undo()
        never = set(names.values()) - {names[text] for text in seen}
        assert never <= {"jobs_by_state", "jobs_open_of_share", "today_of_share"}, "a statement never ran"
        before = await everything(service)
        for text, given in seen.items():
            if names[text] not in OF_MAINTENANCE | HARMLESS | BY_HASH:
                await check(service, names[text], text, given)
        assert await everything(service) == before


async def check(service: JobsService, name: str, text: str, given: tuple[Any, ...]) -> None:
    """Run it as bob, then without its user predicate; what comes back holds nothing of ann's."""
    assert re.search(r"user_id = \$1|\(user_id, |SELECT \$1, ", text), f"{name} does not name the user"
    for statement in (text, re.sub(r"\b((?:\w+\.)?user_id) = \$1", r"(\1 = $1 OR true)", text)):
        try:
            async with service.pool.transaction("bob") as connection:
                rows = await connection.fetch(statement, *given)
        except asyncpg.InsufficientPrivilegeError:
            continue  # an INSERT for ann
        for row in rows:
            values = {column: value for column, value in row.items() if column != "seconds_left"}
            assert not any(values.values()), (name, values)  # counts of nothing are all that may come
