"""A whole gateway asked by ASGI, without sockets: what it refuses before any service is asked."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any

from docspasta.embedded.keys import Keys
from docspasta.identity.installation import fresh_keys
from docspasta.settings import Gateway
from gateway.process import Built, build

KEYS = Keys(fresh_keys())


def built(**changed: Any) -> Built:
    """A gateway whose services do not exist."""
    values = {
        "jobs_address": "unix:/nowhere/jobs",
        "crawler_address": "unix:/nowhere/crawler",
        "processor_address": "unix:/nowhere/processor",
        "anonymous_key": KEYS["DOCSPASTA_ANONYMOUS_KEY"],
        "identity_issuers": KEYS["DOCSPASTA_IDENTITY_ISSUERS"],
        "gateway_requests_per_second": 0,
    }
    return build(Gateway(**{**values, **changed}))


@dataclass
class Answered:
    """An answer. Header names are lower-case; of repeated ones the last."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


async def ask(
    gateway: Built,
    path: str,
    method: str = "GET",
    *,
    body: bytes = b"",
    client: str = "192.0.2.1",
    scheme: str = "http",
    ends: asyncio.Event | None = None,
    **headers: str,
) -> Answered:
    """One request. Headers by keyword, `_` for `-`; Host is localhost unless it is given. `ends`: the body
    goes on after `body` until it is set."""
    sent = {"host": "localhost", **{name.replace("_", "-"): value for name, value in headers.items()}}
    path, _, query = path.partition("?")
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "scheme": scheme,
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in sent.items()],
        "client": (client, 40000),
        "server": ("localhost", 80),
        "state": {},
    }
    messages: list[Any] = []
    received = 0

    async def receive() -> Any:
        nonlocal received
        received += 1
        if ends is None:
            return {"type": "http.request", "body": body, "more_body": False}
        if received > 1:
            await ends.wait()
        return {"type": "http.request", "body": b"" if received > 1 else body, "more_body": received == 1}

    async def send(message: Any) -> None:
        messages.append(message)

    await gateway.app(scope, receive, send)
    start = messages[0]
    told = {name.decode().lower(): value.decode("latin-1") for name, value in start["headers"]}
    return Answered(start["status"], told, b"".join(m.get("body", b"") for m in messages[1:]))
