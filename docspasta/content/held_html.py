"""The HTML of a page that draws itself from the JSON it holds: a script's `html`, beside its `title`. Pure.

Diplodoc writes its pages so. Only pages that say nothing without a browser are looked at.
"""

from __future__ import annotations

import json
from html import escape, unescape
from typing import Any, Final

from selectolax.lexbor import LexborHTMLParser

from .query import css

_SELECTOR: Final = 'script[type="application/json"]'
_MOST_SCRIPTS: Final = 10
_LONGEST: Final = 4 * 1024 * 1024  # characters of a script that is read
_FEWEST: Final = 20  # characters of HTML that is a page's
_DEPTH: Final = 3  # objects around the one that holds it
_MOST_VALUES: Final = 200  # of an object


def held_html(tree: LexborHTMLParser) -> str:
    """The page as its script would draw it, with its own head; '' when no script holds HTML."""
    for script in css(tree.root, _SELECTOR)[:_MOST_SCRIPTS]:
        text = script.text_lexbor() or ""
        if len(text) > _LONGEST or '"html"' not in text:
            continue
        try:
            found = _holder(json.loads(text), _DEPTH)
        except (ValueError, RecursionError):
            continue
        if found is not None:
            return _drawn(found, tree)
    return ""


def _holder(value: Any, depth: int) -> dict[str, Any] | None:
    """The first object that holds HTML."""
    if not isinstance(value, dict):
        return None
    html = value.get("html")
    if isinstance(html, str) and len(html) >= _FEWEST and html.lstrip().startswith(("<", "&lt;")):
        return value
    if depth:
        for each in list(value.values())[:_MOST_VALUES]:
            if (found := _holder(each, depth - 1)) is not None:
                return found
    return None


def _drawn(found: dict[str, Any], tree: LexborHTMLParser) -> str:
    html = found["html"].lstrip()
    if html.startswith("&lt;"):
        html = unescape(html)
    if "application/json" in html:  # a page is drawn once
        return ""
    title = found.get("title")
    heading = f"<h1>{escape(title)}</h1>" if isinstance(title, str) and title and "<h1" not in html else ""
    head = tree.head.html if tree.head is not None else ""
    return f"<!doctype html><html>{head}<body><main>{heading}{html}</main></body></html>"
