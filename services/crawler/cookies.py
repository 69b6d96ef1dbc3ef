"""Cookies of one job, for walls that let nobody in without one. Pure: no I/O, no clock but what is given.

A jar keeps what each origin set, and never shows it to another origin. It sends nothing until a wall was
met and a cookie opened it: so a site's cookies of language or session don't change what others of its pages
say, whatever the order in which they come.
"""

from __future__ import annotations

import re
import time
from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from docspasta import urls
from docspasta.domain import JobKey

MOST_ORIGINS = 32  # of one job
MOST_COOKIES = 20  # of one origin
MOST_BYTES = 4096  # of one cookie, and of all that are sent together
MOST_ATTRIBUTES = 16  # of a cookie; browsers know eight
NAME, VALUE = (
    re.compile(r"[!#-+\--:<-~]+"),
    re.compile(r"[ -~]*"),
)  # ASCII; in a name no quote, comma, semicolon
FUTILE = 3  # tries at an origin whose redirects are no walls


class Cookie(NamedTuple):
    """One cookie; `ends` is a Unix time, None for the job's life."""

    value: str
    path: str
    ends: float | None


class Jar:
    """The cookies of one job."""

    def __init__(self) -> None:
        self._of: OrderedDict[str, dict[str, Cookie]] = OrderedDict()
        self._sent_to: set[str] = set()
        self._futile: Counter[str] = Counter()

    def store(self, url: str, lines: Iterable[str], now: float | None = None) -> bool:
        """Keep the Set-Cookie headers of an answer from `url`; whether any is new or has another value."""
        now = time.time() if now is None else now
        origin, news = urls.origin(url), False
        kept = self._of.setdefault(origin, {})
        for line in lines:
            name, cookie = _read(line, url, now)
            if not name:
                continue
            if cookie is None:
                kept.pop(name, None)
            else:
                known = kept.pop(name, None)
                news = news or known is None or known.value != cookie.value
                kept[name] = cookie
                if len(kept) > MOST_COOKIES:
                    del kept[next(iter(kept))]
        if not kept:
            del self._of[origin]
        while len(self._of) > MOST_ORIGINS:
            self._of.popitem(last=False)
        return news

    def header(self, url: str, given: str = "", now: float | None = None) -> str:
        """The Cookie header of a request to `url`; `given` is the job's own, whose cookies come first. Of
        more than fit, those that were set last: it is the last one that opens a wall."""
        origin = urls.origin(url)
        if origin not in self._sent_to:
            return given
        named = {part.partition("=")[0].strip() for part in given.split(";")}
        rows = [given] if given else []
        for name, cookie in reversed([*self._fitting(url, time.time() if now is None else now)]):
            if name not in named and sum(map(len, rows)) + len(name) + len(cookie.value) < MOST_BYTES:
                rows.append(f"{name}={cookie.value}")
        return "; ".join(rows)

    def _fitting(self, url: str, now: float) -> Iterator[tuple[str, Cookie]]:
        path = "/" + url.split("/", 3)[3].partition("?")[0]
        for name, cookie in self._of.get(urls.origin(url), {}).items():
            below = path == cookie.path or path.startswith(cookie.path.rstrip("/") + "/")
            if below and (cookie.ends is None or cookie.ends > now):
                yield name, cookie

    def unsent(self, url: str, sent: str) -> bool:
        """Whether there are cookies for `url` that were not in `sent`, the Cookie header of a request: that
        one may have been on its way when another answer set them."""
        rows = set(sent.split("; "))
        fitting = self._fitting(url, time.time())
        return any(f"{name}={cookie.value}" not in rows for name, cookie in fitting)

    def may_try(self, url: str) -> bool:
        """Whether it is worth looking behind a redirect of this origin."""
        return self._futile[urls.origin(url)] < FUTILE

    @contextmanager
    def trying(self, url: str) -> Iterator[None]:
        """Send the origin's cookies while the block lasts. In vain, unless `opened` is called in it."""
        origin = urls.origin(url)
        known, tries = origin in self._sent_to, self._futile[origin]
        self._sent_to.add(origin)
        self._futile[origin] = tries + 1
        try:
            yield
        finally:
            if not known and self._futile[origin]:
                self._sent_to.discard(origin)

    def opened(self, url: str) -> None:
        """A cookie opened the wall at `url`: this origin's are sent from now on."""
        origin = urls.origin(url)
        self._futile[origin] = 0
        self._sent_to.add(origin)


def _read(line: str, url: str, now: float) -> tuple[str, Cookie | None]:
    """Name and cookie of a Set-Cookie header (RFC 6265 5.2); no name: unusable; no cookie: taken away."""
    pair, *attributes = line[: 2 * MOST_BYTES + 1].split(";", MOST_ATTRIBUTES)
    name, equals, value = (part.strip() for part in pair.partition("="))
    if not equals or not name or len(line) > 2 * MOST_BYTES or len(name) + len(value) > MOST_BYTES:
        return "", None
    if not NAME.fullmatch(name) or not VALUE.fullmatch(value):
        return "", None
    path = "/" + url.split("/", 3)[3].partition("?")[0].rpartition("/")[0]
    ends: float | None = None
    for attribute in attributes:
        key, _, text = (part.strip() for part in attribute.partition("="))
        match key.lower():
            case "path" if text.startswith("/"):
                path = text
            case "secure" if not url.startswith("https:"):
                return "", None
            case "max-age" if text.lstrip("-").isdigit():
                return name, Cookie(value, path, now + int(text[:10])) if not text.startswith("-") else None
            case "expires":
                ends = _time(text)
    return name, None if ends is not None and ends <= now else Cookie(value, path, ends)


def _time(text: str) -> float | None:
    try:
        return parsedate_to_datetime(text).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None


class Jars:
    """A jar for each job of this process; those that were used longest ago go first."""

    def __init__(self, most: int = 1024) -> None:
        self._most = most
        self._of: OrderedDict[JobKey, Jar] = OrderedDict()

    def of(self, job: JobKey) -> Jar:
        """The jar of a job."""
        jar = self._of.setdefault(job, Jar())
        self._of.move_to_end(job)
        if len(self._of) > self._most:
            self._of.popitem(last=False)
        return jar
