"""What a person asks for, checked: every bad setting named with what to do instead. Pure; no I/O.

Whether a host name resolves to a private address is decided by the crawler's egress policy, at each
connection. Here only what the text itself says is refused: a private address or `localhost` written out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

from docspasta.content.selectors import are_long, exclusion_mistake, selector_mistake
from docspasta.domain import JobSettings
from docspasta.domain.settings import MAX_URLS
from docspasta.egress.addresses import Allowance
from docspasta.errors import InvalidArgument
from docspasta.globs import BadGlob, check_glob
from docspasta.patterns import MOST_STEPS, BadPattern, check_pattern
from docspasta.request_headers import header_mistakes
from docspasta.scope import allowed_host
from docspasta.start import start_url
from docspasta.urls import BadUrl, canonical, origin, url_key
from docspasta.v1 import jobs_pb2

from .targets import target_mistake

DEFAULT_PAGES = 10_000
DEFAULT_SECONDS = 21_600
MAX_DEPTH = 1_000
MAX_DELAY = 3_600.0
MAX_LIST = 50
MAX_TOLD = 10  # mistakes of one list
MAX_PATTERNS = 4_000  # characters of regular expressions: compiling them may take 0.1 ms a character
NAMES = [field.name for field in fields(JobSettings)]
OPTIONAL = {field.name for field in jobs_pb2.JobSettings.DESCRIPTOR.fields if field.has_presence}
CHOICES = {"markdown_twins": ("never", "auto", "prefer"), "render": ("never", "auto", "always")}
MAX_TEXT = 1_000  # characters of a glob, a selector or a host name


@dataclass(frozen=True, slots=True)
class Bounds:
    """What the operator allows. Seconds, requests at once, pages and bytes of one job."""

    embedded: bool
    min_delay: float
    max_concurrency: int
    max_pages: int
    max_seconds: float
    max_bytes: int
    ports: frozenset[int]
    allowed: Allowance
    min_schedule: float = 3600.0  # seconds between two runs of a source


Violation = tuple[str, str]  # the field in the proto's words, and a sentence that says what to do


def admit(asked: jobs_pb2.JobSettings, bounds: Bounds) -> JobSettings:
    """The settings of the job that `asked` becomes: canonical URL, defaults filled in, without headers.

    Raises InvalidArgument with every mistake at once, so that a person can correct them in one go.
    """
    violations = list(mistakes(asked, bounds))
    if violations:
        raise InvalidArgument(violations)
    return filled(asked, bounds)


def takes_long(asked: jobs_pb2.JobSettings) -> bool:
    """Whether admitting it may hold an event loop up: it belongs in a thread then."""
    patterns = bool(asked.include_regex or asked.exclude_regex)
    return (
        patterns or len(asked.urls) > MAX_TOLD or are_long(asked.include_selectors, asked.exclude_selectors)
    )


def filled(asked: jobs_pb2.JobSettings, bounds: Bounds) -> JobSettings:
    """`asked`, which must be without mistakes, with its defaults written out."""
    present = {field.name for field, _ in asked.ListFields()}
    given = {name: stored(getattr(asked, name)) for name in NAMES if name in present or name not in OPTIONAL}
    defaults = {
        "max_pages": min(DEFAULT_PAGES, bounds.max_pages),
        "max_seconds": int(min(DEFAULT_SECONDS, bounds.max_seconds)),
        "max_bytes": bounds.max_bytes,
    }
    urls = listed(asked)
    if urls:
        defaults["max_pages"] = min(2 * len(urls), bounds.max_pages)  # each may redirect
    return JobSettings(
        **{**defaults, **given, "urls": urls, "url": urls[0] if urls else _started(asked, asked.url)}
    )


def listed(asked: jobs_pb2.JobSettings) -> tuple[str, ...]:
    """The pages of a job of single pages, canonical, each once. Raises BadUrl."""
    return tuple({url_key(url): url for url in (_started(asked, typed) for typed in asked.urls)}.values())


def _started(asked: jobs_pb2.JobSettings, typed: str) -> str:
    return start_url(typed, routes=asked.hash_routes)


def stored(value: Any) -> Any:
    """A field's value as settings hold it: a repeated field as a tuple."""
    return value if isinstance(value, str | int | float) else tuple(value)


def mistakes(asked: jobs_pb2.JobSettings, bounds: Bounds) -> Iterator[Violation]:
    """Every mistake in the settings, in the order of the proto's fields."""
    yield from urls_mistakes(asked, bounds) if asked.urls else url_mistakes(asked, bounds)
    yield from number_mistakes(asked, bounds)
    yield from each("include", asked.include, glob_mistake)
    yield from each("exclude", asked.exclude, glob_mistake)
    yield from pattern_mistakes(asked)
    yield from header_mistakes(asked.headers)
    yield from each("include_selectors", asked.include_selectors, selector_mistake)
    yield from each("exclude_selectors", asked.exclude_selectors, exclusion_mistake)
    yield from each("allow_hosts", asked.allow_hosts, host_mistake)
    yield from choice_mistakes(asked)
    if asked.follow_links and not asked.push:
        yield ("follow_links", "It is for jobs whose pages are pushed; a crawl follows links anyway.")
    if asked.urls and asked.push:
        yield ("urls", "A job whose pages are pushed fetches none by itself; leave out urls or push.")


def choice_mistakes(asked: jobs_pb2.JobSettings) -> Iterator[Violation]:
    """Words that are none of a setting's."""
    for name, words in CHOICES.items():
        value = getattr(asked, name)
        if value and value not in words:
            yield (name, f"{value[:40]!r} is no choice; give {', '.join(words[:-1])} or {words[-1]}.")


