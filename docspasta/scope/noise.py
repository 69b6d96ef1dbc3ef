"""Pages that repeat or list other pages: print views, indexes, source listings, blogs. Pure.

They are a third of many a documentation site, and nobody misses them in a document that has the pages
themselves. They are left out unless the job asks for all pages, or was started on one of their kind; which
ones is told in the document. The rules look at the address alone, so that nothing is fetched for them. A
name that a page of documentation may bear, too (`search.html`, `print.html`, `404.html`), counts only where
generators put it: at the root of the docs, or of one of their languages or versions.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from ..urls import INDEX_FILE
from .names import DOCS_WORDS, is_language, is_version

# kind -> what the document calls it
KINDS = {
    "print": "Print views and all-in-one pages",
    "missing": "Pages for missing addresses",
    "index": "Indexes and search pages",
    "source": "Source listings",
    "use": "Lists of uses and class trees",
    "blog": "Blog posts",
}

ANYWHERE = (
    (
        "print",
        re.compile(
            r"/(?:_print|print_page|printable_page|singlehtml)(?:/|$)"
            r"|/all\.html?$|[/._-](?:all[-_]?in[-_]?one|nochunks|monolithic)\.html?$",
            re.I,
        ),
    ),
    (
        "index",
        re.compile(
            r"/(?:genindex(?:-[\w.]+)?|(?:[a-z]+-)?modindex|(?:api-)?index-(?:all|full|deprecated|\d+(?:[.-]\d+)+)"
            r"|doc-index(?:-[^/]*)?)(?:\.html?|/)?$"
            r"|/index-files(?:/|$)|/(?:bookindex|http-routingtable|ix\d\d)\.html?$"
            r"|/(?:concept|function|variable|general|keyword|key|command|option|symbol|operator|type|class|program)s?"
            r"(?:-and-[a-z]+)?[-_]index\.html?$"
            r"|/(?:functions|globals|namespacemembers)_(?:[a-z_~]|0x7e|0x[0-9a-f]{2}|(?:func|vars?|type|enum|eval|rela|defs|prop|evnt)"
            r"(?:_[a-z_~]|_0x7e)?)\.html$",
            re.I,
        ),
    ),
    (
        "source",
        re.compile(
            r"/(?:_modules|src-html)(?:/|$)|_8\w+_source\.html?$|/src/.+\.rs\.html$"
            r"|/src/(?:[A-Z][\w']*[.-])*[A-Z][\w']*\.html$"
            r"|/[^/]+\.(?:m?[jt]sx?|vue|lua|go|[fF](?:90|95|03|08)|hpp|cpp|coffee)\.html$"
        ),
    ),
    (
        "use",
        re.compile(
            r"/class-use/|/(?:package-use|package-tree|overview-tree|deprecated-list|serialized-form)\.html?$",
            re.I,
        ),
    ),
)
AT_ROOT = (
    ("print", re.compile(r"print\.html?$|(?:printable|one-?page|single-?page|onehtml)(?:\.html?|/)$", re.I)),
    ("missing", re.compile(r"(?:404|not[-_]found)(?:\.html?|\.php|/)?$", re.I)),
    ("index", re.compile(r"(?:search\.(?:html?|php|aspx)|help-doc\.html?)$", re.I)),
)
BLOG = re.compile(r"blogs?(?:/|$)", re.I)
# Menus in frames: they are read for their links, and are no text.
MENU = re.compile(
    r"/(?:allclasses(?:-frame|-noframe|-index)?|allpackages-index|overview-frame|package-frame|theindex)\.html?$",
    re.I,
)
# Menus that a page's script or frame takes from a file. A page of documentation may bear such a name, too: it
# has a title, and these have none.
MENU_FILE = re.compile(r"/(?:(?:toc|navigation)\.html?|_(?:sidebar|navbar)\.md)$", re.I)
# Scripts that write the menu into each page; their name may hold a hash of what they hold.
MENU_SCRIPT = re.compile(r"/(?:(?:toc|menu-wc)(?:[-.][0-9a-f]{6,64})?|resources/js/config)\.js$")
# Lists that Doxygen makes of what has a page each.
DOXYGEN_LIST = re.compile(
    r"/(?:annotated|classes|hierarchy|inherits|files|globals|functions|namespacemembers|namespaces)\.html$"
)
# Titles of a book's index, in languages that have a word for it which is not that for its contents.
INDEX_TITLE = re.compile(
    r"^(?:(?:(?:general|alphabetical|(?:subject|keyword|concept|function|command|option|symbol)s?) )?index"
    r"|index of (?:new|all|deprecated) [a-z]+\b.*|stichwortverzeichnis|sachregister|索引)$",
    re.I,
)
# Pages of a blog or of notes that only list others: by tag, category, author, month.
LISTING = re.compile(
    r"/(?:tags?|categor(?:y|ies)|authors?|archives?|keywords|labels)(?:/(?P<name>[^/]+))?(?:/page/\d+)?"
    r"(?:/|/index\.html?|\.html?)?$"
    r"|/page/\d+/?$|/\d{4}/\d\d(?:/\d\d)?/?$",
    re.I,
)
LISTING_TITLE = re.compile(
    r"^(?:\d+ (?:docs?|posts?|articles?|entries|pages?) tagged\b"
    r"|(?:all )?(?:posts?|articles?|entries|pages|docs) (?:tagged|by|in|from|with|filed|about)\b"
    r"|(?:tag(?:ged)?|category|author|archives?|label|keyword|posts?)(?: archives?| of| for| by| page| with)?"
    r" ?[:|“\"'‘#»—–-]"
    r"|(?:(?:all|blog|post|monthly|yearly) )?(?:tags?|categories|authors|archives?|labels|keywords)$"
    r"|(?:page \d+|.+ [—–|-] page \d+|older posts)$)",
    re.I,
)


def noise(where: str, root: str) -> str:
    """Which of KINDS the page at path `where` is, '' if none; `root` is the section's path prefix."""
    for kind, pattern in ANYWHERE:
        if pattern.search(where):
            return kind
    if not where.startswith(root):
        return ""
    rest = _below_editions(where[len(root) :])
    for kind, pattern in AT_ROOT:
        if pattern.match(rest):
            return kind
    return "blog" if _is_blog(rest, root) else ""


