"""Pages that only lead to another one: a meta refresh, a script that replaces the location, a frameset, an
empty page whose canonical link names another. What a reader sees is their target, so they are redirects.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from docspasta.refresh import SOON
from docspasta.urls import origin, path

from .head import Head, refresh_of
from .page import Page
from .query import css
from .resolve import Resolver
from .wall_phrases import CHALLENGE

REFRESH_WORDS = 300  # a page with more is one that reloads or shows slides
STUB_WORDS = 50  # "You are being redirected. If nothing happens, click here."
_LOCATION = re.compile(
    r"""\blocation(?:\.href)?\s*=(?!=)\s*(?P<a>["'`])(?P<set>[^"'`\\$]{1,2000})(?P=a)"""
    r"""|\blocation\.(?:replace|assign)\(\s*(?P<b>["'`])(?P<call>[^"'`\\$]{1,2000})(?P=b)"""
)
_SETS = re.compile(r"\blocation(?:\.href)?\s*=(?!=)|\blocation\.(?:replace|assign)\(")
_MOVED = re.compile(
    r"^(?:redirect(?:ing|ion|ed)?\b|moved\b"
    r"|(?:the |this )?(?:page|site|docs|documentation|document|manual|wiki)"
    r"(?: has| have| was)?(?: been)? moved\b"
    r"|(?:diese |die )?(?:seite|dokumentation|doku)(?: ist| wurde)? (?:umgezogen|verschoben)|umgezogen\b"
    r"|(?:cette |la )?(?:page|documentation)(?: a été)? (?:déplacée|redirigée)|redirection\b"
    r"|(?:esta |la |a )?(?:página|documentación|documentação)(?: se)?(?: ha| foi)?"
    r" (?:movid\w|trasladad\w|redirigid\w)"
    r"|(?:эта )?страница перемещена|перенаправление|页面已(?:移动|迁移)|(?:この)?ページは移動しました)",
    re.I,
)
_MOVED_WORDS = 30  # "This page has moved; click here."
_SCRIPT = 4_000  # characters of a script that does no more than lead on
_MAIN_FRAME = re.compile(r"main|content|class|body|right|text|detail|topic", re.I)


class Leads(NamedTuple):
    """Where a stub leads, '' for a page that is none; and for a frameset the sources of all its frames."""

    target: str = ""
    frames: tuple[str, ...] = ()


def leads(tree: LexborHTMLParser, page: Page, head: Head, resolver: Resolver) -> Leads:
    """Where the page leads to in place of itself. All URLs are absolute and canonical, and not its own."""
    if page.words >= REFRESH_WORDS:
        return Leads()
    if head.refresh and head.refresh_seconds <= SOON and head.refresh != page.url:
        return Leads(head.refresh)
    if page.words >= STUB_WORDS:
        return Leads()
    if frames := _frames(tree, resolver):
        return Leads(_main_frame(frames), tuple(dict.fromkeys(frames)))
    target = _refresh_for_readers_without_scripts(tree, page, resolver) or _by_script(tree, resolver)
    target = target or _only_link(tree, page)
    if not target and page.reason == "empty" and head.canonical and path(head.canonical) != path(page.url):
        target = head.canonical
    return Leads(target if target != page.url else "")


def _frames(tree: LexborHTMLParser, resolver: Resolver) -> dict[str, str]:
    """The sources of a frameset's frames in document order, with their names."""
    found: dict[str, str] = {}
    for node in tree.tags("frame"):
        attributes = node.attributes
        target = resolver.resolve(attributes.get("src") or "")[0] if attributes.get("src") else ""
        if target:
            found.setdefault(target, attributes.get("name") or "")
    return found


def _main_frame(frames: dict[str, str]) -> str:
    """The frame that holds the text: by its name, else the last, for menus stand to the left and above."""
    named = [target for target, name in frames.items() if _MAIN_FRAME.search(name)]
    return (named or list(frames))[-1]


def _refresh_for_readers_without_scripts(tree: LexborHTMLParser, page: Page, resolver: Resolver) -> str:
    """A refresh in the body or in a <noscript>. It may lead to "please enable JavaScript": only one that the
    page itself links to leads on."""
    linked = {link.url for link in page.links}
    for node in css(tree.root, "meta[http-equiv]"):
        seconds, target = refresh_of(node.attributes, resolver)
        if target in linked and seconds <= SOON:
            return target
    return ""


def _by_script(tree: LexborHTMLParser, resolver: Resolver) -> str:
    """Where a short script of the page's own leads: the last place it names, for others stand under
    conditions. A page that loads scripts is an application."""
    text = _own_script(tree)
    if len(text) > _SCRIPT:
        return ""
    named = (resolver.resolve(found["set"] or found["call"])[0] for found in _LOCATION.finditer(text))
    targets = [target for target in named if target]
    return targets[-1] if targets else ""


def _own_script(tree: LexborHTMLParser) -> str:
    """What the page's own scripts say; '' for a page that loads others."""
    scripts = css(tree.root, "script")
    if any(node.attributes.get("src") for node in scripts):
        return ""
    loaded = tree.body.attributes.get("onload") if tree.body is not None else ""
    return "\n".join((*(_text(node) for node in scripts), loaded or ""))


def _only_link(tree: LexborHTMLParser, page: Page) -> str:
    """The only link of a page that says that it has moved, or whose script leads to what it has worked out;
    or the only frame of a page without text."""
    targets = {link.url for link in page.links} - {page.url}
    if len(targets) != 1:
        return ""
    said = (page.title, *(heading.text for heading in page.headings[:1]), page.markdown)
    moved = page.words < _MOVED_WORDS and any(_MOVED.search(text.strip()) for text in said)
    script = _own_script(tree)
    by_script = bool(script) and len(script) <= _SCRIPT and _SETS.search(script) is not None
    framed = page.reason == "empty" and len(tree.tags("iframe")) == 1 and not tree.tags("a")
    target = targets.pop()
    if framed and origin(target) == origin(page.url) and not CHALLENGE.search(target):
        return target
    return target if moved or by_script else ""


def _text(node: LexborNode) -> str:
    return node.text_lexbor() or ""
