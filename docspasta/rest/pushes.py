"""Pushed pages as REST has them: who may push, one page as JSON, and what became of a delivery."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field
from pydantic import StrictStr as Str

from docspasta.v1 import pushes_pb2 as pb

from .base import Answer, Asked, Explained

Text = Annotated[Str, Explained("{value} is not a text.")]
OUTCOMES: dict[int, Literal["accepted", "known", "refused"]] = {
    pb.PushedPage.OUTCOME_ACCEPTED: "accepted",
    pb.PushedPage.OUTCOME_KNOWN: "known",
    pb.PushedPage.OUTCOME_REFUSED: "refused",
}


class PushRequest(Asked):
    """Who may push to a job without a credential."""

    secret: Text = Field("", description="Of Standard Webhooks, `whsec_…`; one is made when it is left out.")
    upstash_current_key: Text = Field("", description="QStash's current signing key.")
    upstash_next_key: Text = Field("", description="QStash's next signing key.")

    def settings(self) -> pb.PushSettings:
        """The proto of what was asked for."""
        return pb.PushSettings(**dict(self))


class PagePush(Asked):
    """A page that is pushed: as html or as markdown. The service that takes it checks it."""

    job_id: Text = Field("", description="Of a job with mode push; in a batch one line may name it for all.")
    url: Text = Field(description="The page's address.", json_schema_extra={"maxLength": 2048})
    html: Text = Field("", description="The page, unless markdown is given.")
    markdown: Text = Field("", description="The page, unless html is given.")
    content_type: Text = Field("", description="Of html or markdown, when it is not the usual one.")
    fetched_at: Text = Field("", description="RFC 3339.")


class PushedPage(Answer):
    """What became of a pushed page."""

    url: str
    page_id: str | None = Field(description="null for a page that was refused.")
    outcome: Literal["accepted", "known", "refused"] = Field(
        description="known: it was pushed before. refused: one of the job's limits is reached."
    )


class PushedPages(Answer):
    """What became of a delivery."""

    job_id: str
    replayed: bool = Field(description="This message was delivered before; nothing was done again.")
    pages: list[PushedPage]

    @classmethod
    def of(cls, row: pb.PushPagesResponse) -> Self:
        """From the proto."""
        pages = [
            PushedPage(url=page.url, page_id=page.page_id or None, outcome=OUTCOMES[page.outcome])
            for page in row.pages
        ]
        return cls(job_id=row.job_id, replayed=row.replayed, pages=pages)
