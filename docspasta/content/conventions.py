"""What class names say by themselves, where no row does: the words that themes of every kind put into them.

`callout callout-note`, `rp-callout__title`, `alert--info`, `code-block-title`, `header-anchor`. Asked once
for each class attribute, for its answer is remembered; so it may look closely. It knows
nothing but the names.
"""

from __future__ import annotations

import re

from .admonition_kinds import COLOURS, KINDS
from .family import Role
from .hidden import class_hides
from .tags import HEADINGS, TAGS, tag_set

_A, _DETAILS, _P, _DIV = (TAGS[name] for name in ("a", "details", "p", "div"))
_BOXES = tag_set("div aside section article blockquote p dl")
_LINES = tag_set("div p span strong header figcaption dt summary") | frozenset(HEADINGS)
_ASKED = _LINES | _BOXES | {_A, _DETAILS} | tag_set("ul code")
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")

_ALWAYS = frozenset(
    {"admonition", "admonish", "callout", "alert", "notecard"}
)  # boxes, whatever else they say
_WITH_KIND = frozenset({"hint", "hints", "notice", "notices", "aside", "message", "infobox"})
_CUSTOM_BLOCK = frozenset({"custom", "block"})
_KINDS = frozenset(word for words in KINDS.values() for word in words.split()) - {
    "details",
    "default",
    "alert",
}
_ALONE = frozenset({"note", "tip", "important", "warning", "caution", "danger", "attention"})
_PARTS = frozenset(
    "title heading header head icon content contents body text label link button close inner list group"
    " dismiss wrapper badge toggle footer image img count marker nav bar".split()
)
_TITLES = frozenset({"title", "heading", "header", "label"})
_CODE = frozenset({"code", "codeblock", "snippet", "highlight", "shiki", "gatsby", "pre", "listing"})
_NAMES = frozenset({"title", "filename", "caption"})
_AROUND = frozenset({"with", "has", "wrapper", "container", "group", "block", "content"})
_TABS = frozenset({"tab", "tabs"})
_TAB_LISTS = frozenset("toolbar list labels nav header headers bar buttons titles triggers strip".split())
_HOLDS_TABS = tag_set("div ul")
_BADGES = frozenset("badge pill chip tag feature status".split())
_MARKS = frozenset("type types required optional deprecated default readonly nullable since".split())
_CODE_BOXES = frozenset("code-block codeblock code_block code-snippet codesnippet code-sample".split())
_CHANGED = frozenset("modified updated edited changed".split())
_OF_CHANGE = _CHANGED | frozenset("last page doc date time on at".split())
_CODE_SPANS = frozenset("code inline-code code-inline inlinecode monospace tt typewriter courier".split())
_COPIERS = frozenset("button btn clipboard icon code link label tooltip popup message".split())
_VERBS = frozenset(
    "get post put patch delete head options".split()
)  # of HTTP, before the path of an endpoint
_OF_HTTP = frozenset({"method", "verb", "http"})
_SIGNED = tag_set("div p")
_SIGNATURES_OF = frozenset(
    "member method function func fn fun api class type constructor property field item attribute macro"
    " proc procedure module code element symbol decl declaration".split()
)
_COPYING = tag_set("span a")
_HIDEABLE = tag_set("div p span")
_PREFORMATTED = tag_set("div p span code")
_SPAN = TAGS["span"]
_SPREADABLE = tag_set("div p span section header a") | frozenset(HEADINGS)
_LINED = tag_set("div p span")
_SPREADING = frozenset(
    "flex inline-flex grid inline-grid d-flex d-inline-flex d-grid is-flex sl-flex".split()
)
_LINES_OF_BUTTONS = tag_set("div p")
_OF_BUTTONS = re.compile(r"(?:^|[_-])(?:actions|buttons|(?:btn|button)-group)$", re.I)  # `hero__actions`
_LINE_ENDS = frozenset({"whitespace-pre-line", "whitespace-pre-wrap"})
_PALE = re.compile(rf"bg-({'|'.join(COLOURS)})-(?:50|100)(?:/\d+)?")
_AT_TIMES = frozenset(
    "sm md lg xl 2xl hover focus focus-within focus-visible print dark group-hover motion-safe".split()
)
_NOT_PRINTED = frozenset("noprint no-print nocontent d-print-none hidden-print".split())  # never for readers
_PERMALINKS = frozenset({"permalink", "headerlink", "anchor", "anchorlink", "hashlink", "anchorjs"})


