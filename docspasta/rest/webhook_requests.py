"""What clients send as JSON about webhooks. Types are checked here; the rules are the service's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, StrictBool, WithJsonSchema
from pydantic import StrictStr as Str

from docspasta.deliveries.events import SUBSCRIBED, Scheme
from docspasta.request_headers import MAX_HEADERS
from docspasta.v1 import webhooks_pb2 as pb

from .base import Asked, Explained

SCHEMES = {scheme: pb.WebhookScheme.Value(f"WEBHOOK_SCHEME_{scheme.upper()}") for scheme in Scheme}


def _events(value: Any) -> Any:
    if not isinstance(value, list) or not all(isinstance(one, str) and one.isascii() for one in value):
        raise ValueError("not a list of events")
    return value


Events = Annotated[
    list[Str],
    BeforeValidator(_events),
    WithJsonSchema({"type": "array", "items": {"enum": [event.value for event in SUBSCRIBED]}}),
    Explained(f"{{value}} is not a list of events; known are {', '.join(SUBSCRIBED)}."),
]
Address = Annotated[
    Str,
    Field(min_length=1),
    Explained("{value} is not an address.", "An address is needed; write it like https://example.org/hooks."),
]
Enabled = Annotated[StrictBool, Explained("{value} is not true or false.")]
Description = Annotated[Str, Explained("{value} is not a text.")]


def _by_name(value: Any) -> Any:
    if not isinstance(value, dict) or not all(map(_is_text, [*value, *value.values()])):
        raise ValueError("not an object of texts")
    return value


def _is_text(value: Any) -> bool:
    """Whether it is Unicode text, which a lone surrogate is not."""
    return isinstance(value, str) and not any("\ud800" <= letter <= "\udfff" for letter in value)


TextsByName = Annotated[
    dict[Str, Str],
    BeforeValidator(_by_name),
    Explained("{value} is not an object of names and texts."),
]


def named_texts(texts: Mapping[str, str]) -> list[pb.NamedText]:
    """The proto of texts by name."""
    return [pb.NamedText(name=name, value=value) for name, value in texts.items()]


def _scheme(value: Any) -> Scheme:
    return Scheme(value)


class WebhookRequest(Asked):
    """An endpoint that is to be told."""

    url: Address = Field(description="Where deliveries are posted to.", json_schema_extra={"maxLength": 2048})
    events: Events | None = Field(None, description="All but those of pages, when it is left out.")
    scheme: Annotated[
        Scheme, BeforeValidator(_scheme), Explained(f"{{value}} is no scheme; use {', '.join(Scheme)}.")
    ] = Field(Scheme.STANDARD, description="How bodies are written and signed.")
    secret: Annotated[Str, Explained("The secret is not a text.")] = Field(
        "", description="`whsec_…`; a fresh one is made when it is left out."
    )
    description: Description = Field("", description="For people; shown in lists.")
    metadata: TextsByName | None = Field(
        None, description="Comes back in every body, as `data.metadata`; at most 2 KiB."
    )
    headers: TextsByName | None = Field(
        None,
        description="Sent with every try; never returned.",
        json_schema_extra={"maxProperties": MAX_HEADERS},
    )

    def settings(self) -> pb.WebhookSettings:
        """The proto of what was asked for."""
        return pb.WebhookSettings(
            url=self.url,
            events=self.events or [],
            scheme=SCHEMES[self.scheme],
            secret=self.secret,
            description=self.description,
            metadata=named_texts(self.metadata or {}),
            headers=named_texts(self.headers or {}),
        )


class WebhookChange(Asked):
    """What is to be changed of an endpoint. What is left out stays."""

    url: Address | None = Field(
        None, description="Where deliveries are posted to.", json_schema_extra={"maxLength": 2048}
    )
    events: Events | None = Field(None, description="All of them: what is left out is told no more.")
    description: Description | None = Field(None, description="For people; shown in lists.")
    enabled: Enabled | None = Field(None, description="true: what is pending goes out again.")

    def request(self, webhook_id: str) -> pb.UpdateWebhookRequest:
        """The proto of what was asked for."""
        given = {name: value for name, value in self if value is not None}
        return pb.UpdateWebhookRequest(webhook_id=webhook_id, **given)
