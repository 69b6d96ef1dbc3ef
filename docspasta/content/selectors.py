"""CSS selectors that people give: which can be used, judged before any page is converted with them. Pure.

A selector that is well-formed (selector_grammar.py) is asked of the parser that will use it, over a page of
three elements, so that judging one costs little whatever it says. What it costs over a page is part of that
page's CPU seconds.
"""

from __future__ import annotations

from collections.abc import Sequence

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from .selector_grammar import is_selector, without_comments

MAX_SELECTORS = 50  # in a list
MAX_SELECTOR = 1_000  # characters
WHOLE = ("html", "body")
AT_ONCE = 2_000  # characters of selectors that an event loop judges in a millisecond or two


def are_long(*lists: Sequence[str]) -> bool:
    """Whether judging these selectors belongs in a thread."""
    return sum(len(selector) for selectors in lists for selector in selectors[:MAX_SELECTORS]) > AT_ONCE


def selector_mistake(selector: str) -> str:
    """What is wrong with a selector, as a sentence, or ''."""
    return _asked(selector)[1]


def exclusion_mistake(selector: str) -> str:
    """What is wrong with a selector of what is left out, as a sentence, or ''."""
    tags, mistake = _asked(selector)
    if mistake:
        return mistake
    if taken := next((tag for tag in WHOLE if tag in tags), ""):
        return f"{selector[:100]!r} matches the <{taken}> of every page, so that nothing would be left."
    return ""


def _asked(selector: str) -> tuple[list[str], str]:
    """The tags of an empty page that it matches, and what is wrong with it."""
    if len(selector) > MAX_SELECTOR:
        return [], f"{len(selector)} characters are too many; give at most {MAX_SELECTOR}."
    plain = without_comments(selector)
    try:
        found = LexborHTMLParser("<p></p>").css(plain) if is_selector(plain) else None
    except (SelectolaxError, ValueError):
        found = None
    if found is None:
        wrong = f"{selector[:100]!r} is not a CSS selector that can be used; write it like 'main .content'."
        return [], wrong
    return [str(node.tag) for node in found], ""
