"""The query parameters of each operation. A parameter that is not in its operation's model is refused."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from docspasta.deliveries.tries import DeliveryState
from docspasta.document.contents import MOST_LEVELS
from docspasta.domain import JobState, PageState
from docspasta.exports.formats import Format
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
DeliveryStates = Annotated[list[DeliveryState], *_words_of(DeliveryState)]


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


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError("without a time zone")
    return found.astimezone(UTC)


class ListWebhooks(Asked):
    """GET /webhooks"""

    job_id: str = Field("", max_length=64, description="Those of this job alone.")


class ListDeliveries(Part):
    """GET /webhooks/{id}/deliveries"""

    state: DeliveryStates = Field([])


class Recover(Asked):
    """POST /webhooks/{id}/recover"""

    since: Annotated[
        datetime | None,
        BeforeValidator(_moment),
        WithJsonSchema({"type": "string", "format": "date-time"}),
        Explained("Give a moment with its time zone, such as 2026-01-31T12:00:00Z."),
    ] = Field(None, description="From when on; it must be given.")


class DiffRuns(Part):
    """GET /sources/{id}/diff"""

    from_: str = Field(
        "",
        alias="from",
        max_length=64,
        description="A run's job id, or a date or a moment: what was current then. "
        "Else the completed run before `to`.",
    )
    to: str = Field("", max_length=64, description="Likewise; else the current run.")


class Changes(Asked):
    """GET /sources/{id}/changes"""

    after: str = Field("", max_length=1_000, description="The cursor of the last line that you took in.")
    chunks: Bit = Field(True, description="0: addresses, titles and hashes alone.")


class Push(Asked):
    """POST /process"""

    job_id: str = Field("", description="The job, of a body that doesn't name it.")
    url: str = Field("", description="The page's address, of a body that is the page itself.")
    fetched_at: str = Field("", description="RFC 3339, of such a body.")


class PageMarkdown(Asked):
    """GET /jobs/{id}/pages/{pageId}/markdown"""

    raw: Bit = Field(False, description="1: the kept HTML, as text.")
    html: Bit = Field(False, description="1: the content as cleaned HTML, as text, of a job with `keepHtml`.")


def _patterns(text: str) -> list[str]:
    return [pattern for pattern in text.split(",") if pattern]


def _ranges(text: str) -> list[tuple[int, int]]:
    found = []
    for part in text.split(","):
        first, dash, last = part.strip().partition("-")
        found.append((_position(first), _position(last) if dash else _position(first)))
    return found


def _position(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise Mistake(f"{text[:50]!r} is no position; write positions from 1, such as 1-40,52.")
    return int(text)


Patterns = Annotated[
    list[str],
    BeforeValidator(_patterns),
    WithJsonSchema({"type": "array", "items": {"type": "string"}}),
    Explained("Give globs with commas between, such as /guide/**."),
]
GLOBS = "Globs over path and query, with commas between: `*` within a segment, `**` across."


class Selected(Asked):
    """Which pages are taken, and how they are written."""

    include: Patterns = Field([], description=GLOBS)
    exclude: Patterns = Field([], description=f"{GLOBS} Wins over include.")
    pages: Annotated[
        list[tuple[int, int]],
        BeforeValidator(_ranges),
        WithJsonSchema({"type": "string"}),
        Explained("Give positions, such as 1-40,52."),
    ] = Field([], description="Positions in reading order, such as 1-40,52; beside what include names.")
    links: Bit = Field(True, description="0: what links say stays, where they lead goes.")
    contents: Annotated[
        int, BeforeValidator(_digits), Explained(f"Give a whole number from 0 to {MOST_LEVELS}.")
    ] = Field(
        MOST_LEVELS, ge=0, le=MOST_LEVELS, description="Levels of the table of contents; 0 leaves it out."
    )


class Selection(Selected, Part):
    """GET /jobs/{id}/selection"""

    under: str = Field(
        "", max_length=MAX_TOKEN, description="A folder: the beginning of addresses, up to a slash."
    )


class Export(Selected):
    """GET /jobs/{id}/export"""

    format: Annotated[
        Format,
        BeforeValidator(lambda text: text.removesuffix(".jsonl").removesuffix(".txt")),  # llms.txt
        WithJsonSchema({"enum": [one.value for one in Format]}),
        Explained(f"{{value}} is not known; give one of {', '.join(Format)}."),
    ] = Field(Format.MARKDOWN, description="What the pages become.")
    max_tokens: Annotated[int, BeforeValidator(_digits), Explained("Give a whole number.")] = Field(
        0, description="Of a part, of a chunk, or of the document: then its beginning."
    )
    part: Annotated[int, BeforeValidator(_digits), Explained("Give a whole number from 1.")] = Field(
        0, ge=1, description="The one part that is wanted, as text. Without it: all, as files of a zip."
    )
    tokens: Annotated[
        Literal["estimate", "o200k"], Explained("{value} is not known; give estimate or o200k.")
    ] = Field("estimate", description="How they are counted; o200k is exact and slower.")
    download: Bit = Field(False, description="1: as a file to keep.")


class Grep(Selected):
    """GET /jobs/{id}/grep"""

    pattern: Annotated[str, Explained("Give a text of 1 to 200 characters.", "A text is needed.")] = Field(
        min_length=1, max_length=200, description="A text; a capital in it makes case matter."
    )
    context: Annotated[int, BeforeValidator(_digits), Explained("Give a whole number from 0 to 10.")] = Field(
        2, ge=0, le=10, description="Lines before and behind."
    )
    limit: Annotated[int, BeforeValidator(_digits), Explained("Give a whole number from 1 to 200.")] = Field(
        20, ge=1, le=200, description="Matches."
    )


class Search(Asked):
    """GET /search"""

    q: Annotated[str, Explained("Give at most 1,000 characters.", "Say what to look for.")] = Field(
        min_length=1, max_length=1_000, description="What to look for; it has no syntax."
    )
    job: str = Field(
        "", max_length=64, description="Only in this job; else of each address in the newest one with pages."
    )
    source: str = Field("", max_length=64, description="Only in the current run of this source, by its id.")
    limit: Annotated[int, BeforeValidator(_digits), Explained("Give a whole number from 1 to 50.")] = Field(
        10, ge=1, le=50, description="Sections."
    )


class Download(Asked):
    """GET /jobs/{id}/markdown and /pages.jsonl"""

    download: Bit = Field(False, description="1: as a file to keep.")
