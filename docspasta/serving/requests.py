"""What no request may hold, whatever its method: endless lists, NUL in a text, numbers that are none. Pure.

Handlers walk through lists, Postgres takes no NUL in a text (and JSON no NaN). Checked once for all of
them, so that none has to think of it.
"""

from __future__ import annotations

import math
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import DecodeError, Message

from docspasta.errors import InvalidArgument

from .limits import MOST_ITEMS, REQUEST_BYTES

# What cannot be an id is not found, as what never was one: each method says so, and a batch goes on.
IDS = frozenset({"job_id", "source_id", "webhook_id", "key_id"})
REAL = (FieldDescriptor.CPPTYPE_DOUBLE, FieldDescriptor.CPPTYPE_FLOAT)
CHECKED = (FieldDescriptor.CPPTYPE_MESSAGE, FieldDescriptor.CPPTYPE_STRING, *REAL)
Parse = Callable[[bytes], Any]


def read(raw: bytes, parse: Parse, most: int = REQUEST_BYTES) -> Any:
    """The request that was sent. Raises InvalidArgument for one that no handler could do anything with."""
    if len(raw) > most:
        told = f"{len(raw):,} bytes are too many; a request of this method has at most {most:,}."
        raise InvalidArgument([("request", told)])
    return _checked(raw, parse)


async def read_all(parts: AsyncIterator[bytes], parse: Parse) -> AsyncIterator[Any]:
    """The messages of a stream, which are as long as the server takes them. Raises InvalidArgument."""
    async for raw in parts:
        yield _checked(raw, parse)


def _checked(raw: bytes, parse: Parse) -> Any:
    try:
        request = parse(raw)
    except (DecodeError, ValueError) as error:
        raise InvalidArgument([("request", "It is no message of this method; check the proto.")]) from error
    for mistake in mistakes(request, ""):
        raise InvalidArgument([mistake])
    return request


def mistakes(message: Message, prefix: str) -> Iterator[tuple[str, str]]:
    """The fields that are wrong, with what is to be done."""
    for field, value in message.ListFields():
        name = prefix + field.name
        if not field.is_repeated:
            if field.cpp_type in CHECKED:
                yield from _of(field, value, name)
        elif len(value) > MOST_ITEMS:
            yield name, f"{len(value):,} entries are too many; give at most {MOST_ITEMS:,}."
        elif field.cpp_type in CHECKED:
            for index, one in enumerate(value):
                yield from _of(field, one, f"{name}[{index}]")


def _of(field: FieldDescriptor, value: Any, name: str) -> Iterator[tuple[str, str]]:
    if field.cpp_type == FieldDescriptor.CPPTYPE_MESSAGE:
        yield from mistakes(value, name + ".")
    elif field.cpp_type == FieldDescriptor.CPPTYPE_STRING:
        if isinstance(value, str) and "\0" in value and field.name not in IDS:
            yield name, "It holds a NUL character; leave that out."
    elif not math.isfinite(value):
        yield name, f"{value} is no number; give a finite one."
