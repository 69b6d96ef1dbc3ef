"""Two users at every route of the OpenAPI document, so that a new one cannot be forgotten: somebody else's
job and one that never was give the same answer, to the byte."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest

from docspasta.identity.installation import ANONYMOUS_ISSUER, INTERNAL_ISSUER, LOCAL_ISSUER
from docspasta.identity.tokens import Signer
from tests.stack import RunningStack
from tests.unit.identity.forgeries import Issued, forged, stale

from .people import Answer, Person

METHODS = ("get", "post", "put", "patch", "delete", "head")
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


CHANGES = {"webhooks": {"description": "mine"}, "sources": {"keep": 3}}


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
            theirs, nobodys = (bob.ask(method, url, body, Accept=accept) for url in (real, never))
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
