"""What the titles of a site's pages share, and the document's own title. Pure.

Most sites write each page's title as `Install | Valve docs`. What most pages share is the site's name; it is
no part of a page's title, and it is a better name for the document than the start page's "Introduction".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple
from urllib.parse import unquote

from docspasta.urls import INDEX_FILE, path, route

MOST = 0.6  # share of the titles that must have it
FEW = 3  # titles that must have it at least
LONGEST = 100  # characters of what is shared
SEPARATOR = re.compile(r"\s+[|–—·•»«:/~-]{1,2}\s+|\s*[|·•»«]\s*|:\s+")
PAGE_SUFFIX = re.compile(r"\.(?:x?html?|php|aspx?)$", re.I)
ENDS = " \t|–—·•»«:/~-"
# What a start page is called on sites whose name is something else.
GENERIC = re.compile(
    r"^(?:welcome(?: to (?:the )?(?:docs|documentation))?|home(?: ?page)?|index|introduction|intro|overview"
    r"|about|installation|install(?:ing)?|(?:getting|get) started|quick ?start(?: guide)?|start(?: here)?"
    r"|documentation|docs|guides?|user guide|manual|reference|api(?: reference| docs| documentation)?"
    r"|packages|all modules:?|modules|table of contents|contents|readme|tutorials?|learn|redirecting.*)\W*$",
    re.I,
)
# How a start page greets before it says its name.
WELCOME = re.compile(
    r"^(?:welcome to|willkommen (?:bei|zu[rm]?|in)|bienvenue (?:dans|sur|à|chez)|bienvenid[oa]s? a"
    r"|benvenut[oaie] (?:a|in|su)|bem-vind[oa]s? (?:ao?|à))"
    r"(?: (?:the|de[rmn]|das|die|las?|les?|el|il))? (?P<name>.+?)[!.]*$",
    re.I,
)


class Shared(NamedTuple):
    """What most titles begin or end with, separators included; '' for nothing."""

    head: str = ""
    tail: str = ""
    common: str = ""  # the title of so many pages that it names none of them

    @property
    def name(self) -> str:
        """The site's name: what the titles share, without separators."""
        return (self.tail or self.head).strip(ENDS)

    def without(self, title: str) -> str:
        """A page's title without what all share; whole where nothing would be left."""
        if self.tail and title.endswith(self.tail):
            title = title[: -len(self.tail)].strip() or title
        if self.head and title.startswith(self.head):
            title = title[len(self.head) :].strip() or title
        return title


def common_title(pages: Mapping[str, int]) -> str:
    """The title that most pages have which have no heading of their own; '' when they are told apart."""
    title = max(pages, key=lambda title: (pages[title], title), default="")
    return title if pages.get(title, 0) > max(FEW, sum(pages.values()) / 2) else ""


def named_by_address(url: str, title: str) -> str:
    """The last name in a page's address, without its suffix; its title where the address has none."""
    where = PAGE_SUFFIX.sub("", route(url) or INDEX_FILE.sub("/", path(url))).strip("/")
    return unquote(where.rpartition("/")[2]).strip() or title


def shared(titles: Iterable[str]) -> Shared:
    """What most of the titles share, whatever their order: the longest tail, else the longest head."""
    told = [title for title in titles if title]
    tails, heads = Counter[str](), Counter[str]()
    for title in told:
        places = [(found.start(), found.end()) for found in SEPARATOR.finditer(title) if found.start()]
        tails.update({title[start:] for start, _ in places if len(title) - start <= LONGEST})
        heads.update({title[:end] for _, end in places if end <= LONGEST and end < len(title)})
    if tail := _most(tails, told):
        return Shared(tail=tail)
    return Shared(head=_most(heads, told))


def _most(counts: Counter[str], titles: list[str]) -> str:
    """The longest that enough titles have. A title that is the name alone has it, too."""
    alone = Counter(titles)
    enough = [
        text
        for text, count in counts.items()
        if count + alone[text.strip(ENDS)] >= max(FEW, MOST * len(titles))
    ]
    return max(enough, key=lambda text: (len(text), text), default="")


def document_title(start: str, site_name: str, found: Shared) -> str:
    """The document's title: the start page's where it names the site, else the site's name.

    `start` is the start page's own heading or title, `site_name` what it says of its site (og:site_name).
    """
    own = WELCOME.sub(r"\g<name>", found.without(start))
    name = site_name.strip() or found.name
    if not name or (own and not GENERIC.match(own) and _names(own, name)):
        return own
    return name


def _names(title: str, name: str) -> bool:
    """Whether a title says the site's name, or the other way round."""
    one, other = title.casefold(), name.casefold()
    return (one in other and len(one.split()) > 1) or other in one
