"""Firecrawl's options as settings of a job. Pure.

What changes an answer's content and is not served is refused with a sentence. What only tunes is named in a
warning. An unknown key is no error: newer clients send new ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from docspasta.deliveries.events import Event, Scheme
from docspasta.domain.settings import MAX_URLS
from docspasta.rest.webhook_requests import SCHEMES, named_texts
from docspasta.start import start_url
from docspasta.urls import BadUrl, directory, path
from docspasta.v1.jobs_pb2 import Header, JobSettings
from docspasta.v1.webhooks_pb2 import WebhookSettings

from .refusals import bad
from .values import number_of, object_of, seconds_of, text_of, texts_of

URLS_BYTES = 120 * 1024  # the jobs service takes requests of 128 KiB
SERVED = ("markdown", "html", "links", "rawHtml")
SILENT = frozenset(("origin", "integration", "url", "urls", "webhook", "scrapeOptions", "appendToId"))
CRAWL = frozenset(
    (
        "limit",
        "includePaths",
        "excludePaths",
        "regexOnFullURL",
        "maxDiscoveryDepth",
        "sitemap",
        "ignoreSitemap",
        "ignoreQueryParameters",
        "crawlEntireDomain",
        "allowExternalLinks",
        "allowSubdomains",
        "ignoreRobotsTxt",
        "delay",
        "maxConcurrency",
        "ignoreInvalidURLs",
    )
)
PAGE = frozenset(("formats", "headers", "includeTags", "excludeTags", "onlyMainContent"))
# What changes an answer's content, or promises what is not kept.
REFUSED = ("actions", "location", "lockdown", "profile", "prompt", "redactPII")
# What Firecrawl's clients send by themselves: nobody chose it, so nobody is warned of it.
BY_THEMSELVES: dict[str, Any] = {
    "deduplicateSimilarURLs": True,
    "zeroDataRetention": False,
    "removeBase64Images": True,
    "skipTlsVerification": True,
    "fastMode": False,
    "blockAds": True,
    "storeInCache": True,
    "mobile": False,
    "maxAge": 14_400_000,
    "waitFor": 0,
}
EVENTS = {
    "started": (Event.JOB_STARTED,),
    "page": (Event.PAGE_PROCESSED, Event.PAGE_FAILED),
    "completed": (Event.JOB_COMPLETED,),
    "failed": (Event.JOB_FAILED, Event.JOB_CANCELLED),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, translated. `warning` names what was taken and does nothing, '' for nothing."""

    settings: JobSettings
    webhook: WebhookSettings | None
    warning: str
    invalid_urls: tuple[str, ...] = ()


def crawl_of(body: Mapping[str, Any]) -> Asked:
    """POST /v2/crawl. Raises Problem (400)."""
    page_options = object_of(body, "scrapeOptions")
    settings = JobSettings(url=text_of(body, "url"))
    _refuse(body)
    _whole_site(settings, body)
    _pages(settings, body)
    _page_settings(settings, page_options)
    if body.get("limit") is not None:
        settings.max_pages = number_of(body, "limit", 1)
    warning = unused(body, CRAWL, page_options)
    return Asked(settings, _webhook(body), warning)


def batch_of(body: Mapping[str, Any]) -> Asked:
    """POST /v2/batch/scrape. Raises Problem (400)."""
    if body.get("appendToId"):
        raise bad("appendToId is not served; start another batch.")
    urls, invalid, asked = [], [], texts_of(body, "urls")
    if len(asked) > MAX_URLS:
        raise bad(f"urls: {len(asked):,} are too many; give at most {MAX_URLS:,} in a batch.")
    for url in asked:
        try:
            urls.append(start_url(url))
        except BadUrl as error:
            if body.get("ignoreInvalidURLs") is False:
                raise bad(f"urls: {error}.") from error
            invalid.append(url)
    if not urls:
        raise bad("urls: no URL that can be fetched; write them like https://docs.example.org/.")
    if (size := sum(len(url) + 3 for url in urls)) > URLS_BYTES:
        raise bad(f"urls: {size:,} bytes are too many; give at most {URLS_BYTES:,} together in a batch.")
    settings = JobSettings(urls=urls, all_pages=True, use_sitemaps=False)
    _page_settings(settings, body)
    if body.get("maxConcurrency") is not None:
        settings.concurrency = number_of(body, "maxConcurrency", 1)
    return Asked(settings, _webhook(body), unused({}, CRAWL, body), tuple(invalid))


def page_of(body: Mapping[str, Any]) -> JobSettings:
    """POST /v2/scrape: what the page's conversion wants. Raises Problem (400)."""
    settings = JobSettings(url=text_of(body, "url"))
    _page_settings(settings, body)
    if settings.keep_raw:
        raise bad("formats: rawHtml is served by crawl and batch scrape, not by scrape.")
    return settings


def page_warning(body: Mapping[str, Any]) -> str:
    """What POST /v2/scrape was told that does nothing."""
    return unused({}, CRAWL, body)


