"""The command line's link makes a browser its person's; nothing else that looks like it does."""

from __future__ import annotations

import time
from http.cookies import SimpleCookie
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.requests import Request

from docspasta.embedded.keys import LINK_LIFETIME, LOCAL_USER, Keys
from docspasta.errors import Unauthenticated
from docspasta.identity.installation import fresh_keys
from docspasta.identity.issuers import parse_issuers
from docspasta.identity.tokens import Verifier
from docspasta.settings import Gateway
from gateway.cookies import Cookies
from gateway.local_login import PATH, UsedLinks
from gateway.problems import Problem
from gateway.process import local_login_of

KEYS = Keys(fresh_keys())


def settings(**changed: object) -> Gateway:
    values = {
        "embedded": True,
        "browser_key": KEYS["DOCSPASTA_BROWSER_KEY"],
        "identity_issuers": KEYS["DOCSPASTA_IDENTITY_ISSUERS"],
    }
    return Gateway(**{**values, **changed})


async def followed(link: str):
    """The answer to a browser that opens `link`."""
    return await local_login_of(settings(), Cookies("")).enter(opened(link))


def opened(link: str) -> Request:
    """What a browser sends for a link."""
    parts = urlsplit(link)
    scope = {
        "type": "http",
        "method": "GET",
        "scheme": parts.scheme,
        "path": parts.path,
        "query_string": parts.query.encode(),
        "headers": [(b"host", parts.netloc.encode())],
    }
    assert parts.path == PATH
    return Request(scope)


def verifier() -> Verifier:
    """What every service believes."""
    return Verifier(parse_issuers(KEYS["DOCSPASTA_IDENTITY_ISSUERS"], "docspasta"))


async def test_the_cookie_is_the_command_lines_person_who_may_not_administer():
    answer = await followed(KEYS.sign_in_link("http://127.0.0.1:8080"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = SimpleCookie(answer.headers["set-cookie"])["docspasta"]
    assert cookie["httponly"] and cookie["samesite"] == "lax"
    caller = await verifier().verify(cookie.value)
    assert caller.user_id == (await verifier().verify(KEYS.local_token())).user_id == LOCAL_USER
    assert (caller.kind, caller.scopes) == ("browser", {"read", "write"})


async def test_a_link_opens_once_and_only_in_the_process_that_knows_it():
    now, started = [1_000_000.0], []
    for _ in range(2):
        started.append(local_login_of(settings(), Cookies("")))
        started[-1]._links = UsedLinks(lambda: now[0])
    link = KEYS.sign_in_link("http://127.0.0.1:8080", now[0])
    for login in started:
        login._verifier._now = lambda: now[0]
    assert (await started[0].enter(opened(link))).status_code == 303
    with pytest.raises(Problem, match="docspasta up"):
        await started[0].enter(opened(link))
    now[0] += 60
    restarted = UsedLinks(lambda: now[0])
    token = parse_qs(urlsplit(link).query)["token"][0]
    assert not restarted.use(token, now[0] + 3600), "it may have been followed before the restart"


async def test_no_service_believes_the_links_token():
    token = parse_qs(urlsplit(KEYS.sign_in_link("http://127.0.0.1:8080")).query)["token"][0]
    with pytest.raises(Unauthenticated):
        await verifier().verify(token)


@pytest.mark.parametrize(
    "link",
    [
        KEYS.sign_in_link("http://127.0.0.1", time.time() - LINK_LIFETIME - 60),
        Keys(fresh_keys()).sign_in_link("http://127.0.0.1"),
        f"http://127.0.0.1{PATH}?token={KEYS.local_token()}",
        f"http://127.0.0.1{PATH}?token=",
        f"http://127.0.0.1{PATH}",
    ],
    ids=["old", "another installation's", "the command line's own token", "empty", "none"],
)
async def test_another_link_is_refused(link):
    with pytest.raises(Problem) as refused:
        await followed(link)
    assert refused.value.http_status == 401 and "docspasta up" in str(refused.value)


@pytest.mark.parametrize("changed", [{"embedded": False}, {"browser_key": ""}], ids=str)
def test_a_deployed_gateway_has_no_such_address(changed):
    assert local_login_of(settings(**changed), Cookies("")) is None
