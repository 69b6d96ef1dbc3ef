"""Every RPC of every service, from the proto descriptors: how to call it and how to make a message for it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import grpc
from google.protobuf import message_factory
from google.protobuf.descriptor import FieldDescriptor

from docspasta.v1 import (
    crawler_pb2,
    identity_pb2,
    jobs_pb2,
    processor_pb2,
    pushes_pb2,
    search_pb2,
    sources_pb2,
    webhooks_pb2,
)

FILES = {
    jobs_pb2: "jobs",
    identity_pb2: "jobs",
    webhooks_pb2: "jobs",
    pushes_pb2: "jobs",
    search_pb2: "jobs",
    sources_pb2: "jobs",
    crawler_pb2: "crawler",
    processor_pb2: "processor",
}


@dataclass(frozen=True)
class Method:
    """One RPC. `process` names the process that serves it."""

    process: str
    path: str
    request: Any
    response: Any
    takes_many: bool
    gives_many: bool

    async def call(
        self, channel: grpc.aio.Channel, messages: list[Any], token: str, within: float
    ) -> list[Any]:
        """What it answers (at most 50 messages). Raises grpc.aio.AioRpcError."""
        kind = f"{'stream' if self.takes_many else 'unary'}_{'stream' if self.gives_many else 'unary'}"
        stub = getattr(channel, kind)(
            self.path,
            request_serializer=self.request.SerializeToString,
            response_deserializer=self.response.FromString,
        )
        asked = iter(messages) if self.takes_many else messages[0]
        call = stub(asked, timeout=within, metadata=(("authorization", f"Bearer {token}"),))
        if not self.gives_many:
            return [await call]
        answers = []
        async for answer in call:
            answers.append(answer)
            if len(answers) == 50:
                call.cancel()
                break
        return answers


def methods() -> Iterator[Method]:
    """All of them."""
    for module, process in FILES.items():
        for service in module.DESCRIPTOR.services_by_name.values():
            for row in service.methods:
                yield Method(
                    process,
                    f"/{service.full_name}/{row.name}",
                    message_factory.GetMessageClass(row.input_type),
                    message_factory.GetMessageClass(row.output_type),
                    row.client_streaming,
                    row.server_streaming,
                )


TEXTS = (
    *("", "a", "0", "-1", "null", "\x00", "\n\r", "é" * 300, "\u202e", "a" * 5000, "%00", "../..", "{f00}"),
    *(
        "' OR 1=1 --",
        "*",
        "**",
        "((((",
        "[",
        "https://docs.example.org/",
        "http://127.0.0.1/",
        "http://[::1]/",
    ),
    *("https://u:p@a.example/", "javascript:1", "a" * 64, "é", "\ud7ff", "0123456789abcdef01234567"),
)
NUMBERS = (0, 1, -1, 2, 7, 499, 500, 501, 2**31 - 1, -(2**31))
LARGE = (*NUMBERS, 2**63 - 1, -(2**63), 10**15)
REAL = (0.0, -1.0, 0.5, 1e300, float("nan"), float("inf"), -float("inf"))


def fill(message: Any, draw: random.Random, known: dict[str, str], depth: int = 0) -> Any:
    """Fill a message with what people and attackers send; `known` gives true values by field name."""
    for field in message.DESCRIPTOR.fields:
        if draw.random() < 0.3 or depth > 3:
            continue
        if field.is_repeated:
            rows = getattr(message, field.name)
            for _ in range(draw.choice((1, 2, 9, 60))):
                if field.type == FieldDescriptor.TYPE_MESSAGE:
                    fill(rows.add(), draw, known, depth + 1)
                else:
                    rows.append(_value(field, draw, known))
        elif field.type == FieldDescriptor.TYPE_MESSAGE:
            fill(getattr(message, field.name), draw, known, depth + 1)
        else:
            setattr(message, field.name, _value(field, draw, known))
    return message


def _value(field: FieldDescriptor, draw: random.Random, known: dict[str, str]) -> Any:
    kind = field.type
    if kind == FieldDescriptor.TYPE_STRING:
        return known[field.name] if field.name in known and draw.random() < 0.5 else draw.choice(TEXTS)
    if kind == FieldDescriptor.TYPE_BYTES:
        return draw.choice(TEXTS).encode()
    if kind == FieldDescriptor.TYPE_BOOL:
        return draw.random() < 0.5
    if kind == FieldDescriptor.TYPE_DOUBLE:
        return draw.choice(REAL)
    if kind == FieldDescriptor.TYPE_INT64:
        return draw.choice(LARGE)
    if kind == FieldDescriptor.TYPE_ENUM:
        return draw.choice((0, 1, 2, 3, 99))
    return draw.choice(NUMBERS)


Path = tuple[FieldDescriptor, ...]


def leaves(descriptor: Any, before: Path = ()) -> Iterator[Path]:
    """The fields of a message that hold a value, each with the fields that lead to it."""
    for field in descriptor.fields:
        if field.type != FieldDescriptor.TYPE_MESSAGE:
            yield (*before, field)
        elif len(before) < 4:
            yield from leaves(field.message_type, (*before, field))


def setting(message: Any, path: Path, value: Any) -> Any:
    """The message with one field set, in the first of each list on the way."""
    at = message
    for field in path[:-1]:
        at = getattr(at, field.name)
        if field.is_repeated:
            at = at[0] if len(at) else at.add()
    if path[-1].is_repeated:
        getattr(at, path[-1].name).append(value)
    else:
        setattr(at, path[-1].name, value)
    return message
