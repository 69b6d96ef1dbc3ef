"""What pushed bodies hold of the gateway's memory, a share for each client; and what stands beside a body."""

from __future__ import annotations

import asyncio

from starlette.requests import Request

from gateway.pushes import MOST_BYTES, PUSHED_BYTES, PUSHED_BYTES_OF_A_CLIENT, text

from .asked import ask, built

BODY = b"x" * MOST_BYTES
SENT = {"webhook_signature": "v1,x", "content_type": "text/html"}  # nobody's: what is signed is read later


async def test_slow_bodies_of_one_client_leave_room_for_others() -> None:
    gateway, ends = built(), asyncio.Event()

    def push(client: str, body: bytes = BODY, until: asyncio.Event | None = ends) -> asyncio.Task[int]:
        async def status() -> int:
            return (
                await ask(gateway, "/api/v5/process", "POST", body=body, client=client, ends=until, **SENT)
            ).status

        return asyncio.create_task(status())

    most = PUSHED_BYTES_OF_A_CLIENT // MOST_BYTES
    slow = [push("192.0.2.1") for _ in range(most)]
    refused = await asyncio.gather(*(push("192.0.2.1") for _ in range(5)))
    assert refused == [429] * 5
    slow += [push(f"192.0.2.{2 + at}") for at in range(PUSHED_BYTES // MOST_BYTES - most)]
    assert await push("198.51.100.1") == 429, "all of the room is held"
    assert await push("198.51.100.1", b"a page", None) == 503, "a small one finds room, but here no service"
    ends.set()
    assert set(await asyncio.gather(*slow)) == {503}
    assert await push("198.51.100.1", BODY, None) == 503, "the room was not given back"


async def test_what_stands_in_headers_is_utf_8_and_a_key_is_ascii() -> None:
    """What a shell sends is not guessed at: another address, or another delivery's id, is worse."""
    gateway = built()

    async def refused(**headers: str) -> str:
        answer = await ask(gateway, "/api/v5/process", "POST", body=b"<p>", **SENT, **headers)
        assert answer.status == 400, answer
        return str(answer.json()["errors"][0]["field"])

    assert await refused(docspasta_url="https://docs.example.org/\xe4") == "Docspasta-Url"
    for key in ("\xc3\xa4", "two words", "x" * 256):
        assert await refused(idempotency_key=key) == "Idempotency-Key"

    def read(value: str) -> str:
        scope = {"type": "http", "headers": [(b"docspasta-url", value.encode())]}
        return text(Request(scope), "docspasta-url")

    assert read("https://docs.example.org/ä/日本") == "https://docs.example.org/ä/日本"
