"""A word that Sandcastle's pages leave to a script, for it is another in each language: the `.` or `::`
between names, `()` behind them. It is read as C# has it.
"""

from __future__ import annotations

import html
import re
from typing import Final

from selectolax.lexbor import LexborNode

from .walk import SKIP, Attributes, Opened, Walk

_TEXTS: Final = re.compile(r'AddLanguageSpecificTextSet\("[^"?]*\?([^"]*)"\)')


def language_text(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """The script behind the place of such a word: `AddLanguageSpecificTextSet("place?cs=.|cpp=::")`."""
    found = _TEXTS.search(node.text_lexbor())
    if found is not None:
        texts = {name: text for name, _, text in (part.partition("=") for part in found[1].split("|"))}
        text = texts.get("cs", texts.get("nu", ""))
        if text:
            walk.text(html.unescape(text))
    return SKIP
