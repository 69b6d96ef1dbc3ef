"""Questions to a tree in CSS. One engine a thread answers them: to start one for each page costs as much as
parsing a small page."""

from __future__ import annotations

import threading
from typing import Final

from selectolax.lexbor import LexborCSSSelector, LexborNode


class _Engine(threading.local):
    def __init__(self) -> None:
        engine = LexborCSSSelector()  # type: ignore[no-untyped-call]
        self.find = engine.find
        self.find_first = engine.find_first  # type: ignore[attr-defined]  # its stub lacks it


_ENGINE: Final = _Engine()


def css(node: LexborNode | None, selector: str) -> list[LexborNode]:
    """The element and all in it that fit, in document order; nothing of an empty tree's root, None."""
    return _ENGINE.find(selector, node) if node is not None else []


def css_first(node: LexborNode | None, selector: str) -> LexborNode | None:
    """The first of them, or None."""
    found: list[LexborNode] = _ENGINE.find_first(selector, node) if node is not None else []
    return found[0] if found else None
