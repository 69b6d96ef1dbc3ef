"""The arithmetic of docs/capacity.md."""

from __future__ import annotations

import pytest

from bench.capacity import Costs, carried, waits

COSTS = Costs("some", postgres_ms=2, redis_ms=1, wal_bytes=10_000, kept_bytes=5_000)


def test_a_redis_of_one_core_ends_before_many_cores_of_postgres() -> None:
    found = carried(COSTS, cores=8, days=1)
    assert (found.postgres, found.redis, found.first) == (2800, 700, "Redis")
    assert found.wal_mb == pytest.approx(7)
    assert found.kept_gb == pytest.approx(302.4)


def test_a_small_postgres_ends_before_redis() -> None:
    assert carried(COSTS, cores=1, days=1).first == "Postgres"


def test_waits_are_those_of_queueing_theory(monkeypatch: pytest.MonkeyPatch) -> None:
    """M/M/1 at 70 %: a wait of more than t has the probability .7 exp(-.3 t / service)."""
    monkeypatch.setattr("bench.capacity.STEPS", 20_000)
    half, most = waits(1.0, 1, 0.7)
    assert half == pytest.approx(1.12, rel=0.25)
    assert most == pytest.approx(14.2, rel=0.25)
