"""Regular expressions of a user's own, over URLs: RE2, linear in the URL whatever the pattern. Pure."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import re2

from .urls import path, route

MEMORY = 128 * 1024  # bytes that a compiled pattern and its matching may take
# Of all patterns of a job together. At each character of a URL each step may be tried, in 5 ns: 0.1 s for the
# longest. `/docs/v[0-9]+/` has 13 steps, `[^/]{1,100}` has 903.
MOST_STEPS = 10_000


class BadPattern(ValueError):
    """A pattern that RE2 does not take; the message is a sentence for people."""


def check_pattern(pattern: str) -> int:
    """How many steps a pattern has; a job may have MOST_STEPS. Raises BadPattern with what is wrong."""
    try:
        return int(_compiled(pattern).programsize)
    except re2.error as error:
        why = error.args[0].decode() if isinstance(error.args[0], bytes) else str(error)
        raise BadPattern(
            f"the regular expression {pattern[:100]!r} cannot be used ({why}); RE2 has no back-references "
            f"and no look-around"
        ) from error


def found_in(pattern: str, url: str, *, whole: bool) -> bool:
    """Whether the pattern matches somewhere in a canonical URL's path, or in the `whole` URL."""
    return _compiled(pattern).search(url if whole else route(url) or path(url)) is not None


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> Any:
    options = re2.Options()
    options.max_mem = MEMORY
    options.log_errors = False
    return re2.compile(pattern, options)
