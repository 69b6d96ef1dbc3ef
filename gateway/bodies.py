"""Request bodies: read within bounds of size and time, and taken apart as JSON."""

from __future__ import annotations

import asyncio
import json
from typing import Any, NoReturn

from starlette.requests import Request

from docspasta.serving.room import Held

from .problems import Problem

MAX_BODY = 64 * 1024
BODY_SECONDS = 10.0
# Reading JSON is one step of the event loop, and takes as long as what it builds. A body longer than MAX_BODY
# has long texts, and no more parts than these.
MOST_PARTS = {b"[": 8_192, b"{": 8_192, b",": 16_384, b":": 8_192}


async def read_object(request: Request, most: int = MAX_BODY) -> dict[str, Any]:
    """The JSON object of a request's body.

    Raises Problem: 408 too slow, 413 over `most` bytes, 415 not sent as JSON, 400 not a JSON object.
    """
    body = await read_body(request, most)
    sent = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if sent != "application/json":
        raise Problem(415, "not-json", "Send the body as JSON, with Content-Type: application/json.")
    return parse_object(body)


async def read_body(
    request: Request, most: int = MAX_BODY, seconds: float = BODY_SECONDS, held: Held | None = None
) -> bytes:
    """The whole body, at most `most` bytes, within so many seconds. `held` is where its bytes count. Raises
    Problem, and ResourceExhausted when there is no room for them."""
    length = request.headers.get("content-length", "0")
    body, told = bytearray(), int(length) if length.isdigit() else 0
    if told > most:
        raise too_large(most)
    try:
        async with asyncio.timeout(seconds):
            async for chunk in request.stream():
                if held is not None:
                    held.grow(len(chunk))
                body += chunk
                if len(body) > most:
                    raise too_large(most)
    except TimeoutError as error:
        close = {"Connection": "close"}
        raise Problem(
            408, "too-slow", "The body did not arrive in time; send it at once.", headers=close
        ) from error
    return bytes(body)


def too_large(most: int) -> Problem:
    """413, after which the connection ends; the rest of the body is dropped as it comes."""
    detail = f"The body is larger than {most // 1024} KiB; send less."
    return Problem(413, "too-large", detail, headers={"Connection": "close"})


def parse_object(body: bytes) -> dict[str, Any]:
    """The JSON object in `body` (RFC 8259: no NaN, UTF-8; a byte order mark is ignored)."""
    if len(body) > MAX_BODY and any(body.count(mark) > most for mark, most in MOST_PARTS.items()):
        raise Problem(400, "too-many-parts", "The body has too many lists, objects or fields; send less.")
    try:
        found = json.loads(body.decode("utf-8-sig"), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise Problem(400, "not-json", "The body is not JSON; check it with a JSON linter.") from error
    if not isinstance(found, dict):
        raise Problem(400, "not-json", 'The body must be a JSON object, such as {"url": "https://…"}.')
    return found


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)
