"""How deep a page's elements are nested, found before it is parsed, in one pass over its text.

The parser looks up the open elements for many a tag, and the walk looks up from many a node. Both cost the
square of the depth: 300 KiB of `<div>`, which is 600 bytes on the wire, take seconds. Browsers stop at 512.
What follows is the tokenizer of the HTML standard (13.2.5), as far as it decides what is a tag.
"""

from __future__ import annotations

import re
from typing import Final

from docspasta.passes import count

MAX_DEPTH: Final = 1_000
_SOME: Final = 4_096  # bytes looked at together
_ATTRIBUTES: Final = (
    r"(?>(?:[^\s/>=]\s*+=\s*+"  # a name's last character; then a value, quoted or not
    r"(?:\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z)|[^\s>\"'][^\s>]*+)"
    r"|[^>])*)"
)
# A comment, or a tag: 1 the slash of an end tag, 2 its name, 3 the whole of what follows. Each runs to the
# page's end where its own end is missing, so that no character is looked at twice.
_TAG: Final = re.compile(
    rf"<!--(?:-?>|.*?(?:--!?>|\Z))|<(/?)([a-z][^\s/>]*+)({_ATTRIBUTES})(?:>|\Z)",
    re.IGNORECASE | re.DOTALL | re.ASCII,
)
_VOID: Final = frozenset(
    (
        "area base basefont bgsound br col embed frame hr img image input keygen link meta param source "
        "track wbr"
    ).split()
)
# A next one, or the end of their parent, closes these: a thousand without an end tag stand side by side.
_CLOSED_BY_OTHERS: Final = frozenset(
    (
        "a body caption colgroup dd dt head html li nobr optgroup option p rb rp rt rtc tbody td tfoot "
        "th thead tr"
    ).split()
)
# Their text is no markup, except in the elements below, where the standard reads on or ignores them.
_RAW: Final = frozenset(("script", "style", "textarea", "title", "xmp", "noframes", "iframe", "noembed"))
_NOT_RAW_IN: Final = ("svg", "math", "select", "frameset")
# Only in SVG and MathML does `/>` close an element, and none closes another; these are no elements of HTML.
_FOREIGN: Final = frozenset(
    (
        "animate animatemotion animatetransform circle defs ellipse feblend fecolormatrix feflood "
        "fegaussianblur femergenode feoffset g line mpath mprescripts mspace none path polygon polyline "
        "rect set stop svg symbol use"
    ).split()
)


def too_deep(html: bytes) -> bool:
    """Whether elements of a page (UTF-8) are nested deeper than MAX_DEPTH.

    An ordinary page is known by counting its `<`.
    """
    return _may_be_deep(html) and _is_deep(html.decode("latin-1"))  # markup is ASCII


def _may_be_deep(html: bytes) -> bool:
    """Whether so many elements can be open: each `<` may open one, unless it begins an end tag. End tags cost
    most, and are counted only as far as it takes to know."""
    depth = done = opened = 0  # the depth after the stretches that are done; tags behind them
    tags: list[int] = []  # of each stretch
    for at in range(0, len(html), _SOME):
        tags.append(count(html, b"<", at, at + _SOME))
        opened += tags[-1]
        while depth + opened > MAX_DEPTH:
            new = tags[done]
            if depth + new > MAX_DEPTH:
                return True
            ended = count(html, b"</", done * _SOME, (done + 1) * _SOME)
            depth, opened, done = max(depth + new - 2 * ended, 0), opened - new, done + 1
    return False


def _is_deep(html: str) -> bool:
    """Whether too many elements are open somewhere. An end tag closes one of its name, if one is open."""
    opened: dict[str, int] = dict.fromkeys(_NOT_RAW_IN, 0)
    depth = at = 0
    while (tag := _TAG.search(html, at)) is not None:
        at = tag.end()
        name = (tag[2] or "").lower()
        foreign = opened["svg"] or opened["math"]
        if not name or (not foreign and (name in _VOID or name in _CLOSED_BY_OTHERS)):
            continue
        if tag[1]:
            if opened.get(name):
                opened[name] -= 1
                depth -= 1
        elif name in _RAW and not any(opened[outer] for outer in _NOT_RAW_IN):
            at = _end_of_raw(html, name, at)
        elif not ((foreign or name in _FOREIGN) and tag[3].endswith("/")):
            opened[name] = opened.get(name, 0) + 1
            depth += 1
            if depth > MAX_DEPTH:
                return True
    return False


def _end_of_raw(html: str, name: str, at: int) -> int:
    """Where the text of a raw element ends: at its end tag, or with the page."""
    end = _ENDS[name].search(html, at)
    return end.start() if end else len(html)


_ENDS: Final = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE | re.ASCII) for name in _RAW}
