"""Pictures, and what is embedded: an address that a reader can follow, with what says what it is."""

from __future__ import annotations

import re
from typing import Final

from selectolax.lexbor import LexborNode

from . import math
from .box_names import Kind, kind_of_box
from .element_text import short_text
from .escape import escape, html_text, link_title, visible
from .hidden import is_hidden
from .mathml import tex_text
from .query import css_first
from .state import IN_BLOCKS, IN_CODE
from .tags import COMMENT, TAGS, TEXT
from .walk import SKIP, Attributes, Opened, Walk

_IMG, _PICTURE, _NOSCRIPT, _SOURCE, _IFRAME = (
    TAGS[name] for name in ("img", "picture", "noscript", "source", "iframe")
)
# Where scripts that load pictures late keep their address.
_LATE: Final = (
    "data-src", "data-original", "data-lazy-src", "data-lazy", "data-original-src", "data-actualsrc",
    "data-image-src", "data-hires", "data-echo", "data-url", "data-srcset", "data-lazy-srcset", "srcset",
)  # fmt: skip
_STAND_IN: Final = re.compile(
    r"(?:^|[/_-])(?:spacer|placeholder|blank|pixel|loading|loader|transparent|lazy|1x1|clear|grey|dummy)[\w-]*\."
    r"(?:gif|svg|png|jpe?g|webp)(?:\?|$)",
    re.I,
)
_DARK = re.compile(r"(?:^|[\s#_-])(?:only-dark|dark-only|dark-mode-only|dark-img|img-dark)(?=$|[\s_-])", re.I)
_LIGHT: Final = re.compile(r"#(?:only-light|light-only|gh-light-mode-only)$")
_SHOWN_IN_DARK: Final = re.compile(r"dark:(?:block|inline|inline-block|flex)(?:\s|$)")
_MATH: Final = re.compile(r"(?:^|[\s_-])(?:math|tex|latex|equation|formula)(?=$|[\s_-])", re.I)
_TEX: Final = re.compile(r"[\\^_={}+$]")
# What only advertises, counts readers, or is a button: words in a frame's address.
_BESIDE: Final = re.compile(
    r"(?:^|[./_-])(?:ads?|adservices?|adservers?|adframe|adsystem|[a-z]*(?:doubleclick|syndication|tagmanager|analytics)"
    r"|carbonads|[a-z]*captcha|pixel|(?:[a-z]+[_-])?(?:button|btn)s?|(?:tweet|follow|like|share|star)[_-][a-z]+)(?=[./_?-]|$)",
    re.I,
)
_SIGNS: Final = frozenset("- + ▶ ▼ ▸ ▾ ► ▲ # ¶ ^".split())  # what pictures say that fold, unfold and lead up
# Pictures that say nothing beside words: arrows, bullets, blanks.
_SIGN: Final = re.compile(
    r"(?:^|[/_-])(?:arrow|bullet|dot|blank|spacer|pixel|up|down|left|right|top|back|next|prev|icon|external|ext)"
    r"[\w-]{0,12}\.(?:gif|png|svg|jpe?g|webp)(?:\?|$)",
    re.I,
)
_LOGO: Final = re.compile(r"logo(?=$|[\s_-])", re.I)
_LOW: Final = 60  # pixels of a frame that is a button
_PICTURES: Final = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".avif")


