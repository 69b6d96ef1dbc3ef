"""A pushed delivery as pages: JSON, lines of JSON, or a page's own bytes with its address beside it. Pure.

Every mistake is named by its field; a delivery with a mistake is refused whole.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from typing import NamedTuple

from docspasta.urls import BadUrl, canonical, url_key

from .texts import WINDOW, NotAnObject, after_space, texts

MOST_BYTES = 10 * 1024 * 1024  # of a delivery, as sent and decoded
MOST_PAGES = 1_000  # of a batch
LONGEST = 10_000  # bytes of a field that is no page; all that is right is shorter
JSON = frozenset(("application/json",))
LINES = frozenset(("application/x-ndjson", "application/ndjson", "application/jsonl"))
HTML = frozenset(("text/html", "application/xhtml+xml"))
CHARSET = re.compile(r"[A-Za-z0-9._:+-]{1,40}")
MARKDOWN = frozenset(("text/markdown", "text/x-markdown", "text/plain"))
FIELDS = frozenset(("jobId", "url", "html", "markdown", "contentType", "fetchedAt"))
Violations = list[tuple[str, str]]


class BadDelivery(ValueError):
    """`violations`: (field, what is wrong and what to do)."""

    def __init__(self, violations: Violations) -> None:
        super().__init__("; ".join(f"{field}: {said}" for field, said in violations))
        self.violations = violations


class PushedPage(NamedTuple):
    """A page as it was pushed. `url` is canonical; `is_text`: it is Markdown, or plain text. `digest`
    tells its content from another's. `fetched_at` is what the sender says, None for nothing."""

    url: str
    body: bytes
    content_type: str
    charset: str
    digest: bytes
    fetched_at: datetime | None = None

    @property
    def url_key(self) -> str:
        return url_key(self.url)

    @property
    def is_text(self) -> bool:
        return self.content_type in MARKDOWN


@dataclass(frozen=True, slots=True)
class Envelope:
    """What stands beside the body: in headers, or in the query."""

    content_type: str
    job_id: str = ""
    url: str = ""
    fetched_at: str = ""


class Delivery(NamedTuple):
    """The pages of one delivery, each address once."""

    job_id: str
    pages: tuple[PushedPage, ...]

    @property
    def digest(self) -> bytes:
        """What tells this delivery from another under the same id."""
        named = [self.job_id.encode(), *(page.url.encode() + b"\n" + page.digest for page in self.pages)]
        return hashlib.sha256(b"\0".join(named)).digest()


def reading(envelope: Envelope, body: bytes) -> Generator[None, None, Delivery]:
    """The delivery, in steps (docspasta.turns). Raises BadDelivery."""
    kind, charset = media_type(envelope.content_type)
    if kind in JSON or kind in LINES:
        return (yield from _of_objects(envelope, body, lines=kind in LINES))
    if kind not in HTML | MARKDOWN:
        known = ", ".join(sorted(JSON | LINES | HTML | MARKDOWN))
        raise BadDelivery([("Content-Type", f"{kind[:80]!r} is not taken; send one of {known}.")])
    wrong: Violations = []
    url = _url(envelope.url, "url", wrong)
    fetched_at = _time(envelope.fetched_at, "fetchedAt", wrong)
    if not envelope.job_id:
        wrong.append(("jobId", "Name the job, as ?jobId= or in the header Docspasta-Job."))
    if not body:
        wrong.append(("body", "The body is empty; send the page."))
    if wrong:
        raise BadDelivery(wrong)
    page = yield from _pushed(url, body, kind, charset, fetched_at)
    return Delivery(envelope.job_id, (page,))


def job_named(envelope: Envelope, body: bytes) -> Generator[None, None, str]:
    """The job that a delivery names before anybody has looked into it: whose secret it must be signed with.
    '' when it names none. In steps."""
    kind, _ = media_type(envelope.content_type)
    if envelope.job_id or not (kind in JSON or kind in LINES):
        return envelope.job_id
    try:
        found = yield from texts(body, _after_mark(body), len(body))
        return found.fields.get("jobId", b"").decode() if found.bad is None else ""
    except NotAnObject:
        return ""


def media_type(content_type: str) -> tuple[str, str]:
    """The media type in lower case, and its charset ('' for none, and for what is no name)."""
    message = Message()
    message["Content-Type"] = (
        content_type[:500].replace("\r", "").replace("\n", "") or "application/octet-stream"
    )
    charset = message.get_param("charset", "")
    good = isinstance(charset, str) and CHARSET.fullmatch(charset)
    return message.get_content_type(), str(charset) if good else ""


