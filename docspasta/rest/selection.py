"""REST's words for a selection of pages and its size."""

from __future__ import annotations

from pydantic import Field

from docspasta.v1 import jobs_pb2 as pb

from .base import Answer


class SelectionEntry(Answer):
    """A folder of the site, or a page."""

    path: str = Field(description="The address of a page, or its beginning up to a slash.")
    pages: int = Field(description="In the document; 1 for a page.")
    selected_pages: int
    tokens: int = Field(description="Estimate of the selected pages.")
    position: int = Field(description="In reading order, of the page or the folder's first one.")
    page_id: str | None = Field(description="Of a page; null for a folder.")
    title: str | None = Field(description="Of a page; null for a folder.")

    @classmethod
    def of(cls, entry: pb.SelectionEntry) -> SelectionEntry:
        """REST's form of the proto's."""
        return cls(
            path=entry.path,
            pages=entry.pages,
            selected_pages=entry.selected_pages,
            tokens=entry.tokens,
            position=entry.position,
            page_id=entry.page_id or None,
            title=entry.title if entry.page_id else None,
        )


class Selection(Answer):
    """What a selection comes to, and the entries of one folder in reading order."""

    pages: int
    tokens: int = Field(description="Estimate; with links=0 without them, by what they are of some pages.")
    bytes: int = Field(description="Of the pages' Markdown; with links=0 by estimate.")
    under: str = Field(description="The folder; without one asked for, the deepest that all pages share.")
    entries: list[SelectionEntry]
    next_page_token: str | None

    @classmethod
    def of(cls, answer: pb.GetSelectionResponse) -> Selection:
        """REST's form of the proto's."""
        return cls(
            pages=answer.pages,
            tokens=answer.tokens,
            bytes=answer.bytes,
            under=answer.under,
            entries=[SelectionEntry.of(entry) for entry in answer.entries],
            next_page_token=answer.next_page_token or None,
        )
