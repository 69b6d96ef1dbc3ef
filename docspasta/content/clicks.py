"""Where a click leads that a script handles and that does nothing else: `location.href = '/next'`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from selectolax.lexbor import LexborHTMLParser

_LONGEST: Final = 2_100
_LEADS: Final = re.compile(
    r"""(?:javascript:)?\s?(?:window\.|document\.|self\.|top\.|parent\.)?"""
    r"""(?:location(?:\.href)?\s?=\s?|location\.(?:assign|replace)\(\s?|open\(\s?)"""
    r"""(?P<quote>["'`])(?P<target>[^"'`\\$\s]+)(?P=quote)"""
    r"""(?:\s?,\s?["'`]\w+["'`])?\s?\)?\s?;?\s?(?:return false\s?;?)?"""
)


def buttons_lead(tree: LexborHTMLParser) -> Iterator[str]:
    """The targets of a page's buttons, as written, in document order."""
    for node in tree.tags("button"):
        handler = node.attributes.get("onclick")
        target = _target(handler) if handler and len(handler) <= _LONGEST else ""
        if target:
            yield target


@lru_cache(maxsize=256)
def _target(handler: str) -> str:
    found = _LEADS.fullmatch(" ".join(handler.split()))
    return found["target"] if found else ""
