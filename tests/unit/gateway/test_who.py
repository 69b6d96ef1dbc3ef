"""The page says who is signed in: by the cookie alone, and never as markup."""

from __future__ import annotations

import time

import jwt
import pytest
from starlette.requests import Request

from docspasta.embedded.keys import Keys
from docspasta.identity.installation import ANONYMOUS_ISSUER, BROWSER_ISSUER, fresh_keys
from docspasta.identity.tokens import Signer
from gateway.assets import Assets
from gateway.credentials import Credential
from gateway.login import NAME_LENGTH, name_in

KEYS = Keys(fresh_keys())


BROWSER = ("DOCSPASTA_BROWSER_KEY", BROWSER_ISSUER)
ANONYMOUS = ("DOCSPASTA_ANONYMOUS_KEY", ANONYMOUS_ISSUER)


def cookie(made_by: tuple[str, str], name: str = "") -> str:
    key, issuer = made_by
    return Signer.from_pem(KEYS[key], issuer).sign("ada", ("read",), 60, time.time(), name)


@pytest.mark.parametrize(
    ("credential", "name"),
    [
        (Credential("cookie", cookie(BROWSER, "ada@example.org")), "ada@example.org"),
        (Credential("cookie", cookie(BROWSER)), "you"),
        (Credential("cookie", cookie(ANONYMOUS, "ada")), ""),
        (Credential("new", cookie(ANONYMOUS)), ""),
        (Credential("bearer", "no token at all"), ""),
    ],
)
def test_only_a_browser_that_signed_in_has_a_name(credential: Credential, name: str) -> None:
    assert credential.shown_name() == name


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ({"email": "ada@example.org", "name": "Ada"}, "ada@example.org"),
        ({"email": 7, "preferred_username": "", "name": "Ada"}, "Ada"),
        ({"sub": "42"}, ""),
        ({"name": "a" * 500}, "a" * NAME_LENGTH),
    ],
)
def test_an_id_token_names_the_person(claims: dict[str, object], name: str) -> None:
    assert name_in(jwt.encode(claims, "k" * 32, "HS256")) == name


async def test_a_name_is_text_in_the_page_and_changes_its_tag() -> None:
    assets = Assets()
    request = Request({"type": "http", "method": "GET", "path": "/", "headers": []})
    nobody, someone = await assets.page(request), await assets.page(request, '"><script>x</script>')
    assert b'name="docspasta-who" content=""' in nobody.body
    assert b"<script>x" not in someone.body and b"&quot;&gt;&lt;script&gt;x" in someone.body
    assert nobody.headers["etag"] != someone.headers["etag"]
