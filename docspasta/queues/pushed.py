"""Pages that nobody fetches: pushed ones go straight into the pages queue. And how much waits there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docspasta.queues import entries
from docspasta.queues.keys import job_name, job_prefix, tag
from docspasta.queues.messages import Fetched, QueuedUrl
from docspasta.queues.scripts import Call
from docspasta.queues.shards import Shards
from docspasta.urls import host


async def add_pushed(shards: Shards, pages: Sequence[tuple[QueuedUrl, Fetched]]) -> int:
    """Let pages of one job wait for a processor; how many are new. Idempotent by (job, page id).

    Nothing is added for a job that is not open (or paused) there: the record has the bodies still.
    """
    calls: dict[int, Call] = {}
    for queued, fetched in pages:
        shard = shards.of(host(queued.url))
        keys = [job_prefix(queued.job, shard) + "taken"]
        args: list[Any] = [shards.now(), job_name(queued.job)]
        call = calls.setdefault(shard, ("pages_add", keys, args))
        call[2].extend((*entries.pack_entry(queued), entries.pack_result(fetched)))  # type: ignore[attr-defined]
    added = await shards.run_all(list(calls.values())) if calls else []
    return sum(max(0, count) for count in added)


async def waiting_bytes(shards: Shards, share: str) -> int:
    """Bytes of a share's results that wait for processors or are being recorded, pushed or fetched."""
    calls: list[Call] = [("waiting", [tag(shard) + "pages:bytes"], [share]) for shard in shards.each()]
    return sum(await shards.run_all(calls))
