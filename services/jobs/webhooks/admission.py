"""What a person asks for of an endpoint, checked: every mistake with its field and what to do. Pure; no I/O.

Names are not resolved here: the crawler's egress policy judges the address that each connection reaches.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import ada_url

from docspasta.deliveries.events import BY_DEFAULT, SUBSCRIBED, Event, Scheme
from docspasta.deliveries.secrets import new_secret, secret_mistake
from docspasta.errors import InvalidArgument
from docspasta.request_headers import header_mistakes
from docspasta.urls import BadUrl, canonical, hostname, port, query
from docspasta.v1 import webhooks_pb2 as pb

from ..admission import Bounds, Violation, sentence
from ..targets import is_private, opened

MAX_DESCRIPTION = 200
MAX_METADATA = 2 * 1024  # bytes, as JSON
SIGNED = ("webhook-", "x-firecrawl-signature", "upstash-signature")  # what these names begin with is ours
SCHEMES = {
    pb.WEBHOOK_SCHEME_UNSPECIFIED: Scheme.STANDARD,
    pb.WEBHOOK_SCHEME_STANDARD: Scheme.STANDARD,
    pb.WEBHOOK_SCHEME_FIRECRAWL: Scheme.FIRECRAWL,
    pb.WEBHOOK_SCHEME_UPSTASH: Scheme.UPSTASH,
}


@dataclass(frozen=True, slots=True)
class Admitted:
    """An endpoint without mistakes; its secret is in the clear."""

    url: str
    events: tuple[str, ...]
    scheme: Scheme
    secret: str
    description: str
    metadata: dict[str, str]
    headers: dict[str, str]


def admit(
    asked: pb.WebhookSettings, bounds: Bounds, known: Sequence[Event] = SUBSCRIBED, prefix: str = ""
) -> Admitted:
    """The endpoint that `asked` becomes, told of `known` events at most.

    `prefix` stands before the fields' names in what is said of them.

    Raises InvalidArgument with every mistake at once.
    """
    if found := [(prefix + field, said) for field, said in mistakes(asked, bounds, known)]:
        raise InvalidArgument(found)
    by_default = [event for event in BY_DEFAULT if event in known]
    return Admitted(
        url=canonical(asked.url),
        events=tuple(dict.fromkeys(asked.events)) or tuple(by_default),
        scheme=SCHEMES[asked.scheme],
        secret=asked.secret or new_secret(),
        description=asked.description,
        metadata={entry.name: entry.value for entry in asked.metadata},
        headers={header.name: header.value for header in asked.headers},
    )


def mistakes(asked: pb.WebhookSettings, bounds: Bounds, known: Sequence[Event]) -> Iterator[Violation]:
    """Every mistake, in the order of the proto's fields."""
    if said := url_mistake(asked.url, bounds):
        yield ("url", said)
    yield from event_mistakes(asked.events, known)
    scheme = SCHEMES.get(asked.scheme)
    if scheme is None:
        yield ("scheme", f"{asked.scheme} is no scheme; use {', '.join(Scheme)}.")
    elif asked.secret and (said := secret_mistake(asked.secret, scheme)):
        yield ("secret", said)
    if said := description_mistake(asked.description):
        yield ("description", said)
    if (size := len(json.dumps({entry.name: entry.value for entry in asked.metadata}))) > MAX_METADATA:
        yield ("metadata", f"{size:,} bytes are too many; give at most {MAX_METADATA:,}, as JSON.")
    yield from header_mistakes(asked.headers)
    for header in asked.headers:
        if header.name.lower().startswith(SIGNED):
            yield ("headers", f"{header.name[:100]} is one of those that sign a message; leave it out.")


def event_mistakes(events: Sequence[str], known: Sequence[Event] = SUBSCRIBED) -> Iterator[Violation]:
    """Events that nobody can be told of."""
    if len(events) > 50:
        yield ("events", f"{len(events)} are too many; each event needs to be named once.")
        return
    for index, event in enumerate(events):
        if event not in known:
            yield (f"events[{index}]", f"{event[:50]!r} is no event; use {', '.join(known)}.")


def description_mistake(text: str) -> str:
    """What is wrong with a description, or ''."""
    if len(text) > MAX_DESCRIPTION or not text.isprintable():
        return f"Give at most {MAX_DESCRIPTION} printable characters."
    return ""


def url_mistake(text: str, bounds: Bounds) -> str:
    """What is wrong with an endpoint's address, or ''."""
    if not text:
        return "An address is needed; write it like https://example.org/hooks/docspasta."
    try:
        url = canonical(text)
    except BadUrl as error:
        return sentence(error)
    if query(url) != str(ada_url.URL(text).search).removeprefix("?"):
        return "Its query has parameters that only track visits, such as utm_source; leave them out."
    name, number = hostname(url), port(url)
    listed = opened(name, number, bounds.allowed)
    if is_private(name) and not listed:
        return f"{name} is a private or reserved address; {how_to_allow(name, number, bounds)}"
    if not url.startswith("https://") and not listed:
        return f"Use https; http is only for hosts that are listed: {how_to_allow(name, number, bounds)}"
    if number not in bounds.ports and not bounds.allowed.names_port(name, number):
        ports = ", ".join(map(str, sorted(bounds.ports)))
        return f"Port {number} is not connected to; use one of {ports}."
    return ""


def how_to_allow(name: str, number: int, bounds: Bounds) -> str:
    """What to do so that an address may be told."""
    if bounds.embedded:
        return f"start `docspasta up --allow {name}:{number}`."
    return "the operator may list it in DOCSPASTA_ALLOW_PRIVATE."
