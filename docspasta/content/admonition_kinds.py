"""Which of the five alerts (GitHub's `> [!NOTE]`) an admonition of any framework is."""

from __future__ import annotations

import re

KINDS = {
    "NOTE": "note info information abstract summary tldr todo seealso see-also example quote cite"
    " question help faq"
    " secondary remark default primary details",
    "TIP": "tip hint success check done best-practice advice",
    "IMPORTANT": "important require",
    "WARNING": "warning warn attention deprecated",
    "CAUTION": "caution danger error bug failure fail missing critical alert",
}
_KIND_OF = {word: kind for kind, words in KINDS.items() for word in words.split()}

# Names of boxes of any kind, which say theirs by another word. A hint that says none is a tip.
_BOXES = frozenset({"alert", "default", "hint"})

# Confluence's name of a box of any kind: the word in it is no kind.
_BOX_OF_ANY_KIND = ("information-macro", "macro")

# What a box says by its colour alone: Tailwind's utilities (`bg-amber-100`, `hx:border-red-200`).
COLOURS = {
    "blue": "NOTE", "sky": "NOTE", "cyan": "NOTE", "green": "TIP", "emerald": "TIP", "teal": "TIP",
    "purple": "IMPORTANT", "violet": "IMPORTANT", "amber": "WARNING", "yellow": "WARNING",
    "orange": "WARNING", "red": "CAUTION", "rose": "CAUTION",
}  # fmt: skip
_COLOURED = re.compile(rf"(?:^|[\s:_]|nx-)(?:bg|border(?:-[a-z])?)-({'|'.join(COLOURS)})-\d")

# What a label says when it says no more than the alert itself does.
_PLAIN = {
    "NOTE": {"note"},
    "TIP": {"tip", "tips"},
    "IMPORTANT": {"important"},
    "WARNING": {"warning"},
    "CAUTION": {"caution"},
}

# Labels that stand alone above an admonition's text, in pages whose class names say nothing.
LABELS = {
    "note": "NOTE", "notes": "NOTE", "info": "NOTE", "information": "NOTE", "see also": "NOTE",
    "seealso": "NOTE",
    "remark": "NOTE", "todo": "NOTE", "tip": "TIP", "hint": "TIP", "success": "TIP", "important": "IMPORTANT",
    "warning": "WARNING", "attention": "WARNING", "caution": "CAUTION", "danger": "CAUTION",
    "error": "CAUTION",
    "bug": "CAUTION",
}  # fmt: skip


def kind_of(classes: str) -> str:
    """The alert that a class attribute names: `admonition warning`, `alert--danger`, `custom-block tip`."""
    names = classes.lower().replace("_", "-").replace(*_BOX_OF_ANY_KIND).split()
    for each in names:
        name = each.removeprefix("note") or each  # `notewarning`
        if name in _KIND_OF and name not in _BOXES:
            return _KIND_OF[name]
    words = [word for name in names for word in name.split("-")]
    for word in words:
        if word in _KIND_OF and word not in _BOXES and word not in ("note", "quote"):
            return _KIND_OF[word]
    if "note" in words:  # what many call a box of any kind (`yfm-note yfm-accent-alert`)
        return "NOTE"
    coloured = _COLOURED.search(classes)
    return COLOURS[coloured.group(1)] if coloured else "TIP" if "hint" in names else "NOTE"


def says_more(kind: str, title: str) -> bool:
    """Whether a title says anything beside what `[!KIND]` does."""
    words = title.strip(" :!").lower()
    return bool(words) and words not in _PLAIN[kind]
