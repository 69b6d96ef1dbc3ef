"""Inline elements that a style sheet makes boxes or lines of. What a reader sees apart is no one word: the
blanks and the line ends that the style makes are put into the tree, before the walk reads it.
"""

from __future__ import annotations

from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from .tags import BLOCKS, COMMENT, TAGS, TEXT, tag_set
from .walk import Attributes, Opened, Walk

_APART = BLOCKS | {TEXT, COMMENT, TAGS["br"]}  # what needs no blank beside it
_OTHER = tag_set("pre code textarea table ul ol script style svg math")


def spread(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """An element that lays what it holds beside each other (flex, grid): blanks between."""
    child = node.first_child
    while child is not None:
        following = child.next
        if following is not None and child.tag_id not in _APART and following.tag_id not in _APART:
            following.insert_before(" ")
        child = following
    return walk.handler_of(node.tag_id)(walk, node, attributes)


def lines(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """An element whose line ends are kept, in a text (`white-space: pre-line`): each is a break."""
    for text in list(_texts(node)):
        _break(text)
    return walk.handler_of(node.tag_id)(walk, node, attributes)


def _texts(node: LexborNode) -> Iterator[LexborNode]:
    """The texts in an element and in its children: no text is looked at more than twice, however deep."""
    for child in node.iter(include_text=True):
        if child.tag_id == TEXT:
            yield child
        elif child.tag_id not in _OTHER:
            yield from (each for each in child.iter(include_text=True) if each.tag_id == TEXT)


def _break(text: LexborNode) -> None:
    content = text.text_content or ""
    if "\n" not in content or not content.strip() or text.parser is None:
        return
    content = content if text.prev is not None else content.lstrip("\n")  # the page's own line ends
    content = content if text.next is not None else content.rstrip("\n ")
    first, *rest = content.split("\n")
    text.insert_before(first)
    for line in rest:
        text.insert_before(text.parser.create_node("br"))
        if line.strip():
            text.insert_before(line)
    text.remove()
