"""People at the REST interface: each with a cookie of their own, and no library between them and HTTP."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from tests.stack import wait_until


@dataclass
class Answer:
    """A whole HTTP answer."""

    status: int
    headers: dict[str, str]
    body: bytes = field(repr=False)

    def json(self) -> Any:
        return json.loads(self.body)


class Person:
    """Somebody with an anonymous cookie. `token` (a JWT) is sent instead when given."""

    def __init__(self, origin: str, token: str | None = None) -> None:
        self.origin, self.token = origin, token
        self.cookie = ""
        if token is None:
            self.cookie = self.ask("GET", "/").headers["set-cookie"].partition(";")[0]

    def ask(self, method: str, path: str, body: Any = None, within: float = 60, **headers: str) -> Answer:
        """One request on a connection of its own."""
        connection = http.client.HTTPConnection(urlsplit(self.origin).netloc, timeout=within)
        sent = {"Origin": self.origin, **{name.replace("_", "-"): value for name, value in headers.items()}}
        if self.token is not None:
            sent["Authorization"] = f"Bearer {self.token}"
        elif self.cookie:
            sent["Cookie"] = self.cookie
        if body is not None:
            sent["Content-Type"] = "application/json"
        try:
            connection.request(method, path, None if body is None else json.dumps(body), sent)
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, found, answer.read())
        finally:
            connection.close()


def finished_job(person: Person, url: str) -> str:
    """The id of a job of `person` that has crawled `url` to its end."""
    created = person.ask("POST", "/api/v5/crawl", {"url": url})
    assert created.status == 202, created.body
    job_id = str(created.json()["jobId"])
    path = f"/api/v5/jobs/{job_id}"
    ended = ("completed", "failed", "cancelled")
    wait_until(lambda: person.ask("GET", path).json()["state"] in ended, 60, "the job has ended")
    job = person.ask("GET", path).json()
    assert job["state"] == "completed", job
    return job_id


def things_of(person: Person, job_id: str) -> dict[str, str]:
    """An id of each sort of thing that a path may name, all of this person's."""
    page_id = person.ask("GET", f"/api/v5/jobs/{job_id}/pages").json()["pages"][0]["pageId"]
    made = person.ask("POST", "/api/v5/webhooks", {"url": "https://hooks.example.org/in"})
    webhook_id = made.json()["webhookId"]
    delivery = person.ask("POST", f"/api/v5/webhooks/{webhook_id}/test").json()["deliveryId"]
    source = person.ask("POST", "/api/v5/sources", {"settings": {"url": "https://docs.example.org/"}}).json()
    return {
        "job_id": job_id,
        "page_id": page_id,
        "webhook_id": webhook_id,
        "delivery_id": delivery,
        "source_id": source["sourceId"],
    }
