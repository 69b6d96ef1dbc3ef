"""A page that holds nothing but the list of the pages below it: a chapter, an index of topics. Its list is
its content, though its name or its place says that it is a menu; and a heading alone is a page of a book.
"""

from __future__ import annotations

from selectolax.lexbor import LexborNode

from .boilerplate import PAGER
from .box_names import Kind, kind_of_box
from .main_content import Found
from .query import css
from .resolve import Resolver
from .tags import TAGS

LITTLE = 20  # words of a page that may hold a list beside its heading
CHAPTERS = 3  # pages that a list names, or a menu that makes a heading a chapter's
_CHROME = frozenset(TAGS[name] for name in ("nav", "header", "footer", "aside", "form"))
_HEADINGS = "h1, h2, h3"
_MAX_DEPTH = 400


def unhide_lists(found: Found, resolver: Resolver) -> bool:
    """Let the links to pages beside and below this one be read that follow a heading and were taken for
    chrome; whether there are enough of them to be a list."""
    named = [(node, _targets(node, resolver)) for node in found.chrome if _may_list(node)]
    lists = [(node, targets) for node, targets in named if targets and _follows(node)]
    if len({target for _, targets in lists for target in targets}) < CHAPTERS:
        return False
    kept = {node.mem_id for node, _ in lists}
    found.chrome = [node for node in found.chrome if node.mem_id not in kept]
    return True


def _may_list(node: LexborNode) -> bool:
    kind = kind_of_box(node.attributes.get("class") or "", node.attributes.get("id") or "")
    if node.tag_id in _CHROME or kind is Kind.AROUND:
        return False
    return PAGER.search((node.text_lexbor() or "").lower()) is None


def _targets(node: LexborNode, resolver: Resolver) -> set[str]:
    """The pages of the page's own directory that a box links to, without the page itself."""
    targets = {resolver.resolve(link.attributes["href"] or "#")[0] for link in css(node, "a[href]")}
    own = resolver.own.partition("?")[0].rpartition("/")[0] + "/"
    return {target for target in targets if target.startswith(own) and target != resolver.own}


def _follows(node: LexborNode) -> bool:
    """Whether a heading stands before the node, beside it or beside what holds it."""
    here: LexborNode | None = node
    for _ in range(_MAX_DEPTH):
        if here is None:
            return False
        before = here.prev
        while before is not None:
            if before.is_element_node and css(before, _HEADINGS):
                return True
            before = before.prev
        here = here.parent
    return False
