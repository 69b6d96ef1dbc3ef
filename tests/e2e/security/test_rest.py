"""Two users at every route of the OpenAPI document, so that a new one cannot be forgotten: somebody else's
job and one that never was give the same answer, to the byte."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import websockets
from websockets.typing import Subprotocol

from docspasta.identity.installation import ANONYMOUS_ISSUER, INTERNAL_ISSUER, LOCAL_ISSUER
from docspasta.identity.tokens import Signer
from tests.stack import RunningStack
from tests.unit.identity.forgeries import Issued, forged, stale

from .people import Answer, Person, things_of

METHODS = ("get", "post", "put", "patch", "delete", "head")
FIRECRAWL = ("/v1/", "/v2/")
NEVER = "0123456789abcdef01234567"
OWN = {"date", "x-request-id"}  # what may differ between two answers


def routes(alice: Person) -> Iterator[tuple[str, str]]:
    """(method, path) of every route that is about one thing: a job, a page, a key, a webhook, a delivery."""
    spec = alice.ask("GET", "/openapi.json").json()
    for path, item in spec["paths"].items():
        for method in METHODS:
            if method in item and "{" in path:
                yield method.upper(), path


def told(answer: Answer) -> tuple[int, dict[str, str], bytes]:
    """An answer without what belongs to one request alone."""
    body = answer.body
    if "json" in answer.headers.get("content-type", ""):
        said = json.loads(body)
        said.pop("requestId", None)
        body = json.dumps(said).encode()
    return answer.status, {k: v for k, v in answer.headers.items() if k not in OWN}, body


CHANGES = {"webhooks": {"description": "mine"}, "sources": {"keep": 3}}


def by_token(person: Person) -> Person:
    """The same person with a bearer token, which alone counts in Firecrawl's API."""
    return Person(person.origin, person.cookie.partition("=")[2])


def asked(path: str) -> str:
    """A path with what its operation can't do without: who may not see a job learns nothing else either."""
    return f"{path}?pattern=a" if path.endswith("/grep") else path


def test_somebody_elses_is_as_what_never_was(alice: Person, bob: Person, job_id: str) -> None:
    own = things_of(alice, job_id)
    tried = 0
    for method, path in routes(alice):
        for accept in ("application/json", "text/event-stream", "*/*"):
            real = asked(path).format(key_id="k1", **own)
            nothing = dict.fromkeys(("job_id", "webhook_id", "source_id"), NEVER)
            never = asked(path).format(key_id="k1", **{**own, **nothing})
            body = CHANGES["webhooks" if "webhook" in path else "sources"] if method == "PATCH" else None
            asking = by_token(bob) if path.startswith(FIRECRAWL) else bob
            theirs, nobodys = (asking.ask(method, url, body, Accept=accept) for url in (real, never))
            expected = 403 if "key_id" in path else 404  # a cookie lacks the scope for keys
            assert theirs.status == expected, (method, path, theirs.body[:200])
            assert told(theirs) == told(nobodys), (method, path)
            assert not any(own[name].encode() in theirs.body for name in nothing)
            tried += 1
    assert tried >= 60
    assert alice.ask("GET", f"/api/v5/jobs/{job_id}").json()["state"] == "completed", "bob changed it"
    assert alice.ask("GET", f"/api/v5/webhooks/{own['webhook_id']}").json()["description"] == ""


def test_lists_show_ones_own(alice: Person, bob: Person, job_id: str) -> None:
    assert job_id in alice.ask("GET", "/api/v5/jobs").body.decode()
    assert bob.ask("GET", "/api/v5/jobs").json()["jobs"] == []


def test_a_cookies_change_needs_the_origin(alice: Person, job_id: str) -> None:
    for origin in ("https://evil.example", "null", "http://127.0.0.1", ""):
        answer = alice.ask("DELETE", f"/api/v5/jobs/{job_id}", Origin=origin)
        assert answer.status == 403, (origin, answer.status)
    assert alice.ask("GET", f"/api/v5/jobs/{job_id}").status == 200


