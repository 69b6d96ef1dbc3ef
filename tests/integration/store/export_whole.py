"""Reads exports of a job and tells what each was: python -m tests.integration.store.export_whole DSN USER JOB
FORMAT... Prints a JSON object a format: bytes, seconds, growth of memory."""

from __future__ import annotations

import asyncio
import json
import sys
import time

import psutil

from docspasta.domain import JobKey
from docspasta.exports.formats import Format, Wanted
from docspasta.exports.selection import Selection
from docspasta.store.exports import open_export
from docspasta.store.pool import open_pool


async def main(dsn: str, user: str, job: str, *forms: str) -> None:
    pool, process = await open_pool(dsn, size=2), psutil.Process()
    for key, form in [(JobKey(user, "small"), Format.ZIP), *((JobKey(user, job), Format(f)) for f in forms)]:
        before = most = process.memory_info().rss
        begun, size = time.monotonic(), 0
        tokens = 100_000 if form is Format.PARTS else 0
        opened = await open_export(pool, key, Wanted(form, tokens), Selection())
        assert opened is not None
        async for piece in opened[1]:
            size += len(piece)
            most = max(most, process.memory_info().rss)
        seconds = round(time.monotonic() - begun, 1)
        if key.job_id == job:
            print(json.dumps({"form": form, "size": size, "seconds": seconds, "grown": most - before}))
    await pool.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
