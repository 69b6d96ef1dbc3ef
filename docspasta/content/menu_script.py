"""A menu that a script writes into every page (`toc.js` of mdBook, `menu-wc.js` of Compodoc): the links in
the HTML that its strings hold. The script is read, never run.
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser

from docspasta.urls import BadUrl, canonical

from .page import Link, Page
from .query import css
from .resolve import Resolver

MAX_LINKS = 5_000
_FOLDERS = re.compile(r"/(?:js|javascript|scripts?|static|assets|_static)/[^/]*$", re.I)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.S)
_EXPRESSION = re.compile(r"\$\{[^{}]{0,2000}\}")  # what a template literal puts in
_WHITE = {"n": "\n", "t": "\t", "r": "\r"}


def read_menu_script(script: str, url: str) -> Page:
    """The links of the menu that the script at `url` writes, in its order; without a title or Markdown.

    They are written for pages at the root of the docs; the script stands there or in a folder for scripts.
    """
    html = _EXPRESSION.sub("", _ESCAPE.sub(_plain, script))
    resolver = Resolver(_root(url))
    hrefs = (node.attributes.get("href") or "#" for node in css(LexborHTMLParser(html).root, "a[href]"))
    targets = dict.fromkeys(resolver.resolve(href)[0] for href in hrefs if href[0] != "#")
    targets.pop("", None)
    links = tuple(Link(target, navigation=True) for target in [*targets][:MAX_LINKS])
    return Page(url, "empty", links=links)


def _root(url: str) -> str:
    folder = _FOLDERS.sub("/", url)
    try:
        return canonical("./", folder)
    except BadUrl:
        return url


def _plain(escape: re.Match[str]) -> str:
    code = escape[1] or escape[2]
    return chr(int(code, 16)) if code else _WHITE.get(escape[3], escape[3])
