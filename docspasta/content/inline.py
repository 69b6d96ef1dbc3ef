"""What stands inside a line: links, raised text, line breaks, footnote references, badges."""

from __future__ import annotations

import re
from typing import Final

from selectolax.lexbor import LexborNode

from .code_spans import divides_code, one_text
from .element_text import has_text, is_link, short_text
from .escape import link_title, one_line, visible
from .footnotes import is_named_so, is_reference
from .query import css_first
from .state import IN_BLOCKS, IN_CODE
from .tags import BLOCKS, HEADINGS, TAGS, TEXT
from .text_cache import CODE, IS_PLAIN
from .walk import SKIP, Attributes, Open, Opened, Walk

_A: Final = TAGS["a"]
_CODE: Final = TAGS["code"]
_IMG: Final = TAGS["img"]
_SUP: Final = TAGS["sup"]
_CONTENTS: Final = re.compile(r"toc\d*$", re.I)  # a heading's entry in the table of contents, by its fragment
_NOT_BESIDE: Final = BLOCKS | {TEXT, TAGS["br"]}
_TOPS: Final = frozenset({"top", "back to top", "up", "¶"})
_PERMALINK: Final = frozenset(
    {
        "", "¶", "#", "§", "🔗", "⚓", "◆", "◆ ", "\uf0c1", "\u200b", "🔗︎", "[#]", "❡", "∞",
        "↩", "↩︎", "⤴", "↑", "^", "⬆", "↵", "⏎", "⮌", "[↩]", "[↑]", "[^]",
    }
)  # fmt: skip
_TOOL_TEXTS: Final = frozenset(
    "source|src|view source|source code|edit|edit source|edit section|edit this section|edit this page"
    "|view on github|improve this doc|code|link|permalink|copy link".split("|")
)  # of links beside a heading
_TOOL_PATH = re.compile(r"/(?:edit|blob|tree|blame|raw|src)/|[?&]action=edit|#L\d|_modules/|/src(?:-html)?/")
_TOOL_CLASS: Final = re.compile(
    r"(?:^|[\s_-])(?:edit|source|src|sourcelink|viewcode|permalink|copy|github)(?=$|[\s_-])", re.I
)
_DIGITS: Final = re.compile(r"[^\w.-]+")


