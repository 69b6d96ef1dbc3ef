"""Those who use the stack: each with a token and an address of their own."""

from __future__ import annotations

import http.client
import json
import time
from dataclasses import dataclass
from threading import Event
from typing import Any

from docspasta.identity.installation import LOCAL_ISSUER
from docspasta.identity.tokens import Signer
from tests.stack import RunningStack

API = "/api/v5"
PATIENCE = 600.0  # seconds


@dataclass(frozen=True)
class Person:
    """A caller; `name` '' is an anonymous one. `address` is on loopback, and is theirs alone."""

    stack: RunningStack
    name: str
    address: str

    def token(self) -> str:
        """A fresh token."""
        signer = Signer.from_pem(self.stack.keys["LOCAL_KEY"], LOCAL_ISSUER, "docspasta")
        return signer.sign(self.name, ("read", "write"), 900, time.time())

    def connection(self) -> http.client.HTTPConnection:
        """A connection to the gateway from their address."""
        host, _, port = self.stack.gateway.removeprefix("http://").partition(":")
        return http.client.HTTPConnection(host, int(port), timeout=120, source_address=(self.address, 0))

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> tuple[int, Any]:
        """(status, JSON); (0, None) when there is no answer."""
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if self.name:
            headers["Authorization"] = f"Bearer {self.token()}"
        connection = self.connection()
        try:
            connection.request(method, API + path, json.dumps(body) if body is not None else None, headers)
            answer = connection.getresponse()
            data = answer.read()
            return answer.status, json.loads(data) if data.startswith(b"{") else None
        except (OSError, http.client.HTTPException, ValueError):
            return 0, None
        finally:
            connection.close()

    def crawl(self, url: str, **settings: Any) -> str:
        """Start a job; its id, '' when it was refused."""
        status, job = self.ask("POST", "/crawl", {"url": url, **settings})
        return str(job["jobId"]) if status == 202 and job else ""

    def ended(self, job: str, stop: Event, within: float = PATIENCE) -> dict[str, Any] | None:
        """The job once it has ended; None when that took too long, or the soak ended first."""
        until = time.monotonic() + within
        while time.monotonic() < until and not stop.is_set():
            status, row = self.ask("GET", f"/jobs/{job}")
            if status == 200 and row and row["finishedAt"]:
                return dict(row)
            stop.wait(0.25)
        return None

    def delete(self, job: str) -> None:
        """Delete a job, whatever its state."""
        self.ask("DELETE", f"/jobs/{job}?force=1")
