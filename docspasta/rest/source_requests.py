"""What clients send as JSON about sources. Types are checked here; the rules are the service's."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from pydantic import StrictStr as Str

from docspasta.v1 import sources_pb2 as pb

from .base import Asked, Explained
from .requests import Int32, SiteRequest, unicode_text

MAX_KEEP = 100

Name = Annotated[Str, unicode_text, Explained("{value} is not a text.")]
SiteSettings = Annotated[
    SiteRequest,
    Explained(
        '{value} is not an object of a crawl\'s settings, such as {{"url": "https://docs.example.org/"}}; '
        "a source has no headers, webhook, mode or push.",
        'The settings of its runs are needed, such as {"url": "https://docs.example.org/"}.',
    ),
]
KEEP = Field(
    None,
    description="How many runs are kept, the newest; the current one always. Default 10.",
    json_schema_extra={"minimum": 1, "maximum": MAX_KEEP},
)


class SourceRequest(Asked):
    """Documentation that is to be crawled again and again."""

    settings: SiteSettings = Field(description="Of each run, as in POST /crawl.")
    name: Name | None = Field(
        None,
        description="Your own word for it; the address, when it is left out.",
        json_schema_extra={"maxLength": 100},
    )
    keep: Int32 | None = KEEP

    def request(self) -> pb.CreateSourceRequest:
        """The proto of what was asked for."""
        return pb.CreateSourceRequest(
            name=self.name or "", settings=self.settings.settings(), keep=_keep(self.keep)
        )


class SourceChange(Asked):
    """What is to be changed of a source. What is left out stays."""

    settings: SiteSettings | None = Field(None, description="All of them: what is left out has its default.")
    name: Name | None = Field(None, json_schema_extra={"maxLength": 100})
    keep: Int32 | None = KEEP

    def request(self, source_id: str) -> pb.UpdateSourceRequest:
        """The proto of what was asked for."""
        return pb.UpdateSourceRequest(
            source_id=source_id,
            name=self.name,
            settings=self.settings.settings() if self.settings else None,
            keep=self.keep,
        )


def _keep(keep: int | None) -> int:
    """0 means the default to the service, but not when a person wrote it."""
    return -1 if keep == 0 else keep or 0
