"""read_page: bytes of HTML in, a Page out. Never raises; the work is linear in the size of the page."""

from __future__ import annotations

import re
import traceback
from dataclasses import replace
from math import ceil
from pathlib import PurePath
from typing import Final

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser, SelectolaxError

from docspasta.alternates import Alternate, Kind
from docspasta.document.edges import edges
from docspasta.passes import opened as openings
from docspasta.scope.noise import is_menu_script
from docspasta.start import is_text
from docspasta.tokens import estimated_tokens
from docspasta.urls import path

from . import word_lists
from .alternate import read_alternate, with_alternate
from .brand import brand_of, is_generic
from .charset import decode
from .clean_html import clean_html
from .contents_list import CHAPTERS
from .detect_family import Chosen, detect_family, select
from .docsify import is_docsify_menu, read_docsify_menu
from .elements import BY_ROLE, BY_TAG, GENERAL
from .file_types import is_json, no_text
from .frame_menu import is_frame_menu
from .head import Head, read_head, title_of
from .held_api import held_api
from .held_html import held_html
from .links import PageLinks, links_in_menus, links_of
from .main_content import Found
from .menu_script import read_menu_script
from .nesting import too_deep
from .openapi import api_page
from .page import Heading, Options, Page
from .page_menu import menu_links
from .page_rules import PageRules
from .query import css
from .resolve import Resolver
from .retype_menu import is_retype_menu, read_retype_menu
from .sameness import content_hash, likeness, own_text
from .section_levels import MANY_HEADINGS, section_levels
from .selector_grammar import without_comments
from .shadow import fill_slots, has_shadow, opened
from .shells import with_alternates
from .stubs import REFRESH_WORDS, leads
from .tags import SOUGHT, TEXT
from .text_page import read_text
from .typewritten import may_be_typewritten, typewritten, weighted
from .unrendered import NOTICE_WORDS, is_placeholder, is_unrendered
from .walls import wall
from .writer import Written
from .written_text import WrittenText, text_of
from .xhtml import as_html

_HTML: Final = re.compile(rb"\s*<(?:!doctype|html|\?xml|!--)", re.I)
_WORD: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|\w+")
_EVENTS_OFF: Final = int(LexborDocumentOptions.WO_EVENTS)
_DEFAULTS: Final = Options()
_SOUGHT: Final = tuple(sorted(SOUGHT))
_LONG_TAG: Final = 60_000
_MAX_ATTRIBUTES: Final = 8_000
_TAG: Final = re.compile(rb"<[A-Za-z][^\s/>]*")
_ATTRIBUTE: Final = re.compile(rb"""[\s/]+[^\s/>=]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>"']+))?""")


def read_page(body: bytes, url: str, charset: str = "", options: Options = _DEFAULTS) -> Page:
    """The page that `body` is. `charset` is the one of the HTTP Content-Type, or ''.

    A page that cannot be read to the end is a Page with the reason `parse_limit`; no bytes make this raise.
    """
    try:
        return _read(body, url, charset, options)
    except Exception as error:  # a page is data: whatever it does to us must not stop the others
        return Page(url=url, reason="parse_limit", detail=why_not(error))


def why_not(error: Exception) -> str:
    """What ended a page's conversion, in words: what it lacked, or which exception, and where."""
    if isinstance(error, (MemoryError, SelectolaxError)):  # the parser fails when it gets no memory
        return "Reading it takes more memory than a page may have."
    if isinstance(error, RecursionError):
        return "Its elements are nested too deep."
    frames = traceback.extract_tb(error.__traceback__)
    where = f" in {frames[-1].name}, {PurePath(frames[-1].filename).name}" if frames else ""
    return f"Its conversion failed: {type(error).__name__}{where}. This is a fault of Docspasta."


def _read(body: bytes, url: str, charset: str, options: Options) -> Page:
    page = _not_html(body, url, charset, options)
    if page is not None:
        return page
    html = as_html(decode(body, charset))
    if word_lists.NAME in html:
        html = word_lists.as_lists(html)
    if too_deep(html):
        return Page(url=url, reason="parse_limit", detail="Its elements are nested too deep.")
    tags = openings(html, _SOUGHT)
    tree = _tree_of(html, tags)
    if tree.root is None:
        return Page(url=url, reason="empty")
    head, resolver = read_head(tree, url, routes=options.hash_routes)
    chosen = detect_family(tuple(head.generators), html)
    found, links = _content_and_links(tree, chosen, options, head, resolver, html, tags)
    text = text_of(found, _rules(tree, found, chosen, resolver, url, html), chosen, resolver, options)
    page = _page(text, tree, url, head, links, options, chosen.family.name)
    if is_frame_menu(tree, found.roots, resolver, links.framed, "base" in tags):
        page = replace(page, is_menu=True)
    if options.html and page.markdown:
        page = replace(page, html=clean_html(found, resolver))
    if page.reason == "needs_javascript":
        if api := held_api(tree):
            return with_alternate(page, api_page(api.encode(), url), Alternate(Kind.OPENAPI, url))
        if held := held_html(tree):
            drawn = _read(held.encode("utf-8", "replace"), url, "utf-8", options)
            if not drawn.reason:
                return drawn
        page = with_alternates(page, html.decode("utf-8", "replace"), tree)
    return page if page.words >= REFRESH_WORDS else _judged(page, tree, head, resolver)


