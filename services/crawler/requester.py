"""For whom a request is sent. Pure data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from docspasta import urls

from .cookies import Jar


class OwnHeaders(NamedTuple):
    """Request headers of a job: for one origin only."""

    origin: str = ""
    headers: Sequence[tuple[str, str]] = ()

    def for_url(self, url: str) -> Sequence[tuple[str, str]]:
        """The headers, if `url` is of their origin."""
        return self.headers if self.headers and urls.origin(url) == self.origin else ()


NO_HEADERS = OwnHeaders()


def always() -> bool:
    """For whom nothing waits anywhere."""
    return True


class Requester(NamedTuple):
    """For whom requests are sent, and what they may use.

    `user` bears the cost (anonymous users of one address as one): each has a share of what many wait for.
    `private_origin` is the one private origin that the job may reach. `may_grow` says whether a body may
    become a large one now: not while much of the user waits to be converted.
    """

    user: str = ""
    private_origin: str = ""
    own: OwnHeaders = NO_HEADERS
    cookies: Jar | None = None
    may_grow: Callable[[], bool] = always


NOBODY = Requester()