def _whole_site(settings: JobSettings, body: Mapping[str, Any]) -> None:
    """Which addresses belong to the crawl."""
    if body.get("allowExternalLinks") is True:
        raise bad("allowExternalLinks is not served; a crawl stays on its site.")
    if body.get("allowSubdomains") is True:
        raise bad("allowSubdomains is not served; start a crawl for each host.")
    try:
        start = start_url(settings.url)
    except BadUrl as error:
        raise bad(f"url: {error}.") from error
    if body.get("crawlEntireDomain") is True:
        settings.include.append("/**")
    elif body.get("crawlEntireDomain") is False:
        settings.include.append(_below(directory(path(start))))


def _below(where: str) -> str:
    """The glob of all below a directory, whose own asterisks stand for themselves."""
    return where.replace("*", "%2A").replace("?", "%3F") + "**"


def _pages(settings: JobSettings, body: Mapping[str, Any]) -> None:
    """Which pages are found, and how fast."""
    settings.include_regex.extend(texts_of(body, "includePaths"))
    settings.exclude_regex.extend(texts_of(body, "excludePaths"))
    settings.regex_on_url = body.get("regexOnFullURL") is True
    if body.get("maxDiscoveryDepth") is not None:
        settings.max_depth = number_of(body, "maxDiscoveryDepth", 0)
    sitemap: Any = body.get("sitemap", "skip" if body.get("ignoreSitemap") is True else "include")
    if sitemap not in ("include", "skip", "only", None):
        raise bad("sitemap: give include, skip or only.")
    settings.use_sitemaps = sitemap != "skip"
    settings.sitemap_only = sitemap == "only"
    settings.ignore_query = body.get("ignoreQueryParameters") is True
    settings.respect_robots = body.get("ignoreRobotsTxt") is not True
    if body.get("delay") is not None:
        settings.delay = seconds_of(body, "delay")
    if body.get("maxConcurrency") is not None:
        settings.concurrency = number_of(body, "maxConcurrency", 1)


def _refuse(options: Mapping[str, Any]) -> None:
    for name in REFUSED:
        if options.get(name):
            raise bad(f"{name} is not served; leave it out.")
    if options.get("mobile") is True or options.get("waitFor"):
        raise bad("mobile and waitFor need a browser, which is not served; leave them out.")


def formats_of(options: Mapping[str, Any]) -> list[str]:
    """The formats that were asked for. Raises Problem (400) for one that is not served."""
    formats = options.get("formats") or ["markdown"]
    named: list[Any] = []
    for form in formats if isinstance(formats, list) else [formats]:
        named.append(form.get("type") if isinstance(form, dict) else form)
        if named[-1] not in SERVED:
            raise bad(f"formats: {str(named[-1])[:50]!r} is not served; use {', '.join(SERVED)}.")
    return named


def _page_settings(settings: JobSettings, options: Mapping[str, Any]) -> None:
    """What is made of a page."""
    _refuse(options)
    formats = formats_of(options)
    settings.keep_raw, settings.keep_html = "rawHtml" in formats, "html" in formats
    settings.include_selectors.extend(texts_of(options, "includeTags"))
    settings.exclude_selectors.extend(texts_of(options, "excludeTags"))
    for header, value in object_of(options, "headers").items():
        if not isinstance(value, str) or not (header + value).isprintable():
            raise bad("headers: give an object of names and texts.")
        settings.headers.append(Header(name=header, value=value))


def _webhook(body: Mapping[str, Any]) -> WebhookSettings | None:
    given = body.get("webhook")
    if given is None:
        return None
    asked = {"url": given} if isinstance(given, str) else given
    if not isinstance(asked, dict):
        raise bad("webhook: give an address, or an object with url and events.")
    names = asked.get("events") or list(EVENTS)
    if not isinstance(names, list) or any(name not in [*EVENTS] for name in names):
        raise bad(f"webhook.events: known are {', '.join(EVENTS)}.")
    events = [event.value for name in names for event in EVENTS[name]]
    return WebhookSettings(
        url=text_of(asked, "url"),
        events=events,
        scheme=SCHEMES[Scheme.FIRECRAWL],
        metadata=named_texts(_texts_by_name(asked, "metadata")),
        headers=named_texts(_texts_by_name(asked, "headers")),
    )


def _texts_by_name(hook: Mapping[str, Any], name: str) -> dict[str, str]:
    found = object_of(hook, name)
    if not all(isinstance(one, str) and one.isprintable() for pair in found.items() for one in pair):
        raise bad(f"webhook.{name}: give an object of names and texts.")
    return found


def unused(body: Mapping[str, Any], known: frozenset[str], options: Mapping[str, Any]) -> str:
    """What was chosen and does nothing, in one sentence."""
    told = [name for name in body if name not in SILENT | known and _chosen(name, body[name])]
    told += [name for name in options if name not in SILENT | PAGE | known and _chosen(name, options[name])]
    if options.get("onlyMainContent") is False:
        told.append("onlyMainContent")
    names = ", ".join(sorted({ascii(name)[1:-1][:50] for name in told})[:20])
    return f"These options do nothing here: {names}." if names else ""


def _chosen(name: str, value: Any) -> bool:
    return value is not None and BY_THEMSELVES.get(name, False) != value