def role_by_class(tag: int, classes: set[str]) -> Role:
    """The role that the words in an element's class names give it, or NONE."""
    if tag not in _ASKED and not any("sr-only" in name for name in classes):
        return Role.NONE
    tokens = [frozenset(word.lower() for word in _WORD.findall(name)) for name in classes]
    if "sr-only" in _utilities(classes):
        return Role.DROP
    if tag in _COPYING and any(words >= {"copy"} and words & _COPIERS for words in tokens):
        return Role.DROP
    if tag == _A:
        if any(words & _PERMALINKS for words in tokens):
            return Role.PERMALINK
        return _role_by_layout(tag, classes)
    if tag == _DETAILS:
        return Role.ADMONITION if any(name.lower() in _KINDS for name in classes) else Role.NONE
    if classes & _NOT_PRINTED and tag not in HEADINGS and not any(_is_panel(words) for words in tokens):
        return Role.DROP
    if tag in _LINES:
        for words in tokens:
            if words & (_ALWAYS | {"hint", "notice"}) and words & _TITLES:
                return Role.TITLE
            if words & _CODE and words & _NAMES and not words & (_AROUND - {"block"}):
                return Role.CAPTION
        if "filename" in classes:
            return Role.CAPTION
    if tag in _BOXES and any(_is_panel(words) for words in tokens):
        return Role.PANEL
    if tag == _DIV and not _CODE_BOXES.isdisjoint(classes):
        return Role.PERHAPS_CODE
    if tag in _LINES and any(_tells_of_change(words) for words in tokens):
        return Role.DROP
    if tag in _SIGNED and ("pre" in classes or any(map(_is_signature, classes))):
        return Role.PERHAPS_SIGNATURE
    if tag in _HIDEABLE and class_hides(" ".join(sorted(classes))):
        return Role.PERHAPS_HIDDEN
    if tag in _HOLDS_TABS and any(_lists_tabs(words) for words in tokens):
        return Role.PERHAPS_TABS
    if tag == _SPAN and any(words & _BADGES and len(words) < 4 for words in tokens):
        return Role.APART
    if tag == _SPAN and not _VERBS.isdisjoint(said := frozenset().union(*tokens)) and said & _OF_HTTP:
        return Role.APART
    if tag == _SPAN and not _CODE_SPANS.isdisjoint(classes):
        return Role.CODE_SPAN
    if tag == _SPAN and any(words & _MARKS and len(words) < 4 for words in tokens):
        return Role.APART_WORD
    if tag in _PREFORMATTED and _keeps_lines(classes):
        return Role.PREFORMATTED
    if tag in _BOXES and (_is_callout(tokens) or _is_coloured(tag, classes)):
        return Role.CALLOUT
    return _role_by_layout(tag, classes)


def _role_by_layout(tag: int, classes: set[str]) -> Role:
    """The role that utility classes give an element by the layout they name."""
    if tag == _SPAN and classes & {"block", "d-block"}:
        return Role.BLOCK
    if tag in _LINED and classes & _LINE_ENDS:
        return Role.LINES
    if tag in _SPREADABLE and (classes | _utilities(classes)) & _SPREADING:
        return Role.SPREAD
    if tag in _LINES_OF_BUTTONS and any(map(_OF_BUTTONS.search, classes)):
        return Role.SPREAD
    return Role.NONE


def _is_signature(name: str) -> bool:
    """Whether a name is that of a signature: `signature`, `member-signature`, `fn__signature`."""
    of, _, last = name.lower().replace("_", "-").rpartition("-")
    return last == "signature" and (not of or of.strip("-").rpartition("-")[2] in _SIGNATURES_OF)


def _tells_of_change(words: frozenset[str]) -> bool:
    """Whether a name is that of the day on which a page was changed: `last-modified`, `page-last-updated`."""
    return "last" in words and bool(words & _CHANGED) and words <= _OF_CHANGE


def _lists_tabs(words: frozenset[str]) -> bool:
    """Whether a name is that of a list of tabs."""
    return bool(words & _TABS) and (len(words) == 1 or bool(words & _TAB_LISTS))


def _keeps_lines(classes: set[str]) -> bool:
    """Whether utility classes keep lines and blanks as a block of code does."""
    if "whitespace-pre" in classes:
        return True
    return "whitespace-pre-wrap" in classes and "font-mono" in classes


def _is_panel(words: frozenset[str]) -> bool:
    """Whether a name is that of one tab's content (`tab-pane`): it is read though it is hidden."""
    if words & {"tabcontent", "tabpanel", "tabpane"}:
        return True
    return bool(words & _TABS) and (bool(words & {"pane", "panel"}) or words >= {"content", "item"})


def _utilities(classes: set[str]) -> set[str]:
    """Utility classes that a prefix sets apart (`x:sr-only`), save those for some times (`md:sr-only`)."""
    return {
        name.partition(":")[2] for name in classes if ":" in name and name.partition(":")[0] not in _AT_TIMES
    }


def _is_coloured(tag: int, classes: set[str]) -> bool:
    """Whether utility classes make a box with a border, round corners and a pale ground of one colour: so
    look the callouts of sites that name nothing. A badge is inline, or round altogether.
    """
    if len(classes) < 5 or tag == _P:
        return False
    plain = {name for name in classes if ":" not in name} | _utilities(classes)
    pale = next((found for name in plain if (found := _PALE.fullmatch(name))), None)
    if pale is None or plain & {"inline-flex", "inline-block", "inline", "rounded-full"}:
        return False
    return any(name.startswith("rounded") for name in plain) and any(
        name.startswith("border") and f"-{pale.group(1)}-" in name for name in plain
    )


def _is_callout(tokens: list[frozenset[str]]) -> bool:
    """Whether the words are those of a box that warns, notes or advises."""
    if len(tokens) == 1 and len(tokens[0]) == 1 and tokens[0] <= _ALONE:
        return True
    if any(len(words) == 1 and words <= _ALWAYS for words in tokens):
        return True
    if any(words & _PARTS for words in tokens if words & (_ALWAYS | _WITH_KIND)):
        return False
    if any(words & _ALWAYS or words >= _CUSTOM_BLOCK for words in tokens):
        return True
    said = frozenset().union(*tokens)
    return bool(said & _WITH_KIND) and bool((said - _WITH_KIND) & _KINDS)
