"""Exports and the sizes of selections as handlers read them: made in the assembling process, at the reader's
pace."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import asdict
from typing import Any

from docspasta.domain import JobKey
from docspasta.exports.folders import Entry, PageSize, Sum
from docspasta.exports.formats import Format, Wanted
from docspasta.exports.grep import Match
from docspasta.exports.selection import BadSelection, Selection
from docspasta.exports.tokens import O200K
from docspasta.serving.places import Places
from docspasta.store.exports import ExportHeader, Selected

from .assembler import Assembler
from .partial import paced
from .wire import Kind, Message

AT_ONCE, OF_USER = 8, 4
ENTRIES_AT_ONCE = 100  # in a message
Export = tuple[ExportHeader, AsyncGenerator[bytes]]


class Exports:
    """What the assembling process makes of selections of pages.

    `counting` is another such process, for exports that count by o200k: loading its vocabulary holds the
    process's interpreter for most of a second, and nobody else is to wait for it. Close it.
    """

    def __init__(self, assembler: Assembler, counting: Assembler) -> None:
        self._assembler, self._counting = assembler, counting
        self._places = Places(AT_ONCE, OF_USER, "exports are made")

    async def open(
        self, key: JobKey, wanted: Wanted, selection: Selection, if_none_match: str = ""
    ) -> Export | None:
        """An export, or None when the user has no such job. Close the stream.

        Raises BadSelection, ResourceExhausted, Unavailable; the stream DocumentGone and Unavailable.
        """
        asked = {"wanted": asdict(wanted), "selection": asdict(selection), "if_none_match": if_none_match}
        exact = wanted.tokens == O200K
        messages = self._ask(key, self._counting if exact else self._assembler, call="export", **asked)
        first = await anext(messages, None)
        if first is None:
            return None
        return ExportHeader(**first.value), _data(messages)

    async def selected(
        self, key: JobKey, selection: Selection, under: str, after: int, limit: int
    ) -> Selected | None:
        """What a selection comes to, or None when the user has no such job."""
        asked = {"selection": asdict(selection), "under": under, "after": after, "limit": limit}
        async with aclosing(self._ask(key, self._assembler, call="selection", **asked)) as messages:
            first = await anext(messages, None)
            if first is None:
                return None
            entries = [entry for message in [m async for m in messages] for entry in entries_of(message.data)]
        return Selected(Sum(*first.value["sum"]), first.value["under"], entries)

    async def grep(
        self, key: JobKey, selection: Selection, pattern: str, context: int, limit: int
    ) -> tuple[list[Match], bool] | None:
        """Lines that hold a text, and whether all pages were seen; None when the user has no such job."""
        asked = {"selection": asdict(selection), "pattern": pattern, "context": context, "limit": limit}
        async with aclosing(self._ask(key, self._assembler, call="grep", **asked)) as messages:
            first = await anext(messages, None)
            if first is None:
                return None
            return [Match(*message.value) async for message in messages], first.value

    def close(self) -> None:
        """End the process that counts; the assembling one is its owner's to end."""
        self._counting.end()

    async def _ask(self, key: JobKey, process: Assembler, **asked: Any) -> AsyncGenerator[Message]:
        answer = process.ask(job=list(key), **asked)
        async with aclosing(paced(answer, self._places, key.user_id)) as messages:
            async for message in messages:
                if message.kind is Kind.REFUSED:
                    raise BadSelection(*message.value)
                yield message


async def _data(messages: AsyncGenerator[Message]) -> AsyncGenerator[bytes]:
    async with aclosing(messages):
        async for message in messages:
            yield message.data


def selection_from(asked: dict[str, Any]) -> Selection:
    """The selection of a request."""
    return Selection(
        tuple(asked["include"]),
        tuple(asked["exclude"]),
        tuple((first, last) for first, last in asked["pages"]),
        asked["links"],
        asked["contents"],
    )


def wanted_from(asked: dict[str, Any]) -> Wanted:
    """The export of a request."""
    return Wanted(Format(asked["format"]), asked["max_tokens"], asked["part"], asked["tokens"])


def packed_entries(entries: list[Entry]) -> list[bytes]:
    """Entries of a folder as messages."""
    rows = [(entry.path, list(asdict(entry.sum).values()), entry.page) for entry in entries]
    return [
        json.dumps(rows[at : at + ENTRIES_AT_ONCE]).encode() for at in range(0, len(rows), ENTRIES_AT_ONCE)
    ]


def entries_of(data: bytes) -> list[Entry]:
    """The entries of one such message."""
    return [
        Entry(path, Sum(*numbers), PageSize(*page) if page is not None else None)
        for path, numbers, page in json.loads(data)
    ]
