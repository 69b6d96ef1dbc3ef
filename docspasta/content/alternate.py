"""A page's alternate (docspasta.alternates) as a page, and what a page is together with it. Pure."""

from __future__ import annotations

from dataclasses import replace

from docspasta.alternates import Alternate, Kind

from .apidoc import apidoc_page
from .docc import docc_page
from .openapi import api_page
from .page import Page
from .text_page import read_text

MOST_LINKS = 5_000
ENOUGH_WORDS = 0.6  # of the HTML's: tables and code have fewer words in other spellings
_TWINS = (Kind.MARKDOWN, Kind.NEGOTIATED)
_READ_FROM = {
    Kind.MARKDOWN: "read from the site's own Markdown",
    Kind.NEGOTIATED: "read from the site's own Markdown",
    Kind.TEXT: "read from the Markdown that its script draws",
    Kind.OPENAPI: "read from the API description that its script draws",
    Kind.DOCC: "read from the data that its script draws",
    Kind.APIDOC: "read from the data that its script draws",
    Kind.RENDERED: "drawn by a browser",
}


def read_alternate(body: bytes, url: str, kind: Kind, docsify: str = "") -> Page:
    """The page that an alternate at `url` is. `body` is UTF-8. One that can't be read has a reason.
    `docsify`: as Options has it."""
    if kind is Kind.OPENAPI:
        return api_page(body, url)
    if kind is Kind.APIDOC:
        return apidoc_page(body, url)
    if kind is Kind.DOCC:
        return docc_page(body, url)
    return read_text(body.decode("utf-8", "replace"), url, docsify)


def holds(twin: Page, page: Page) -> bool:
    """Whether a page's Markdown holds what its HTML says: most of its words, and half of its headings. It may
    hold more."""
    said = {_plain(each.text) for each in page.headings}
    shared = said & {_plain(each.text) for each in (*twin.headings, *page.headings[:1])}
    return twin.words >= ENOUGH_WORDS * page.words and len(shared) * 2 >= len(said)


def _plain(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter.isalnum())


def with_alternate(page: Page, other: Page, alternate: Alternate) -> Page:
    """A page whose text is that of its alternate. Its address, and what it says of itself and to crawlers,
    stay; so do its links. `page` as it is, when the alternate says nothing."""
    if other.reason or not other.markdown or other.leads_to:
        return page
    if alternate.kind in _TWINS and page.markdown and not holds(other, page):
        return replace(page, detail=f"its Markdown holds less, so its HTML was read: {alternate.url}")
    links = {link.url: link for link in (*page.links, *other.links)}
    where = f": {alternate.url}" if alternate.url != page.url else ""
    return replace(
        other,
        url=page.url,
        reason="",
        detail=f"{_READ_FROM[alternate.kind]}{where}",
        title=other.title or page.title,
        description=page.description or other.description,
        language=page.language or other.language,
        generator=page.generator or other.generator,
        canonical=page.canonical or (other.canonical if alternate.kind is Kind.RENDERED else ""),
        rel_next=page.rel_next or other.rel_next,
        rel_prev=page.rel_prev or other.rel_prev,
        markdown_twin=page.markdown_twin,
        alternates=(),
        links=tuple(links.values())[:MOST_LINKS],
        navigation=page.navigation or other.navigation,
        noindex=page.noindex or other.noindex,
        nofollow=page.nofollow or other.nofollow,
        refresh="",
        site_name=page.site_name or other.site_name,
        docsify=page.docsify,
        sitemap=page.sitemap or other.sitemap,
        llms=page.llms or other.llms,
    )
