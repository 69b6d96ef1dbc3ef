"""API keys: their form, what the record keeps of them, and which ones may be made."""

from __future__ import annotations

import pytest

from docspasta.errors import InvalidArgument
from docspasta.identity import Caller
from services.jobs import api_keys

ADMIN = Caller("ann", frozenset({"read", "write", "admin"}), "local", 0.0)
ALL = frozenset({"read", "write", "admin"})
WRITER = Caller("ann", frozenset({"read", "write"}), "oidc", 0.0)


def test_a_new_key_has_its_form_and_no_twin() -> None:
    keys = [api_keys.new_key() for _ in range(100)]
    assert all(api_keys.well_formed(key) and key.startswith("dsp_") for key in keys)
    assert len({api_keys.prefix_of(key) for key in keys}) == 100


def test_only_the_key_itself_has_its_digest() -> None:
    key = api_keys.new_key()
    digest = api_keys.digest_of(key)
    assert api_keys.digest_of(key) == digest
    assert api_keys.digest_of(key[:-1] + ("A" if key[-1] != "A" else "B")) != digest
    assert key.encode() not in digest


@pytest.mark.parametrize(
    "key", ["", "dsp_", "x" * 47, "dsp_" + "a" * 42, "dsp_" + "a" * 44, "dsp_" + "ü" * 43]
)
def test_another_form_is_no_key(key: str) -> None:
    assert not api_keys.well_formed(key)


@pytest.mark.parametrize(
    ("caller", "name", "scopes", "ttl", "field"),
    [
        (ADMIN, "", ["read"], 0, "name"),
        (ADMIN, "a\nb", ["read"], 0, "name"),
        (ADMIN, "x" * 101, ["read"], 0, "name"),
        (ADMIN, "ci", [], 0, "scopes"),
        (ADMIN, "ci", ["read", "root"], 0, "scopes[1]"),
        (WRITER, "ci", ["read", "admin"], 0, "scopes[1]"),
        (ADMIN, "ci", ["read"], -1, "ttl_seconds"),
        (ADMIN, "ci", ["read"], 2**62, "ttl_seconds"),
    ],
)
def test_a_key_that_may_not_be_made(
    caller: Caller, name: str, scopes: list[str], ttl: int, field: str
) -> None:
    with pytest.raises(InvalidArgument) as caught:
        api_keys.check_new_key(name, scopes, ttl, caller, ALL)
    assert [violation[0] for violation in caught.value.violations] == [field]


def test_a_key_that_may_be_made() -> None:
    api_keys.check_new_key("ci", ["read", "write", "admin"], 3600, ADMIN, ALL)
    api_keys.check_new_key("ci", ["read", "write"], 0, WRITER, ALL)


def test_a_key_may_not_do_what_the_operator_lets_no_key_do() -> None:
    with pytest.raises(InvalidArgument, match="DOCSPASTA_IDENTITY_ISSUERS"):
        api_keys.check_new_key("ci", ["read", "admin"], 0, ADMIN, frozenset({"read", "write"}))
