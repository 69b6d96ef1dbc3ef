"""Sections and queries to measure search with: from documentation under $ANCHORS, none of it committed.

`SPHINX` are built sites of Sphinx with their objects.inv, `MARKDOWN` sources of sites in Markdown. What is
absent is said and left out. README.md tells how they are fetched.
"""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from markdown_it import MarkdownIt

from docspasta.content import read_page
from docspasta.document.facts import decode, with_facts
from docspasta.exports.book import PageText
from docspasta.search.passages import Passage, passages

ANCHORS = Path(os.environ.get("ANCHORS", "/var/tmp/anchors"))
SEARCH = ANCHORS / "search"
GRADED = SEARCH / "dataset.yaml"
SPHINX = {
    "python": (
        SEARCH / "x-python3.11-doc" / "usr/share/doc/python3.11/html",
        "https://docs.python.org/3/",
    ),
    "sqlalchemy": (
        SEARCH / "x-python-sqlalchemy-doc" / "usr/share/doc/python-sqlalchemy-doc/html",
        "https://docs.sqlalchemy.org/",
    ),
    "django": (ANCHORS / "corpus" / "django", "https://docs.djangoproject.com/"),
}
MARKDOWN = {
    "react": (SEARCH / "react.dev" / "src/content", "https://react.dev/"),
    "vite": (SEARCH / "vite" / "docs", "https://vite.dev/"),
    "fastapi": (SEARCH / "fastapi" / "docs/en/docs", "https://fastapi.tiangolo.com/"),
    "tailwindcss": (SEARCH / "tailwindcss.com" / "src/docs", "https://tailwindcss.com/docs/"),
}
_FRONT = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
_TITLE = re.compile(r"^title: *['\"]?(.+?)['\"]? *$", re.MULTILINE)
_NOISE = re.compile(r"(genindex|py-modindex|search|404)\b|genindex-")  # which a crawl leaves out
_INVENTORY = re.compile(r"(.+?)\s+(\S+)\s+(-?\d+)\s+?(\S*)\s+(.*)")


class Symbol(NamedTuple):
    """A line of objects.inv: what is defined, as which kind, at which address."""

    name: str
    kind: str
    url: str


class Page(NamedTuple):
    """A page as a crawl would bring it."""

    url: str
    html: bytes


def present() -> list[str]:
    """The names of the sources that lie here; says which do not."""
    places = {name: path for name, (path, _) in {**SPHINX, **MARKDOWN}.items()}
    for name, path in places.items():
        if not path.is_dir():
            print(f"{name} is absent: {path}")
    return [name for name, path in places.items() if path.is_dir()]


def pages(name: str) -> Iterator[Page]:
    """The pages of a source, in the order of their paths."""
    if name in SPHINX:
        root, base = SPHINX[name]
        for path in sorted(root.rglob("*.html")):
            if _NOISE.match(path.name):
                continue
            yield Page(base + path.relative_to(root).as_posix(), path.read_bytes())
        return
    root, base = MARKDOWN[name]
    for path in sorted([*root.rglob("*.md"), *root.rglob("*.mdx")]):
        inside = path.relative_to(root).with_suffix("").as_posix()
        inside = "" if inside == "index" else inside.removesuffix("/index")
        yield Page(base + inside, rendered(path.read_text("utf-8", "replace")))


def rendered(text: str) -> bytes:
    """A page of Markdown as a page of HTML."""
    front = _FRONT.match(text)
    title = _TITLE.search(front[1]) if front else None
    body = (
        MarkdownIt("commonmark", {"html": True}).enable("table").render(text[front.end() if front else 0 :])
    )
    heading = f"<h1>{title[1]}</h1>" if title and "<h1" not in body else ""
    name = title[1] if title else ""
    return f'<html lang="en"><title>{name}</title><body><main>{heading}{body}</main></body></html>'.encode()


def converted(name: str) -> Iterator[PageText]:
    """The pages as they are stored."""
    for number, page in enumerate(pages(name)):
        read = with_facts(read_page(page.html, page.url))
        if read.markdown:
            yield PageText(
                number,
                number,
                page.url,
                read.title,
                "",
                "",
                read.language,
                read.tokens,
                read.markdown.encode(),
                decode(read.facts),
            )


def sections_of(name: str) -> Iterator[tuple[Passage, str]]:
    """(section, language) of a source."""
    for page in converted(name):
        for passage in passages(page):
            yield passage, page.language


def inventory(name: str) -> Iterator[Symbol]:
    """What a Sphinx source defines; labels and whole documents are left out, for they are no names."""
    root, base = SPHINX[name]
    data = (root / "objects.inv").read_bytes()
    for line in zlib.decompress(data.split(b"\n", 4)[4]).decode().splitlines():
        found = _INVENTORY.match(line)
        if found and found[2] not in ("std:label", "std:doc", "std:term", "std:pdbcommand"):
            yield Symbol(found[1], found[2], base + found[4].replace("$", found[1]))
