"""What a page says of itself: title, description, canonical URL, language, robots, neighbours, generator."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from docspasta.alternates import LLMS_NAME
from docspasta.refresh import read_refresh
from docspasta.urls import BadUrl, addressed, canonical

from .escape import visible
from .query import css_first
from .resolve import Resolver
from .tags import TAGS

_META: Final = TAGS["meta"]
_LINK: Final = TAGS["link"]
_TITLE: Final = TAGS["title"]
_BASE: Final = TAGS["base"]
_HTML: Final = TAGS["html"]
_MAX_TEXT: Final = 1000
_MENUS: Final = ("docfx:navrel", "docfx:tocrel")  # names of <meta> that say where the menu's file is
_PLAIN_RELS: Final = frozenset({"stylesheet", "icon", "preload", "modulepreload", "prefetch", "preconnect"})


@dataclass
class Head:
    """The facts of one page's <head>."""

    title: str = ""
    description: str = ""
    language: str = ""
    generators: list[str] = field(default_factory=list)
    canonical: str = ""
    rel_next: str = ""
    rel_prev: str = ""
    markdown_twin: str = ""
    noindex: bool = False
    nofollow: bool = False
    refresh: str = ""
    refresh_seconds: int = 0
    site_name: str = ""  # og:site_name, else application-name
    sitemap: str = ""  # <link rel=sitemap>, absolute
    llms: str = ""  # <link rel=describedby> that names a llms.txt, absolute
    menus: list[str] = field(default_factory=list)  # files that hold the site's menu, as written
    article: bool = False  # it says that it is one article (og:type)


def read_head(tree: LexborHTMLParser, url: str, *, routes: bool = False) -> tuple[Head, Resolver]:
    """The <head> of the page at `url`, read in one pass, and what resolves the page's links."""
    found = Head()
    root = tree.root
    if root is not None and root.tag_id == _HTML:
        attributes = root.attributes
        found.language = (attributes.get("lang") or attributes.get("xml:lang") or "").strip()[:64]
    head = tree.head
    base, metas, links = "", [], []
    for child in head.iter() if head is not None else ():
        tag = child.tag_id
        if tag == _META:
            metas.append(child.attributes)
        elif tag == _LINK:
            links.append(child.attributes)
        elif tag == _TITLE and not found.title:
            found.title = _words(child.text_lexbor())
        elif tag == _BASE and not base:
            base = child.attributes.get("href") or ""
    joined = _joined(base, url) if base else url
    resolver = Resolver(url if joined == addressed(url) else joined, routes=routes)
    for each in metas:
        _meta(found, each, resolver)
    for each in links:
        _link(found, each, resolver)
    return found, resolver


def _joined(base: str, url: str) -> str:
    """What the page's links are joined to: its <base>, joined to its URL (HTML 4.2.3)."""
    try:
        return canonical(base, url)
    except BadUrl:
        return url


def _words(text: str | None) -> str:
    return " ".join(visible(text or "").split())[:_MAX_TEXT]


def _meta(found: Head, attributes: dict[str, str | None], resolver: Resolver) -> None:
    name = (attributes.get("name") or attributes.get("property") or "").lower()
    content = attributes.get("content") or ""
    if name == "description" or (name == "og:description" and not found.description):
        found.description = _words(content)
    elif name == "generator" and len(found.generators) < 8:
        found.generators.append(_words(content))
    elif name == "og:type":
        found.article = found.article or content.strip().lower() == "article"
    elif name == "article:published_time":
        found.article = True
    elif name in ("robots", "docspasta"):
        words = content.lower().replace(",", " ").split()
        found.noindex = found.noindex or "noindex" in words or "none" in words
        found.nofollow = found.nofollow or "nofollow" in words or "none" in words
    elif name == "og:site_name" or (name == "application-name" and not found.site_name):
        found.site_name = _words(content) or found.site_name
    elif attributes.get("name") in _MENUS:
        found.menus.append(content)
    elif not found.refresh:
        found.refresh_seconds, found.refresh = refresh_of(attributes, resolver)


def refresh_of(attributes: dict[str, str | None], resolver: Resolver) -> tuple[int, str]:
    """The delay in seconds and the absolute target of a <meta http-equiv=refresh>; '' for another <meta>."""
    if (attributes.get("http-equiv") or "").lower() != "refresh":
        return 0, ""
    seconds, target = read_refresh(attributes.get("content") or "")
    return (seconds, resolver.resolve(target)[0]) if target else (0, "")


def _link(found: Head, attributes: dict[str, str | None], resolver: Resolver) -> None:
    rel = (attributes.get("rel") or "").lower()
    href = attributes.get("href")
    if not rel or not href or rel in _PLAIN_RELS:
        return
    words = rel.split()
    if "canonical" in words and not found.canonical:
        found.canonical = resolver.resolve(href)[0]
    elif "sitemap" in words and not found.sitemap:
        found.sitemap = resolver.resolve(href)[0]
    elif "describedby" in words and LLMS_NAME.search(href) and not found.llms:
        found.llms = resolver.resolve(href)[0]
    elif "next" in words:  # of several the last: LaTeX2HTML names the next of this level first
        found.rel_next = resolver.resolve(href)[0] or found.rel_next
    elif ("prev" in words or "previous" in words) and not found.rel_prev:
        found.rel_prev = resolver.resolve(href)[0]
    elif "alternate" in words and (attributes.get("type") or "").lower() in (
        "text/markdown",
        "text/x-markdown",
    ):
        found.markdown_twin = found.markdown_twin or resolver.resolve(href)[0]


def title_of(root: LexborNode) -> str:
    """The text of the first level 1 heading, for a page without a <title>."""
    heading = css_first(root, "h1")
    return _words(heading.text_lexbor()).rstrip("¶# ") if heading is not None else ""
