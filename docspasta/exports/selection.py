"""Which pages of a job are taken, and how they are written. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from docspasta.document.contents import MOST_LEVELS
from docspasta.globs import BadGlob, check_globs, matches

MAX_RANGES = 2_000


class BadSelection(ValueError):
    """A selection that cannot be made. `field` is the name of what is wrong, the message a sentence."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True, slots=True)
class Selection:
    """`include` and `exclude` are globs over path and query (docspasta.globs), `pages` ranges of positions in
    reading order, from 1, both ends included. Without `include` and `pages` it is all pages, else those that
    one of them names; `exclude` wins.
    `links` False: what links say stays, where they lead goes. `contents` is how many levels the lists of
    contents have: 0 for none."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    pages: tuple[tuple[int, int], ...] = ()
    links: bool = True
    contents: int = MOST_LEVELS

    @property
    def everything(self) -> bool:
        """Whether no page is left out."""
        return not (self.include or self.exclude or self.pages)

    def wants(self, position: int, url: str) -> bool:
        """Whether the page at this position in reading order, from 1, is taken."""
        if any(matches(pattern, url) for pattern in self.exclude):
            return False
        if not self.include and not self.pages:
            return True
        return any(first <= position <= last for first, last in self.pages) or any(
            matches(pattern, url) for pattern in self.include
        )


def checked(selection: Selection) -> Selection:
    """The same. Raises BadSelection for what cannot be asked for."""
    for field, patterns in (("include", selection.include), ("exclude", selection.exclude)):
        try:
            check_globs(patterns)
        except BadGlob as error:
            raise BadSelection(field, f"{_sentence(str(error))}.") from error
    if not 0 <= selection.contents <= MOST_LEVELS:
        raise BadSelection("contents", f"{selection.contents} is out of range; give 0 to {MOST_LEVELS}.")
    if len(selection.pages) > MAX_RANGES:
        raise BadSelection("pages", f"Give at most {MAX_RANGES:,} ranges.")
    for first, last in selection.pages:
        if not 1 <= first <= last:
            raise BadSelection("pages", f"{first}-{last} is no range; write positions from 1, as 3 or 3-7.")
    return selection


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
