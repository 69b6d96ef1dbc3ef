"""What stands on lines of its own: paragraphs, code, quotes, rules, labels."""

from __future__ import annotations

import re
from typing import Final

from selectolax.lexbor import LexborNode

from .code import CodeRules, code_block, is_gutter
from .element_text import short_text
from .emphasis import end_label, open_emphasis
from .escape import CONTROLS
from .family import Role
from .hidden import is_monospace
from .query import css, css_first
from .state import IN_BLOCKS, IN_LINE
from .tags import BLOCKS, STRUCTURE, TAGS, TEXT, tag_set
from .walk import END_BLOCK, SKIP, Attributes, Opened, Walk
from .writer import Saved

_EDITOR: Final = re.compile(
    r"(?:^|[\s_-])(?:code|codes|example|playground|editor|snippet|source|highlight|pre)(?=$|[\s_A-Z-])", re.I
)
_NUMBERS: Final = re.compile(r"(?:^|[\s_-])(?:lines?|nums?|numbers?|gutter|ln)(?=$|[\s_-])|line-?n", re.I)
_PRE: Final = TAGS["pre"]
# What a box of code that is text alone does not hold.
_NO_CODE: Final = f"{STRUCTURE},code,p,textarea,button,svg"
_QUOTED: Final = tag_set("blockquote figure")
_ANY: Final = CodeRules()
_AROUND: Final = 3  # boxes around numbers of lines that stand beside their code


