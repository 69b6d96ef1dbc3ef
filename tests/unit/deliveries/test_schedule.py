"""The schedule, the breaker and what an answer means, with a clock of their own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from docspasta.deliveries.breaker import Health, after_failure, after_success, must_give_up
from docspasta.deliveries.handover import Handover
from docspasta.deliveries.schedule import MAX_TRIES, WAITS, wait_after
from docspasta.deliveries.tries import Outcome, Tried

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_the_schedule_is_that_of_standard_webhooks() -> None:
    assert WAITS == (0, 5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
    assert sum(WAITS) == 75 * 3600 + 35 * 60 + 5
    assert [wait_after(spent, 0, 0) for spent in range(MAX_TRIES)] == list(WAITS)
    assert wait_after(MAX_TRIES, 0, 0) is None and wait_after(MAX_TRIES, 9, 1) is None


def test_waits_are_spread_but_never_shorter() -> None:
    for spent in range(1, MAX_TRIES):
        found = [wait_after(spent, 0, spread / 10) or 0 for spread in range(11)]
        assert min(found) == WAITS[spent] and max(found) == pytest.approx(WAITS[spent] * 1.1)


def test_retry_after_lengthens_a_wait_only() -> None:
    assert wait_after(1, 600, 0) == 600
    assert wait_after(3, 600, 0) == 1800
    assert wait_after(1, 10**9, 0) == 86_400


def test_the_breaker_opens_after_five_in_a_row_and_probes_at_1_5_30_minutes() -> None:
    health = Health()
    for _ in range(4):
        health = after_failure(health, NOON, probe=False)
    assert health.closed and health.rests_until is None
    health = after_failure(health, NOON, probe=False)
    assert not health.closed and health.rests_until == NOON + MINUTE
    late = after_failure(health, NOON + MINUTE / 2, probe=False)  # was under way when it opened
    assert (late.openings, late.rests_until) == (1, NOON + MINUTE)
    now = NOON
    for rest in (5, 30, 30, 30):
        now += timedelta(hours=1)
        health = after_failure(health, now, probe=True)
        assert health.rests_until == now + rest * MINUTE
    health = after_success(health, now)
    assert health.closed and health.failing_since is None and health.rests_until is None
    assert after_failure(health, now, probe=False).closed


def test_half_of_ten_within_five_minutes_open_it_too() -> None:
    health = Health()
    for number in range(9):
        step = after_success if number % 2 else (lambda h, now: after_failure(h, now, probe=False))
        health = step(health, NOON)
    assert health.closed
    assert not after_failure(health, NOON, probe=False).closed
    assert after_failure(health, NOON + 6 * MINUTE, probe=False).closed, "the window is over"


def test_a_retry_after_holds_back_the_others_and_opens_nothing() -> None:
    health = after_failure(Health(), NOON, probe=False, retry_after=90)
    assert health.closed and health.rests_until == NOON + timedelta(seconds=90)
    held = after_failure(health, NOON, probe=False, retry_after=10**9)
    assert held.rests_until == NOON + timedelta(hours=1)


def test_five_days_without_a_success_end_it() -> None:
    health = after_failure(Health(), NOON, probe=False)
    assert not must_give_up(health, NOON + timedelta(days=4, hours=23))
    assert must_give_up(health, NOON + timedelta(days=5))
    assert not must_give_up(after_success(health, NOON), NOON + timedelta(days=9))


@pytest.mark.parametrize(
    ("tried", "outcome"),
    [
        (Tried(200), Outcome.DELIVERED),
        (Tried(299), Outcome.DELIVERED),
        (Tried(199), Outcome.FAILED),
        (Tried(301), Outcome.FAILED),
        (Tried(304), Outcome.FAILED),
        (Tried(404), Outcome.FAILED),
        (Tried(410), Outcome.GONE),
        (Tried(500), Outcome.FAILED),
        (Tried(0, error="timeout"), Outcome.FAILED),
        (Tried(200, error="timeout"), Outcome.FAILED),
    ],
)
def test_only_2xx_is_a_success(tried: Tried, outcome: Outcome) -> None:
    assert tried.outcome is outcome


def test_a_handover_comes_out_as_it_went_in() -> None:
    handed = Handover("https://a.example/", "{}", [("webhook-id", "m"), ("url", "x")], 12.5)
    assert Handover.of_pairs(handed.to_pairs()) == handed
    for bad in ([], [("url", "x")], [("body", ""), ("url", ""), ("until", "1")]):
        with pytest.raises(ValueError, match="no delivery"):
            Handover.of_pairs(bad)
