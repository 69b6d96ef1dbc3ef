"""What is known of short texts: words, punctuation and names repeat from page to page.

Asking a dictionary costs a fifth of asking a pattern, and what it holds changes no answer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from .escape import code_in_line, collapsed, is_plain

T = TypeVar("T")
_LONGEST = 64  # characters of a text that is remembered; longer ones hardly ever come again
_MOST = 10_000  # texts, about 1.5 MB


class TextCache(dict[str, T]):
    """The answers that a pure function of a text gave: `known[text]` is `function(text)`."""

    def __init__(self, function: Callable[[str], T]) -> None:
        self.function = function

    def __missing__(self, text: str) -> T:
        found = self.function(text)
        if len(text) <= _LONGEST:
            if len(self) >= _MOST:
                self.clear()
            self[text] = found
        return found


COLLAPSED = TextCache(collapsed)
IS_PLAIN = TextCache(is_plain)
CODE = TextCache(code_in_line)
