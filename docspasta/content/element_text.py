"""Short looks at an element. Each stops after so many nodes: an element that holds a whole page, asked
at every depth, would cost the square of the page."""

from __future__ import annotations

from selectolax.lexbor import LexborNode

from .tags import TEXT


def short_text(node: LexborNode, limit: int = 40) -> str | None:
    """The text of a small element, or None when it has more than `limit` nodes."""
    parts: list[str] = []
    stack: list[LexborNode | None] = []
    here = node.first_child
    count = 0
    while here is not None or stack:
        if here is None:
            here = stack.pop()
            continue
        count += 1
        if count > limit:
            return None
        if here.tag_id == TEXT:
            parts.append(here.text_content or "")
            here = here.next
        else:
            stack.append(here.next)
            here = here.first_child
    return "".join(parts)


def only_text(node: LexborNode) -> str | None:
    """The text of an element that holds one run of text and nothing else; None for any other."""
    first = node.first_child
    if first is None or first.next is not None or first.tag_id != TEXT:
        return None
    return first.text_content or ""


def has_text(node: LexborNode, limit: int = 60) -> bool:
    """Whether an element holds any text; a large one is taken to."""
    text = short_text(node, limit)
    return text is None or bool(text.strip())