def block(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """<p>, <div> and the like: text before it and in it are blocks of their own."""
    if walk.inline.parts:
        walk.flush()
    return END_BLOCK


def paragraph(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """<p>: most hold one run of text, or start with one."""
    if walk.inline.parts:
        walk.flush()
    first = node.first_child
    if first is None:
        return SKIP
    if first.tag_id == TEXT and first.next is None:
        walk.text(first.text_content or "")
        walk.flush()
        return SKIP
    return END_BLOCK


def rule(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """<hr>."""
    walk.flush()
    if not walk.writer.flat and walk.writer.out and not walk.footnotes.lists:
        walk.writer.block("---" if walk.writer.lead is None else "___")
    return SKIP


def quote(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """<blockquote>."""
    walk.flush()
    return _end_container, walk.writer.open("> ", "> ")


def footer(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """<footer>: of a quotation, who said it; any other is around the content."""
    parent = node.parent
    return block(walk, node, attributes) if parent is not None and parent.tag_id in _QUOTED else SKIP


def _end_container(walk: Walk, saved: Saved) -> None:
    walk.flush()
    walk.writer.close(saved)


def code(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """<pre>: a fenced block."""
    if walk.mode is not IN_BLOCKS:
        return None
    if walk.inline.parts:
        walk.writer.flush()
    text, language = code_block(node, _rules(walk, node))
    if walk.careful:
        text = CONTROLS.sub("", text)
    if not text.strip():
        return SKIP
    if is_gutter(text) and (walk.tables or _stands_beside_code(node, text)):
        return SKIP
    walk.writer.fence(text, language)
    return SKIP


def _stands_beside_code(node: LexborNode, text: str) -> bool:
    """Whether as many lines of code follow a block or a box around it that its name says holds numbers."""
    here: LexborNode | None = node
    named = False
    for _ in range(_AROUND):
        named = named or (
            here is not None and _NUMBERS.search(here.attributes.get("class") or "") is not None
        )
        following = here.next if here is not None else None
        while following is not None and not following.is_element_node:
            following = following.next
        if following is not None:
            pre = following if following.tag_id == _PRE else css_first(following, "pre")
            return (
                named
                and pre is not None
                and pre.text_lexbor().strip().count("\n") == text.strip().count("\n")
            )
        here = here.parent if here is not None else None
    return False


def preformatted(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """An element whose lines and blanks are kept (`white-space: pre`): code, unless it holds other blocks, or
    is one line in a text."""
    tag = node.tag_id
    default = walk.handler_of(tag)
    if walk.mode is not IN_BLOCKS or any(each.mem_id != node.mem_id for each in css(node, STRUCTURE)):
        return default(walk, node, attributes)
    if any(part.strip(" *~") for part in walk.inline.parts):
        return default(walk, node, attributes)
    text, _ = code_block(node, _rules(walk, node))
    lined = "\n" in text
    if not lined and (tag not in BLOCKS or not is_monospace(attributes.get("style") or "")):
        return default(walk, node, attributes)
    return code(walk, node, attributes)


def perhaps_code(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """A box that a theme calls a block of code: one, when it holds text alone, of lines or of a language."""
    default = walk.handler_of(node.tag_id)
    if walk.mode is not IN_BLOCKS or css_first(node, _NO_CODE) is not None:
        return default(walk, node, attributes)
    lined = "\n" in node.text_lexbor().strip() or css_first(node, "br") is not None
    named = any(name in attributes for name in ("data-lang", "data-language"))
    return (code if lined or named else default)(walk, node, attributes)


def perhaps_hidden(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """A box that a class hides at every width. One that a script may show has a name to be found by, or holds
    more than a few words."""
    named = any(name == "id" or name == "role" or name.startswith(("data-", "aria-")) for name in attributes)
    text = short_text(node, 60)
    if named or text is None or len(text) > 400 or css_first(node, STRUCTURE) is not None:
        return walk.handler_of(node.tag_id)(walk, node, attributes)
    return SKIP


def source_text(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """<textarea>: code when it holds some to be read, nothing when it is to be written in."""
    told = attributes.get("spellcheck") == "false" or "readonly" in attributes or "disabled" in attributes
    if not told and _EDITOR.search(attributes.get("class") or "") is None:
        return SKIP
    return code(walk, node, attributes)


def _rules(walk: Walk, node: LexborNode) -> CodeRules:
    """What may stand in a block of code: a family knows what its highlighter writes, not what others do."""
    return walk.page.code_rules if node.tag_id == _PRE else _ANY


def line(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """One line of a block of lines; a line that another one holds follows it."""
    _break_line(walk)
    return _end_line, None


def _end_line(walk: Walk, _: None) -> None:
    _break_line(walk)


def _break_line(walk: Walk) -> None:
    parts = walk.inline.parts
    if walk.mode is not IN_BLOCKS:
        walk.text(" ")
    elif parts and not parts[-1].startswith("\\\n"):
        walk.inline.hard_break()


def line_of_label(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """A caption, a rubric, a tab's label: bold, on a line of its own."""
    if walk.mode is not IN_BLOCKS:
        return None
    walk.flush()
    if walk.untitled():
        return walk.page.by_role[Role.TITLE](walk, node, attributes)
    emphasis = open_emphasis(walk, "**")
    walk.mode = IN_LINE
    return _end_label, emphasis


def _end_label(walk: Walk, emphasis: object) -> None:
    walk.mode = IN_BLOCKS
    end_label(walk, emphasis)


def figure_caption(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """<figcaption>: above a block of code it names it, as a file's name does."""
    following = node.next
    while following is not None and following.tag_id == TEXT:
        following = following.next
    if following is not None and following.tag_id == _PRE:
        return line_of_label(walk, node, attributes)
    return block(walk, node, attributes)


def run_in(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """A block that runs on in its line."""
    walk.gap()
    return _end_run_in, None


def _end_run_in(walk: Walk, _: None) -> None:
    walk.gap()


def row(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """A block whose child blocks stand in one line."""
    if walk.mode is not IN_BLOCKS:
        return None
    walk.flush()
    walk.mode = IN_LINE
    return _end_row, None


def _end_row(walk: Walk, _: None) -> None:
    walk.mode = IN_BLOCKS
    walk.flush()


def aside(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """<aside> in the content, unless it is a list of links."""
    if _mostly_links(node):
        return SKIP
    return block(walk, node, attributes)


def _mostly_links(node: LexborNode) -> bool:
    words = short_text(node, 1500)
    if words is None:
        return False
    text = len("".join(words.split()))
    linked = sum(len("".join(link.text_lexbor().split())) for link in css(node, "a[href]"))
    return text == 0 or linked > 0.6 * text
