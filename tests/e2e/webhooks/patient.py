"""A client that asks again while a process is being started again."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import aiohttp

from .mortals import Mortals

PATIENCE = 120.0  # seconds
PASSING = (429, 500, 502, 503, 504)
LATE = ("five minutes", "expired")  # the clock went on between the signature and its verification


class Patient:
    """Requests of the stack's own person, or of somebody without a credential who signs them."""

    def __init__(self, session: aiohttp.ClientSession, world: Mortals) -> None:
        self.session, self.world = session, world

    async def ask(
        self, method: str, path: str, body: object = None, headers: Mapping[str, str] = MappingProxyType({})
    ) -> dict[str, Any]:
        """The JSON of an answer of 2xx."""
        sent = None if body is None else json.dumps(body).encode()
        headers = {**headers, **({"Content-Type": "application/json"} if sent is not None else {})}
        status, found = await self.send(
            method, path, sent, lambda: {**headers, "Authorization": f"Bearer {self.world.fleet.token()}"}
        )
        assert 200 <= status < 300, (method, path, status, found)
        return found

    async def send(
        self, method: str, path: str, body: bytes | None, headers: Callable[[], Mapping[str, str]]
    ) -> tuple[int, dict[str, Any]]:
        """The first answer that is not of a process that dies. Headers are made anew for each try."""
        until, last = time.monotonic() + PATIENCE, ""
        while time.monotonic() < until:
            try:
                address = f"{self.world.gateway}{path}"
                async with self.session.request(method, address, data=body, headers=headers()) as answer:
                    text = await answer.text()
                    late = answer.status == 401 and any(said in text for said in LATE)
                    if answer.status not in PASSING and not late:
                        return answer.status, json.loads(text or "{}")
                    last = text
            except (aiohttp.ClientError, TimeoutError) as error:
                last = repr(error)
            await asyncio.sleep(0.1)
        raise AssertionError(f"{method} {path} was never answered: {last}")
