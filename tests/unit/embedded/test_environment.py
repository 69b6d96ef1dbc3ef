"""Each process is told its own and no more."""

from __future__ import annotations

import pytest

from docspasta.embedded.environment import Addresses, Choices, environment_of
from docspasta.embedded.keys import Keys, load_keys
from docspasta.identity.installation import fresh_keys
from docspasta.identity.issuers import parse_issuers
from docspasta.identity.tokens import Verifier
from docspasta.settings import Gateway, Jobs

ADDRESSES = Addresses(
    app_dsn="app",
    maintenance_dsn="tend",
    redis_url="unix:///redis",
    jobs="unix:/jobs",
    crawler="unix:/crawler",
    processor="unix:/processor",
    gateway="127.0.0.1:1",
)
KEYS = Keys(fresh_keys())


def told(service: str, inherited: dict[str, str] | None = None, **choices) -> dict[str, str]:
    return environment_of(service, ADDRESSES, KEYS, Choices(**choices), inherited or {})


@pytest.mark.parametrize("service", ["jobs", "crawler", "processor", "gateway"])
def test_nobody_gets_the_local_key_or_the_owner(service):
    values = " ".join(told(service).values())
    assert KEYS["LOCAL_KEY"] not in values and "owner" not in values
    assert told(service)["DOCSPASTA_EMBEDDED"] == "1"


def test_the_crawler_gets_no_postgres_and_no_ticket_key():
    mine = told("crawler", {"DOCSPASTA_POSTGRES_DSN": "leak", "DOCSPASTA_TICKET_KEY": "leak", "PATH": "/bin"})
    assert "leak" not in mine.values() and mine["PATH"] == "/bin"
    assert mine["DOCSPASTA_REDIS_URL"] == "unix:///redis"


def test_the_gateway_gets_no_redis():
    assert "DOCSPASTA_REDIS_URL" not in told("gateway", {"DOCSPASTA_REDIS_URL": "leak"})


def test_what_a_person_sets_comes_before_the_defaults_and_after_nothing_of_the_stack():
    given = {"DOCSPASTA_JOBS_KEEP": "5", "DOCSPASTA_JOBS_LISTEN": "elsewhere"}
    mine = told("jobs", given, settings={"DOCSPASTA_GRACE": "1"}, allow=("localhost:1", "10.0.0.0/8"))
    assert mine["DOCSPASTA_JOBS_KEEP"] == "5" and mine["DOCSPASTA_GRACE"] == "1"
    assert mine["DOCSPASTA_JOBS_LISTEN"] == "unix:/jobs"
    assert mine["DOCSPASTA_ALLOW_PRIVATE"] == "localhost:1,10.0.0.0/8"


def test_every_bound_may_be_set():
    bounds = [
        f"DOCSPASTA_{name.upper()}" for name in (*Jobs.model_fields, *Gateway.model_fields) if "_per_" in name
    ]
    mine = told("gateway", dict.fromkeys(bounds, "7"))
    assert len(bounds) > 5 and {mine.get(name) for name in bounds} == {"7"}


async def test_the_local_token_is_one_that_the_services_believe():
    issuers = parse_issuers(told("jobs")["DOCSPASTA_IDENTITY_ISSUERS"], "docspasta")
    caller = await Verifier(issuers).verify(KEYS.local_token())
    assert (caller.user_id, caller.kind) == ("local", "local")
    assert caller.scopes == {"read", "write", "admin"}


def test_keys_are_made_once_and_private(tmp_path):
    path = tmp_path / "keys.json"
    assert load_keys(path) == load_keys(path)
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_gateway_alone_listens_on_the_address_that_was_chosen():
    assert told("gateway", host="0.0.0.0")["DOCSPASTA_GATEWAY_LISTEN"].startswith("0.0.0.0:")
    assert told("jobs", host="0.0.0.0")["DOCSPASTA_JOBS_LISTEN"] == ADDRESSES.jobs
    assert told("gateway")["DOCSPASTA_GATEWAY_LISTEN"] == ADDRESSES.gateway