def _not_html(body: bytes, url: str, charset: str, options: Options) -> Page | None:
    """What a body is that is no HTML, or that no parser should see; None for HTML."""
    if _monstrous(body):
        return Page(url=url, reason="parse_limit", detail="One of its tags has too many attributes.")
    if kind := no_text(body):
        return Page(url=url, reason="not_html", detail=f"The body is {kind}, whatever its type says.")
    if is_menu_script(path(url)):
        read_menu = read_retype_menu if is_retype_menu(url) else read_menu_script
        return read_menu(decode(body, charset).decode("utf-8", "replace"), url)
    if is_docsify_menu(path(url)) and not _HTML.match(body):
        return read_docsify_menu(decode(body, charset).decode("utf-8", "replace"), url, options.docsify)
    if options.alternate and options.alternate != Kind.RENDERED:
        return read_alternate(decode(body, charset), url, Kind(options.alternate), options.docsify)
    if (options.is_text or is_text(url)) and not _HTML.match(body):
        return read_text(decode(body, charset).decode("utf-8", "replace"), url, options.docsify)
    if is_json(body):
        return Page(url=url, reason="not_html", detail="The body is JSON, whatever its type says.")
    return None


def _tree_of(html: bytes, tags: frozenset[str]) -> LexborHTMLParser:
    """The tree, with what declarative shadow roots hold where a browser shows it."""
    tree = LexborHTMLParser(html, options=_EVENTS_OFF)
    if has_shadow(tree, html, tags):
        tree = LexborHTMLParser(opened(html), options=_EVENTS_OFF)
        fill_slots(tree)
    return tree


def _content_and_links(
    tree: LexborHTMLParser,
    chosen: Chosen,
    options: Options,
    head: Head,
    resolver: Resolver,
    html: bytes,
    tags: frozenset[str],
) -> tuple[Found, PageLinks]:
    """What of the page is its content, and its links. What a family or selectors take out of the tree holds
    links, too: then these are read first."""
    if chosen.family.name or options.exclude_selectors:
        links = links_of(tree, resolver, links_in_menus(tree, chosen.navigation), head.menus, tags)
        return _content(tree, chosen, options, head, html), links
    found = _content(tree, chosen, options, head, html)
    links = links_of(tree, resolver, menu_links(tree, found.roots, resolver), head.menus, tags)
    return found, _with_neighbours(links, found, resolver)


def _rules(
    tree: LexborHTMLParser, found: Found, chosen: Chosen, resolver: Resolver, url: str, html: bytes
) -> PageRules:
    """How the elements of this page are read."""
    family = chosen.family
    by_tag = BY_TAG if family.name else GENERAL
    rules = PageRules(by_tag, BY_ROLE, chosen.roles, resolver, family.code, url, html, tree.root)
    if family.fonts:
        rules.by_element += weighted(tree, found.roots)
    if (family.fonts or not family.name) and may_be_typewritten(html):
        rules.by_element += typewritten(tree, found.roots)
    if html.count(b"<h1") >= MANY_HEADINGS:
        rules.by_element += section_levels(found.roots)
    return rules


def _judged(page: Page, tree: LexborHTMLParser, head: Head, resolver: Resolver) -> Page:
    """A page of few words, which may be a stub, or stand in the place of another: then without Markdown."""
    target, frames = leads(tree, page, head, resolver)
    if target:
        return replace(page, leads_to=target, frames=frames)
    reason = wall(tree, page)
    if not reason:
        return page
    no_markdown = replace(
        page, markdown="", html=b"", placements=(), headings=(), anchors=(), first=(), last=()
    )
    return replace(no_markdown, reason=reason, words=0, tokens=0)


def _content(tree: LexborHTMLParser, chosen: Chosen, options: Options, head: Head, html: bytes) -> Found:
    """The elements to read, in document order."""
    for selector in map(without_comments, options.exclude_selectors):
        for node in css(tree.root, selector):
            if node.tag == "html":  # the parser can't do without it
                return Found([], [])
            node.decompose()
    for selector in map(without_comments, options.include_selectors):
        found = select(tree, selector + ",")
        if found:
            return Found(found, [])
    return chosen.content(tree, head, html)


