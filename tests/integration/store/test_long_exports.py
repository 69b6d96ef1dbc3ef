"""Exports of a large job: little memory, whatever the format."""

from __future__ import annotations

import asyncio
import json
import sys

from docspasta.domain import JobKey
from docspasta.exports.formats import Format
from docspasta.store.record import record_batch
from tests.sizes import size

from .crawls import NOON, SITE, make_job, processed
from .test_long_documents import KEY_ARGUMENTS, PAGE_BYTES, make_long_job


async def test_exports_of_a_large_job_take_little_memory(pool, database):
    """Hold the texts of all pages, or a zip's entries as objects: it grows with the job."""
    small = JobKey("alice", "small")
    [seed] = await make_job(pool, small)
    await record_batch(pool, small, [processed(seed, f"{SITE}/")], NOON)
    wanted = size("a large export") * 1_000_000
    await make_long_job(pool, wanted // PAGE_BYTES)
    reader = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.integration.store.export_whole", database.app_dsn, *KEY_ARGUMENTS,
        *Format, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    told = [json.loads(line) for line in (await reader.communicate())[0].splitlines()]
    print(*told, sep="\n")
    assert [one["form"] for one in told] == list(Format)
    assert sum(one["grown"] for one in told) <= 48 * 1024 * 1024
