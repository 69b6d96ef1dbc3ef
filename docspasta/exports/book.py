"""What every export knows of its job and of the page that it writes. Pure data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from docspasta.document.facts import Facts
from docspasta.document.parts import About
from docspasta.document.plan import Plan

from .selection import Selection


@dataclass(frozen=True, slots=True)
class PageText:
    """A page as it is exported. `index` is its place among the pages that are taken, from 0; `markdown` is as
    it was stored, with absolute links, and `facts` tell where things stand in it."""

    index: int
    page_id: int
    url: str
    title: str
    anchor: str
    description: str
    language: str
    tokens: int
    markdown: bytes
    facts: Facts


@dataclass(frozen=True, slots=True)
class Book:
    """The pages that are taken (`plan`), of a job that `about` tells of. `history` names the job
    and its last version, '' while it goes on."""

    about: About
    plan: Plan
    selection: Selection
    history: str = ""


class Export(Protocol):
    """One way to write a book. Its methods are called in this order, never two at once, but not on one
    thread; each gives bytes in pieces."""

    def begin(self) -> Iterator[bytes]:
        """What stands before the first page."""
        ...

    def page(self, page: PageText) -> Iterator[bytes]:
        """A page, each once and in order."""
        ...

    def end(self) -> Iterator[bytes]:
        """What stands behind the last page."""
        ...
