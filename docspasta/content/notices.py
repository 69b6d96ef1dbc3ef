"""Pages that only say why there is no page: down, asked too often, shut, or none at this address, whatever
the status said. Pure.

A title that says it is enough where the page has hardly another word, no code, and an address that does not
name the topic; else its text must say what to do, as such notices do.
"""

from __future__ import annotations

from .notice_phrases import (
    FORBIDDEN,
    LATER,
    MAINTENANCE,
    MISSING,
    NO_PAGE,
    NO_PAGE_SAID,
    NOT_ALLOWED,
    SERVER,
    SERVER_ERROR,
    SERVER_SAYS,
    SLOWER,
    STATUS,
    TOO_OFTEN,
    UNAUTHORIZED,
)
from .page import Page

NOTICE_WORDS = 80
NOTICE_LINKS = 15  # a page of documentation has its site's menu; a notice may have a short one
_ALONE = 40  # words of a page that is an error, and nothing else
_BARE = 10  # words of a page that is a status
_SIGNED = 12  # words of an error with the name of the server below it
_SENTENCE = 60  # words of a page that says in a sentence that there is none


def notice(page: Page, titles: list[str], said: str, *, named: bool) -> str:
    """The PageReason of a notice, '' for a page. `said`: all that the page says; `named`: whether its address
    tells that it is about such things."""
    if page.words >= NOTICE_WORDS:
        return ""
    titles = [title.strip() for title in titles]
    few = len(page.links) < NOTICE_LINKS
    alone = page.words < _ALONE and not named and "```" not in page.markdown
    if few and any(map(MAINTENANCE.search, titles)) and LATER.search(said):
        return "maintenance"
    if few and any(map(TOO_OFTEN.search, titles)) and SLOWER.search(said):
        return "rate_limited"
    if few and page.words < _ALONE and any(map(SERVER_ERROR.search, titles)):
        return "maintenance" if _is_of_server(page, said) else ""
    missing = [title for title in titles if NO_PAGE.search(title)]
    if missing and (MISSING.search(said) or (alone and _is_alone(page, missing))):
        return "not_found"
    return "not_found" if page.words < _SENTENCE and NO_PAGE_SAID.search(said) else ""


def _is_alone(page: Page, titles: list[str]) -> bool:
    """Whether a page is its title: that there is no such page, or a status and hardly another word."""
    return page.words < _BARE or not all(map(STATUS.search, titles))


def is_refused(page: Page, titles: list[str], said: str, *, named: bool) -> str:
    """The PageReason of a server's own 401 or 403 with another status, '' for a page."""
    if page.words >= _ALONE or len(page.links) >= NOTICE_LINKS or named:
        return ""
    titles = [title.strip() for title in titles]
    speaks = NOT_ALLOWED.search(said) is not None or SERVER.search(said) is not None
    if speaks and any(map(UNAUTHORIZED.search, titles)):
        return "sign_in"
    return "challenge" if speaks and any(map(FORBIDDEN.search, titles)) else ""


def _is_of_server(page: Page, said: str) -> bool:
    """Whether a page with an error for a title is what a server writes by itself: hardly a word beside it."""
    return SERVER_SAYS.search(said) is not None or (page.words < _SIGNED and SERVER.search(said) is not None)
