"""Books of made-up pages, and what an export makes of them."""

from __future__ import annotations

import random
import re
from uuid import UUID

from docspasta.document.facts import Facts
from docspasta.document.parts import About
from docspasta.document.plan import Entry, Missing, Plan
from docspasta.exports.book import Book, Export, PageText
from docspasta.exports.parts import Parts
from docspasta.exports.selection import Selection
from tests.unit.sections.markdown import page as random_page

SITE = "https://docs.example.org"
ALL = Selection()


def text_of(
    path: str, markdown: str, links: tuple[tuple[str, str], ...] = (), description: str = ""
) -> tuple[str, bytes, Facts, str]:
    """A page. `links` are addresses as they stand in the Markdown, with the fragment apart."""
    data, placements, at = markdown.encode(), [], 0
    for url, fragment in links:
        whole = f"{url}#{fragment}".rstrip("#").encode()
        at = data.index(b"](" + whole, at) + 2
        placements.append((at, len(whole), url, fragment))
    marks = re.finditer(r"(?m)^(#+) (.*)$", markdown)
    own = [(len(m[1]), m[2], "top" * (not m.start()), len(markdown[: m.start()].encode())) for m in marks]
    return path, data, Facts(placements, own, [], [], [], 0 if own else -1), description


def random_texts(rng: random.Random, count: int) -> list[tuple[str, bytes, Facts, str]]:
    """Pages of very different sizes."""
    made = []
    for number in range(count):
        markdown, headings = random_page(rng, rng.choice((1, 3, 30)))
        made.append((f"/{number}", markdown, Facts([], list(headings), [], [], [], 0), ""))
    return made


def book_of(
    texts: list[tuple[str, bytes, Facts, str]], selection: Selection = ALL, missing: tuple[Missing, ...] = ()
) -> tuple[Book, list[PageText]]:
    """The book of some pages, and the pages."""
    plan, pages = Plan(), []
    for index, (path, markdown, facts, description) in enumerate(texts):
        url, title, anchor = SITE + path, f"Title of {path}", path.strip("/").replace("/", "-") or "index"
        plan.add(Entry(index + 1, url, title, anchor, UUID(int=index), len(markdown)))
        pages.append(PageText(index, index + 1, url, title, anchor, description, "en", 1, markdown, facts))
    plan.missing += missing
    about = About("Example", f"{SITE}/", "Docspasta 0", True, len(plan), 0, "", 0, {})
    return Book(about, plan, selection, "etag-1"), pages


def written(export: Export, pages: list[PageText]) -> bytes:
    """All that an export writes."""
    wanted = range(len(pages))
    if isinstance(export, Parts):
        for page in pages:
            if not export.survey(page):
                break
        wanted = export.pages
    parts = [*export.begin()]
    for index in wanted:
        parts += export.page(pages[index])
    return b"".join([*parts, *export.end()])
