"""What a site answers in a page's place: a check for robots, a sign-in, a question for consent, or a notice
(`notices.py`).

Only pages of few words are looked at: a wall says one thing. Each kind needs a mark that a page of
documentation does not have: a challenge's own script, a form that is the page, or a title that says it
together with what such pages tell the reader to do. Where the address names what the title says
(`/errors/404`, `/login-forms`), the page is about it, so more is asked of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from docspasta.urls import path

from .notices import NOTICE_LINKS, is_refused, notice
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
    LOGIN_PATH,
    NO_ACCESS,
    PROTECTED,
    SIGN_IN,
    TOPIC,
    WAY_IN,
)

STRONG_WORDS = 500  # of a page with a mark that only a challenge has: Anubis explains itself at length
WALL_WORDS = 150
NOTICE_WORDS = 80
FORM_WORDS = 80


_SCRIPT = TAGS["script"]
_TAIL = re.compile(r"\s+[|–—·・•-]\s+")
_STRONG = "script#anubis_challenge, script#anubis_version"
_WIDGETS = ".h-captcha, .g-recaptcha, .cf-turnstile, cap-widget, img[src*=captcha], input[name*=captcha]"
_NAMES = "form input[type=email], form input[type=text], form input[name]:not([type])"
_BUTTONS = "button, input[type=submit], input[type=button], [role=button], a[class*=btn], a[class*=button]"
_ASKED = "a[href*=accept], a[href*=consent], a[href*=agree]"
_FORM = 40  # words of a page that is a form or an error, and nothing else
_MOST = 0.5  # of a page's letters stand in a form that is the page
_ELSEWHERE = frozenset(("header", "nav", "footer", "aside", "dialog"))


@dataclass(frozen=True, slots=True)
class _Seen:
    """A page of few words. `said`: all its text, menus too. `named`: whether its address tells its topic."""

    tree: LexborHTMLParser
    page: Page
    titles: list[str]
    said: str
    few_links: bool
    named: bool

    def titled(self, phrases: re.Pattern[str]) -> bool:
        return any(phrases.search(title.strip()) for title in self.titles)

    def shows_code(self) -> bool:
        return css_first(self.tree.root, "textarea, pre") is not None


def wall(tree: LexborHTMLParser, page: Page) -> str:
    """The PageReason of what stands in the page's place, '' for a page."""
    few_links = len(page.links) < NOTICE_LINKS
    if page.words >= WALL_WORDS:
        strong = few_links and page.words < STRONG_WORDS and css_first(tree.root, _STRONG) is not None
        return "challenge" if strong else ""
    said = tree.body.text_lexbor() if tree.body is not None else ""
    titles = [*_TAIL.split(page.title), *(heading.text for heading in page.headings[:2])]
    named = TOPIC.search(path(page.url)) is not None
    seen = _Seen(tree, page, titles, said, few_links, named)
    if _is_challenge(seen):
        return "challenge"
    if _asks_to_sign_in(seen):
        return "sign_in"
    if _asks_for_consent(seen):
        return "consent"
    return notice(page, titles, said, named=named) or is_refused(page, titles, said, named=named)


def _is_challenge(seen: _Seen) -> bool:
    tree, page, said = seen.tree, seen.page, seen.said
    titled = seen.titled(CHALLENGE_TITLE)
    told = titled and CHALLENGE_TEXT.search(said) is not None
    names: list[str] = []
    scripts: list[str] = []
    for node in css(tree.root, "script, iframe, [id]"):
        attributes = node.attributes
        names.append(f"{attributes.get('id') or ''} {attributes.get('src') or ''}")
        if node.tag_id == _SCRIPT:
            scripts.append(node.text_lexbor() or "")
    marks = "\n".join(names)
    asks = titled or (page.words < FORM_WORDS and _asks_for_a_human(said))
    if asks and _has_captcha(tree, marks) and (titled or not seen.shows_code()):
        return True
    few = page.words < NOTICE_WORDS and seen.few_links
    if few and _says(said, CHALLENGE_SAID_WORDS, CHALLENGE_SAID):
        return True
    return told or _says("\n".join((marks, *scripts)), CHALLENGE_WORDS, CHALLENGE)


def _asks_for_a_human(said: str) -> bool:
    small = said.lower()
    return any(phrase in small for phrase in HUMAN)


def _has_captcha(tree: LexborHTMLParser, marks: str) -> bool:
    return _says(marks, CAPTCHA_WORDS, CAPTCHA) or css_first(tree.root, _WIDGETS) is not None


def _says(text: str, words: tuple[str, ...], phrases: re.Pattern[str]) -> bool:
    """Whether a text holds one of the phrases, each of which holds one of these words in small letters."""
    small = text.lower()
    return any(word in small for word in words) and phrases.search(text) is not None


def _asks_to_sign_in(seen: _Seen) -> bool:
    """A form for a password, or a name, that is the page's own, on a page that calls itself so or is nothing
    else; a way to one; or words that say that the reader may not see the page."""
    tree, page = seen.tree, seen.page
    if css_first(tree.root, "input[name=SAMLRequest]") is not None:
        return True
    if page.words >= FORM_WORDS:
        return False
    closed = seen.titled(PROTECTED)
    if seen.few_links and NO_ACCESS.search(seen.said) and (closed or _has_way_in(seen)):
        return True
    called = closed or seen.titled(SIGN_IN) or LOGIN_PATH.search(page.url) is not None
    alone = page.words < _FORM and seen.few_links
    if any(not _is_elsewhere(node) for node in css(tree.root, "input[type=password]")):
        return called or (alone and not seen.named and not seen.shows_code())
    if closed or not called or not (page.noindex or alone):
        return False
    return any(not _is_elsewhere(node) for node in css(tree.root, _NAMES))


def _has_way_in(seen: _Seen) -> bool:
    """Whether a page of hardly any words leads to a sign-in, or is one of its buttons."""
    if seen.page.words >= _FORM or seen.shows_code():
        return False
    if LOGIN_PATH.search(seen.page.url):
        return True
    ways = (node.attributes.get("href") or "" for node in css(seen.tree.root, "a[href]"))
    return not seen.named and any(WAY_IN.search(href) for href in ways)


def _is_elsewhere(node: LexborNode) -> bool:
    """Whether a field stands in what surrounds each page of a site: its header, a menu, a dialog."""
    up = node.parent
    while up is not None and up.tag != "body":
        names = (up.attributes.get("class") or "").lower()
        if up.tag in _ELSEWHERE or "modal" in names or "dropdown" in names or "navbar" in names:
            return True
        up = up.parent
    return False


def _asks_for_consent(seen: _Seen) -> bool:
    """A button to accept, on a page that is called by what it asks for or is nothing but its form."""
    if not seen.few_links or seen.shows_code():
        return False
    buttons = [*css(seen.tree.root, _BUTTONS), *css(seen.tree.root, _ASKED)]
    accepting = [node for node in buttons if ACCEPT.search(_label(node))]
    if not accepting:
        return False
    if seen.titled(CONSENT) and (not seen.named or "consent" in path(seen.page.url).lower()):
        return True
    return CONSENT.search(seen.said) is not None and any(_is_the_page(node, seen.said) for node in accepting)


def _label(node: LexborNode) -> str:
    return f"{node.text_lexbor() or ''} {node.attributes.get('value') or ''}"


def _is_the_page(button: LexborNode, said: str) -> bool:
    """Whether most of the page's text stands in the form of a button."""
    up = button.parent
    while up is not None and up.tag != "form":
        up = up.parent
    return up is not None and len(up.text_lexbor() or "") >= _MOST * len(said)