def _of_objects(envelope: Envelope, body: bytes, *, lines: bool) -> Generator[None, None, Delivery]:
    pages: dict[str, PushedPage] = {}
    wrong: Violations = []
    jobs = {envelope.job_id} - {""}
    number, at = 0, _after_mark(body)
    while number == 0 or lines:
        at = yield from after_space(body, at, len(body))
        if lines and at == len(body):
            break
        if number >= MOST_PAGES:
            raise BadDelivery([("body", f"More than {MOST_PAGES:,} pages; send them in several batches.")])
        end = body.find(b"\n", at) if lines else -1
        end = len(body) if end < 0 else end
        page = yield from _page(body, at, end, f"pages[{number}]." if lines else "", jobs, wrong)
        if page is not None and pages.setdefault(page.url_key, page).digest != page.digest:
            wrong.append(
                (f"pages[{number}].url", f"{page.url} stands in the batch twice, with other content.")
            )
        if len(wrong) > 10:
            break
        number, at = number + 1, end
    if len(jobs) > 1:
        wrong.append(("jobId", "The batch names several jobs; send one batch for each."))
    if not jobs and not wrong:
        wrong.append(("jobId", "Name the job that the page is for."))
    if not pages and not wrong:
        wrong.append(("body", "The batch has no page; send one JSON object a line."))
    if wrong:
        raise BadDelivery(wrong)
    return Delivery(next(iter(jobs)), tuple(pages.values()))


def _after_mark(body: bytes) -> int:
    """The offset behind a byte order mark."""
    return 3 if body.startswith(b"\xef\xbb\xbf") else 0


def _page(
    body: bytes, at: int, end: int, prefix: str, jobs: set[str], wrong: Violations
) -> Generator[None, None, PushedPage | None]:
    """The page of the JSON object in body[at:end]; what is wrong with it is added to `wrong`."""
    try:
        found = yield from texts(body, at, end)
        if (yield from after_space(body, found.end, end)) != end and found.bad is None:
            raise NotAnObject
    except NotAnObject:
        wrong.append(
            (prefix.rstrip(".") or "body", "It is no JSON object in UTF-8; check it with a JSON linter.")
        )
        return None
    before = len(wrong)
    unknown = {*found.fields, *([found.bad] if found.bad is not None else [])} - FIELDS
    for name in sorted(unknown)[:3]:
        wrong.append((f"{prefix}{name[:80]}", f"There is no such field; use {', '.join(sorted(FIELDS))}."))
    if found.bad in FIELDS:
        wrong.append((prefix + str(found.bad), "It is not a text."))
    if found.bad is not None:
        return None
    return (yield from _page_of(found.fields, prefix, jobs, wrong, before))


def _page_of(
    fields: Mapping[str, bytes], prefix: str, jobs: set[str], wrong: Violations, before: int
) -> Generator[None, None, PushedPage | None]:
    html, markdown = fields.get("html", b""), fields.get("markdown", b"")
    job_id, given, time, content_type = (
        fields.get(name, b"")[:LONGEST].decode(errors="replace")
        for name in ("jobId", "url", "fetchedAt", "contentType")
    )
    if job_id:
        jobs.add(job_id)
    url = _url(given, f"{prefix}url", wrong)
    fetched_at = _time(time, f"{prefix}fetchedAt", wrong)
    if bool(html) == bool(markdown):
        wrong.append((f"{prefix}html", "Give the page as html, or as markdown; one of them, and not empty."))
    kind = _content_type(content_type, f"{prefix}contentType", wrong, text=bool(markdown))
    if len(wrong) > before:
        return None
    return (yield from _pushed(url, html or markdown, kind, "utf-8", fetched_at))


def _pushed(
    url: str, body: bytes, content_type: str, charset: str, fetched_at: datetime | None
) -> Generator[None, None, PushedPage]:
    """The page with its digest, in steps."""
    digest = hashlib.sha256(f"{content_type} {charset}\n".encode())
    view = memoryview(body)
    for at in range(0, len(body), WINDOW):
        digest.update(view[at : at + WINDOW])
        yield
    return PushedPage(url, body, content_type, charset, digest.digest(), fetched_at)


def _content_type(given: str, field: str, wrong: Violations, *, text: bool) -> str:
    kind, known = media_type(given)[0], MARKDOWN if text else HTML
    if given and kind not in known:
        wrong.append((field, f"{given[:80]!r} is not taken here; use one of {', '.join(sorted(known))}."))
    return kind if given else "text/markdown" if text else "text/html"


def _url(given: str, field: str, wrong: Violations) -> str:
    if not given:
        wrong.append((field, "Give the page's address, like https://docs.example.org/a."))
        return ""
    try:
        return canonical(given)
    except BadUrl as error:
        wrong.append((field, f"{str(error)[:1].upper()}{str(error)[1:]}."))
        return ""


def _time(given: str, field: str, wrong: Violations) -> datetime | None:
    """The moment that is meant, in UTC where no time zone is named; None for none."""
    try:
        read = datetime.fromisoformat(given.replace("Z", "+00:00")) if given else None
        return read and (read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        wrong.append((field, "Write the time like 2026-11-29T12:00:00Z."))
        return None
