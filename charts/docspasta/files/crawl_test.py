"""`helm test`: crawl a site that this pod serves, drop the event stream on the way, resume, compare.

GATEWAY is the gateway's address, SITE what this pod is called, API_KEY a credential ('' for the anonymous
cookie), LISTEN where the site is served. Exits 0, or 1 with a sentence.
"""

from __future__ import annotations

import http.client
import http.server
import json
import os
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

GATEWAY, SITE = os.environ["GATEWAY"].rstrip("/"), os.environ["SITE"].rstrip("/")
KEY, LISTEN = os.environ.get("API_KEY", ""), os.environ.get("LISTEN", "0.0.0.0:8080")
SECONDS = float(os.environ.get("SECONDS", "240"))
DROP_AFTER = 5  # events
TERMINAL = ("job_completed", "job_failed", "job_cancelled")
# As a browser behind the public name would say it: a changing request with a cookie must name its origin.
ORIGIN = os.environ.get("ORIGIN") or GATEWAY
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
cookies: dict[str, str] = {}  # by hand: the cookie may be Secure, and inside the cluster there is no TLS


class Failed(Exception):
    """The test failed; the message says what was seen and what should have been."""


def serve_site() -> http.server.ThreadingHTTPServer:
    """The sample site under its name in the cluster."""
    from docspasta.sample.site import answers

    site = answers(SITE)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = site.get(self.path.partition("?")[0])
            self.send_response(found.status if found else 404)
            for name, value in (found.headers if found else {}).items():
                self.send_header(name, value)
            body = found.body if found else b""
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    host, _, port = LISTEN.rpartition(":")

    class Server(http.server.ThreadingHTTPServer):
        address_family = socket.AF_INET6 if ":" in host else socket.AF_INET

    server = Server((host, int(port)), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def ask(path: str, body: object = None, headers: dict[str, str] | None = None) -> http.client.HTTPResponse:
    """A request to the gateway; raises Failed with the answer's own sentence."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(GATEWAY + path, data, headers or {})  # noqa: S310
    request.add_header("Content-Type", "application/json")
    if data is not None:
        request.add_header("Origin", ORIGIN)
    if KEY:
        request.add_header("Authorization", f"Bearer {KEY}")
    elif cookies:
        request.add_header("Cookie", "; ".join(f"{name}={value}" for name, value in cookies.items()))
    try:
        # The chart sets the gateway's address.
        answer: http.client.HTTPResponse = opener.open(request, timeout=60)
        for line in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = line.partition(";")[0].partition("=")
            cookies[name.strip()] = value.strip()
        return answer
    except urllib.error.HTTPError as error:
        raise Failed(
            f"{path} answered {error.code}: {error.read()[:500].decode(errors='replace')}"
        ) from error


def events(path: str, after: str, until: float) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(event, id, data) of one event stream, until it ends or the time is up: heartbeats go on for ever."""
    with ask(path, headers={"Last-Event-ID": after} if after else {}) as answer:
        fields: dict[str, str] = {}
        for line in answer:
            if time.monotonic() > until:
                return
            name, _, value = line.decode().rstrip("\r\n").partition(": ")
            if name:
                fields[name] = value
                continue
            if "data" in fields:
                yield fields.get("event", "message"), fields.get("id", ""), json.loads(fields["data"])
            fields = {}


def watch(links: dict[str, str], until: float) -> tuple[dict[str, str], dict[str, Any], int]:
    """Watch to the end over several connections, the first dropped on purpose: pages, job, connections."""
    path = links["stream"]
    pages: dict[str, str] = {}
    after, connections = "", 0
    while time.monotonic() < until:
        connections += 1
        for number, (event, cursor, data) in enumerate(events(path, after, until), 1):
            after = cursor or after
            if event == "reset":
                pages.clear()
            elif event.startswith("url_"):
                pages[data["pageId"]] = data["state"]
            elif event in TERMINAL:
                return pages, data, connections
            if connections == 1 and number >= DROP_AFTER:
                break
        else:
            time.sleep(0.5)
    raise Failed(f"the job did not end within {SECONDS:g} seconds; {standing(links)}")


def standing(links: dict[str, str]) -> str:
    """Where a job stands, as a part of a sentence."""
    with ask(links["self"]) as answer:
        job = json.load(answer)
    waits = (job.get("wait") or {}).get("message") or "look at the logs of jobs, crawler and processor"
    return f"it is {job['state']}, {job['processed']} of {job['discovered']} pages are done; {waits}"


def check(truth: bool, sentence: str) -> None:
    if not truth:
        raise Failed(sentence)


def crawl() -> str:
    """The whole test; returns the sentence of its success."""
    from docspasta.sample.site import contents

    with ask("/api/v5/crawl", {"url": f"{SITE}/"}) as answer:
        check(answer.status == 202, f"a crawl was answered with {answer.status} instead of 202")
        links = json.load(answer)["links"]
    pages, job, connections = watch(links, time.monotonic() + SECONDS)
    check(job["state"] == "completed", f"the job ended as {job['state']}: {job['error'] or job['reasons']}")
    check(connections > 1, "the stream ended before it could be dropped")
    seen, counted = sum(state == "processed" for state in pages.values()), job["processed"]
    check(seen == counted, f"the events told of {seen} processed pages, the job counts {counted}")
    documents = []
    for _ in range(2):
        with ask(links["markdown"]) as answer:
            documents.append(answer.read().decode())
    check(documents[0] == documents[1], "the same document read twice differs")
    at = 0
    for entry in contents():
        found = documents[0].find(entry.title, at)
        check(found >= 0, f"the document lacks {entry.title!r} at its place in the reading order")
        at = found + 1
    return f"{counted} pages over {connections} connections, a document of {len(documents[0])} characters"


def main() -> int:
    server = serve_site()
    try:
        print(f"docspasta crawled the sample site: {crawl()}")
    except (Failed, OSError) as error:
        print(f"docspasta's test failed: {error}", file=sys.stderr)
        return 1
    finally:
        server.shutdown()
    return 0


if __name__ == "__main__":
    sys.exit(main())
