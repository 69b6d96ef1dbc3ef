"""What an element's own style makes of it, where its tag and its classes say nothing: code, lines, a block,
boxes beside each other.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from .family import Role
from .hidden import keeps_lines
from .tags import tag_set

_SPACE: Final = re.compile(r"\s+")
_LINE_ENDS: Final = re.compile(r"white-space(?:-collapse)?:(?:pre-line|pre-wrap|preserve-breaks)(?=;|!|$)")
_KEPT: Final = re.compile(r"white-space:(?:pre|break-spaces)(?=;|!|$)")
_SPREADS: Final = re.compile(r"(?:^|;)display:(?:inline-)?(?:flex|grid)(?=;|!|$)")
_BLOCK: Final = re.compile(r"(?:^|;)display:(?:block|table|list-item|flow-root)(?=;|!|$)")
_PREFORMATTED: Final = tag_set("div p span code samp tt kbd font figure blockquote section")
_LINED: Final = tag_set("div p span font blockquote section td th dd li")
_CELLS: Final = tag_set("td th dd li")
_SPREAD: Final = tag_set("div p span section header a font")
_INLINE: Final = tag_set("span font small big label time")  # that are nothing but their text


@lru_cache(maxsize=4096)
def role_by_style(tag: int, style: str) -> Role:
    """The role that a `style` attribute gives an element with this tag, or NONE."""
    if tag in _PREFORMATTED and keeps_lines(style):
        return Role.PREFORMATTED
    plain = _SPACE.sub("", style).lower()
    if tag in _LINED and _LINE_ENDS.search(plain) is not None:
        return Role.LINES
    if tag in _CELLS and _KEPT.search(plain) is not None:
        return Role.LINES
    if tag in _INLINE and _BLOCK.search(plain) is not None:
        return Role.BLOCK
    return Role.SPREAD if tag in _SPREAD and _SPREADS.search(plain) is not None else Role.NONE
