"""read_page: bytes of HTML in, a Page out. Never raises; the work is linear in the size of the page."""

from __future__ import annotations

import hashlib
import re

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser

from docspasta.urls import BadUrl, canonical

from .charset import decode
from .choose import Chosen, choose, select
from .elements import BY_ROLE, BY_TAG, GENERAL, skip
from .find import Found
from .head import Head, base_of, read_head, title_of
from .links import links_of
from .page import Link, Options, Page
from .resolve import Resolver
from .walk import Walk

_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|\w+")
_MOUNT = "#root,#app,#__next,#__nuxt,#___gatsby,#svelte,app-root,[data-reactroot],[ng-app],[ng-version],#docs-app"
_EVENTS_OFF = int(LexborDocumentOptions.WO_EVENTS)
_DEFAULTS = Options()
_LONG_TAG = 100_000


def read_page(body: bytes, url: str, charset: str = "", options: Options = _DEFAULTS) -> Page:
    """The page that `body` is. `charset` is the one of the HTTP Content-Type, or ''.

    A page that cannot be read to the end is a Page with the reason `parse_limit`; no bytes make this raise.
    """
    try:
        return _read(body, url, charset, options)
    except (MemoryError, RecursionError):
        return Page(url=url, reason="parse_limit")
    except Exception:  # a page is data: whatever is wrong with it is a fact about it, not about us
        return Page(url=url, reason="parse_limit")


def _read(body: bytes, url: str, charset: str, options: Options) -> Page:
    if _monstrous(body):
        return Page(url=url, reason="parse_limit")
    text = decode(body, charset)
    tree = LexborHTMLParser(text, options=_EVENTS_OFF)
    if tree.root is None:
        return Page(url=url, reason="empty")
    resolver = Resolver(_base(tree, url))
    head = read_head(tree, resolver)
    chosen = choose(tuple(head.generators), text)
    links, navigation = links_of(tree, resolver, chosen.family.navigation)
    found = _content(tree, chosen, options, head.title)
    walk = Walk(resolver, chosen.roles, BY_TAG if chosen.family.name else GENERAL, BY_ROLE)
    walk.tex = "mathjax" in text or "MathJax" in text
    walk.note_suffix = hashlib.blake2b(url.encode(), digest_size=3).hexdigest()
    walk.marked.update((node.mem_id, skip) for node in found.chrome)
    for root in found.roots:
        walk.run(root)
        walk.flush()
    return _page(walk, tree, url, head, links, navigation, options)


def _base(tree: LexborHTMLParser, url: str) -> str:
    """What the page's links are joined to: its <base>, joined to its URL (HTML 4.2.3)."""
    base = base_of(tree)
    if base:
        try:
            return canonical(base, url)
        except BadUrl:
            pass
    return url


def _content(tree: LexborHTMLParser, chosen: Chosen, options: Options, title: str) -> Found:
    """The elements to read, in document order."""
    for selector in options.exclude_selectors:
        for node in tree.css(selector):
            node.decompose()
    for selector in options.include_selectors:
        found = select(tree, selector + ",")
        if found:
            return Found(found, [])
    return chosen.content(tree, title)


def _page(
    walk: Walk,
    tree: LexborHTMLParser,
    url: str,
    head: Head,
    links: tuple[Link, ...],
    navigation: tuple[str, ...],
    options: Options,
) -> Page:
    markdown, placements, headings, anchors = walk.w.finish()
    words = count_words(markdown)
    facts = {
        "url": url,
        "title": head.title or (title_of(tree.root) if tree.root is not None else ""),
        "description": head.description,
        "language": head.language,
        "generator": head.generators[-1] if head.generators else "",
        "canonical": head.canonical,
        "rel_next": head.rel_next,
        "rel_prev": head.rel_prev,
        "markdown_twin": head.markdown_twin,
        "refresh": head.refresh,
    }
    flags = {"noindex": head.noindex, "nofollow": head.nofollow}
    if words < options.min_words:
        reason = "needs_javascript" if _needs_javascript(tree) else "empty"
        return Page(**facts, **flags, reason=reason, links=links, navigation=navigation, words=words)  # type: ignore[arg-type]
    encoded = markdown.encode("utf-8", "replace")
    return Page(
        **facts,  # type: ignore[arg-type]
        **flags,  # type: ignore[arg-type]
        markdown=markdown,
        placements=placements,
        headings=headings,
        anchors=anchors,
        links=links,
        navigation=navigation,
        content_hash=hashlib.blake2b(encoded, digest_size=16).hexdigest(),
        words=words,
        tokens=(len(encoded) + 3) // 4,
    )


def count_words(markdown: str) -> int:
    """Words as people count them; each character of Chinese and Japanese is one."""
    if markdown.isascii():
        return len(markdown.split())
    return len(_WORD.findall(markdown))


def _needs_javascript(tree: LexborHTMLParser) -> bool:
    """Whether an empty page is one that a script would fill: it loads scripts, and has a place for content
    or says that it needs JavaScript."""
    if tree.css_first("script") is None:
        return False
    if tree.css_first(_MOUNT) is not None:
        return True
    if any("javascript" in node.text_lexbor().lower() for node in tree.css("noscript")):
        return True
    return tree.css_first("script[src], script[type=module]") is not None and len(tree.css("body *")) < 40


def _monstrous(body: bytes) -> bool:
    """Whether one tag has so many attributes that the parser, which compares each with all, would stall."""
    if len(body) < _LONG_TAG:
        return False
    for run in body.split(b">"):
        if len(run) > _LONG_TAG:
            tag = run[run.rfind(b"<") :] if run.count(b"<") < 50 else b""
            if len(tag) > _LONG_TAG and tag.count(b"=") + tag.count(b" ") > 20_000 and b"base64" not in tag:
                return True
    return False
