"""In front of every request: whose name it is for, how often it comes, which page sends it, what it costs."""

from __future__ import annotations

import difflib
import json

import pytest

from gateway.allowed_hosts import AllowedHosts, own_names

from .asked import ask, built

JOB = "/api/v5/jobs/0123456789abcdef01234567"
EVENTS = "text/event-stream"


@pytest.mark.parametrize("path", ["/", "/docs", "/api/v5/jobs", "/openapi.json", f"{JOB}/stream"])
@pytest.mark.parametrize("host", ["evil.example", "evil.example:8080", "localhost.evil.example", "x"])
async def test_a_request_for_another_name_is_refused(path, host):
    answer = await ask(built(), path, host=host)
    assert answer.status == 421 and "DOCSPASTA_GATEWAY_HOSTS" in answer.json()["detail"]
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "host", ["localhost:8080", "127.0.0.1:8080", "[::1]:8080", "10.2.3.4", "LOCALHOST", "a.localhost", "x."]
)
async def test_an_address_and_localhost_name_the_gateway(host):
    answer = await ask(built(gateway_hosts="x"), "/openapi.json", host=host)
    assert answer.status == 200


def test_the_names_of_a_gateway():
    names = own_names("https://docs.example.org:8443/", "box:8080", " a.svc, *.inside.test")
    hosts = AllowedHosts(None, names)
    for name in ("docs.example.org", "DOCS.example.org:443", "box", "a.svc:80", "b.inside.test"):
        assert hosts.allows(name), name
    for name in ("example.org", "inside.test", "xinside.test", "evil.example", "docs.example.org.evil", ""):
        assert not hosts.allows(name), name
    assert own_names("", "0.0.0.0:8080", "") == own_names("", "[::]:8080", "") == []


async def test_the_page_offers_the_sample_where_there_is_one():
    offered = '<meta name="docspasta-sample" content="%s">'
    answer = await ask(built(gateway_sample="http://127.0.0.1:8412/?a&b"), "/")
    assert offered % "http://127.0.0.1:8412/?a&amp;b" in answer.body.decode()
    assert offered % "" in (await ask(built(), "/")).body.decode()


async def test_a_refused_method_is_told_all_that_the_address_takes():
    answer = await ask(built(), JOB, "PUT")
    assert answer.status == 405 and answer.headers["allow"] == "DELETE, GET, HEAD"


async def test_everything_under_api_is_paced():
    """The plain JSON of /status is paced like any other, and an event stream in its own way."""
    for path, headers in ((f"{JOB}/status", {}), (f"{JOB}/x/status", {}), ("/api/v5/stream", {})):
        gateway = built(gateway_requests_per_second=1)
        answers = [await ask(gateway, path, authorization="Bearer é", **headers) for _ in range(4)]
        assert [answer.status for answer in answers[2:]] == [429, 429], path
        assert int(answers[3].headers["retry-after"]) >= 1


@pytest.mark.parametrize(("path", "accept"), [(f"{JOB}/stream", "*/*"), (f"{JOB}/status", EVENTS)])
async def test_a_paced_stream_tells_the_browser_to_come_back(path, accept):
    gateway = built(gateway_requests_per_second=1)
    answers = [await ask(gateway, path, accept=accept, authorization="Bearer é") for _ in range(4)]
    assert [answer.status for answer in answers] == [401, 401, 200, 200]
    assert answers[3].body.startswith(b"retry: ") and EVENTS in answers[3].headers["content-type"]


async def test_a_foreign_page_can_read_what_it_is_refused():
    gateway = built(gateway_requests_per_second=1, gateway_cors_origins="https://friend.example")
    friend = {"origin": "https://friend.example"}
    answers = [await ask(gateway, "/api/v5/nothing", **friend) for _ in range(3)]
    assert answers[2].status == 429
    assert answers[2].headers["access-control-allow-origin"] == friend["origin"]
    assert "Retry-After" in answers[2].headers["access-control-expose-headers"]
    refused = await ask(gateway, "/", host="evil.example", **friend)
    assert refused.status == 421 and "access-control-allow-origin" in refused.headers
    stranger = await ask(gateway, "/api/v5/nothing", origin="https://evil.example")
    assert stranger.status == 429 and "access-control-allow-origin" not in stranger.headers


async def test_streams_of_one_64_count_together():
    gateway = built(gateway_streams_per_address=2)
    gateway.streams._open["2001:db8:1:2::/64"] = 2
    answer = await ask(gateway, f"{JOB}/stream", client="2001:db8:1:2:3::9")
    assert answer.status == 200 and answer.body.startswith(b"retry: ")


async def test_a_person_gets_a_page_and_a_program_a_problem():
    browser = "text/html,application/xhtml+xml,*/*;q=0.8"
    page = await ask(built(), "/no<b>such", accept=browser)
    assert page.status == 404 and page.headers["content-type"].startswith("text/html")
    assert b"<h1>Not found</h1>" in page.body and b'href="/"' in page.body and b"{" not in page.body
    assert page.headers["cache-control"] == "no-store"
    for path, accept in (("/nonsense", "*/*"), ("/api/v5/nonsense", browser), ("/logout", browser)):
        method = "POST" if path == "/logout" else "GET"
        answer = await ask(built(), path, method, accept=accept)
        assert answer.headers["content-type"] == "application/problem+json" and answer.json()["detail"]


@pytest.mark.parametrize("token", ["é", "a\tb", "a b", "\x7f", "ÿ" * 3000, ""])
async def test_a_credential_that_no_header_can_carry_on_is_refused(token):
    for path in ("/api/v5/jobs", f"{JOB}/stream"):
        answer = await ask(built(), path, authorization=f"Bearer {token}")
        assert answer.status == 401 and answer.json()["requestId"]


async def test_what_a_mistake_costs_is_bounded(monkeypatch):
    looked = []
    monkeypatch.setattr(difflib, "get_close_matches", lambda *given: looked.append(given) or [])
    fields = {"url": "https://e.org/", **{f"{n:x}" * 3: n for n in range(7000)}}
    body = json.dumps(fields).encode()[: 64 * 1024 - 1] + b"}"
    body = body[: body.rindex(b",")] + b"}"
    answer = await ask(
        built(),
        "/api/v5/crawl",
        "POST",
        body=body,
        content_type="application/json",
        origin="http://localhost",
    )
    assert answer.status == 400 and len(looked) == len(answer.json()["errors"]) == 10
    assert "more." in answer.json()["detail"] and len(answer.body) < 9_000


async def test_a_list_of_a_thousand_mistakes_is_one():
    body = json.dumps({"url": "https://e.org/", "include": list(range(9000)), "headers": {}}).encode()
    answer = await ask(
        built(),
        "/api/v5/crawl",
        "POST",
        body=body,
        content_type="application/json",
        origin="http://localhost",
    )
    assert [error["field"] for error in answer.json()["errors"]] == ["include"]


@pytest.mark.parametrize(
    ("public_url", "scheme", "name", "secure"),
    [
        ("", "http", "docspasta", False),
        ("", "https", "__Host-docspasta", True),
        ("https://docs.example.org", "http", "__Host-docspasta", True),
        ("http://127.0.0.1:8080", "http", "docspasta", False),
    ],
)
async def test_the_cookie_follows_the_public_url(public_url, scheme, name, secure):
    answer = await ask(built(gateway_public_url=public_url), "/", scheme=scheme)
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{name}=") and ("; secure" in cookie.lower()) == secure
    assert "private" in answer.headers["cache-control"] and "Cookie" in answer.headers["vary"]
