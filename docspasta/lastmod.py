"""What a sitemap says of when a page was changed: a W3C date, or a date and time. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

SETTLED = timedelta(days=2)


def moment_of(lastmod: str) -> datetime | None:
    """The moment of a lastmod (of a date its beginning, in UTC), None for what is neither."""
    try:
        found = datetime.fromisoformat(lastmod)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def settled(lastmod: str, today: date) -> str:
    """`lastmod` when it is at least two days old, else '': a page that is changed once more would get another
    one. A later one may stay the same, for many name the day alone, and not everybody's."""
    moment = moment_of(lastmod)
    return lastmod if moment is not None and moment.date() <= today - SETTLED else ""


def newest_first(urls: Sequence[str], lastmods: Mapping[str, str]) -> list[int]:
    """The places of URLs in the order in which they are to be fetched: what was changed last goes first, what
    has no lastmod behind it, and else as they stand."""
    found = {url: moment for url in urls if (moment := moment_of(lastmods.get(url, "")))}
    return sorted(range(len(urls)), key=lambda at: -found[urls[at]].timestamp() if urls[at] in found else 0.0)


def pairs(pages: Iterable[str], lastmods: Sequence[str]) -> dict[str, str]:
    """The lastmods of those pages that have one."""
    return {page: lastmod for page, lastmod in zip(pages, lastmods, strict=False) if lastmod}
