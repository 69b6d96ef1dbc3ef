"""Long answers as JSON, in steps: pages have megabytes of text, and others have their turn in between.

Texts come in chunks of bytes and stay in pieces, so that none is ever joined, decoded or escaped at once.
"""

from __future__ import annotations

import asyncio
import codecs
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

from starlette.responses import StreamingResponse

PIECE = 64 * 1024  # characters of a text that are escaped in one step


class Text(list[str]):
    """A text in pieces."""

    def __init__(self) -> None:
        super().__init__()
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def add(self, chunk: bytes) -> None:
        """Take the next chunk of UTF-8, which may end within a character."""
        if piece := self._decoder.decode(chunk):
            self.append(piece)

    def end(self) -> Text:
        """Take nothing more."""
        if piece := self._decoder.decode(b"", final=True):
            self.append(piece)
        return self


class Written(StreamingResponse):
    """A JSON answer, written while it is sent."""

    def __init__(self, answer: Mapping[str, Any]) -> None:
        super().__init__(_sent(answer), media_type="application/json")


async def whole(answer: Mapping[str, Any]) -> str:
    """The JSON in one piece, for a message that can't be sent in several."""
    return "".join([part.decode() async for part in _sent(answer)])


async def _sent(answer: Mapping[str, Any]) -> AsyncIterator[bytes]:
    """The JSON in parts of about PIECE characters."""
    waiting: list[str] = []
    size = 0
    for piece in pieces(answer):
        waiting.append(piece)
        size += len(piece)
        if size >= PIECE:
            yield "".join(waiting).encode()
            waiting.clear()
            size = 0
            await asyncio.sleep(0)
    yield "".join(waiting).encode()


def pieces(value: Any) -> Iterator[str]:
    """A value's JSON; a Text is a string like any other."""
    if isinstance(value, Text) or (isinstance(value, str) and len(value) > PIECE):
        yield '"'
        for text in value if isinstance(value, Text) else (value,):
            for at in range(0, len(text), PIECE):
                yield _json(text[at : at + PIECE])[1:-1]
        yield '"'
    elif isinstance(value, Mapping):
        yield "{"
        for at, (name, one) in enumerate(value.items()):
            yield f"{',' if at else ''}{_json(name)}:"
            yield from pieces(one)
        yield "}"
    elif isinstance(value, list):
        yield "["
        for at, one in enumerate(value):
            if at:
                yield ","
            yield from pieces(one)
        yield "]"
    else:
        yield _json(value)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
