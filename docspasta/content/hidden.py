"""Whether nobody sees an element, as far as its own attributes tell."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_COMMENT: Final = re.compile(r"/\*.*?\*/", re.S)
_SPACE: Final = re.compile(r"\s+")
_ZERO: Final = r"(?:0|0?\.0+)(?:px|em|rem|pt|%|vh|vw)?(?:!important)?(?=;|$)"
_FAR: Final = r"-\d{4,}(?:\.\d+)?(?:px|em|rem|pt|%)?(?:!important)?(?=;|$)|-\d{3,}(?:em|rem|%|vw|vh)(?=;|!|$)"
_UNSEEN: Final = re.compile(
    r"(?:^|;)(?:display:none|visibility:(?:hidden|collapse)|content-visibility:hidden"
    rf"|opacity:{_ZERO}|font(?:-size)?:{_ZERO}|text-indent:(?:{_FAR})"
    rf"|(?:left|right|top|bottom|margin-left|margin-top|inset):(?:{_FAR})"
    r"|transform:scale[xy]?\((?:0|0?\.0+)(?:,[\d.]+)?\)"
    r"|clip:rect\((?:0(?:px)?,?){4}\)|clip:rect\(1px,?1px,?1px,?1px\)"
    r"|clip-path:(?:inset\((?:50|100)%\)|circle\(0\)|polygon\(0(?:px)?0(?:px)?\)))"
)
_MOVES: Final = re.compile(r"transform|translate|transition|animation|will-change|filter:")
_LINES: Final = re.compile(r"white-space(?:-collapse)?:(?:pre|break-spaces|preserve(?:nowrap)?)(?=;|!|$)")
_WRAPPED: Final = re.compile(r"white-space:pre-wrap")
_MONOSPACE: Final = re.compile(r"font(?:-family)?:[^;]*(?:mono|courier|consolas|menlo|monaco)")
_CLIPPED: Final = re.compile(rf"(?:^|;)(?:height|width):(?:{_ZERO}|1px(?=;|$))")
_COLOUR: Final = re.compile(r"(?:^|;)color:([^;!]+)")
_GROUND: Final = re.compile(r"(?:^|;)background(?:-color)?:([^;!]+)")
_WHITE = frozenset({"white", "#fff", "#ffffff", "rgb(255,255,255)", "rgba(255,255,255,1)", "hsl(0,0%,100%)"})
_TRANSPARENT: Final = frozenset({"transparent", "rgba(0,0,0,0)", "#0000", "#00000000"})
_CLASSES: Final = frozenset({"hidden", "hide", "d-none", "is-hidden", "invisible", "display-none"})
_FOLDS: Final = re.compile(
    r"(?:^|[\s_-])(?:accordion|collapsible|expandable|faq|answer|spoiler|fold(?:ed|able)?|toggle-?(?:content|body))(?=$|[\s_-])",
    re.I,
)
# Utilities that show again what such a class hides, at some width: `hidden md:block`.
_SHOWN: Final = re.compile(
    r"(?:^|\s)(?:[\w-]+:(?:block|flex|grid|inline|table|contents|visible|inline-\w+|table-\w+)"
    r"|d-(?:sm|md|lg|xl|xxl|print)-(?!none)\w+|(?:visible|show)-\w+)"
)


def is_hidden(attributes: dict[str, str | None]) -> bool:
    """Whether an element's `hidden` or style says that nobody sees it."""
    if "hidden" in attributes and attributes["hidden"] != "until-found":
        return True
    style = attributes.get("style")
    return bool(style) and hides(style or "")


@lru_cache(maxsize=4096)
def hides(style: str) -> bool:
    """Whether an inline style leaves nothing to be seen."""
    if "/*" in style:
        style = _COMMENT.sub("", style)
    style = _SPACE.sub("", style).lower()
    found = _UNSEEN.search(style)
    if found is not None:
        # What fades in is content: scripts show it where the page is looked at.
        return "opacity" not in found[0] or _MOVES.search(style) is None
    if "overflow:hidden" in style and _CLIPPED.search(style) is not None:
        return True
    colour = _COLOUR.search(style)
    if colour is None:
        return False
    if colour[1] in _TRANSPARENT:
        return "background-clip" not in style
    ground = _GROUND.search(style)
    return ground is not None and _plain(colour[1]) == _plain(ground[1])


def _plain(colour: str) -> str:
    return "white" if colour in _WHITE else colour


@lru_cache(maxsize=4096)
def is_fold(classes: str) -> bool:
    """Whether a class attribute says that an element is what a press of its title unfolds."""
    return _FOLDS.search(classes) is not None


@lru_cache(maxsize=4096)
def class_hides(classes: str) -> bool:
    """Whether a class attribute says that an element is hidden at every width."""
    return not _CLASSES.isdisjoint(classes.split()) and _SHOWN.search(classes) is None


@lru_cache(maxsize=4096)
def keeps_lines(style: str) -> bool:
    """Whether a style keeps the lines and blanks of a text as a block of code does."""
    if "white-space" not in style.lower():
        return False
    style = _SPACE.sub("", style).lower()
    return _LINES.search(style) is not None or (
        _WRAPPED.search(style) is not None and _MONOSPACE.search(style) is not None
    )


def is_monospace(style: str) -> bool:
    """Whether a style asks for a font of one width."""
    return _MONOSPACE.search(_SPACE.sub("", style).lower()) is not None
