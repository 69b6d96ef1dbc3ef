"""Signing in by OpenID Connect becomes the cookie; nothing forged, replayed or foreign does."""

from __future__ import annotations

import http.client
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.stack import RunningStack

from .issuer import Provider, providing


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with providing() as made:
        yield made


@pytest.fixture(scope="module")
def running(start_stack: Callable[..., RunningStack], provider: Provider) -> RunningStack:
    return start_stack(
        docspasta_login_issuer=provider.origin,
        docspasta_identity_allow_private=provider.origin.removeprefix("http://"),
        docspasta_login_client_id="gateway",
        docspasta_login_client_secret="s3cret",
    )


class Browser:
    """A browser with a jar of cookies that follows nothing by itself."""

    def __init__(self) -> None:
        self.cookies: dict[str, str] = {}

    def get(self, url: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(parts.netloc, timeout=60)
        jar = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection.request(method, f"{parts.path}?{parts.query}", headers={"Cookie": jar, **headers})
        answer = connection.getresponse()
        body = answer.read()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                pair, _, attributes = value.partition(";")
                key, _, text = pair.partition("=")
                self.cookies[key] = text.strip('"')
                if "max-age=0" in attributes.lower():
                    del self.cookies[key]
                assert "httponly" in attributes.lower() and "samesite=lax" in attributes.lower()
        connection.close()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, body

    def sign_in(self, origin: str, wanted: str = "/") -> tuple[int, dict[str, str], bytes]:
        """Through the provider and back; the answer of the callback."""
        status, headers, _ = self.get(f"{origin}/login?next={wanted}")
        assert status == 302
        _, at_provider, _ = self.get(headers["location"])
        return self.get(at_provider["location"])


def test_a_person_signs_in_and_finds_their_jobs_again(running: RunningStack, provider: Provider) -> None:
    provider.subject = "person-1"
    one, other, third = Browser(), Browser(), Browser()
    status, headers, _ = one.sign_in(running.gateway, "/jobs/x")
    assert (status, headers["location"]) == (303, "/jobs/x")
    mine = _create(one, running.gateway)
    assert other.sign_in(running.gateway)[0] == 303
    assert other.get(f"{running.gateway}/api/v5/jobs/{mine}")[0] == 200
    provider.subject = "person-2"
    assert third.sign_in(running.gateway)[0] == 303
    assert third.get(f"{running.gateway}/api/v5/jobs/{mine}")[0] == 404


def _create(browser: Browser, origin: str) -> str:
    import json

    connection = http.client.HTTPConnection(urlsplit(origin).netloc, timeout=60)
    jar = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    body = json.dumps({"url": "https://docs.example.org/"})
    headers = {"Cookie": jar, "Origin": origin, "Content-Type": "application/json"}
    connection.request("POST", "/api/v5/crawl", body, headers)
    answer = connection.getresponse()
    assert answer.status == 202
    job_id = str(json.loads(answer.read())["jobId"])
    connection.close()
    return job_id


SPOILT = [
    {"aud": "someone-else"},
    {"iss": "https://evil.example"},
    {"exp": 1},
    {"nonce": "another"},
    {"sub": ""},
]


@pytest.mark.parametrize("claims", SPOILT, ids=str)
def test_a_wrong_id_token_signs_nobody_in(
    running: RunningStack, provider: Provider, claims: dict[str, object]
) -> None:
    browser = Browser()
    provider.spoil = claims
    try:
        status, _, _ = browser.sign_in(running.gateway)
    finally:
        provider.spoil = {}
    assert status == 401 and "docspasta" not in browser.cookies


def test_a_callback_belongs_to_the_browser_that_began(running: RunningStack) -> None:
    victim, attacker = Browser(), Browser()
    _, headers, _ = attacker.get(f"{running.gateway}/login")
    _, back, _ = attacker.get(headers["location"])
    assert victim.get(back["location"])[0] == 401
    victim.get(f"{running.gateway}/login")
    assert victim.get(back["location"])[0] == 401, "another's state"
    assert attacker.get(back["location"])[0] == 303
    assert attacker.get(back["location"])[0] == 401, "a code or pending cookie twice"


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "https://evil.example", "/\\evil.example", "%0d%0aX:%20y"]
)
def test_next_is_a_path_of_this_site(running: RunningStack, wanted: str) -> None:
    status, headers, _ = Browser().sign_in(running.gateway, wanted)
    assert (status, headers["location"]) == (303, "/")


def test_signing_out_needs_the_origin(running: RunningStack) -> None:
    browser = Browser()
    browser.sign_in(running.gateway)
    assert browser.get(f"{running.gateway}/logout", "POST", Origin="https://evil.example")[0] == 403
    assert browser.get(f"{running.gateway}/logout", "POST", Origin=running.gateway)[0] == 204
    assert "docspasta" not in browser.cookies


def test_the_page_offers_to_sign_in_when_nobody_may_stay_unknown(
    start_stack: Callable[..., RunningStack], provider: Provider, tab: Any
) -> None:
    """The operator has turned anonymous cookies off: the page says so, and one click later it works."""
    stack = start_stack(
        docspasta_login_issuer=provider.origin,
        docspasta_identity_allow_private=provider.origin.removeprefix("http://"),
        docspasta_login_client_id="gateway",
        docspasta_login_client_secret="s3cret",
        docspasta_gateway_anonymous="false",
    )
    tab.goto(f"{stack.gateway}/")
    tab.wait_for_selector("text=Signed out")
    tab.click("text=Sign in")
    tab.wait_for_selector(".empty")
    assert tab.url == f"{stack.gateway}/"
