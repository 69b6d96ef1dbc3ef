"""load.py GATEWAY SITE PAGES STOP: what a cluster's users do while it is changed; needs nothing but Python.

Crawls SITE (PAGES pages, and a counter at /_counts) again and again through GATEWAY (http://host). Two
clients follow each crawl's event stream and come back with the last id; a third asks for the job four times a
second, each time over a new connection. Prints `going` when the first page has come. When the file STOP is
there, the crawl under way ends (the first one at least), and one line of JSON says what everybody saw
(judge.py reads it).
"""

from __future__ import annotations

import http.client
import json
import os
import re
import sys
import threading
import time
import urllib.request
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

EVERY = 0.25  # seconds between two requests
WATCHERS = 2
LONGEST = 900.0  # seconds that a crawl may take
FINAL = (204, 401, 403, 404)
ENDS = ("job_completed", "job_failed", "job_cancelled")
TROUBLE = (OSError, http.client.HTTPException)


@dataclass
class Client:
    """One anonymous person, with their cookie. Each request has a connection of its own."""

    gateway: str
    cookie: str = ""

    def ask(
        self, method: str, path: str, body: Any = None, timeout: float = 30, **headers: str
    ) -> http.client.HTTPResponse:
        address = urlsplit(self.gateway)
        connection = http.client.HTTPConnection(address.hostname or "", address.port or 80, timeout=timeout)
        sent = {"Origin": self.gateway, **{name.replace("_", "-"): text for name, text in headers.items()}}
        if self.cookie:
            sent["Cookie"] = self.cookie
        if body is not None:
            sent["Content-Type"] = "application/json"
        connection.request(method, path, None if body is None else json.dumps(body), sent)
        answer = connection.getresponse()
        for set_cookie in answer.headers.get_all("Set-Cookie") or ():
            self.cookie = set_cookie.partition(";")[0]
        return answer


@dataclass
class Requests:
    """How requests were answered: by status or by the connection's error."""

    answers: Counter[str] = field(default_factory=Counter)
    refused: list[str] = field(default_factory=list)
    slowest: float = 0.0

    def make(
        self, client: Client, method: str, path: str, body: Any = None, timeout: float = 60
    ) -> str | None:
        """The answer's text, or None when there was none that a client would take."""
        begun = time.monotonic()
        try:
            answer = client.ask(method, path, body, timeout)
            text, outcome = answer.read().decode(), str(answer.status)
        except TROUBLE as error:
            text, outcome = "", type(error).__name__
        self.slowest = max(self.slowest, time.monotonic() - begun)
        self.answers[outcome] += 1
        if outcome.startswith("2"):
            return text
        self.refused.append(f"{time.strftime('%H:%M:%S')} {method} {path}: {outcome} {text[:120]}")
        return None


@dataclass
class Stream:
    """What one client of an event stream saw."""

    client: Client
    path: str
    going: threading.Event
    connections: int = 0
    resets: int = 0
    out_of_order: int = 0
    longest_away: float = 0.0  # seconds from the end of a connection to the first line of the next
    longest_quiet: float = 0.0  # seconds between two lines
    refused: list[str] = field(default_factory=list)
    states: dict[str, str] = field(default_factory=dict)
    end: str = ""
    last: str = ""
    version: int = -1
    retry: float = 1.0
    left: float = 0.0  # when the last connection ended, 0 while there is one
    heard: float = 0.0  # when the last line came, 0 before the first

    def follow(self) -> None:
        until = time.monotonic() + LONGEST
        while not self.end and time.monotonic() < until:
            self.connections += 1
            try:
                answer = self.client.ask("GET", self.path, timeout=60, **self.headers())
                if answer.status in FINAL:
                    self.end = str(answer.status)
                elif answer.status != 200:
                    self.refused.append(f"{time.strftime('%H:%M:%S')} {answer.status}")
                else:
                    self.read(answer)
            except TROUBLE as error:
                self.refused.append(f"{time.strftime('%H:%M:%S')} {type(error).__name__} {error}")
            if not self.end:
                self.left = self.left or time.monotonic()
                time.sleep(self.retry)

    def headers(self) -> dict[str, str]:
        return {"Accept": "text/event-stream", **({"Last_Event_ID": self.last} if self.last else {})}

    def read(self, answer: http.client.HTTPResponse) -> None:
        fields: dict[str, str] = {}
        for line in answer:
            name, _, value = line.decode().rstrip("\r\n").partition(": ")
            if name == "retry":
                self.retry = int(value) / 1000
            elif name:
                self.note_line()
                fields[name] = value
            elif fields:
                self.take(fields)
                fields = {}
            if self.end:
                return

    def note_line(self) -> None:
        now = time.monotonic()
        if self.left:
            self.longest_away = max(self.longest_away, now - self.left)
            self.left = 0.0
        if self.heard:
            self.longest_quiet = max(self.longest_quiet, now - self.heard)
        self.heard = now

    def take(self, fields: dict[str, str]) -> None:
        event = fields.get("event", "")
        self.last = fields.get("id") or self.last
        if "data" not in fields:
            return
        if event == "reset":
            self.resets, self.version = self.resets + 1, -1
            self.states.clear()
            return
        if fields.get("id"):
            version = int(fields["id"].rpartition("-")[2])
            self.out_of_order += version < self.version
            self.version = version
        if event.startswith("url_"):
            data = json.loads(fields["data"])
            self.states[data["pageId"]] = data["state"]
            self.going.set()
        elif event in ENDS:
            self.end = event

    def report(self) -> dict[str, Any]:
        names = ("connections", "resets", "out_of_order", "longest_away", "longest_quiet", "refused", "end")
        return {**{name: getattr(self, name) for name in names}, "states": Counter(self.states.values())}