def is_menu(where: str) -> bool:
    """Whether the page at this path is a menu for a frame: its links are wanted, its text is not."""
    return MENU.search(where) is not None


def is_menu_file(where: str) -> bool:
    """Whether the path is one that a menu in a file of its own has; it is one if it says no title."""
    return MENU_FILE.search(where) is not None or is_menu_script(where)


def is_menu_script(where: str) -> bool:
    """Whether the path is one of a script that writes a site's menu."""
    return MENU_SCRIPT.search(where) is not None


def lists_members(where: str, generator: str) -> bool:
    """Whether the page is one in which its generator lists what has pages of its own: it only gives order."""
    return generator.startswith("Doxygen") and DOXYGEN_LIST.search(where) is not None


def is_index(where: str, title: str) -> bool:
    """Whether a page that is hardly more than links is a book's index, by its title. A page at a directory's
    own address is often called so and is none."""
    return INDEX_TITLE.match(title) is not None and INDEX_FILE.search(where) is None


def is_listing(where: str, title: str) -> bool:
    """Whether a page that is hardly more than links lists others by tag, category, author or month: both its
    address and its title say so. A chapter's own page has a title of its own."""
    found = LISTING.search(where)
    if found is None:
        return False
    if LISTING_TITLE.match(title.strip()) is not None:
        return True
    return _plain(title).strip("# ") == _plain(unquote(found["name"] or " ")) and "/docs/" not in where


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text).strip().lower()


def _is_blog(rest: str, root: str) -> bool:
    """A blog lies beside the docs, not in them: `/docs/blog` is a page about blogs."""
    if any(segment.lower() in DOCS_WORDS for segment in root.split("/")):
        return False
    return BLOG.match(rest) is not None


def _below_editions(rest: str) -> str:
    """A path without the languages and versions that it begins with: each of them has a root of its own."""
    head, slash, tail = rest.partition("/")
    while slash and (is_language(head) or is_version(head)):
        rest = tail
        head, slash, tail = rest.partition("/")
    return rest
