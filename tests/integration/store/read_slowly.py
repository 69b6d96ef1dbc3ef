"""Reads a document as jobs does, for a reader that takes a while, and prints by how many bytes the process's
memory grew. Run as `python -m tests.integration.store.read_slowly DSN USER JOB`; a process of its own, so
that nothing else's memory counts."""

from __future__ import annotations

import asyncio
import json
import sys

import psutil

from docspasta.domain import JobKey
from docspasta.store.documents import open_document
from docspasta.store.pool import open_pool


async def main(dsn: str, user: str, job: str) -> None:
    pool = await open_pool(dsn, size=2)
    opened = await open_document(pool, JobKey(user, "small"))
    assert opened is not None
    async for _ in opened[1]:
        pass
    process = psutil.Process()
    before = most = process.memory_info().rss
    opened = await open_document(pool, JobKey(user, job))
    assert opened is not None
    size = 0
    async for piece in opened[1]:
        size += len(piece)
        most = max(most, process.memory_info().rss)
    await pool.close()
    print(json.dumps({"grown": most - before, "size": size, "pages": opened[0].pages}))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
