"""What stands behind a page that says nothing without a browser: the alternates that it, or its generator,
names. Pure; only pages without content are looked at.
"""

from __future__ import annotations

import re
from dataclasses import replace

from selectolax.lexbor import LexborHTMLParser

from docspasta.alternates import Alternate, Kind, guesses
from docspasta.api_files import MOST, named_files
from docspasta.urls import BadUrl, canonical, path, route

from .docsify import DOCSIFY, file_of
from .held_api import NAMED_BY, draws_api
from .page import Link, Page
from .query import css, css_first

_LONGEST = 512 * 1024  # bytes of HTML that are searched
_MOST_SCRIPTS = 6  # that may name an API's file
_DOCSIFY = re.compile(r"\$docsify\b|/docsify(?:@[\w.-]+)?(?:/lib)?[/.\"']")
_DOCSIFY_SETTING = re.compile(
    r"""\b(homepage|basePath|relativePath|loadSidebar|loadNavbar)['"]?\s*:\s*(?:(true)|["'`]([^"'`\s<>$]{1,300})["'`])"""
)
_DOCC = re.compile(r"""\bbaseUrl\s*=\s*["']([^"'\s<>]{0,300})["']""")
_DOCC_PATH = re.compile(r"/(?:documentation|tutorials)(?:/|$)")
_APIDOC = re.compile(r"""id=["']?template-(?:article|sections?)["'\s>][\s\S]{0,200}?x-handlebars""")
_APIDOC_BUNDLE = re.compile(r"(?:^|/)main\.bundle\.js(?:\?|$)")
_API_SCRIPT = re.compile(r"(?:swagger-(?:ui-)?(?:init\w*|config)|redoc-init|openapi-init)[\w.-]*\.js", re.I)
_NO_API_SCRIPT = re.compile(r"bundle|preset|standalone|swagger-ui(?:\.min)?\.js|^https?:|^//", re.I)


def with_alternates(page: Page, html: str, tree: LexborHTMLParser) -> Page:
    """A page without content, with what may be read in its place, best first, and the links to that."""
    html = html[:_LONGEST]
    found: list[Alternate] = []
    links: list[str] = []
    if page.markdown_twin and not route(page.url):
        found.append(Alternate(Kind.MARKDOWN, page.markdown_twin))
    if _DOCSIFY.search(html):
        home, menus, root = _docsify(html, page.url)
        found += home
        links += menus
        page = replace(page, generator=DOCSIFY, docsify=root)
    else:
        found += _api_files(html, tree, page.url) + _docc(html, page.url) + _apidoc(html, tree, page.url)
        found += guesses(page.url) if not route(page.url) else []  # no server has a file of a route
    known = {link.url for link in page.links}
    more = tuple(Link(url, navigation=True) for url in dict.fromkeys(links) if url not in known)
    texts = tuple(dict.fromkeys(map(str, found)))
    return replace(page, alternates=texts, links=(*page.links, *more))


def _joined(kind: Kind, target: str, base: str) -> list[Alternate]:
    try:
        return [Alternate(kind, canonical(target, base))]
    except BadUrl:
        return []


def _docsify(html: str, url: str) -> tuple[list[Alternate], list[str], str]:
    """The Markdown of a Docsify page, or of its route, the files of its menus, and the root that links are
    joined to, '' when it is each file's own folder."""
    said = {name: text or flag for name, flag, text in _DOCSIFY_SETTING.findall(html)}
    base = url
    for each in _joined(Kind.TEXT, said.get("basePath", "./") or "./", url):
        base = each.url if each.url.endswith("/") else f"{each.url}/"
    home = said.get("homepage", "README.md")
    menus = []
    for setting, name in (("loadSidebar", "_sidebar.md"), ("loadNavbar", "_navbar.md")):
        if file := said.get(setting):
            menus += [each.url for each in _joined(Kind.TEXT, name if file == "true" else file, base)]
    if asked := route(url):
        home = file_of(f"#{asked}", base)
    return _joined(Kind.TEXT, home, base), menus, "" if "relativePath" in said else base


def _api_files(html: str, tree: LexborHTMLParser, url: str) -> list[Alternate]:
    """The files of an API's description: named by an element, by a script in the page or beside it."""
    found: list[Alternate] = []
    for selector, attribute in NAMED_BY:
        for node in css(tree.root, selector)[:MOST]:
            if target := node.attributes.get(attribute):
                found += _joined(Kind.OPENAPI, target, url)
    scripts, drawn = (
        css(tree.root, "script"),
        css_first(tree.root, "#swagger-ui,#swagger-ui-container") is not None,
    )
    drawn_by_element = draws_api(tree)
    for node in scripts[:50]:
        if not node.attributes.get("src") and (text := node.text_lexbor()):
            found += named_files(text[:_LONGEST], url, drawn=drawn_by_element)
    for node in scripts[:50]:
        source = node.attributes.get("src") or ""
        if _API_SCRIPT.search(source) or (drawn and source and not _NO_API_SCRIPT.search(source)):
            found += _joined(Kind.SCRIPT, source, url)
    return found[:_MOST_SCRIPTS]


def _apidoc(html: str, tree: LexborHTMLParser, url: str) -> list[Alternate]:
    """What may hold the data of a page that apiDoc made: its script, files beside it, the page itself."""
    if _APIDOC.search(html) is None:
        return []
    named = [node.attributes.get("src") or "" for node in css(tree.root, "script[src]")[:50]]
    bundles = [each for each in named if _APIDOC_BUNDLE.search(each)]
    files = bundles or ["api_data.json", "api_data.js"] if named else [url]
    return [each for file in files for each in _joined(Kind.APIDOC, file, url)]


def _docc(html: str, url: str) -> list[Alternate]:
    """The JSON of a page that Apple's DocC made: beside the site's base, and where Apple keeps it."""
    base = _DOCC.search(html)
    where = path(url).rstrip("/")
    if base is None or (begin := _DOCC_PATH.search(where)) is None:
        return []
    name = where[begin.start() :].lower()
    root = base[1] or "/"
    root = root if root.endswith("/") else f"{root}/"
    places = [f"{root}data{name}.json", f"{root}tutorials/data{name}.json"]
    return [each for place in places for each in _joined(Kind.DOCC, place, url)]
