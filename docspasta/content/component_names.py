"""What the name of a custom element says: `x-tab`, `doc-panel`, `my-accordion-item`."""

from __future__ import annotations

from functools import lru_cache

from .family import Role

_LABELLED = frozenset(
    "tab panel tabpanel tabitem pane accordion collapse collapsible expander expansion".split()
)
_PARTS = frozenset("item panel pane tab details section".split())


@lru_cache(maxsize=1024)
def role_of_component(name: str) -> Role:
    """LABELLED for a custom element that is one tab, panel or fold by its name, else NONE."""
    words = name.split("-")
    if len(words) > 4 or words[-1] in ("tabs", "list", "group"):
        return Role.NONE
    if words[-1] in _LABELLED or (words[-1] in _PARTS and _LABELLED & set(words[1:])):
        return Role.LABELLED
    return Role.NONE
