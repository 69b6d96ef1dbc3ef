"""REST's words for the lines that hold a text."""

from __future__ import annotations

from pydantic import Field

from docspasta.v1 import jobs_pb2 as pb

from .base import Answer


class TextMatch(Answer):
    """A line of a page that holds the text."""

    url: str
    title: str
    heading_path: list[str] = Field(description="The headings that it stands under, the outermost first.")
    anchor: str = Field(description="Of the nearest heading that has one; '' for none.")
    position: int = Field(description="Of the page in reading order.")
    line: int = Field(description="Of the page's Markdown, from 1.")
    text: str = Field(description="The line and its context; long lines are cut.")

    @classmethod
    def of(cls, match: pb.TextMatch) -> TextMatch:
        """REST's form of the proto's."""
        return cls(
            url=match.url,
            title=match.title,
            heading_path=list(match.heading_path),
            anchor=match.anchor,
            position=match.position,
            line=match.line,
            text=match.text,
        )


class TextMatches(Answer):
    """What was found, in reading order."""

    matches: list[TextMatch]
    complete: bool = Field(description="All selected pages were looked at.")

    @classmethod
    def of(cls, answer: pb.GrepJobResponse) -> TextMatches:
        """REST's form of the proto's."""
        return cls(matches=[TextMatch.of(match) for match in answer.matches], complete=answer.complete)
