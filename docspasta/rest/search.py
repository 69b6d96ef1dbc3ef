"""REST's words for what a search finds."""

from __future__ import annotations

from pydantic import Field

from docspasta.v1 import search_pb2 as pb

from .base import Answer


class SnippetPart(Answer):
    """A part of a snippet."""

    text: str
    marked: bool = Field(description="It is what was looked for.")


class SearchHit(Answer):
    """A section of a page."""

    job_id: str
    page_id: str
    section_id: str = Field(description="The same for the same text at the same place, in later jobs too.")
    url: str = Field(description="Of the page.")
    title: str
    heading_path: list[str] = Field(description="The headings that it stands under, the outermost first.")
    anchor: str = Field(description="Where it begins; '' at the page's top.")
    tokens: int = Field(description="Of the text, by estimate.")
    score: float
    snippet: list[SnippetPart]
    text: str = Field(description="The section's Markdown, links told by their words.")

    @classmethod
    def of(cls, hit: pb.SearchHit) -> SearchHit:
        """REST's form of the proto's."""
        return cls(
            job_id=hit.job_id,
            page_id=str(hit.page_id),
            section_id=hit.section_id,
            url=hit.url,
            title=hit.title,
            heading_path=list(hit.heading_path),
            anchor=hit.anchor,
            tokens=hit.tokens,
            score=hit.score,
            snippet=[SnippetPart(text=part.text, marked=part.marked) for part in hit.snippet],
            text=hit.text,
        )


class SearchedJob(Answer):
    """What was searched of a job."""

    job_id: str
    pages: int = Field(description="That were searched.")
    complete: bool = Field(description="The job has ended, and all of its pages were searched.")
    pending: bool = Field(description="Its index is still being built: ask again.")


class SearchResults(Answer):
    """What was found, best first."""

    hits: list[SearchHit]
    jobs: list[SearchedJob]
    corrected_query: str = Field(
        description="What was looked for instead, when no section has some of the query's words; else ''."
    )

    @classmethod
    def of(cls, answer: pb.SearchResponse) -> SearchResults:
        """REST's form of the proto's."""
        jobs = [
            SearchedJob(job_id=one.job_id, pages=one.pages, complete=one.complete, pending=one.pending)
            for one in answer.jobs
        ]
        hits = [SearchHit.of(hit) for hit in answer.hits]
        return cls(hits=hits, jobs=jobs, corrected_query=answer.corrected_query)
