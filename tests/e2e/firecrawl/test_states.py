"""Jobs that run, wait, are paused and are cancelled, and one job too many, as both unmodified clients see
them."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.npm import NODE
from tests.sizes import FULL

from .conftest import OPEN_JOBS, Served
from .test_clients import told_by

RUNNING = 4  # jobs of one user at once; more wait

pytestmark = [
    pytest.mark.skipif(not FULL, reason="make test-full: minutes of crawls by the clients"),
    pytest.mark.asyncio(loop_scope="module"),
]


async def test_every_state_has_a_word_that_both_clients_know(served: Served, npm_client: Path) -> None:
    token = served.token_of("states")
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"}) as session:

        async def asked(method: str, path: str, body: Any = None) -> Any:
            async with session.request(method, served.gateway + path, json=body) as answer:
                assert answer.status < 300, await answer.text()
                return await answer.json()

        jobs = []
        for _ in range(RUNNING + 3):
            made = await asked("POST", "/v2/crawl", {"url": f"{served.site}/", "delay": 3})
            jobs.append(made["id"])
        await asked("POST", f"/api/v5/jobs/{jobs[0]}/pause")
        await asked("DELETE", f"/v2/crawl/{jobs[1]}")
        states = [(await asked("GET", f"/api/v5/jobs/{job}"))["state"] for job in jobs]
        assert states[:2] == ["paused", "cancelled"] and {"running", "queued"} <= {*states}, states
        arguments = served.gateway, token, served.site, *jobs
        program = str(Path(__file__).with_name("states.py"))
        told = [
            await told_by(sys.executable, "-W", "ignore", program, *arguments),
            await told_by(NODE, str(npm_client / "states.mjs"), *arguments, cwd=str(npm_client)),
        ]
        words = ["scraping", "cancelled", *["scraping"] * (RUNNING + 1)]
        assert [one["statuses"] for one in told] == [words, words], told
        (name, *python), node = told[0]["refused"], told[1]["refused"]
        assert (name, python[0], node[1]) == ("RateLimitError", 429, 429), told
        assert str(OPEN_JOBS) in python[1] and str(OPEN_JOBS) in node[2], told
        left = (await asked("GET", "/v2/crawl/active"))["crawls"]
        await asyncio.gather(*(asked("DELETE", f"/v2/crawl/{crawl['id']}") for crawl in left))
