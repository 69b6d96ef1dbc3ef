"""A cluster's ServiceAccounts: a namespace is a user, and only the operator acts for all of them."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from docspasta.errors import InvalidArgument, PermissionDenied, Unauthenticated
from docspasta.identity.build import token_files
from docspasta.identity.caller import USER_ID, Caller, namespace_user, set_caller
from docspasta.identity.issuers import Issuer, key_id, parse_issuers
from docspasta.identity.tokens import Signer, Verifier
from docspasta.v1.identity_pb2 import ExchangeNamespaceRequest
from services.jobs.identity import IdentityServicer

from .forgeries import NOW

CLUSTER = "https://kubernetes.default.svc"
OPERATOR = "system:serviceaccount:docspasta:docspasta-operator"
KEY = Ed25519PrivateKey.generate()


def verifier(operator: str = OPERATOR) -> Verifier:
    keys = {key_id(KEY.public_key()): KEY.public_key()}
    issuer = Issuer(CLUSTER, "kubernetes", "docspasta", "", keys, ("read", "write"), operator=operator)
    return Verifier({CLUSTER: issuer}, now=lambda: NOW)


async def caller_of(subject: str, scope: str = "", operator: str = OPERATOR) -> Caller:
    return await verifier(operator).verify(
        Signer(KEY, CLUSTER).sign(subject, tuple(scope.split()), 3600, NOW)
    )


async def test_a_service_account_is_its_namespace() -> None:
    one = await caller_of("system:serviceaccount:team-a:default")
    other = await caller_of("system:serviceaccount:team-a:builder")
    assert one.user_id == other.user_id == "ns-team-a"
    assert one.scopes == {"read", "write"}
    assert (await caller_of("system:serviceaccount:team-b:default")).user_id == "ns-team-b"


@pytest.mark.parametrize(
    "subject",
    [
        "alice",
        "system:node:n1",
        "system:serviceaccount:team-a",
        "system:serviceaccount:Team:default",
        "system:serviceaccount:team-a:default\n",
        "system:serviceaccount:-a:default",
        f"system:serviceaccount:{'a' * 64}:default",
        "xsystem:serviceaccount:team-a:default",
    ],
)
async def test_what_is_no_service_account_is_refused(subject: str) -> None:
    with pytest.raises(Unauthenticated):
        await caller_of(subject)


async def test_the_operator_may_do_nothing_by_itself() -> None:
    found = await caller_of(OPERATOR, "read write admin")
    assert (found.kind, found.scopes) == ("operator", frozenset())
    with pytest.raises(PermissionDenied):
        found.require("read")


@pytest.mark.parametrize("operator", ["", "system:serviceaccount:docspasta:other"])
async def test_nobody_else_is_the_operator(operator: str) -> None:
    found = await caller_of(OPERATOR, operator=operator)
    assert (found.kind, found.user_id) == ("kubernetes", "ns-docspasta")


def test_every_namespace_is_a_user_of_its_own() -> None:
    names = ["a", "a-b", "1", "a" * 61, "a" * 62, "a" * 63, "b" * 63, "a" * 61 + "-b"]
    users = [namespace_user(name) for name in names]
    assert all(USER_ID.fullmatch(user) for user in users)
    assert len(set(users)) == len(names)


def test_an_issuer_names_its_operator_and_the_file_of_its_token() -> None:
    row = {
        "issuer": CLUSTER,
        "kind": "kubernetes",
        "jwks_url": f"{CLUSTER}/openid/v1/jwks",
        "operator": OPERATOR,
        "token_file": "/var/run/token",
    }
    issuers = parse_issuers(json.dumps([row]), "docspasta")
    assert issuers[CLUSTER].operator == OPERATOR
    assert token_files(issuers) == {f"{CLUSTER}/openid/v1/jwks": "/var/run/token"}


async def exchanged(caller: Caller, namespace: str) -> Any:
    set_caller(caller)
    servicer = IdentityServicer(SimpleNamespace(signer=Signer(KEY, "docspasta")))  # type: ignore[arg-type]
    return await servicer.ExchangeNamespace(ExchangeNamespaceRequest(namespace=namespace), None)  # type: ignore[arg-type]


async def test_the_operator_gets_the_token_of_a_namespace() -> None:
    answer = await exchanged(await caller_of(OPERATOR), "team-a")
    issuer = Issuer(
        "docspasta",
        "internal",
        "docspasta",
        "",
        {key_id(KEY.public_key()): KEY.public_key()},
        ("read", "write", "admin"),
    )
    found = await Verifier({"docspasta": issuer}).verify(answer.token)
    assert (found.user_id, found.scopes) == ("ns-team-a", {"read", "write"})
    assert answer.expires_at.seconds == int(found.expires_at)


@pytest.mark.parametrize("namespace", ["", "Team", "a/b", "a" * 64, "-a", "a_b", "a\n"])
async def test_what_is_no_namespace_is_named(namespace: str) -> None:
    with pytest.raises(InvalidArgument, match="namespace"):
        await exchanged(await caller_of(OPERATOR), namespace)


@pytest.mark.parametrize("kind", ["oidc", "kubernetes", "internal", "local", "anonymous"])
async def test_nobody_else_gets_one(kind: str) -> None:
    everything = frozenset({"read", "write", "admin"})
    with pytest.raises(PermissionDenied, match="operator"):
        await exchanged(Caller("ns-team-a", everything, kind, 0.0), "team-a")


def test_of_two_rows_with_one_name_the_first_list_has_it() -> None:
    row = {
        "issuer": CLUSTER,
        "kind": "kubernetes",
        "jwks_url": "https://kubernetes.default.svc/openid/v1/jwks",
    }
    first = json.dumps([{**row, "operator": OPERATOR}])
    further = json.dumps([row, {**row, "issuer": "https://login.example.org", "kind": "oidc"}])
    believed = parse_issuers(first, "docspasta", further)
    assert believed[CLUSTER].operator == OPERATOR
    assert believed["https://login.example.org"].kind == "oidc"


@pytest.mark.parametrize(
    ("further", "told"), [("{", "is not JSON"), ('[{"issuer": "a"}]', "needs public_key")]
)
def test_what_is_wrong_names_the_setting_that_holds_it(further: str, told: str) -> None:
    with pytest.raises(ValueError, match=rf"^DOCSPASTA_IDENTITY_FURTHER_ISSUERS.*{told}"):
        parse_issuers("[]", "docspasta", further)
