"""What may be crawled in a day (UTC)."""

from __future__ import annotations

from docspasta.errors import ResourceExhausted
from docspasta.store.usage import Today


def refuse_over(today: Today, pages: int, bytes_fetched: int, whose: str = "You") -> None:
    """Raise ResourceExhausted when an allowance of pages or of bytes (0: no limit) is used up."""
    for what, used, limit in (("pages", today.pages, pages), ("bytes", today.bytes_fetched, bytes_fetched)):
        if limit and used >= limit:
            raise ResourceExhausted(
                f"{whose} had {used:,} {what} crawled today (UTC), and may have {limit:,} a day; "
                "go on tomorrow.",
                reason=f"too-many-{what}",
                retry_after=today.seconds_left,
            )
