"""What clients send as JSON: the bodies of POST /crawl, /scrape and /keys.

Types and unknown fields are checked here. Ranges that an operator sets are the services' to check: there is
one place for each rule.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    model_validator,
)
from pydantic import StrictStr as Str
from pydantic.config import JsonDict

from docspasta.domain.settings import MAX_URLS
from docspasta.start import start_url
from docspasta.urls import BadUrl
from docspasta.v1.identity_pb2 import CreateKeyRequest
from docspasta.v1.jobs_pb2 import Header, JobSettings

from .base import Asked, Explained
from .pushes import PushRequest
from .webhook_requests import WebhookRequest

MAX_HEADERS = 8


def fits(bits: int) -> AfterValidator:
    """A check that a whole number fits into a signed field of the proto."""

    def check(value: int) -> int:
        if not -(2 ** (bits - 1)) <= value < 2 ** (bits - 1):
            raise ValueError("does not fit")
        return value

    return AfterValidator(check)


def _text(value: Any) -> Any:
    if not _is_unicode(value):
        raise ValueError("not a text")
    return value


def _texts(value: Any) -> Any:
    """Refuse the list at its first entry that is not text: thousands need not be named."""
    if not isinstance(value, list) or not _are_texts(value):
        raise ValueError("not a list of texts")
    return value


def _headers(value: Any) -> Any:
    if not isinstance(value, dict) or not _are_texts([*value, *value.values()]):
        raise ValueError("not an object of texts")
    return value


def _are_texts(values: list[Any]) -> bool:
    """Whether all are Unicode text, which a lone surrogate is not."""
    return all(map(_is_unicode, values))


def _is_unicode(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


WHOLE = Explained("{value} is not a whole number.")
unicode_text = BeforeValidator(_text)
Url = Annotated[
    Str,
    unicode_text,
    Field(min_length=1),
    Explained("{value} is not a text.", "A URL is needed; write it like https://docs.example.org/."),
]
Texts = Annotated[list[Str], BeforeValidator(_texts), Explained("{value} is not a list of texts.")]
Addresses = Annotated[
    list[Str], BeforeValidator(_texts), Explained("Give a list of addresses, and either url or urls.")
]
Flag = Annotated[StrictBool, Explained("{value} is not true or false.")]
Number = Annotated[StrictFloat, Explained("{value} is not a number.")]
Int32 = Annotated[StrictInt, fits(32), WHOLE]
Int64 = Annotated[StrictInt, fits(64), WHOLE]
Headers = Annotated[
    dict[Str, Str],
    BeforeValidator(_headers),
    Explained('{value} is not an object of names and values, such as {{"Authorization": "Bearer …"}}.'),
]


def _webhook(value: Any) -> Any:
    return {"url": value} if isinstance(value, str) else value


OwnWebhook = Annotated[
    WebhookRequest,
    BeforeValidator(_webhook),
    Explained('{value} is not a webhook, such as {{"url": "https://example.org/hooks"}}.'),
]

AT_LEAST_ONE: JsonDict = {"minimum": 1}
NONE_OR_MORE: JsonDict = {"minimum": 0}
APART = ("headers", "webhook", "mode", "push", "reuse")  # fields that are no settings of the same name
GLOBS = "Globs over path and query: `*` within a segment, `**` across."


class PageRequest(Asked):
    """A page to be fetched and converted."""

    url: Url = Field(
        description="Where the documentation starts. The scheme may be missing.",
        json_schema_extra={"maxLength": 2048, "examples": ["https://docs.example.org/"]},
    )
    include_selectors: Texts | None = Field(None, description="CSS; only what they match is converted.")
    exclude_selectors: Texts | None = Field(None, description="CSS; what they match is left out.")
    respect_robots: Flag | None = Field(None, description="Obey robots.txt; true by default.")
    keep_html: Flag | None = Field(None, description="The content of each page as cleaned HTML, too.")

    def settings(self) -> JobSettings:
        """The proto of what was asked for. What was left out stays unset."""
        given = {name: value for name, value in self if value is not None and name not in APART}
        with suppress(BadUrl):  # the service that is called says what is wrong with it
            given["url"] = start_url(self.url)
        return JobSettings(**given)


class ScrapeRequest(PageRequest):
    """One page to be fetched and converted."""

    headers: Headers | None = Field(
        None,
        description="Sent to the start URL's origin only; never returned.",
        json_schema_extra={"maxProperties": MAX_HEADERS},
    )

    def settings(self) -> JobSettings:
        """The proto of what was asked for. What was left out stays unset."""
        given = super().settings()
        given.headers.extend(Header(name=name, value=value) for name, value in (self.headers or {}).items())
        return given


class SiteRequest(PageRequest):
    """A documentation website as it is to be crawled."""

    max_pages: Int32 | None = Field(None, description="Default 10,000.", json_schema_extra=AT_LEAST_ONE)
    max_depth: Int32 | None = Field(
        None, description="Links from the start page.", json_schema_extra=NONE_OR_MORE
    )
    include: Texts | None = Field(None, description=GLOBS)
    exclude: Texts | None = Field(None, description=f"{GLOBS} Wins over include.")
    delay: Number | None = Field(
        None, description="Seconds between two starts on a host.", json_schema_extra=NONE_OR_MORE
    )
    concurrency: Int32 | None = Field(
        None, description="Requests at once on a host.", json_schema_extra=AT_LEAST_ONE
    )
    keep_raw: Flag | None = Field(None, description="Keep the HTML, so that it can be converted again.")
    respect_noindex: Flag | None = Field(None, description="Leave out pages that ask not to be indexed.")
    all_pages: Flag | None = Field(
        None,
        description="Print, index and search pages, source listings and blogs, too; and in each page the "
        "lines that most pages repeat.",
    )
    use_sitemaps: Flag | None = Field(None, description="Find pages by sitemaps; true by default.")
    trust_lastmod: Flag | None = Field(
        None,
        description="Of what is crawled again: don't fetch a page whose lastmod in the sitemap is the same. "
        "By default when the site was seen to keep its lastmods.",
    )
    allow_hosts: Texts | None = Field(None, description="Further hosts in scope.")
    max_seconds: Int32 | None = Field(None, description="Of running time.", json_schema_extra=AT_LEAST_ONE)
    max_bytes: Int64 | None = Field(None, description="Fetched.", json_schema_extra=AT_LEAST_ONE)
    markdown_twins: Annotated[
        Literal["never", "auto", "prefer"] | None,
        Explained("{value} is no choice; use never, auto or prefer."),
    ] = Field(
        None,
        description="When a site's own Markdown of a page is read instead of its HTML. auto: when the "
        "page says nothing without a browser.",
    )
    render: Annotated[
        Literal["never", "auto", "always"] | None,
        Explained("{value} is no choice; use never, auto or always."),
    ] = Field(
        None,
        description="When a browser draws a page, where a renderer runs. auto: when the page says nothing "
        "without one.",
    )
    hash_routes: Flag | None = Field(
        None, description="`#/guide` is a page of its own, drawn by a browser, not a place in its page."
    )


def _one_of_them(schema: JsonDict) -> None:
    """Let `urls` stand for `url` in the description."""
    required = schema.pop("required")
    assert required == ["url"]
    schema["anyOf"] = [{"required": ["url"]}, {"required": ["urls"]}]


class CrawlRequest(SiteRequest, ScrapeRequest):
    """A documentation website to be crawled, or single pages."""

    model_config = ConfigDict(json_schema_extra=_one_of_them)

    urls: Addresses | None = Field(
        None,
        description="In place of `url`: a job of these pages alone, whose links are not followed.",
        json_schema_extra={"minItems": 1, "maxItems": MAX_URLS},
    )
    mode: Annotated[Literal["crawl", "push"] | None, Explained("{value} is no mode; use crawl or push.")] = (
        Field(None, description="push: pages are pushed to it at POST /process, and nothing is fetched.")
    )
    follow_links: Flag | None = Field(None, description="Of mode push: crawl what pushed pages link to.")
    push: (
        Annotated[PushRequest, Explained('{value} is not an object such as {{"secret": "whsec_…"}}.')] | None
    ) = Field(None, description="Of mode push: who may push without a credential.")
    include_regex: Texts | None = Field(
        None, description="RE2, anywhere in the path; one of them must match."
    )
    exclude_regex: Texts | None = Field(None, description="RE2, anywhere in the path. Wins over include.")
    regex_on_url: Flag | None = Field(None, description="Hold both against the whole URL.")
    sitemap_only: Flag | None = Field(None, description="Find pages in sitemaps and llms.txt alone.")
    ignore_query: Flag | None = Field(None, description="Addresses that differ in their query are one page.")
    webhook: OwnWebhook | None = Field(None, description="Told of this job alone: an address, or more of it.")
    reuse: Flag | None = Field(
        None,
        description="Take pages that did not change from the newest completed job of this address with the "
        "same settings that was asked for so, too; false by default. The document is the same.",
    )

    @model_validator(mode="before")
    @classmethod
    def _first_of_urls(cls, given: Any) -> Any:
        """Where `urls` stands for `url`, the first of them is what a job without it would begin with."""
        if not isinstance(given, dict) or given.get("urls") is None:
            return given
        urls = given["urls"]
        if "url" in given or not urls or not isinstance(urls, list):
            return {**given, "urls": 0}  # no list: refused as such
        return {**given, "url": urls[0]}

    def settings(self) -> JobSettings:
        """The proto of what was asked for. What was left out stays unset."""
        given = super().settings()
        given.push = self.mode == "push"
        if self.urls:
            given.url, given.all_pages = "", True
            if self.use_sitemaps is None:
                given.use_sitemaps = False
        return given


def _printable(name: str) -> str:
    if not name.isprintable():
        raise ValueError("not printable")
    return name


def _scopes(value: Any) -> Any:
    if isinstance(value, list) and all(isinstance(scope, str) and scope.isascii() for scope in value):
        return value
    raise ValueError("not a list of words")


class KeyRequest(Asked):
    """An API key to be made."""

    name: Annotated[
        Str,
        Field(min_length=1, max_length=100, description="What it is called in lists."),
        AfterValidator(_printable),
        Explained("Give the key a name of 1 to 100 characters."),
    ]
    scopes: Annotated[
        list[Str], BeforeValidator(_scopes), Explained("Give a list of read, write and admin.")
    ] = Field(["read", "write"], description="Of read, write and admin.")
    ttl_seconds: Annotated[
        StrictInt, Field(ge=0, lt=2**40), Explained("Give whole seconds; 0 for a key that never expires.")
    ] = Field(0, description="0: it never expires.")

    def request(self) -> CreateKeyRequest:
        """The proto of what was asked for."""
        return CreateKeyRequest(name=self.name, scopes=self.scopes, ttl_seconds=self.ttl_seconds)
