"""The doctor on variables alone: a good set is good, and each fault gets its sentence."""

from __future__ import annotations

import json

import pytest

from docspasta.doctor.findings import Level, report
from docspasta.doctor.settings import judge_settings
from docspasta.identity.installation import fresh_keys

KEYS = fresh_keys()
OTHER = fresh_keys()
JOBS = {
    "DOCSPASTA_JOBS_LISTEN": "0.0.0.0:50051",
    "DOCSPASTA_POSTGRES_DSN": "postgresql://docspasta_app:a@db:5432/docspasta?sslmode=verify-full",
    "DOCSPASTA_POSTGRES_MAINTENANCE_DSN": "postgresql://docspasta_tend:a@db:5432/docspasta?sslmode=verify-full",
    "DOCSPASTA_REDIS_URL": "rediss://jobs:a@redis:6379/0",
    **{
        name: KEYS[name]
        for name in (
            "DOCSPASTA_SEALING_KEY",
            "DOCSPASTA_TICKET_KEY",
            "DOCSPASTA_SIGNING_KEY",
            "DOCSPASTA_IDENTITY_ISSUERS",
        )
    },
}
CRAWLER = {
    "DOCSPASTA_CRAWLER_LISTEN": "0.0.0.0:50052",
    "DOCSPASTA_REDIS_URL": "rediss://crawler:a@redis:6379/0",
    "DOCSPASTA_SEALING_KEY": KEYS["DOCSPASTA_SEALING_KEY"],
    "DOCSPASTA_IDENTITY_ISSUERS": KEYS["DOCSPASTA_IDENTITY_ISSUERS"],
    "DOCSPASTA_CRAWLER_CONTACT": "https://docs.example.org/crawler",
}
GATEWAY = {
    "DOCSPASTA_GATEWAY_LISTEN": "0.0.0.0:8080",
    "DOCSPASTA_GATEWAY_PUBLIC_URL": "https://docs.example.org",
    "DOCSPASTA_ANONYMOUS_KEY": KEYS["DOCSPASTA_ANONYMOUS_KEY"],
    "DOCSPASTA_IDENTITY_ISSUERS": KEYS["DOCSPASTA_IDENTITY_ISSUERS"],
}


@pytest.mark.parametrize("environment", [JOBS, CRAWLER, GATEWAY], ids=["jobs", "crawler", "gateway"])
def test_good_settings_are_good(environment: dict[str, str]) -> None:
    assert [finding.level for finding in judge_settings(environment)] == [Level.GOOD]


def test_without_settings_it_says_where_to_run() -> None:
    (finding,) = judge_settings({"PATH": "/bin"})
    assert finding.level is Level.NOTE
    assert "kubectl exec" in finding.remedy


