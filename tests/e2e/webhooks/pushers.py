"""Senders of pages: by a signature of either scheme, or by a credential in batches. Some deliveries are sent
twice at once, and each again after its answer."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import jwt
from standardwebhooks import Webhook

from .patient import Patient

SITE = "https://docs.example.org/"
PROCESS = "/api/v5/process"
KEY = "sig_" + "k" * 60
KNOWN, ACCEPTED = "known", "accepted"


@dataclass
class Pushed:
    """What came of a job. `accepted` counts, for each address, the answers that said so."""

    job_id: str
    urls: set[str] = field(default_factory=set)
    accepted: Counter[str] = field(default_factory=Counter)
    markdown_is_right: bool = False


@dataclass
class Pusher:
    """Fills a job of its own."""

    patient: Patient
    draw: random.Random
    secret: str
    pushed: Pushed

    @classmethod
    async def begun(cls, patient: Patient, number: int, draw: random.Random) -> Pusher:
        """With a new job."""
        asked = {
            "url": SITE,
            "mode": "push",
            "maxSeconds": 100_000_000,
            "push": {
                "secret": "whsec_" + base64.b64encode(draw.randbytes(32)).decode(),
                "upstashNextKey": KEY,
            },
        }
        made = await patient.ask("POST", "/api/v5/crawl", asked, {"Idempotency-Key": f"pusher-{number}"})
        return cls(patient, draw, asked["push"]["secret"], Pushed(str(made["jobId"])))  # type: ignore[index]

    async def run(self, deliveries: int) -> Pushed:
        """Push, finish twice at once, and wait for the end."""
        for number in range(deliveries):
            await self.draw.choice((self.by_standard, self.by_upstash, self.by_batch))(number)
        path = f"/api/v5/jobs/{self.pushed.job_id}"
        await asyncio.gather(*(self.patient.ask("POST", f"{path}/finish") for _ in range(2)))
        for _ in range(600):
            if (job := await self.patient.ask("GET", path))["state"] not in ("queued", "running"):
                break
            await asyncio.sleep(0.1)
        assert job["state"] == "completed", job
        self.pushed.markdown_is_right = await self.has_every_page(path)
        return self.pushed

    async def has_every_page(self, path: str) -> bool:
        """Whether each page's Markdown is that of what was pushed."""
        listed = await self.patient.ask("GET", f"{path}/pages?pageSize=500")
        for page in self.draw.sample(listed["pages"], min(5, len(listed["pages"]))):
            shown = await self.patient.ask("GET", f"{path}/pages/{page['pageId']}")
            if page["url"] not in json.dumps(shown):
                return False
        return not listed["nextPageToken"]

    def page(self, number: int, part: int = 0) -> dict[str, str]:
        url = f"{SITE}{number}/{part}"
        text = f"<main><h1>Page {number}.{part}</h1><p>{'What was pushed. ' * 20}</p></main>"
        return {"jobId": self.pushed.job_id, "url": url, "html": text}

    async def by_standard(self, number: int) -> None:
        body, name = json.dumps(self.page(number)).encode(), f"msg_{number}"

        def signed() -> dict[str, str]:
            at = self.patient.world.now()
            signature = Webhook(self.secret).sign(name, at, body.decode())
            return {
                "Content-Type": "application/json",
                "webhook-id": name,
                "webhook-timestamp": str(int(at.timestamp())),
                "webhook-signature": signature,
            }

        await self.deliver([self.page(number)["url"]], body, signed)
        status, said = await self.patient.send("POST", PROCESS, body + b" ", signed)
        assert status == 401, said  # signed for another body

    async def by_upstash(self, number: int) -> None:
        body = json.dumps(self.page(number)).encode()

        def signed() -> dict[str, str]:
            now = int(self.patient.world.now().timestamp())
            digest = base64.urlsafe_b64encode(hashlib.sha256(body).digest()).decode()
            claims = {
                "iss": "Upstash",
                "sub": self.patient.world.gateway + PROCESS,
                "exp": now + 300,
                "nbf": now,
            }
            token = jwt.encode(claims | {"jti": f"jwt_{number}", "body": digest}, KEY, "HS256")
            return {"Content-Type": "application/json", "Upstash-Signature": token}

        await self.deliver([self.page(number)["url"]], body, signed)

    async def by_batch(self, number: int) -> None:
        pages = [self.page(number, part) for part in range(self.draw.randrange(1, 9))]
        body = "\n".join(map(json.dumps, pages)).encode()

        def named() -> dict[str, str]:
            return {
                "Content-Type": "application/x-ndjson",
                "Idempotency-Key": f"batch-{number}",
                "Authorization": f"Bearer {self.patient.world.fleet.token()}",
            }

        await self.deliver([page["url"] for page in pages], body, named)
        other = json.dumps(self.page(number) | {"html": "<p>Something else.</p>"}).encode()
        status, said = await self.patient.send("POST", PROCESS, other, named)
        assert (status, said["type"]) == (409, "urn:docspasta:problem:message-id-reused"), said

    async def deliver(self, urls: list[str], body: bytes, headers: Any) -> None:
        """Until it is answered for; then once more, which does nothing."""
        at_once = self.draw.choice((1, 1, 2, 3))
        answers = await asyncio.gather(
            *(self.patient.send("POST", PROCESS, body, headers) for _ in range(at_once))
        )
        again = await self.patient.send("POST", PROCESS, body, headers)
        for status, said in (*answers, again):
            assert status == 200 and [page["url"] for page in said["pages"]] == urls, said
            self.pushed.accepted.update(page["url"] for page in said["pages"] if page["outcome"] == ACCEPTED)
        assert again[1]["replayed"], again
        assert {page["outcome"] for page in again[1]["pages"]} == {KNOWN}
        self.pushed.urls.update(urls)
