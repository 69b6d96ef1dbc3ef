"""A browser's EventSource as the standard has it, over aiohttp: reconnects with the last id, keeps pages."""

from __future__ import annotations

import asyncio
import json
import random
from dataclasses import dataclass, field

import aiohttp

TERMINAL = ("job_completed", "job_failed", "job_cancelled")


@dataclass
class Watcher:
    """`pages` is page id -> newest state seen. `trouble` holds what must never be seen."""

    gateways: list[str]
    path: str
    token: str
    rng: random.Random
    pages: dict[str, str] = field(default_factory=dict)
    last_id: str = ""
    ended: str = ""
    connections: int = 0
    resets: int = 0
    trouble: list[str] = field(default_factory=list)

    async def run(self, session: aiohttp.ClientSession) -> None:
        """Watch until the job's terminal event, whatever happens to connections."""
        retry = 0.5
        while not self.ended:
            try:
                retry = await self.connection(session, retry)
            except (aiohttp.ClientError, OSError, TimeoutError):
                retry = 0.2  # nobody there: a load balancer would have chosen another
            await asyncio.sleep(retry * self.rng.uniform(0.5, 1))

    async def connection(self, session: aiohttp.ClientSession, retry: float) -> float:
        """One connection to any gateway; returns the seconds to wait before the next."""
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "text/event-stream"}
        if self.last_id:
            headers["Last-Event-ID"] = self.last_id
        gateway = self.rng.choice(self.gateways)
        async with session.get(gateway + self.path, headers=headers) as answer:
            if answer.status == 204:
                self.trouble.append("204 before the terminal event was seen")
                self.ended = "204"
                return 0
            if answer.status != 200:
                self.trouble.append(f"status {answer.status}: {(await answer.text())[:200]}")
                return 1.0
            self.connections += 1
            event: dict[str, str] = {}
            async for raw in answer.content:
                line = raw.decode().rstrip("\n")
                if line:
                    name, _, value = line.partition(":")
                    event[name] = value.removeprefix(" ")
                    continue
                if "retry" in event:
                    retry = int(event["retry"]) / 1000
                self.dispatch(event)
                event = {}
                if self.ended:
                    return 0
        return retry

    def dispatch(self, event: dict[str, str]) -> None:
        """One event: remember its id, keep what it says."""
        if event.get("id"):
            self.follow(event["id"])
        if "data" not in event:
            return
        name, data = event.get("event", "message"), json.loads(event["data"])
        if name == "reset":
            self.resets += 1
            self.pages.clear()
        elif name.startswith("url_"):
            self.pages[data["pageId"]] = data["state"]
        elif name in TERMINAL:
            self.ended = name

    def follow(self, cursor: str) -> None:
        """Ids only go up within an epoch."""
        epoch, _, version = cursor.partition("-")
        before, _, seen = self.last_id.partition("-")
        if self.last_id and epoch == before and int(version) < int(seen):
            self.trouble.append(f"the id went back from {self.last_id} to {cursor}")
        self.last_id = cursor