@dataclass
class Load:
    gateway: str
    site: str
    pages: int
    stop: str
    requests: Requests = field(default_factory=Requests)
    going: threading.Event = field(default_factory=threading.Event)
    crawls: list[dict[str, Any]] = field(default_factory=list)

    def run(self) -> dict[str, Any]:
        threading.Thread(target=self.say_going, daemon=True).start()
        self.counts("_reset")
        while not self.crawls or not os.path.exists(self.stop):
            self.crawl(Client(self.gateway))
        counts = self.counts("_counts")["counts"]
        asked = {path: number for path, number in counts.items() if path.startswith("/docs/p")}
        again = {path: number for path, number in asked.items() if number > len(self.crawls)}
        requests = {"answers": self.requests.answers, "refused": self.requests.refused[:20]}
        slowest = round(self.requests.slowest, 1)
        return {
            "requests": {**requests, "slowest": slowest},
            "crawls": self.crawls,
            "fetched_again": sum(number - len(self.crawls) for number in again.values()),
        }

    def crawl(self, client: Client) -> None:
        """One crawl from its start to its document, followed by everybody."""
        begun = time.monotonic()
        made = self.requests.make(client, "POST", "/api/v5/crawl", {"url": self.site})
        if made is None:
            time.sleep(1)
            return
        links, ended = json.loads(made)["links"], threading.Event()
        streams = [
            Stream(Client(self.gateway, client.cookie), links["stream"], self.going) for _ in range(WATCHERS)
        ]
        following = [threading.Thread(target=stream.follow, daemon=True) for stream in streams]
        asking = threading.Thread(target=self.ask_for, args=(client, links["self"], ended), daemon=True)
        for thread in (*following, asking):
            thread.start()
        for thread in following:
            thread.join()
        ended.set()
        asking.join()
        text = self.requests.make(client, "GET", links["markdown"], timeout=120) or ""
        titles = [int(number) for number in re.findall(r"^#+ Title(\d{4})", text, re.M)]
        self.crawls.append(
            {
                "seconds": round(time.monotonic() - begun, 1),
                "missing": sorted(set(range(self.pages)) - set(titles))[:20],
                "twice": len(titles) - len(set(titles)),
                "in_order": titles == sorted(titles),
                "streams": [stream.report() for stream in streams],
            }
        )

    def ask_for(self, client: Client, path: str, ended: threading.Event) -> None:
        while not ended.wait(EVERY):
            self.requests.make(client, "GET", path)

    def counts(self, name: str) -> dict[str, Any]:
        address = urlsplit(self.site)
        host = {"Host": address.hostname or ""}
        asked = urllib.request.Request(f"http://{os.environ['SITE_ADDRESS']}/{name}", headers=host)
        found: dict[str, Any] = json.load(urllib.request.urlopen(asked, timeout=20))
        return found

    def say_going(self) -> None:
        self.going.wait()
        print("going", flush=True)


if __name__ == "__main__":
    gateway, site, pages, stop = sys.argv[1:]
    print(json.dumps(Load(gateway, site, int(pages), stop).run()), flush=True)
