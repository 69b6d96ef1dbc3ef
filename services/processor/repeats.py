"""Sites that never end: when pages only repeat each other, their links are not followed any further. No I/O.

A calendar, a session in each address, an answer for every address that ever was: each gives page after page
with nothing new in it, and links to more. Pages of one content are followed a few times, for a page may stand
under two addresses; pages that differ in numbers, dates and their own address alone a few times more.
Ordinary sites stay below both bounds, so that nothing of them depends on which page came first.
"""

from __future__ import annotations

from docspasta.content import Page

SAME = 3  # pages of one content whose links are followed
ALIKE = 10  # pages of one likeness
REMEMBERED = 4_096  # contents and likenesses a job; what never ends comes again and again


class Repeats:
    """The pages of one job whose links were followed, by what they have in common."""

    def __init__(self) -> None:
        self._followed: dict[str, set[int]] = {}

    def follow(self, page_id: int, page: Page) -> bool:
        """Whether the links of a page are to be followed. The same page gets the same answer again."""
        bounds = ((page.content_hash, SAME), (page.likeness, ALIKE))
        sets = [(self._of(name), most) for name, most in bounds if name]
        if any(page_id not in followed and len(followed) >= most for followed, most in sets):
            return False
        for followed, _ in sets:
            followed.add(page_id)
        return True

    def _of(self, name: str) -> set[int]:
        followed = self._followed.pop(name, set())
        self._followed[name] = followed
        while len(self._followed) > REMEMBERED:
            self._followed.pop(next(iter(self._followed)))
        return followed
