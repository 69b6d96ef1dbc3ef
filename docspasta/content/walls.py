"""What a site answers in a page's place: a check for robots, a sign-in, a question for consent, a notice that
it is down or was asked too often, or, with status 200, that there is no such page.

Only pages of few words are looked at: a wall says one thing. Each kind needs a mark that a page of
documentation does not have: a challenge's own script, a form for a password that is the page, or a title that
says it together with what such notices tell the reader to do.
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from .page import Page
from .query import css, css_first
from .tags import TAGS
from .wall_phrases import (
    ACCEPT,
    CAPTCHA,
    CAPTCHA_WORDS,
    CHALLENGE,
    CHALLENGE_SAID,
    CHALLENGE_SAID_WORDS,
    CHALLENGE_TEXT,
    CHALLENGE_TITLE,
    CHALLENGE_WORDS,
    CONSENT,
    HUMAN,
    LATER,
    LOGIN_PATH,
    MAINTENANCE,
    MISSING,
    NO_ACCESS,
    NO_PAGE,
    NO_PAGE_SAID,
    PROTECTED,
    SERVER,
    SERVER_ERROR,
    SERVER_SAYS,
    SIGN_IN,
    SLOWER,
    TOO_OFTEN,
)

WALL_WORDS = 150
NOTICE_WORDS = 80
NOTICE_LINKS = 15  # a page of documentation has its site's menu; a notice may have a short one
FORM_WORDS = 80


_SCRIPT = TAGS["script"]
_TAIL = re.compile(r"\s+[|–—·•-]\s+")
_WIDGETS = ".h-captcha, .g-recaptcha, .cf-turnstile, cap-widget"
_NAMES = "form input[type=email], form input[type=text], form input[name]:not([type])"
_FORM = 40  # words of a page that is a form or an error, and nothing else
_SIGNED = 12  # words of an error with the name of the server below it
_SENTENCE = 60  # words of a page that says in a sentence that there is none
_ELSEWHERE = frozenset(("header", "nav", "footer", "aside", "dialog"))


def wall(tree: LexborHTMLParser, page: Page) -> str:
    """The PageReason of what stands in the page's place, '' for a page."""
    if page.words >= WALL_WORDS:
        return ""
    said = tree.body.text_lexbor() if tree.body is not None else ""
    titles = [*_TAIL.split(page.title), *(heading.text for heading in page.headings[:2])]
    if _is_challenge(tree, page, titles, said):
        return "challenge"
    if _asks_to_sign_in(tree, page, titles, said):
        return "sign_in"
    if _asks_for_consent(tree, page, titles):
        return "consent"
    return _notice(page, titles, said)


def _is_challenge(tree: LexborHTMLParser, page: Page, titles: list[str], said: str) -> bool:
    titled = any(CHALLENGE_TITLE.search(title) for title in titles)
    told = titled and CHALLENGE_TEXT.search(said) is not None
    names: list[str] = []
    scripts: list[str] = []
    for node in css(tree.root, "script, iframe, [id]"):
        attributes = node.attributes
        names.append(f"{attributes.get('id') or ''} {attributes.get('src') or ''}")
        if node.tag_id == _SCRIPT:
            scripts.append(node.text_lexbor() or "")
    named = "\n".join(names)
    asks = titled or (page.words < FORM_WORDS and _asks_for_a_human(said))
    if asks and _has_captcha(tree, named) and (titled or css_first(tree.root, "textarea, pre") is None):
        return True
    few = page.words < NOTICE_WORDS and len(page.links) < NOTICE_LINKS
    if few and _says(said, CHALLENGE_SAID_WORDS, CHALLENGE_SAID):
        return True
    return told or _says("\n".join((named, *scripts)), CHALLENGE_WORDS, CHALLENGE)


def _asks_for_a_human(said: str) -> bool:
    small = said.lower()
    return any(phrase in small for phrase in HUMAN)


def _has_captcha(tree: LexborHTMLParser, named: str) -> bool:
    return _says(named, CAPTCHA_WORDS, CAPTCHA) or css_first(tree.root, _WIDGETS) is not None


def _says(text: str, words: tuple[str, ...], phrases: re.Pattern[str]) -> bool:
    """Whether a text holds one of the phrases, each of which holds one of these words in small letters."""
    small = text.lower()
    return any(word in small for word in words) and phrases.search(text) is not None


def _asks_to_sign_in(tree: LexborHTMLParser, page: Page, titles: list[str], said: str) -> bool:
    """A form for a password, or a name, that is the page's own, on a page that calls itself so; a way to one;
    or words that say that the reader may not see the page."""
    if css_first(tree.root, "input[name=SAMLRequest]") is not None:
        return True
    if page.words >= FORM_WORDS:
        return False
    closed = any(PROTECTED.search(title) for title in titles)
    if closed and len(page.links) < NOTICE_LINKS and NO_ACCESS.search(said):
        return True
    if not closed and not any(SIGN_IN.search(title) for title in titles) and not LOGIN_PATH.search(page.url):
        return False
    if any(not _is_elsewhere(node) for node in css(tree.root, "input[type=password]")):
        return True
    if closed or not (page.noindex or (page.words < _FORM and len(page.links) < NOTICE_LINKS)):
        return False
    return any(not _is_elsewhere(node) for node in css(tree.root, _NAMES))


def _is_elsewhere(node: LexborNode) -> bool:
    """Whether a field stands in what surrounds each page of a site: its header, a menu, a dialog."""
    up = node.parent
    while up is not None and up.tag != "body":
        names = (up.attributes.get("class") or "").lower()
        if up.tag in _ELSEWHERE or "modal" in names or "dropdown" in names or "navbar" in names:
            return True
        up = up.parent
    return False


def _asks_for_consent(tree: LexborHTMLParser, page: Page, titles: list[str]) -> bool:
    if len(page.links) >= NOTICE_LINKS or not any(CONSENT.search(title) for title in titles):
        return False
    buttons = css(tree.root, "form button, form input[type=submit], form [role=button], button")
    texts = (f"{node.text_lexbor() or ''} {node.attributes.get('value') or ''}" for node in buttons)
    return any(ACCEPT.search(text) for text in texts)


def _notice(page: Page, titles: list[str], said: str) -> str:
    """A page that only says why there is no page: its title says it, and its text what to do."""
    if page.words >= NOTICE_WORDS:
        return ""
    few = len(page.links) < NOTICE_LINKS
    if few and any(MAINTENANCE.search(title) for title in titles) and LATER.search(said):
        return "maintenance"
    if few and any(TOO_OFTEN.search(title) for title in titles) and SLOWER.search(said):
        return "rate_limited"
    if few and page.words < _FORM and any(SERVER_ERROR.search(title.strip()) for title in titles):
        return "maintenance" if _is_of_server(page, said) else ""
    if any(NO_PAGE.search(title.strip()) for title in titles) and MISSING.search(said):
        return "not_found"
    return "not_found" if page.words < _SENTENCE and NO_PAGE_SAID.search(said) else ""


def _is_of_server(page: Page, said: str) -> bool:
    """Whether a page with an error for a title is what a server writes by itself: hardly a word beside it."""
    return SERVER_SAYS.search(said) is not None or (page.words < _SIGNED and SERVER.search(said) is not None)