FAULTS: dict[str, tuple[dict[str, str], dict[str, str], Level, str]] = {
    "misspelt": (JOBS, {"DOCSPASTA_JOBS_WATCHES": "1"}, Level.NOTE, "did you mean DOCSPASTA_JOBS_WATCHERS?"),
    "no number": (JOBS, {"DOCSPASTA_JOBS_WATCHERS": "many"}, Level.WRONG, "valid integer"),
    "short key": (JOBS, {"DOCSPASTA_TICKET_KEY": "c2hvcnQ="}, Level.WRONG, "32 random bytes"),
    "one key for two": (
        JOBS,
        {"DOCSPASTA_TICKET_KEY": JOBS["DOCSPASTA_SEALING_KEY"]},
        Level.WRONG,
        "must not have the second",
    ),
    "no issuers": (JOBS, {"DOCSPASTA_IDENTITY_ISSUERS": "[]"}, Level.WRONG, "nobody could sign in"),
    "issuers are no JSON": (JOBS, {"DOCSPASTA_IDENTITY_ISSUERS": "{"}, Level.WRONG, "is not JSON"),
    "key without its half": (
        JOBS,
        {"DOCSPASTA_SIGNING_KEY": OTHER["DOCSPASTA_SIGNING_KEY"]},
        Level.WRONG,
        "public key is not among the issuers",
    ),
    "key of another kind": (
        JOBS,
        {"DOCSPASTA_SIGNING_KEY": KEYS["DOCSPASTA_ANONYMOUS_KEY"]},
        Level.WRONG,
        "issuer of kind internal",
    ),
    "no PEM": (JOBS, {"DOCSPASTA_SIGNING_KEY": "secret"}, Level.WRONG, "not a private key in PEM"),
    "owner serves": (
        JOBS,
        {"DOCSPASTA_POSTGRES_DSN": "postgresql://docspasta_owner:a@db/docspasta?sslmode=require"},
        Level.WRONG,
        "row-level security would not apply",
    ),
    "no sslmode": (
        JOBS,
        {"DOCSPASTA_POSTGRES_DSN": "postgresql://docspasta_app:a@db/docspasta"},
        Level.NOTE,
        "sslmode=verify-full",
    ),
    "not Postgres": (
        JOBS,
        {"DOCSPASTA_POSTGRES_DSN": "mysql://a@b/c"},
        Level.WRONG,
        "not a postgresql:// address",
    ),
    "not Redis": (JOBS, {"DOCSPASTA_REDIS_URL": "http://redis"}, Level.WRONG, "not a redis://"),
    "everybody's Redis": (JOBS, {"DOCSPASTA_REDIS_URL": "redis://redis:6379/0"}, Level.NOTE, "has no user"),
    "crawler with Postgres": (
        CRAWLER,
        {"DOCSPASTA_POSTGRES_DSN": JOBS["DOCSPASTA_POSTGRES_DSN"]},
        Level.WRONG,
        "it touches the internet and must not have them",
    ),
    "open network": (
        CRAWLER,
        {"DOCSPASTA_ALLOW_PRIVATE": "10.0.0.0/8"},
        Level.WRONG,
        "opens a whole network",
    ),
    "all ports": (CRAWLER, {"DOCSPASTA_CRAWLER_PORTS": "*"}, Level.NOTE, "every port"),
    "nobody to turn to": (CRAWLER, {"DOCSPASTA_CRAWLER_CONTACT": ""}, Level.NOTE, "User-Agent"),
    "plain HTTP": (
        GATEWAY,
        {"DOCSPASTA_GATEWAY_PUBLIC_URL": "http://docs.example.org"},
        Level.WRONG,
        "cookies would be sent unencrypted",
    ),
    "no public address": (
        GATEWAY,
        {"DOCSPASTA_GATEWAY_PUBLIC_URL": ""},
        Level.NOTE,
        "cookies are not Secure",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_found_with_a_remedy(fault: str) -> None:
    base, change, level, sentence = FAULTS[fault]
    found = judge_settings({**base, **change})
    told = [f"{one.sentence} {one.remedy}" for one in found if one.level is level]
    assert any(sentence in text for text in told), found
    assert all(one.remedy for one in found)


def test_no_secret_is_told() -> None:
    """Whatever is wrong with a secret, its value is not in the report."""
    secrets = {name: value for name, value in JOBS.items() if "KEY" in name or "DSN" in name or "URL" in name}
    broken = {name: f"hidden{value[:20]}" for name, value in secrets.items()}
    assert "hidden" not in report(judge_settings({**JOBS, **broken}))


def test_the_report_ends_with_the_worst() -> None:
    found = judge_settings({**JOBS, "DOCSPASTA_JOBS_WATCHES": "1", "DOCSPASTA_TICKET_KEY": "x"})
    lines = report(found).splitlines()
    assert lines[-1].startswith("1 wrong, 1 to note")
    assert lines[-3].startswith("WRONG DOCSPASTA_TICKET_KEY")


def test_issuers_of_the_chart_are_read() -> None:
    """As charts/docspasta writes them: public_keys, a list."""
    rows = json.loads(KEYS["DOCSPASTA_IDENTITY_ISSUERS"])
    for row in rows:
        row["public_keys"] = [row.pop("public_key")]
    found = judge_settings({**JOBS, "DOCSPASTA_IDENTITY_ISSUERS": json.dumps(rows)})
    assert [one.level for one in found] == [Level.GOOD]
