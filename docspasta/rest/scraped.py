"""A page that was scraped, as REST shows it."""

from __future__ import annotations

from typing import Self

from pydantic import Field, NonNegativeInt

from docspasta.v1.crawler_pb2 import FetchedHead
from docspasta.v1.processor_pb2 import ConvertedHead

from .base import Answer


class Scraped(Answer):
    """One page as Markdown."""

    url: str
    final_url: str
    http_status: NonNegativeInt
    title: str | None
    description: str | None
    language: str | None
    canonical: str | None
    words: NonNegativeInt
    tokens: NonNegativeInt
    links: list[str]
    html: str | None = Field(description="The content as cleaned HTML; null without keepHtml.")
    markdown: str  # these two are the last ones: they may be long, and are streamed

    @classmethod
    def of(cls, fetched: FetchedHead, converted: ConvertedHead, *, html: bool) -> Self:
        """From the protos of what was fetched and what it became. Its texts are empty: they come after it."""
        page = converted.page
        return cls(
            url=fetched.url,
            final_url=fetched.final_url or fetched.url,
            http_status=fetched.http_status,
            title=page.title or None,
            description=page.description or None,
            language=page.language or None,
            canonical=converted.canonical or None,
            words=page.words,
            tokens=page.tokens,
            links=list(converted.links),
            html="" if html else None,
            markdown="",
        )
