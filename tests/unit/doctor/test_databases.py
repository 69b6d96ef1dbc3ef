"""The doctor on facts of Postgres and Redis."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from docspasta.doctor.findings import Level
from docspasta.doctor.postgres import PostgresFacts, judge_postgres
from docspasta.doctor.redis import RedisFacts, facts_of, judge_redis

POSTGRES = PostgresFacts(
    version=170004,
    synchronous_commit="on",
    fsync="on",
    max_connections=100,
    encoding="UTF8",
    standby=False,
    role="docspasta_app",
    superuser=False,
    bypasses=False,
    tls=True,
    skew=0.1,
    pending=(),
    unprotected=(),
    oldest_transaction=1.0,
)
REDIS = RedisFacts(
    server="valkey",
    version=(8, 1),
    role="master",
    policy="noeviction",
    used=10,
    maximum=100,
    evicted=0,
    skew=0.0,
    cluster=False,
    user="jobs",
)


def test_all_is_well() -> None:
    (one,) = judge_postgres(POSTGRES, "postgres")
    assert one.level is Level.GOOD
    assert "PostgreSQL 17.4 as docspasta_app" in one.sentence
    (other,) = judge_redis(REDIS, False, "redis")
    assert other.level is Level.GOOD
    assert "Valkey 8.1 as jobs, noeviction" in other.sentence


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"version": 140010}, "PostgreSQL 14 is too old"),
        ({"standby": True}, "is a standby"),
        ({"synchronous_commit": "off"}, "synchronous_commit is off"),
        ({"fsync": "off"}, "fsync is off"),
        ({"encoding": "LATIN1"}, "encoding is LATIN1"),
        ({"superuser": True}, "is a superuser"),
        ({"bypasses": True}, "has BYPASSRLS"),
        ({"pending": ("0002_more",)}, "migrations are pending: 0002_more"),
        ({"unprotected": ("crawled_pages",)}, "crawled_pages has no forced row-level security"),
        ({"skew": -7.5}, "its clock differs from ours by -7.5 s"),
    ],
)
def test_what_is_wrong_with_postgres(change: dict[str, Any], sentence: str) -> None:
    found = judge_postgres(replace(POSTGRES, **change), "postgres")
    assert [one.level for one in found] == [Level.WRONG]
    assert sentence in found[0].sentence
    assert found[0].remedy


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"version": (7, 1)}, "too old"),
        ({"role": "slave"}, "is a slave"),
        ({"policy": "allkeys-lru"}, "maxmemory-policy is allkeys-lru: URLs would vanish silently"),
        ({"evicted": 3}, "3 keys have been evicted"),
        ({"used": 90}, "90 % of maxmemory"),
        ({"cluster": True}, "is a Cluster, but the setting says otherwise"),
        ({"skew": 3.0}, "its clock differs from ours by +3.0 s"),
    ],
)
def test_what_is_wrong_with_redis(change: dict[str, Any], sentence: str) -> None:
    found = judge_redis(replace(REDIS, **change), False, "redis")
    assert [one.level for one in found] == [Level.WRONG]
    assert sentence in found[0].sentence
    assert found[0].remedy


def test_a_user_that_may_not_ask_is_no_fault() -> None:
    (one,) = judge_redis(facts_of({}, 0.0, "?"), False, "redis")
    assert one.level is Level.NOTE
    assert "may not run INFO" in one.sentence