def image(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """<img>: kept with an absolute address; emoji become their text, tracking pixels and data go."""
    if walk.mode is IN_CODE:
        return SKIP
    alternative = " ".join(visible(attributes.get("alt") or attributes.get("title") or "").split())
    classes = attributes.get("class") or ""
    source = address(attributes)
    url, fragment = walk.page.resolver.resolve(source) if source else ("", "")
    if not url:
        source = _of_sources(node)
        url, fragment = walk.page.resolver.resolve(source) if source else ("", "")
    if not url and _take_from_noscript(walk, node):
        return SKIP
    if url and alternative and _is_formula(alternative, classes):
        math.write_in_line(walk, tex_text(alternative))
        return SKIP
    if "emoji" in classes or not url or walk.title is not None:
        if walk.title is not None and _LOGO.search(classes) and _has_words_beside(node):
            return SKIP
        if alternative and not (attributes.get("src") or "").startswith("data:"):
            walk.text(alternative)
        return SKIP
    tiny = attributes.get("width") in ("1", "0") or attributes.get("height") in ("1", "0")
    if tiny or alternative in _SIGNS or (not alternative and "icon" in classes):
        return SKIP
    if not alternative and "alt" in attributes and _SIGN.search(source) and _has_words_beside(node):
        return SKIP
    if is_dark_twin(source, classes):
        return SKIP
    if fragment and _LIGHT.search("#" + fragment):
        fragment = ""
    write_image(walk, alternative, url + ("#" + fragment if fragment else ""), attributes)
    return SKIP


def _has_words_beside(node: LexborNode) -> bool:
    """Whether the element around a picture holds words, too."""
    around = node.parent
    return around is not None and bool((around.text_lexbor() or "").strip())


def write_image(walk: Walk, alternative: str, url: str, attributes: Attributes) -> None:
    """A picture in the text."""
    inline = walk.inline
    if inline.html:
        words = html_text(alternative).replace('"', "&quot;")
        walk.put(f'<img src="{html_text(url)}" alt="{words}">')
        return
    said = attributes.get("title")
    title = link_title(said) if attributes.get("alt") and said != attributes.get("alt") else ""
    url = f"<{url}>" if "(" in url or ")" in url else url
    if inline.parts and inline.parts[-1].endswith("!"):
        inline.parts[-1] = inline.parts[-1][:-1] + "\\!"
    walk.put(f"![{escape(alternative, ' ', False, True)}]({url}{title})")


def address(attributes: Attributes) -> str:
    """Where a picture is: its source, unless that only stands in for one that a script loads."""
    source = (attributes.get("src") or "").strip()
    late = ""
    for name in _LATE:
        value = attributes.get(name) if name in attributes else None
        if value and not value.startswith("data:"):
            late = first_of_set(value) if name.endswith("srcset") else value.strip()
            if late:
                break
    if not source or source.startswith(("data:", "about:", "blob:")):
        return late
    if late and not any(name in attributes for name in _LATE[:-3]) and not _STAND_IN.search(source):
        return source  # a set beside a source of its own
    return late if late and (_STAND_IN.search(source) or "data-src" not in attributes or late) else source


def first_of_set(value: str) -> str:
    """The first address of a `srcset`."""
    first = value.strip().split()
    return first[0].rstrip(",") if first else ""


def _of_sources(node: LexborNode) -> str:
    """The address that a <picture> gives a picture which has none of its own."""
    source = node.prev
    while source is not None and source.tag_id in (TEXT, COMMENT):
        source = source.prev
    return address(source.attributes) if source is not None and source.tag_id == _SOURCE else ""


def _is_formula(alternative: str, classes: str) -> bool:
    """Whether a picture is one of a formula, whose TeX it says."""
    return _MATH.search(classes) is not None and _TEX.search(alternative) is not None


def is_dark_twin(source: str, classes: str) -> bool:
    """Whether a picture is the one for dark colours, beside its twin for light ones."""
    fragment = source.partition("#")[2]
    if fragment and _DARK.search("#" + fragment):
        return True
    if not classes:
        return False
    return _DARK.search(classes) is not None or (
        "hidden" in classes.split() and _SHOWN_IN_DARK.search(classes) is not None
    )


def _take_from_noscript(walk: Walk, node: LexborNode) -> bool:
    """Whether a picture without an address is repeated for browsers without scripts: that one is read."""
    here: LexborNode | None = node
    for _ in range(2):
        following = here.next if here is not None else None
        while following is not None and following.tag_id == TEXT:
            following = following.next
        if (
            following is not None
            and following.tag_id == _NOSCRIPT
            and css_first(following, "img") is not None
        ):
            walk.overrides[following.mem_id] = _picture_of_noscript
            return True
        here = here.parent if here is not None else None
    return False


def _picture_of_noscript(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    picture = css_first(node, "img")
    if picture is not None and not is_hidden(picture.attributes):
        image(walk, picture, picture.attributes)
    return SKIP


def noscript(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """<noscript>: nothing, but for a picture that only a script would show."""
    if css_first(node, "img") is None:
        return SKIP
    for other in (node.prev, node.next):
        while other is not None and other.tag_id == TEXT:
            other = other.prev
        if other is not None and (other.tag_id in (_IMG, _PICTURE) or css_first(other, "img") is not None):
            return SKIP
    return _picture_of_noscript(walk, node, attributes)


def embedded(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """<iframe>, <video>, <audio>, <embed>, <object>: a link, or the picture that it is."""
    if walk.mode is not IN_BLOCKS or walk.inline.link is not None:
        return SKIP
    if attributes.get("width") in ("0", "1") or attributes.get("height") in ("0", "1"):
        return SKIP
    if node.tag_id == _IFRAME and _is_beside(attributes):
        return SKIP
    source = address(attributes) or attributes.get("data") or ""
    if not source:
        inner = css_first(node, "source[src]")
        source = (inner.attributes.get("src") or "") if inner is not None else ""
    if not source or source.startswith(("data:", "about:", "blob:", "javascript:")):
        return SKIP
    url, fragment = walk.page.resolver.resolve(source)
    if not url:
        return SKIP
    label = _label(node, attributes)
    whole = url + ("#" + fragment if fragment else "")
    if node.tag in ("object", "embed") and url.partition("?")[0].lower().endswith(_PICTURES):
        write_image(walk, label, whole, {})
        return SKIP
    _write_link(walk, label or _NAMES.get((node.tag or "").removeprefix("amp-"), "") or url, url, fragment)
    return SKIP


def _is_beside(attributes: Attributes) -> bool:
    """Whether a frame is no part of the text: an advertisement, a counter, a button."""
    height = (attributes.get("height") or "").removesuffix("px")
    if height.isdecimal() and int(height) < _LOW:
        return True
    names = f"{attributes.get('class') or ''} {attributes.get('name') or ''}"
    if kind_of_box(names, attributes.get("id") or "") is Kind.BESIDE:
        return True
    address = (attributes.get("src") or attributes.get("data-src") or "").partition("?")[0]
    return _BESIDE.search(address) is not None


_NAMES: Final = {"iframe": "Embedded page", "video": "Video", "audio": "Audio", "object": "", "embed": ""}


def _label(node: LexborNode, attributes: Attributes) -> str:
    said = attributes.get("title") or attributes.get("aria-label") or attributes.get("alt") or ""
    if not said and node.tag == "object":
        inner = css_first(node, "img[alt]")
        said = short_text(node, 40) or (inner.attributes.get("alt") if inner is not None else "") or ""
    return " ".join(visible(said).split())


def _write_link(walk: Walk, label: str, url: str, fragment: str) -> None:
    """A link on a line of its own, or in its cell."""
    alone = not walk.writer.flat and not any(part.strip() for part in walk.inline.parts)
    inline = walk.inline
    if inline.html:
        walk.put(html_text(label))
        return
    inline.plain_link(escape(label, " ", False, True), url, fragment, "")
    if alone:
        walk.flush()


def drawing(walk: Walk, node: LexborNode, attributes: Attributes) -> Opened:
    """<svg>: a drawing with a text of its own is named; an icon is nothing."""
    if walk.mode is not IN_BLOCKS or attributes.get("aria-hidden") == "true" or walk.inline.link is not None:
        return SKIP
    title = node.first_child
    while title is not None and title.tag_id == TEXT:
        title = title.next
    own = title.text_lexbor() if title is not None and title.tag == "title" else ""
    label = " ".join(visible(own or attributes.get("aria-label") or "").split())
    if len(label.split()) > 1 and css_first(node, "text") is not None:
        walk.text(f"({label})")
    return SKIP
