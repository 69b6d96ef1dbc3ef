"""What the lastmods of a source's sitemaps are worth: judged by the pages that changed, and by nothing else.

A page that did not change says nothing: its lastmod may be right, or never be touched. So pages are counted
that changed, and whose lastmod did too. One that changed and kept its lastmod ends all trust.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import NamedTuple

from docspasta.lastmod import settled
from docspasta.store.conversions import Kept

HELD = 10  # changed pages whose lastmod changed with them, until it is trusted


class Judged(NamedTuple):
    """Pages that changed: those whose lastmod did so, too, and those whose lastmod stayed what it was."""

    held: int = 0
    lied: int = 0


def is_trusted(held: int, *, asked: bool) -> bool:
    """Whether requests are spared; `asked`: somebody wants it so."""
    return asked or held >= HELD


def judged(was: Kept, now: str | None) -> Judged:
    """What a page that changed says, of which `was` is kept, and which has the lastmod `now`."""
    if not was.lastmod or not now:
        return Judged()
    return Judged(lied=1) if was.lastmod == now else Judged(held=1)


def noted(row: Kept, lastmods: Mapping[str, str], was: Kept | None, today: date | None = None) -> Kept:
    """The row with what is known of its page's lastmod. `was`: what is kept of the same bytes; where the
    sitemap was not read yet, its lastmod still holds."""
    now = lastmods.get(row.url_key)
    if now is None:
        return row._replace(lastmod=was.lastmod) if was is not None else row
    return row._replace(lastmod=settled(now, today or datetime.now(UTC).date()))
