"""The headings of a document, from its plan and the facts of its pages, as JSON in pieces of some 64 KiB.

A piece is a list of [index of the page, level in the document, text, anchor of the page, page id].
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from docspasta.document.facts import decode
from docspasta.document.headings import PAGE_LEVEL, shifted
from docspasta.document.plan import Plan
from docspasta.domain import JobKey

from .document_plan import read_job, read_plan
from .documents import FACTS_BYTES, FACTS_PAGES, read_bodies
from .pool import Pool

PIECE_CHARACTERS = 64 * 1024
TEXT_CHARACTERS = 16 * 1024  # of one heading
Row = tuple[int, int, str, str, int]
Pieces = AsyncIterator[tuple[range, bytes]]  # the pages whose headings are in it, and its JSON


async def open_outline(
    pool: Pool, key: JobKey, after: int = 0, pages: int = 2**31
) -> tuple[int, Pieces] | None:
    """How many pages the document includes, and the headings of at most `pages` of them behind position
    `after`. None when the user has no such job."""
    async with pool.transaction(key.user_id, snapshot=True) as connection:
        job = await read_job(connection, key)
        if job is None:
            return None
        plan = await read_plan(connection, key, job)
    wanted = range(min(after, len(plan)), min(after + pages, len(plan)))
    return len(plan), _pieces(pool, key, plan, wanted)


def rows_of(piece: bytes) -> list[Any]:
    """The rows of a piece."""
    rows: list[Any] = json.loads(piece)
    return rows


async def _pieces(pool: Pool, key: JobKey, plan: Plan, pages: range) -> Pieces:
    held: list[str] = []
    size, first = 0, pages.start
    for some in plan.batches(FACTS_PAGES, FACTS_BYTES):
        wanted = range(max(some.start, pages.start), min(some.stop, pages.stop))
        stored = await read_bodies(pool, key, plan, wanted, ["facts"]) if wanted else {}
        for index in wanted:
            for row in _headings(plan, index, stored):
                held.append(json.dumps(row, separators=(",", ":"), ensure_ascii=False))
                size += len(held[-1])
                if size >= PIECE_CHARACTERS:
                    yield range(first, index + 1), _piece(held)
                    held, size, first = [], 0, index
    if held:
        yield range(first, pages.stop), _piece(held)


def _piece(held: list[str]) -> bytes:
    return f"[{','.join(held)}]".encode("utf-8", "replace")


def _headings(plan: Plan, index: int, stored: dict[tuple[UUID, str], bytes]) -> list[Row]:
    entry = plan.entry(index)
    facts = decode(stored.get((entry.result_id, "facts"), b""))
    own = facts.own_heading
    levels = shifted([level for level, _, _, _ in facts.headings], own)
    title = facts.headings[own][1] if own >= 0 else entry.title
    shown = [(PAGE_LEVEL, title)]
    shown += [
        (level, text)
        for number, (level, (_, text, _, _)) in enumerate(zip(levels, facts.headings, strict=True))
        if number != own
    ]
    return [(index, level, text[:TEXT_CHARACTERS], entry.anchor, entry.page_id) for level, text in shown]
