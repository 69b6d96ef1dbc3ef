"""What one request asks for and what came back. Pure data."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from docspasta.domain import NO_VALIDATORS, Validators

NO_ANSWER_HEADERS: Mapping[str, str] = MappingProxyType({})


class Limits(NamedTuple):
    """The bounds of one exchange. `body` bytes decompressed; `total` seconds. With `validators` a body is
    wanted only if it is another one than that which they name."""

    body: int = 10 * 1024 * 1024
    total: float = 30.0
    cut: bool = False  # keep what fits of a longer body, instead of failing as too large
    coded: bool = False  # leave a body that is short enough as the site coded it
    html_only: bool = True  # fail anything else as not_html, before its body is read
    validators: Validators = NO_VALIDATORS
    accept: str = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.1"  # the Accept header


class Answer(NamedTuple):
    """What came back. `reason` '' means `body` is whole (or cut, when that was allowed)."""

    status: int = 0
    headers: Mapping[str, str] = NO_ANSWER_HEADERS
    links: str = ""  # its `Link:` headers
    robots_tags: tuple[str, ...] = ()  # raw X-Robots-Tag headers
    content_type: str = ""
    charset: str = ""
    body: bytes = b""
    coding: str = ""  # what the body is still coded with
    location: str = ""  # of a redirect, as sent
    reason: str = ""
    detail: str = ""
    passing: bool = False  # the same request may fare better later
    retry_after: float | None = None  # seconds that the site asked for
    bytes_fetched: int = 0  # of the body as it came over the network
    was_cut: bool = False
    redirects: int = 0  # how many were followed to come here
    sent_cookies: str = ""  # the Cookie header of the request
    validators: Validators = NO_VALIDATORS  # of the body, or of the one that is still the same
    unchanged: bool = False  # there is no body, for it is the one that was asked about
    new_cookies: bool = False  # it set cookies that its origin had not set before