def test_headers_of_the_page_and_of_answers(alice: Person) -> None:
    for path in ("/", "/api/v5/jobs", "/openapi.json", "/nowhere"):
        headers = alice.ask("GET", path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"]
        assert "access-control-allow-origin" not in headers
        policy = headers["content-security-policy"]
        assert "default-src" in policy and "unsafe" not in policy


def issuers(running: RunningStack) -> Iterator[Issued]:
    now = int(time.time())
    for issuer, name in (
        (LOCAL_ISSUER, "LOCAL_KEY"),
        (ANONYMOUS_ISSUER, "DOCSPASTA_ANONYMOUS_KEY"),
        (INTERNAL_ISSUER, "DOCSPASTA_SIGNING_KEY"),
    ):
        yield Issued(Signer.from_pem(running.keys.settings[name], issuer).key, issuer, now=now)


def test_forged_and_stale_tokens_open_nothing(running: RunningStack, alice: Person, job_id: str) -> None:
    """Every forgery at REST and at the event stream; the embedded issuers alike."""
    tried = 0
    for issued in issuers(running):
        long_lived = "lives too long for its kind"  # a cookie may
        bad = [(n, t) for n, t in (*stale(issued), *forged(issued)) if n != long_lived]
        for name, token in bad:
            if any(ord(letter) < 33 or ord(letter) > 126 for letter in token):
                continue  # no header can carry it
            person = Person(running.gateway, token=token)
            for path in (f"/api/v5/jobs/{job_id}", f"/api/v5/jobs/{job_id}/stream"):
                answer = person.ask("GET", path)
                assert answer.status in (401, 431), (issued.issuer, name, answer.status)
                tried += 1
    assert tried >= 200


@pytest.mark.parametrize("name", ["x-user-id", "x-forwarded-user", "user", "x-docspasta-user"])
def test_no_header_names_a_user(alice: Person, bob: Person, job_id: str, name: str) -> None:
    assert bob.ask("GET", f"/api/v5/jobs/{job_id}", **{name: "local"}).status == 404


PRIVATE = (
    "http://127.0.0.1/",
    "http://10.0.0.1/",
    "http://[::1]/",
    "http://169.254.169.254/",
    "file:///etc/passwd",
)


def test_firecrawls_api_takes_no_cookie_no_private_address_and_no_large_body(
    running: RunningStack, alice: Person, job_id: str
) -> None:
    asking, status = by_token(alice), f"/v2/crawl/{job_id}"
    assert asking.ask("GET", status).status == 200 and alice.ask("GET", status).status == 401
    assert Person(running.gateway, "dsp_wrong").ask("GET", status).status == 401
    assert asking.ask("POST", "/v2/crawl", {"url": "x"}, Origin="https://evil.example").status == 403
    for url in PRIVATE:
        hooked = {"url": "https://x.example/", "webhook": url}
        bodies = {"crawl": {"url": url}, "map": {"url": url}, "scrape": {"url": url}}
        for path, body in {**bodies, "crawl ": hooked, "batch/scrape": {"urls": [url]}}.items():
            answer = asking.ask("POST", f"/v2/{path.strip()}", body)
            assert 400 <= answer.status < 500 and answer.json()["success"] is False, (url, path, answer.body)
    where, sources = f"{status}?limit=1", []
    while where:
        part = asking.ask("GET", where).json()
        sources += [page["metadata"]["sourceURL"] for page in part["data"]]
        where = part.get("next", "")
        assert len(part["data"]) == 1 and where.startswith(("/v2/crawl/", "")), part
    assert len(sources) == len(set(sources)) == part["completed"] >= 3
    large = {"urls": ["https://x.example/" + "a" * 1000] * 1000}
    assert asking.ask("POST", "/v2/batch/scrape", large).status == 413
    many = {"urls": ["https://x.example/"] * 1001}
    assert b"1,000" in asking.ask("POST", "/v2/batch/scrape", many).body
    for name in ("%00", "..%2f..", "a" * 2000, "%f0%9f%92%a9", "{f00}", "0" * 24):
        for path in (f"/v2/crawl/{name}", f"/v2/crawl/{name}/errors", f"{status}?after={name}&limit={name}"):
            answer = asking.ask("GET", path)
            assert answer.status in (200, 400, 404), (path, answer.status)
            assert answer.status == 200 or answer.json()["success"] is False
    assert asking.ask("GET", status).headers["cache-control"] == "no-store"


async def test_firecrawls_websocket_is_nobody_elses(
    running: RunningStack, alice: Person, bob: Person, job_id: str
) -> None:
    base = running.gateway.replace("http", "ws", 1)
    where = f"{base}/v2/crawl/{job_id}"

    async def kinds(token: str | None) -> list[str]:
        """What is sent until the end."""
        async with websockets.connect(where, subprotocols=[Subprotocol(token)]) as socket:
            assert socket.subprotocol == token
            return [json.loads(frame)["type"] async for frame in socket]

    own = by_token(alice).token
    sent = await kinds(own)
    assert sent[0] == "catchup" and sent[-1] == "done" and sent.count("document") >= 3
    for token in (by_token(bob).token, "dsp_wrong", "a.b.c"):
        assert await kinds(token) == ["error", "status"], token
    for address, status in (
        (f"ws://evil.example/v2/crawl/{job_id}", 421),
        (f"{base}/api/v5/jobs/{job_id}", 403),
    ):
        at = urlsplit(running.gateway)
        with pytest.raises(websockets.InvalidStatus) as refused:
            await websockets.connect(address, subprotocols=[own], host=at.hostname, port=at.port)
        assert refused.value.response.status_code == status, address
