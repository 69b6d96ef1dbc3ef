"""Whether a page of few words is a shell, which a script would fill, or a short page that is whole. Pure.

What tells them apart is the place for the content: a shell has one and it is empty, or holds a notice to
wait. Words of its own make a page a short one, whatever scripts it loads.
"""

from __future__ import annotations

import re
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from .held_api import READERS, names_api
from .query import css, css_first

NOTICE_WORDS: Final = 40  # a page with more says something of its own
_MOUNT: Final = (
    "#root,#app,#__next,#__nuxt,#___gatsby,#__docusaurus,#svelte,#docs-app,#docute,#storybook-root,#swagger-ui,"
    "#redoc,app-root,[data-reactroot],[ng-app],[ng-view],[ng-version]," + READERS
)
# What stands in the place of the content until there is some, or when there is never any.
_NOTICE: Final = re.compile(
    r"(?:(?:please )?wait|loading|initiali[sz]ing|starting)\b[\w ,]{0,60}[.…!]*(?: please wait[.…!]*)?$"
    r"|please (?:enable|activate|turn on) javascript|(?:you need|you have) to enable javascript"
    r"|(?:this|the) (?:\w+ )?(?:app\w*|page|site|website|document\w*) (?:requires|needs) javascript"
    r"|javascript is (?:required|disabled|needed)|we're sorry but .{1,60} without javascript"
    r"|an unhandled error has occurred|no preview sorry, but you either have no stories",
    re.I,
)
_BINDING: Final = re.compile(r"\{\{[^{}]{0,200}\}\}|\[\[[^\[\]]{0,200}\]\]")
_MARKS: Final = re.compile(r"[#*_`>\\\s]+")
# Scripts that count, sell, search or decorate, and fill no page: by whose they are, and by their own names.
_OTHERS: Final = re.compile(
    r"analytics|gtag|gtm\.js|googletagmanager|plausible|matomo|piwik|umami|fathom|hotjar|segment\.|posthog|sentry|"
    r"adsbygoogle|doubleclick|hs-scripts|intercom|crisp\.chat|disqus|giscus|utteranc|polyfill\.io",
    re.I,
)
_HELPERS: Final = re.compile(
    r"(?<![a-z\d_])(?:beacon|counter|cookie|consent|jquery|bootstrap|modernizr|mathjax|katex|prism|highlight|mermaid|"
    r"theme|search|searchtools|doctools|email-decode|copybutton|clipboard|sw-register)[^/]*$",
    re.I,
)
_IMPORTS: Final = re.compile(r"\bimport\s*\(\s*[\"'`]|^\s*import\s*[\"'`{*\w]", re.M)
_FEW_LINKS: Final = 3  # a menu that the server wrote


def is_unrendered(tree: LexborHTMLParser, words: int) -> bool:
    """Whether a page is a shell. `words`: of its text, which are too few to be a page."""
    if css_first(tree.root, "script") is None:
        return False
    if any(not words or _is_open(node) for node in css(tree.root, _MOUNT)):
        return True
    fills = _fills(tree)
    if words:
        return fills and (_is_notice(_text(tree.body)) or _is_slotted(tree))
    if any("javascript" in _text(node).lower() for node in css(tree.root, "noscript")):
        return fills
    return fills and (_has_element_of_its_own(tree) or len(css(tree.root, "a[href]")) < _FEW_LINKS)


def is_placeholder(tree: LexborHTMLParser, markdown: str, words: int) -> bool:
    """Whether what a page says is no text, but stands where a script will put some."""
    if words >= NOTICE_WORDS or not _fills(tree):
        return False
    if names_api(tree):  # what else it says stands beside the reader, or in its slots
        return True
    said = _MARKS.sub(" ", markdown).strip()
    if "{{" in said and not _BINDING.sub("", said).strip():
        return True
    return _is_notice(said) and css_first(tree.root, "main h1,[role=main] h1,article") is None


def _fills(tree: LexborHTMLParser) -> bool:
    """Whether it loads a script that might fill it."""
    for node in css(tree.root, "script"):
        kind, source = node.attributes.get("type") or "", node.attributes.get("src") or ""
        if source and not _OTHERS.search(source) and not _HELPERS.search(source.partition("?")[0]):
            return True
        if not source and "json" not in kind and _IMPORTS.search(_text(node)[:20_000]):
            return True
    return False


def _is_open(node: LexborNode) -> bool:
    """Whether a place for content holds none yet."""
    said = _text(node)
    return not said or _is_notice(said) or not _BINDING.sub("", said).strip()


def _is_notice(text: str) -> bool:
    return len(text.split()) < NOTICE_WORDS and _NOTICE.match(_MARKS.sub(" ", text).strip()) is not None


def _has_element_of_its_own(tree: LexborHTMLParser) -> bool:
    """Whether a custom element without text stands in the body itself: it draws all that there is."""
    body = tree.body
    return body is not None and any("-" in (node.tag or "") and not _text(node) for node in body.iter())


def _is_slotted(tree: LexborHTMLParser) -> bool:
    """Whether all that the body has is a custom element with a heading in it, and it draws the rest."""
    own = [node for node in tree.body.iter() if node.tag not in _UNSEEN] if tree.body is not None else []
    if not own or not all("-" in (node.tag or "") for node in own):
        return False
    return css_first(tree.body, "main,article,p,pre,table,ul,ol,dl,section") is None


def _text(node: LexborNode | None) -> str:
    """The text of an element without that of its scripts and styles; of a script, its own."""
    if node is None:
        return ""
    if node.tag in ("script", "noscript"):
        return node.text_lexbor() or ""
    pieces = (
        each.text_lexbor() or ""
        for each in node.traverse(include_text=True)
        if each.tag == "-text" and (each.parent is None or each.parent.tag not in _UNSEEN)
    )
    return " ".join(" ".join(pieces).split())


_UNSEEN: Final = frozenset(("script", "style", "noscript", "template", "svg"))
