"""The committed dump is what the migrations build. After a new migration write it anew with

DOCSPASTA_WRITE_SCHEMA=1 pytest tests/integration/store/test_schema.py
"""

from __future__ import annotations

import os
import re
import subprocess
from importlib.resources import files

import asyncpg

from docspasta.embedded.binaries import postgres_program
from docspasta.v1.jobs_pb2 import JobLimit, JobState
from docspasta.v1.page_pb2 import PageReason, PageState

SCHEMA = files("docspasta.store").joinpath("schema.sql")


def dump(dsn: str) -> str:
    """The schema as pg_dump writes it, without what differs from one run or server to the next."""
    program = [postgres_program("pg_dump"), "--schema-only", "--no-owner", "--dbname", dsn]
    text = subprocess.run(program, check=True, capture_output=True, text=True).stdout
    lines = (line for line in text.splitlines() if not re.match(r"\\(un)?restrict|-- Dumped|SET ", line))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


async def test_the_migrations_build_the_committed_schema(database):
    built = dump(database.owner_dsn)
    if os.environ.get("DOCSPASTA_WRITE_SCHEMA") == "1":
        with open(str(SCHEMA), "w", encoding="utf-8") as file:
            file.write(built)
    assert built == SCHEMA.read_text(encoding="utf-8")


async def words_of(database, table: str, column: str) -> set[str]:
    """The words that a column's CHECK constraint allows."""
    connection = await asyncpg.connect(database.owner_dsn)
    text = await connection.fetchval(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = $1", f"{table}_{column}_check"
    )
    await connection.close()
    return set(re.findall(r"'(\w*)'", text))


def names(enum, prefix: str) -> set[str]:
    return {name.removeprefix(prefix).lower() for name in enum.keys()}  # noqa: SIM118


async def test_states_reasons_and_limits_are_the_protos(database):
    """An enum's new word needs a migration: forget it and the record refuses what a service sends."""
    unset = {"unspecified"}
    assert await words_of(database, "crawled_pages", "state") == names(PageState, "PAGE_STATE_") - unset
    assert await words_of(database, "crawling_jobs", "state") == names(JobState, "JOB_STATE_") - unset
    reasons = await words_of(database, "crawled_pages", "reason")
    assert reasons == names(PageReason, "PAGE_REASON_") - unset | {""}
    limits = await words_of(database, "crawling_jobs", "limit_reached")
    assert limits == names(JobLimit, "JOB_LIMIT_") - unset | {""}
