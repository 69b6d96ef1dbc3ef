"""When a source is crawled by itself: ticks of a cron line in a time zone, or every so many seconds. Pure.

The words mean what Kubernetes' CronJob means by them; around changes of the clock ticks are Debian cron's
(cronsim): a fixed hour that is skipped runs at once, one that is repeated runs once.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from docspasta.domain import Schedule
from docspasta.domain.source import MISSED, OVERLAPS

NAMED = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
MAX_TEXT = 100  # characters of a cron line or a zone
LOOKED_AT = 50  # ticks, for the shortest time between two
LOOKED_AHEAD = timedelta(days=5 * 366)  # where they are rare: to find one takes milliseconds
SPREAD = timedelta(minutes=10)  # over which ticks of one moment begin, at most a tenth of their period
PATIENCE = 5  # failed runs in a row after which the next one waits longer
LATE = timedelta(minutes=10)  # after which a tick is missed that begins no run then
FIRST_PAUSE, LONGEST_PAUSE = timedelta(hours=1), timedelta(days=1)


class BadSchedule(ValueError):
    """What is wrong, as a sentence, with the field."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


def check(schedule: Schedule, least: float, now: datetime) -> None:
    """Raise BadSchedule unless it can be followed, with `least` seconds between two ticks."""
    if schedule.overlap not in OVERLAPS:
        raise BadSchedule("overlap", f"{schedule.overlap[:50]!r} is not known; give skip, queue or replace.")
    if schedule.missed not in MISSED:
        raise BadSchedule("missed", f"{schedule.missed[:50]!r} is not known; give once or skip.")
    if schedule.start_within_seconds and not 10 <= schedule.start_within_seconds <= 366 * 86_400:
        raise BadSchedule(
            "start_within_seconds",
            f"{schedule.start_within_seconds} is out of range; give 10 to {366 * 86_400} seconds.",
        )
    if schedule.cron and schedule.every_seconds:
        raise BadSchedule("every_seconds", "Give a cron line or seconds, not both.")
    if schedule.time_zone and not schedule.cron:
        raise BadSchedule("time_zone", "A time zone belongs to a cron line.")
    if schedule.every_seconds and not least <= schedule.every_seconds <= 366 * 86_400:
        raise BadSchedule(
            "every_seconds",
            f"{schedule.every_seconds} is out of range; give {least:g} to {366 * 86_400} seconds.",
        )
    if not schedule.cron:
        return
    zone_of(schedule)
    moments = list(_coming(schedule, now))
    if not moments:
        raise BadSchedule("cron", f"{schedule.cron!r} never comes; check its day and month.")
    gaps = [(later - tick).total_seconds() for tick, later in pairwise(moments)]
    if gaps and min(gaps) < least:
        raise BadSchedule(
            "cron", f"{schedule.cron!r} comes after {min(gaps):g} seconds; leave at least {least:g}."
        )


def _coming(schedule: Schedule, now: datetime) -> Iterator[datetime]:
    """The next ticks, as many as are looked at: those of some years, and the first one whenever it comes."""
    for tick in islice(ticks(schedule, now), LOOKED_AT):
        yield tick.astimezone(UTC)
        if tick > now + LOOKED_AHEAD:
            return


def ticks(schedule: Schedule, after: datetime) -> Iterator[datetime]:
    """The ticks of a cron line after a moment. Raises BadSchedule."""
    try:
        return iter(CronSim(line_of(schedule), after.astimezone(zone_of(schedule))))
    except CronSimError as error:
        raise BadSchedule(
            "cron", f"{schedule.cron!r} is no cron line ({error}); write it like '0 6 * * 1'."
        ) from error


def line_of(schedule: Schedule) -> str:
    """The five fields of a cron line."""
    line = NAMED.get(schedule.cron.strip().lower(), schedule.cron)
    if len(line) > MAX_TEXT or len(line.split()) != 5:
        raise BadSchedule("cron", "A cron line has five fields: minute, hour, day, month, day of the week.")
    return line


def zone_of(schedule: Schedule) -> ZoneInfo:
    """The zone of a cron line. Raises BadSchedule."""
    name = schedule.time_zone or "UTC"
    try:
        if len(name) > MAX_TEXT or not name.isascii() or not name.isprintable():
            raise ValueError(name)
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError) as error:  # ZoneInfoNotFoundError is a KeyError
        raise BadSchedule(
            "time_zone", f"{name[:MAX_TEXT]!r} is no time zone; write it like 'Europe/Berlin'."
        ) from error


def next_tick(schedule: Schedule, source_id: str, after: datetime) -> datetime | None:
    """When a source begins next after a moment; None when it has no schedule, or none that counts.

    The source's id shifts it by up to ten minutes, and never by more than a tenth of the time between two
    ticks, so that all sources of one midnight do not begin in one second.
    """
    if schedule.suspended:
        return None
    share = int.from_bytes(blake2b(source_id.encode(), digest_size=8).digest()) / 2**64
    if schedule.every_seconds:
        period = schedule.every_seconds
        whole, offset = after.timestamp(), share * period
        begins = datetime.fromtimestamp(((whole - offset) // period + 1) * period + offset, UTC)
        # At a tick itself the offset's rounding may give the same one again.
        return begins if begins > after else begins + timedelta(seconds=period)
    if not schedule.cron:
        return None
    coming = (tick.astimezone(UTC) for tick in ticks(schedule, after - SPREAD))
    tick = next(coming, None)
    for later in coming:
        assert tick is not None  # there is a later one
        begins = tick + share * min(SPREAD, (later - tick) / 10)
        if begins > after:
            return begins
        tick = later
    return tick if tick is not None and tick > after else None


def in_time(schedule: Schedule, source_id: str, now: datetime) -> bool:
    """Whether the newest tick may still begin a run.

    A late one may not when it had to start within a time, nor when missed ticks are to begin none.
    """
    if schedule.start_within_seconds:
        patience = timedelta(seconds=schedule.start_within_seconds)
    elif schedule.missed == "skip":
        patience = LATE
    else:
        return True
    newest = next_tick(schedule, source_id, now - patience)
    return newest is not None and newest <= now


def explain(schedule: Schedule) -> str:
    """A sentence for people, '' for no schedule."""
    if schedule.every_seconds:
        return f"Every {timedelta(seconds=schedule.every_seconds)}"
    if not schedule.cron:
        return ""
    return f"{CronSim(line_of(schedule), datetime.now(UTC)).explain()} ({schedule.time_zone or 'UTC'})"


def pause_after(failed: int) -> timedelta:
    """How much longer a source waits that failed so often in a row."""
    if failed < PATIENCE:
        return timedelta()
    return min(FIRST_PAUSE * (1 << min(failed - PATIENCE, 10)), LONGEST_PAUSE)
