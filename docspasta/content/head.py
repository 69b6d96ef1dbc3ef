"""What a page says of itself: title, description, canonical URL, language, robots, neighbours, generator."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from .escape import visible
from .resolve import Resolver
from .tags import TAGS

_META, _LINK, _TITLE, _BASE = TAGS["meta"], TAGS["link"], TAGS["title"], TAGS["base"]
_REFRESH = re.compile(r"^\s*[\d.]*\s*[;,]?\s*(?:url\s*=\s*)?['\"]?\s*([^'\"]+)", re.I)
_MAX_TEXT = 1000


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


def base_of(tree: LexborHTMLParser) -> str:
    """The href of the first <base>, or ''."""
    head = tree.head
    child = head.first_child if head is not None else None
    while child is not None:
        if child.tag_id == _BASE and child.attributes.get("href"):
            return child.attributes["href"] or ""
        child = child.next
    return ""


def read_head(tree: LexborHTMLParser, resolver: Resolver) -> Head:
    """Read the <head>, in one pass over its children."""
    found = Head()
    root = tree.root
    if root is not None and root.tag_id == TAGS["html"]:
        attributes = root.attributes
        found.language = (attributes.get("lang") or attributes.get("xml:lang") or "").strip()[:64]
    head = tree.head
    child = head.first_child if head is not None else None
    while child is not None:
        tag = child.tag_id
        if tag == _META:
            _meta(found, child.attributes, resolver)
        elif tag == _LINK:
            _link(found, child.attributes, resolver)
        elif tag == _TITLE and not found.title:
            found.title = _words(child.text_lexbor())
        child = child.next
    return found


def _words(text: str | None) -> str:
    return " ".join(visible(text or "").split())[:_MAX_TEXT]


def _meta(found: Head, attributes: dict[str, str | None], resolver: Resolver) -> None:
    name = (attributes.get("name") or attributes.get("property") or "").lower()
    content = attributes.get("content") or ""
    if name == "description" or (name == "og:description" and not found.description):
        found.description = _words(content)
    elif name == "generator" and len(found.generators) < 8:
        found.generators.append(_words(content))
    elif name in ("robots", "docspasta"):
        words = content.lower().replace(",", " ").split()
        found.noindex = found.noindex or "noindex" in words or "none" in words
        found.nofollow = found.nofollow or "nofollow" in words or "none" in words
    elif (attributes.get("http-equiv") or "").lower() == "refresh" and not found.refresh:
        target = _REFRESH.match(content)
        if target is not None and re.search(r"url\s*=", content, re.I):
            found.refresh = resolver.resolve(target[1].strip())[0]


def _link(found: Head, attributes: dict[str, str | None], resolver: Resolver) -> None:
    words = (attributes.get("rel") or "").lower().split()
    href = attributes.get("href")
    if not words or not href:
        return
    if "canonical" in words and not found.canonical:
        found.canonical = resolver.resolve(href)[0]
    elif "next" in words and not found.rel_next:
        found.rel_next = resolver.resolve(href)[0]
    elif ("prev" in words or "previous" in words) and not found.rel_prev:
        found.rel_prev = resolver.resolve(href)[0]
    elif "alternate" in words and (attributes.get("type") or "").lower() in (
        "text/markdown",
        "text/x-markdown",
    ):
        found.markdown_twin = found.markdown_twin or resolver.resolve(href)[0]


def title_of(root: LexborNode) -> str:
    """The text of the first level 1 heading, for a page without a <title>."""
    heading = root.css_first("h1")
    return _words(heading.text_lexbor()).rstrip("¶# ") if heading is not None else ""
