"""A refresh as HTML and HTTP write it: `0; url=/docs/`, in <meta http-equiv=refresh> and in the header. Pure.

The rule is HTML's "shared declarative refresh steps" (4.2.5.3).
"""

from __future__ import annotations

import re

SOON = 5  # seconds; a page that is left sooner is not there to be read
# `url=` may be missing behind a semicolon. Nothing is tried twice (`*+`): the text is the site's.
_REFRESH = re.compile(
    r"\s*+(?P<seconds>\d*+)[\d.]*+\s*+(?:[;,]\s*+(?:url\s*+=\s*+)?|url\s*+=\s*+)['\"]?\s*+(?P<url>[^'\"]++)",
    re.I,
)


def read_refresh(value: str) -> tuple[int, str]:
    """The delay in seconds and the target as written; '' when the page only loads itself again."""
    found = _REFRESH.match(value)
    return (int(found["seconds"][:9] or 0), found["url"].strip()) if found is not None else (0, "")