def anchor(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """<a>: a link, unless it is a permalink, an icon, a script, or leads nowhere."""
    href = attributes.get("href")
    if href is None or (walk.code is not None and walk.code.outer is not IN_BLOCKS):
        return None
    local = walk.page.resolver.is_inside(href)
    if local and (attributes.get("data-toggle") or attributes.get("data-bs-toggle")) == "modal":
        return SKIP
    if local and node.text_lexbor().strip() in _PERMALINK and not _shows(node):
        return SKIP
    if local and walk.title is not None:
        return None
    first = node.first_child
    if first is None:
        return SKIP
    tag = first.tag_id
    if local and tag in HEADINGS:
        return None
    if local and (tag == _SUP or is_named_so(href)) and first.next is None and is_reference(walk, node):
        return note_ref(walk, node, attributes)
    resolver = walk.page.resolver
    target, fragment = resolver.known.get(href) or resolver.resolve(href)
    if not target:
        target = resolver.other(href)
        if not target:
            return None
    if walk.title is not None:
        if (target == resolver.own or _CONTENTS.match(fragment)) and _is_all(node):
            return None
        if _is_tool(node, href, attributes):
            return SKIP
    if walk.mode is IN_CODE:
        walk.code_piece()
    w = walk.inline
    if w.link is not None:
        return None
    title = attributes.get("title")
    text = ""
    if title and "reference" not in (attributes.get("class") or "") and not title.startswith(_NOISE_TITLES):
        text = link_title(title)
    if first.next is None and walk.mode is not IN_CODE and not w.html:
        if tag == TEXT:
            label = first.text_content or ""
            if IS_PLAIN[label] and label[0] != "(":
                w.plain_link(label, target, fragment, text)
                if walk.title is not None:
                    walk.title.append(label)
            else:
                _link_text(walk, label, target, fragment, text)
            return SKIP
        if tag == _CODE and _link_code(walk, first, (target, fragment, text)):
            return SKIP
    w.open_link(target, fragment, text)
    return _end_anchor, None


def _is_all(link: LexborNode) -> bool:
    """Whether a link is all that a heading holds."""
    return link.parent is not None and link.parent.tag_id in HEADINGS and is_link(link.parent)


def _is_tool(link: LexborNode, href: str, attributes: Attributes) -> bool:
    """Whether a link beside the text of a heading leads to its source, or edits it."""
    text = (short_text(link, 20) or "").strip().lower()
    if not text or text.strip("[]() ") not in _TOOL_TEXTS or _is_all(link):
        return False
    if text[0] == "[":
        return True
    return (
        _TOOL_PATH.search(href) is not None or _TOOL_CLASS.search(attributes.get("class") or "") is not None
    )


def permalink(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """A heading's link to itself: dropped, unless the heading's own text is what it holds."""
    if node.text_lexbor().strip() in _PERMALINK:
        return SKIP
    if walk.title is None:
        return anchor(walk, node, attributes)
    parent = node.parent
    for _ in range(3):
        if parent is None or parent.tag_id in HEADINGS:
            break
        parent = parent.parent
    whole = (short_text(parent, 200) or "").strip() if parent is not None else ""
    own = (short_text(node, 200) or "").strip()
    return None if whole == own else SKIP


def _link_text(walk: Walk, label: str, target: str, fragment: str, title: str) -> None:
    """A link that holds one run of text, which is not plain."""
    w = walk.inline
    count = len(w.parts)
    w.link = _OPEN
    walk.text(label)
    w.link = None
    if len(w.parts) > count and w.parts[-1] != " ":
        w.simple_link(target, fragment, title)


def _link_code(walk: Walk, code: LexborNode, link: tuple[str, str, str]) -> bool:
    """Write a link that holds one span of code, as most do in API documentation; whether it is so plain
    that neither a row nor an attribute says more of the span."""
    attributes = code.attributes
    classes = attributes.get("class")
    if attributes and (not classes or len(attributes) > 1 or walk.page.roles.of(_CODE, classes)):
        return False
    text = one_text(code)
    span = CODE[text] if text else ""
    if not text or not span:
        return False
    walk.inline.plain_link(span, *link)
    if walk.title is not None:
        walk.title.append(one_line(text))
    return True


_OPEN: Final = (0, "", "", "")  # a link that is open only while its one run of text is escaped
_NOISE_TITLES: Final = ("Permalink", "Link to", "Direct link", "Permanent link", "View page source")


def _end_anchor(walk: Walk, _: None) -> None:
    if walk.mode is IN_CODE:
        walk.code_piece()
    walk.inline.close_link()


def _shows(node: LexborNode) -> bool:
    """Whether a link without text holds an image, other than one that leads to the top."""
    child = node.first_child
    while child is not None:
        if child.tag_id == _IMG:
            return (child.attributes.get("alt") or "").strip().lower() not in _TOPS
        child = child.next
    return False


def raw_tag(name: str) -> Open:
    """A handler of <sub>, <sup> and <kbd>, which Markdown has no marks for."""

    def begin(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
        if walk.mode is IN_CODE or walk.title is not None or not has_text(node):
            return None
        if name == "sup" and _is_note(node):
            link = node.first_child
            if link is not None and is_reference(walk, link):
                return note_ref(walk, node, attributes)
            return None
        walk.put(f"<{name}>")
        walk.inline.space = True
        return end, None

    def end(walk: Walk, _: None) -> None:
        parts = walk.inline.parts
        if parts and parts[-1].endswith(" "):
            parts[-1] = parts[-1].rstrip(" ")
        walk.put(f"</{name}>")

    return begin


def _is_note(node: LexborNode) -> bool:
    child = node.first_child
    return child is not None and child.tag_id == _A and child.next is None


def line_break(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """<br>: a hard break; two of them end the paragraph; in a heading a space."""
    if walk.inline.link is not None or (walk.mode is not IN_BLOCKS and not divides_code(walk)):
        walk.text(" ")
    elif walk.inline.parts and walk.inline.parts[-1].startswith("\\\n") and not walk.emphasis:
        walk.flush()
    else:
        walk.inline.hard_break()
    return SKIP


def word_break(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """<wbr>: nothing. An underscore before it, which was taken for the end of a word, is inside of one."""
    parts, following = walk.inline.parts, node.next
    after = (following.text_content or "") if following is not None and following.tag_id == TEXT else ""
    if parts and parts[-1].endswith("\\_") and parts[-1][-3:-2].isalnum() and after[:1].isalnum():
        parts[-1] = parts[-1][:-2] + "_"
    return SKIP


def note_ref(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """A footnote's reference. Its label carries the page's mark: documents hold many pages."""
    link = node if node.tag_id == _A else css_first(node, "a[href]")
    href = (link.attributes.get("href") or "") if link is not None else ""
    number = _DIGITS.sub("", node.text_lexbor().strip().strip("[]"))
    if not number and walk.footnotes.looked:  # an asterisk or a dagger
        number = f"s{len(walk.footnotes.labels) + 1}"
    if "#" not in href or not number or walk.title is not None or walk.inline.html:
        return SKIP if walk.title is not None else None
    target = href.partition("#")[2]
    label = walk.footnotes.labels.setdefault(target, f"{number}-{walk.page.mark}")
    if walk.inline.parts and walk.inline.parts[-1].endswith(" "):
        walk.inline.parts[-1] = walk.inline.parts[-1].rstrip(" ")
    walk.put(f"[^{label}]")
    return SKIP


def quotation(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """<q>: quotation marks, as a browser draws them."""
    walk.put("“", "“")
    return _end_quotation, None


def _end_quotation(walk: Walk, _: None) -> None:
    walk.put("”", "”")


def ruby(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """<rt>: a reading beside its text, in parentheses."""
    words = visible(node.text_lexbor()).strip()
    if words:
        walk.text(f"({words})")
    return SKIP


def apart(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """A badge, a tag or the like: a box to a reader, so never one word with the box beside it."""
    previous = node.prev
    if previous is not None and (previous.tag_id != TEXT or walk.title is not None):
        walk.gap()
    return _end_apart, node


def apart_word(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """A type, a mark of a parameter or the like, which a style sets apart from the word before it."""
    previous = node.prev
    if (
        previous is not None
        and previous.tag_id not in _NOT_BESIDE
        and walk.mode is not IN_CODE
        and (short_text(previous, 200) or " ")[-1:].isalnum()
        and (short_text(node, 200) or " ")[:1].isalnum()
    ):
        walk.gap()
    return None


def _end_apart(walk: Walk, node: LexborNode) -> None:
    following = node.next
    if following is not None and following.tag_id != TEXT:
        walk.gap()