def url_mistakes(asked: jobs_pb2.JobSettings, bounds: Bounds) -> Iterator[Violation]:
    """The start URL, and the one private origin that an embedded command line may name."""
    if not asked.url:
        yield ("url", "A URL is needed; write it like https://docs.example.org/.")
        return
    try:
        url = start_url(asked.url)
    except BadUrl as error:
        yield ("url", sentence(error))
        return
    mistake = private_origin_mistake(asked.private_origin, bounds)
    if mistake:
        yield ("private_origin", mistake)
    if asked.push and not asked.follow_links:  # nothing is fetched
        return
    if asked.private_origin and not mistake and origin(url) == origin(asked.private_origin):
        return
    if mistake := target_mistake(url, bounds.ports, bounds.allowed, bounds.embedded):
        yield ("url", mistake)


def urls_mistakes(asked: jobs_pb2.JobSettings, bounds: Bounds) -> Iterator[Violation]:
    """The URLs of a job of single pages, ten of them at most."""
    if len(asked.urls) > MAX_URLS:
        yield ("urls", f"{len(asked.urls):,} URLs are too many; give at most {MAX_URLS:,} in a job.")
        return
    told = 0
    for index, typed in enumerate(asked.urls):
        try:
            mistake = target_mistake(start_url(typed), bounds.ports, bounds.allowed, bounds.embedded)
        except BadUrl as error:
            mistake = sentence(error)
        if mistake:
            yield (f"urls[{index}]", mistake)
            told += 1
        if told == MAX_TOLD:
            return


def private_origin_mistake(text: str, bounds: Bounds) -> str:
    """What is wrong with `private_origin`, or ''."""
    if not text:
        return ""
    if not bounds.embedded:
        return "A private origin is accepted only by the embedded stack, from its own command line."
    try:
        url = canonical(text)
    except BadUrl as error:
        return sentence(error)
    return "" if url == origin(url) + "/" else "Name scheme://host:port only, without a path."


def number_mistakes(asked: jobs_pb2.JobSettings, bounds: Bounds) -> Iterator[Violation]:
    """Numbers out of their range."""
    ranges: list[tuple[str, float, float, str]] = [
        ("max_pages", 1, bounds.max_pages, "pages"),
        ("max_depth", 0, MAX_DEPTH, "links from the start page"),
        ("delay", bounds.min_delay, MAX_DELAY, "seconds between requests to a host"),
        ("concurrency", 1, bounds.max_concurrency, "requests at once"),
        ("max_seconds", 1, bounds.max_seconds, "seconds"),
        ("max_bytes", 1, bounds.max_bytes, "bytes"),
    ]
    for name, low, high, unit in ranges:
        value = getattr(asked, name)
        if asked.HasField(name) and not (math.isfinite(value) and low <= value <= high):  # type: ignore[arg-type]
            yield (name, f"{value:,.12g} is out of range; give {low:,.12g} to {high:,.12g} {unit}.")


def each(field: str, texts: Sequence[str], mistake: Callable[[str], str]) -> Iterator[Violation]:
    """The mistakes of a list of texts, each under its own index."""
    if len(texts) > MAX_LIST:
        yield (field, f"{len(texts)} entries are too many; give at most {MAX_LIST}.")
        return
    for index, text in enumerate(texts):
        if found := "An empty entry; leave it out." if not text.strip() else too_long(text) or mistake(text):
            yield (f"{field}[{index}]", found)


def too_long(text: str) -> str:
    """What is wrong with the length of a glob, selector or host name, or ''."""
    return f"{len(text)} characters are too many; give at most {MAX_TEXT}." if len(text) > MAX_TEXT else ""


def glob_mistake(glob: str) -> str:
    """What is wrong with a glob over path and query, or ''."""
    try:
        check_glob(glob)
    except BadGlob as error:
        return sentence(error)
    return ""


def pattern_mistakes(asked: jobs_pb2.JobSettings) -> Iterator[Violation]:
    """The mistakes of regular expressions. None is compiled when they are too long together."""
    characters = sum(map(len, (*asked.include_regex, *asked.exclude_regex)))
    if characters > MAX_PATTERNS:
        name = "include_regex" if asked.include_regex else "exclude_regex"
        most = f"give at most {MAX_PATTERNS:,} in a job."
        yield (name, f"{characters:,} characters of regular expressions are too many; {most}")
        return
    wrong = list(each("include_regex", asked.include_regex, pattern_mistake))
    wrong += each("exclude_regex", asked.exclude_regex, pattern_mistake)
    yield from wrong
    if (
        not wrong
        and (steps := sum(map(check_pattern, (*asked.include_regex, *asked.exclude_regex)))) > MOST_STEPS
    ):
        name = "include_regex" if asked.include_regex else "exclude_regex"
        most = f"the regular expressions of a job may have {MOST_STEPS:,} together, and these have {steps:,}"
        yield (
            name,
            f"They would take too many steps at each character: {most}. Use fewer, or smaller repeats.",
        )


def pattern_mistake(pattern: str) -> str:
    """What is wrong with a regular expression, or ''."""
    try:
        check_pattern(pattern)
    except BadPattern as error:
        return sentence(error)
    return ""


def host_mistake(name: str) -> str:
    """What is wrong with a further host in scope, or ''."""
    try:
        allowed_host(name)
    except BadUrl as error:
        return sentence(error)
    return ""


def sentence(error: ValueError) -> str:
    """An error's text as a sentence."""
    text = str(error)
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")