def _with_neighbours(links: PageLinks, found: Found, resolver: Resolver) -> PageLinks:
    """The links of a page, with the neighbours that a line at its edges names; that line is not content."""
    pager = found.pager
    found.chrome += [node for node in pager.nodes if node.tag_id != TEXT]
    for node in pager.nodes:
        if node.tag_id == TEXT:
            node.decompose()
    following, previous = (resolver.resolve(href)[0] if href else "" for href in (pager.next, pager.previous))
    return links._replace(rel_next=links.rel_next or following, rel_prev=links.rel_prev or previous)


def _page(
    text: WrittenText,
    tree: LexborHTMLParser,
    url: str,
    head: Head,
    links: PageLinks,
    options: Options,
    family: str,
) -> Page:
    written, encoded, own, kinds = text
    reason, words = "", count_words(written[0], kinds)
    if words < NOTICE_WORDS and is_placeholder(tree, written[0], words):
        reason = "needs_javascript"
    elif words < options.min_words and not _is_chapter(written, links, head, url, family):
        reason = _reason_of_few(tree, words, options)
    if reason:
        written, encoded, own = ("", (), (), ()), b"", b""
    markdown, placements, headings, anchors = written
    said = own_text(own, url)
    first, last = edges(encoded)
    return Page(
        url=url,
        reason=reason,
        title=head.title or (title_of(tree.root) if tree.root is not None else ""),
        description=head.description,
        language=head.language,
        generator=head.generators[-1] if head.generators else "",
        canonical=head.canonical,
        rel_next=head.rel_next or links.rel_next,
        rel_prev=head.rel_prev or links.rel_prev,
        markdown_twin=head.markdown_twin,
        markdown=markdown,
        placements=placements,
        headings=headings,
        anchors=anchors,
        links=links.links,
        navigation=links.navigation,
        noindex=head.noindex,
        nofollow=head.nofollow,
        refresh=head.refresh,
        site_name=head.site_name or _brand(tree, head.title, headings),
        sitemap=head.sitemap,
        llms=head.llms,
        content_hash="" if reason else content_hash(said),
        likeness="" if reason else likeness(said, url),
        first=first,
        last=last,
        words=words,
        tokens=ceil(estimated_tokens(encoded)),
    )


def _reason_of_few(tree: LexborHTMLParser, words: int, options: Options) -> str:
    """Why a page of few words is none; '' for one that somebody asked for by name and that says something."""
    if is_unrendered(tree, words):
        return "needs_javascript"
    return "" if words and options.named else "empty"


def _is_chapter(written: Written, links: PageLinks, head: Head, url: str, family: str) -> bool:
    """Whether a page that is hardly more than a heading is one of a book all the same: its generator is
    known, its menu leads to others, or it has neighbours."""
    beside = head.rel_next or head.rel_prev or links.rel_next or links.rel_prev
    return bool(written[2] and (family or beside or len({*links.navigation} - {url}) >= CHAPTERS))


def _brand(tree: LexborHTMLParser, title: str, headings: tuple[Heading, ...]) -> str:
    """The site's name, where the page's own title and heading say less."""
    named = [each.text for each in headings[:1] if each.level == 1] or [title]
    return brand_of(tree) if is_generic(named[0]) else ""


def count_words(markdown: str, kinds: bytes) -> int:
    """Words as people count them: runs of text between spaces. Where most of the bytes are not ASCII, each
    Chinese or Japanese character is a word. `kinds` says what each byte is (_KINDS)."""
    if len(kinds) > 1.3 * len(markdown):
        return len(_WORD.findall(markdown))
    # A bit for each byte of a word; it differs from the byte before where a word starts and behind its end.
    # A third of the cost of splitting.
    inside = int.from_bytes(kinds.replace(b"\2", b"\1"), "little")
    return (inside ^ (inside << 8)).bit_count() // 2


def _monstrous(body: bytes) -> bool:
    """Whether one tag has so many attributes that the parser, which compares each with all, would stall."""
    for start in range(0, len(body) - _LONG_TAG, _LONG_TAG // 2):
        end = start + _LONG_TAG // 2
        ends = body.find(b">", start, end) >= 0  # if none does, it is text, a script, or such a tag
        if not ends and _attributes(body, body.rfind(b"<", 0, end)) > _MAX_ATTRIBUTES:
            return True
    return False


def _attributes(body: bytes, begin: int) -> int:
    """How many attributes the tag has that begins here; no further than one more than are allowed."""
    name = _TAG.match(body, begin) if begin >= 0 else None
    count, at = 0, name.end() if name else len(body)
    while count <= _MAX_ATTRIBUTES and (attribute := _ATTRIBUTE.match(body, at)):
        count, at = count + 1, attribute.end()
    return count
