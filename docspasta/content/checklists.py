"""Lists of tasks whose items say by a character whether they are done."""

from __future__ import annotations

from selectolax.lexbor import LexborNode

from .element_text import first_element
from .lists import bullets
from .tags import TAGS, TEXT
from .walk import END_BLOCK, Attributes, Open, Opened, Walk

_LI, _P = TAGS["li"], TAGS["p"]
_BOXES = {"❏": "[ ] ", "☐": "[ ] ", "✓": "[x] ", "☑": "[x] ", "✔": "[x] "}


def checklist(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """A list that its class calls one of tasks."""
    for item in node.iter():
        box = first_element(item) or item
        text = box.first_child if item.tag_id == _LI and box.tag_id == _P else None
        if text is None or text.tag_id != TEXT:
            continue
        said = (text.text_content or "").lstrip()
        if mark := _BOXES.get(said[:1]):
            text.replace_with(said[1:].lstrip() or " ")
            walk.overrides[box.mem_id] = _marked(mark)
    return bullets(walk, node, attributes)


def _marked(mark: str) -> Open:
    """A handler of a paragraph that begins with a task's box."""

    def begin(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
        walk.flush()
        walk.inline.parts.append(mark)
        return END_BLOCK

    return begin
