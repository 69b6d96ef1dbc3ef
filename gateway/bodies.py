"""Request bodies and query parameters: read within bounds, checked, each mistake with its field."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any, NoReturn, TypeVar

from starlette.requests import Request

from .problems import Problem, bad_field

W = TypeVar("W", bound=int)
MAX_BODY = 64 * 1024
# A body that is a little too large is read to its end: a client that is still sending when the connection
# closes would see a reset instead of the answer.
LEFT_UNREAD = 448 * 1024
BODY_SECONDS = 10.0
MAX_PAGE_SIZE = 500


async def read_object(request: Request, *, required: bool = True) -> dict[str, Any]:
    """The JSON object of a request's body; {} for no body when none is required.

    Raises Problem: 408 too slow, 413 over 64 KiB, 415 not sent as JSON, 400 not a JSON object.
    """
    body = await read_body(request)
    if not body and not required:
        return {}
    sent = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if sent != "application/json":
        raise Problem(415, "not-json", "Send the body as JSON, with Content-Type: application/json.")
    return parse_object(body)


async def read_body(request: Request) -> bytes:
    """The whole body, at most 64 KiB, within 10 seconds."""
    length = request.headers.get("content-length", "0")
    body, told = bytearray(), int(length) if length.isdigit() else 0
    if told > MAX_BODY + LEFT_UNREAD:
        raise too_large()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > MAX_BODY + LEFT_UNREAD:
                    raise too_large()
    except TimeoutError as error:
        close = {"Connection": "close"}
        raise Problem(
            408, "too-slow", "The body did not arrive in time; send it at once.", headers=close
        ) from error
    if len(body) > MAX_BODY:
        raise too_large()
    return bytes(body)


def too_large() -> Problem:
    """413, after which the connection ends; the rest of a very large body is not read."""
    detail = f"The body is larger than {MAX_BODY // 1024} KiB; send less."
    return Problem(413, "too-large", detail, headers={"Connection": "close"})


def parse_object(body: bytes) -> dict[str, Any]:
    """The JSON object in `body` (RFC 8259: no NaN, UTF-8)."""
    try:
        found = json.loads(body.decode(), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise Problem(400, "not-json", "The body is not JSON; check it with a JSON linter.") from error
    if not isinstance(found, dict):
        raise Problem(400, "not-json", 'The body must be a JSON object, such as {"url": "https://…"}.')
    return found


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def page_size(request: Request) -> int:
    """`pageSize`, 1 to 500; 0 when it is not given."""
    text = request.query_params.get("pageSize")
    if text is None:
        return 0
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MAX_PAGE_SIZE):
        raise bad_field("pageSize", f"Give a whole number from 1 to {MAX_PAGE_SIZE}.")
    return int(text)


def flag(request: Request, name: str) -> bool:
    """A query parameter that is on or off."""
    text = request.query_params.get(name, "0").lower()
    if text not in ("", "0", "1", "false", "true"):
        raise bad_field(name, "Give 1 or 0.")
    return text in ("", "1", "true")


def words(request: Request, name: str, known: Mapping[W, str]) -> list[W]:
    """A query parameter of words by comma, repeated or not, as the numbers of an enum."""
    by_word = {word: number for number, word in known.items()}
    found: list[W] = []
    for word in ",".join(request.query_params.getlist(name)).split(","):
        if word and word not in by_word:
            raise bad_field(name, f"{word[:50]!r} is not known; give one of {', '.join(by_word)}.")
        if word:
            found.append(by_word[word])
    return found


def known_parameters(request: Request, *names: str) -> None:
    """Refuse a query parameter that means nothing here, rather than ignore a misspelt one."""
    for name in request.query_params:
        if name not in names:
            known = f"known here: {', '.join(names)}" if names else "none is known here"
            raise bad_field(name[:50], f"This parameter means nothing; {known}.")
