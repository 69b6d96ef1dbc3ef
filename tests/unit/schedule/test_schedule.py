"""Ticks come when a schedule says, spread by the source's id, around changes of the clock too."""

from __future__ import annotations

import contextlib
import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from docspasta.domain import Schedule
from docspasta.schedule import SPREAD, BadSchedule, check, explain, in_time, next_tick, pause_after
from tests.loop_steps import cpu_seconds, reference

NOW = datetime(2026, 11, 29, 9, 30, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
BAD = [
    (Schedule(cron="* * * * *"), "cron"),
    (Schedule(cron="0,30 * * * *"), "cron"),
    (Schedule(cron="0 0 30 2 *"), "cron"),
    (Schedule(cron="0 0 1"), "cron"),
    (Schedule(cron="0 0 0 1 1 *"), "cron"),
    (Schedule(cron="@reboot"), "cron"),
    (Schedule(cron="0 6 * * " + "1," * 60 + "1"), "cron"),
    (Schedule(cron="\u0661 6 * * 1"), "cron"),
    (Schedule(cron="0 6 * * 1", time_zone="Mars/Olympus"), "time_zone"),
    (Schedule(cron="0 6 * * 1", time_zone="../../etc/passwd"), "time_zone"),
    (Schedule(cron="0 6 * * 1", time_zone="/etc/localtime"), "time_zone"),
    (Schedule(cron="0 6 * * 1", time_zone="a\0b"), "time_zone"),
    (Schedule(cron="0 6 * * 1", time_zone="x" * 101), "time_zone"),
    (Schedule(time_zone="Europe/Berlin"), "time_zone"),
    (Schedule(every_seconds=3599), "every_seconds"),
    (Schedule(every_seconds=-1), "every_seconds"),
    (Schedule(every_seconds=400 * 86_400), "every_seconds"),
    (Schedule(cron="0 6 * * 1", every_seconds=7200), "every_seconds"),
    (Schedule(every_seconds=7200, overlap="allow"), "overlap"),
    (Schedule(every_seconds=7200, missed=" "), "missed"),
    (Schedule(every_seconds=7200, start_within_seconds=9), "start_within_seconds"),
    (Schedule(every_seconds=7200, start_within_seconds=-1), "start_within_seconds"),
]
GOOD = [
    Schedule(),
    Schedule(cron="0 6 * * 1", time_zone="Europe/Berlin"),
    Schedule(cron="@daily", time_zone="America/New_York"),
    Schedule(cron="0 */2 * * *"),
    Schedule(cron="0 0 29 2 *"),
    Schedule(every_seconds=3600),
    Schedule(every_seconds=7 * 86_400, suspended=True),
]


@pytest.mark.parametrize(("schedule", "field"), BAD)
def test_what_cannot_be_followed_is_told_by_field(schedule: Schedule, field: str) -> None:
    with pytest.raises(BadSchedule) as told:
        check(schedule, 3600, NOW)
    assert told.value.field == field and str(told.value).endswith(".")


@pytest.mark.parametrize("cron", ["0 0 * 2 1#5", "0 0 29 2 *", "59 23 LW * */7", "*/59 2 * 3 0L"])
def test_a_line_that_comes_rarely_costs_milliseconds(cron: str) -> None:
    """To find the next fifth Monday of a February is to go through eighteen years."""
    schedule, most = Schedule(cron=cron, time_zone="Europe/Berlin"), 6 * reference()

    def judge() -> None:
        with contextlib.suppress(BadSchedule):
            check(schedule, 3600, NOW)

    assert cpu_seconds(judge, most) < most


@pytest.mark.parametrize("schedule", GOOD)
def test_the_next_tick_is_later_and_one_comes_once(schedule: Schedule) -> None:
    check(schedule, 3600, NOW)
    moment, seen = NOW, []
    while len(seen) < 5 and (coming := next_tick(schedule, "s1", moment)) is not None:
        assert coming > moment and coming.tzinfo is UTC
        # Whenever somebody looks before it, it is this one.
        assert next_tick(schedule, "s1", moment + (coming - moment) * random.random()) == coming
        seen.append(moment := coming)
    assert len(seen) == (0 if schedule.suspended or not schedule else 5)
    assert bool(explain(schedule)) == bool(schedule)


def test_at_a_tick_the_next_one_is_the_following() -> None:
    schedule = Schedule(every_seconds=3600)
    for number in range(1_000):
        tick = next_tick(schedule, f"s{number}", NOW) or NOW
        assert next_tick(schedule, f"s{number}", tick) == tick + timedelta(hours=1), number


def test_how_late_a_tick_may_begin() -> None:
    hour, minute = timedelta(hours=1), timedelta(minutes=1)
    always, never = Schedule(every_seconds=7200), Schedule(every_seconds=7200, missed="skip")
    within = Schedule(every_seconds=7200, start_within_seconds=1800)
    tick = next_tick(always, "s1", NOW) or NOW
    for schedule, late, begins in (
        (always, 100 * hour, True),
        (never, minute, True),
        (never, 11 * minute, False),
        (never, 2 * hour + minute, True),  # the newest tick counts, whatever was missed before it
        (within, 29 * minute, True),
        (within, 31 * minute, False),
        (Schedule(cron="0 0 1 1 *", missed="skip"), 2 * hour, False),
    ):
        assert in_time(schedule, "s1", tick + late) is begins, (schedule, late)


def test_sources_of_one_midnight_are_spread_over_ten_minutes() -> None:
    schedule = Schedule(cron="0 0 * * *", time_zone="Europe/Berlin")
    midnight = datetime(2026, 11, 30, tzinfo=BERLIN).astimezone(UTC)
    begins = sorted(next_tick(schedule, f"s{n}", NOW) or NOW for n in range(1000))
    assert midnight <= begins[0] and begins[-1] < midnight + SPREAD
    assert max(later - sooner for sooner, later in pairwise(begins)) < timedelta(seconds=15)
    hourly = [next_tick(Schedule(cron="@hourly"), f"s{n}", NOW) or NOW for n in range(100)]
    assert max(hourly) < NOW.replace(hour=10, minute=0) + timedelta(minutes=6)


@pytest.mark.parametrize("month", [3, 10])
def test_a_day_has_one_tick_when_the_clock_changes(month: int) -> None:
    schedule = Schedule(cron="30 2 * * *", time_zone="Europe/Berlin")
    moment = datetime(2027, month, 25, 12, tzinfo=UTC)
    days = []
    for _ in range(8):
        coming = next_tick(schedule, "s1", moment)
        assert coming is not None
        days.append(coming.astimezone(BERLIN).date())
        moment = coming
    assert days == [days[0] + timedelta(days=n) for n in range(8)]


def test_a_source_that_fails_waits_longer_up_to_a_day() -> None:
    assert [pause_after(n) for n in (0, 4, 5, 6)] == [timedelta(hours=h) for h in (0, 0, 1, 2)]
    assert pause_after(10) == pause_after(10_000) == timedelta(days=1)
