"""The query parameters of each operation. A parameter that is not in its operation's model is refused."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from docspasta.domain import JobState, PageState
from docspasta.rest.base import Asked, Explained, Mistake

MAX_PAGE_SIZE = 500
MAX_TOKEN = 2048


def _digits(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise ValueError("not digits")
    return int(text)


def _bit(text: str) -> bool:
    if text.lower() not in ("", "0", "1", "false", "true"):
        raise ValueError("not a bit")
    return text.lower() in ("", "1", "true")


def _words_of(kind: type[StrEnum]) -> tuple[BeforeValidator, WithJsonSchema, Field]:  # type: ignore[valid-type]
    """A parameter of several words, with commas between."""
    known = [member.value for member in kind]

    def split(text: str) -> list[Any]:
        found = [word for word in text.split(",") if word]
        for word in found:
            if word not in known:
                raise Mistake(f"{word[:50]!r} is not known; give one of {', '.join(known)}.")
        return [kind(word) for word in found]

    schema = {"type": "array", "items": {"enum": known}}
    return BeforeValidator(split), WithJsonSchema(schema), Field(description="Only these.")


Bit = Annotated[bool, BeforeValidator(_bit), WithJsonSchema({"enum": ["0", "1"]}), Explained("Give 1 or 0.")]
JobStates = Annotated[list[JobState], *_words_of(JobState)]
PageStates = Annotated[list[PageState], *_words_of(PageState)]


class NoQuery(Asked):
    """No parameters."""


class Part(Asked):
    """Which part of a list is wanted."""

    page_size: Annotated[
        int, BeforeValidator(_digits), Explained(f"Give a whole number from 1 to {MAX_PAGE_SIZE}.")
    ] = Field(0, ge=1, le=MAX_PAGE_SIZE, description="How many a part has.")
    page_token: Annotated[str, Explained("Give the nextPageToken of the part before.")] = Field(
        "", max_length=MAX_TOKEN, description="nextPageToken of the part before."
    )


class ListJobs(Part):
    """GET /jobs"""

    state: JobStates = Field([])


class ShowJob(Asked):
    """GET /jobs/{id}"""

    include: Annotated[
        Literal["", "markdown"],
        WithJsonSchema({"const": "markdown"}),
        Explained("Only include=markdown is known."),
    ] = Field("", description="The document too, of an ended job up to 1 MiB; else null.")


class DeleteJob(Asked):
    """DELETE /jobs/{id}"""

    force: Bit = Field(False, description="1: cancel a running job first.")


class Watch(Asked):
    """GET /jobs/{id}/stream"""

    after: str = Field("", description="The last id that was seen; Last-Event-ID beats it.")


class ListPages(Part):
    """GET /jobs/{id}/pages"""

    state: PageStates = Field([])
    q: Annotated[str, Explained("Give at most 500 characters.")] = Field(
        "", max_length=500, description="Part of the URL or the title."
    )
    order: Annotated[Literal["id", "reading"], Explained("Give id or reading.")] = Field(
        "id", description="reading: as in the document, once the job has ended."
    )


class PageMarkdown(Asked):
    """GET /jobs/{id}/pages/{pageId}/markdown"""

    raw: Bit = Field(False, description="1: the kept HTML, as text.")


class Download(Asked):
    """GET /jobs/{id}/markdown and /pages.jsonl"""

    download: Bit = Field(False, description="1: as a file to keep.")
