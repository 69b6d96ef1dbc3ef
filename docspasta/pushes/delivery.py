"""A pushed delivery as pages: JSON, lines of JSON, or a page's own bytes with its address beside it. Pure.

Every mistake is named by its field; a delivery with a mistake is refused whole.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.message import Message
from typing import Any, NamedTuple

from docspasta.urls import BadUrl, canonical, url_key

MOST_BYTES = 10 * 1024 * 1024  # of a delivery, as sent and decoded
MOST_PAGES = 1_000  # of a batch
JSON = frozenset(("application/json",))
LINES = frozenset(("application/x-ndjson", "application/ndjson", "application/jsonl"))
HTML = frozenset(("text/html", "application/xhtml+xml"))
MARKDOWN = frozenset(("text/markdown", "text/x-markdown", "text/plain"))
FIELDS = frozenset(("jobId", "url", "html", "markdown", "contentType", "fetchedAt"))
Violations = list[tuple[str, str]]


class BadDelivery(ValueError):
    """`violations`: (field, what is wrong and what to do)."""

    def __init__(self, violations: Violations) -> None:
        super().__init__("; ".join(f"{field}: {said}" for field, said in violations))
        self.violations = violations


class PushedPage(NamedTuple):
    """A page as it was pushed. `url` is canonical; `is_text`: it is Markdown, or plain text."""

    url: str
    body: bytes
    content_type: str
    charset: str = ""

    @property
    def url_key(self) -> str:
        return url_key(self.url)

    @property
    def is_text(self) -> bool:
        return self.content_type in MARKDOWN

    @property
    def digest(self) -> bytes:
        """What tells a page's content from another's."""
        return hashlib.sha256(f"{self.content_type} {self.charset}\n".encode() + self.body).digest()


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
    _time(envelope.fetched_at, "fetchedAt", wrong)
    if not envelope.job_id:
        wrong.append(("jobId", "Name the job, as ?jobId= or in the header Docspasta-Job."))
    if not body:
        wrong.append(("body", "The body is empty; send the page."))
    if wrong:
        raise BadDelivery(wrong)
    return Delivery(envelope.job_id, (PushedPage(url, body, kind, charset),))


def job_named(envelope: Envelope, body: bytes) -> str:
    """The job that a delivery names before anybody has looked into it: whose secret it must be signed with.
    '' when it names none."""
    kind, _ = media_type(envelope.content_type)
    if envelope.job_id or not (kind in JSON or kind in LINES):
        return envelope.job_id
    first = body.split(b"\n", 1)[0] if kind in LINES else body
    try:
        found = json.loads(first)
    except (ValueError, RecursionError):
        return ""
    named = found.get("jobId") if isinstance(found, dict) else None
    return named if isinstance(named, str) else ""


def media_type(content_type: str) -> tuple[str, str]:
    """The media type in lower case, and its charset ('' without one)."""
    message = Message()
    message["Content-Type"] = (
        content_type.replace("\r", "").replace("\n", "")[:500] or "application/octet-stream"
    )
    charset = message.get_param("charset", "")
    return message.get_content_type(), charset[:40] if isinstance(charset, str) else ""


def _of_objects(envelope: Envelope, body: bytes, *, lines: bool) -> Generator[None, None, Delivery]:
    pages: dict[str, PushedPage] = {}
    wrong: Violations = []
    jobs = {envelope.job_id} - {""}
    for number, text in enumerate(_rows(body) if lines else [body]):
        yield
        if number >= MOST_PAGES:
            raise BadDelivery([("body", f"More than {MOST_PAGES:,} pages; send them in several batches.")])
        page = _page(text, f"pages[{number}]." if lines else "", jobs, wrong)
        if page is not None and pages.setdefault(page.url_key, page).digest != page.digest:
            wrong.append(
                (f"pages[{number}].url", f"{page.url} stands in the batch twice, with other content.")
            )
        if len(wrong) > 10:
            break
    if len(jobs) > 1:
        wrong.append(("jobId", "The batch names several jobs; send one batch for each."))
    if not jobs and not wrong:
        wrong.append(("jobId", "Name the job that the page is for."))
    if not pages and not wrong:
        wrong.append(("body", "The batch has no page; send one JSON object a line."))
    if wrong:
        raise BadDelivery(wrong)
    return Delivery(next(iter(jobs)), tuple(pages.values()))


def _rows(body: bytes) -> Iterator[bytes]:
    """The lines that are not empty, found one by one."""
    at = 0
    while at < len(body):
        end = body.find(b"\n", at)
        end = len(body) if end < 0 else end
        if line := body[at:end].strip():
            yield line
        at = end + 1


def _page(text: bytes, prefix: str, jobs: set[str], wrong: Violations) -> PushedPage | None:
    """The page of one JSON object; what is wrong with it is added to `wrong`."""
    found = _object(text)
    if found is None:
        wrong.append(
            (prefix.rstrip(".") or "body", "It is no JSON object in UTF-8; check it with a JSON linter.")
        )
        return None
    before = len(wrong)
    for name in sorted(set(found) - FIELDS)[:3]:
        wrong.append((f"{prefix}{name[:80]}", f"There is no such field; use {', '.join(sorted(FIELDS))}."))
    texts = {name: _text(found, name, prefix, wrong) for name in FIELDS}
    if texts["jobId"]:
        jobs.add(texts["jobId"])
    url = _url(texts["url"], f"{prefix}url", wrong)
    _time(texts["fetchedAt"], f"{prefix}fetchedAt", wrong)
    if bool(texts["html"]) == bool(texts["markdown"]):
        wrong.append((f"{prefix}html", "Give the page as html, or as markdown; one of them, and not empty."))
    kind = _content_type(texts["contentType"], f"{prefix}contentType", wrong, text=bool(texts["markdown"]))
    if len(wrong) > before:
        return None
    return PushedPage(url, (texts["html"] or texts["markdown"]).encode(), kind, "utf-8")


def _object(text: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(text.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _text(found: Mapping[str, Any], name: str, prefix: str, wrong: Violations) -> str:
    value = found.get(name)
    if value is None:
        return ""
    try:
        if isinstance(value, str):
            value.encode()
            return value
    except UnicodeEncodeError:
        pass
    wrong.append((prefix + name, "It is not a text."))
    return ""


def _content_type(given: str, field: str, wrong: Violations, *, text: bool) -> str:
    kind, known = media_type(given)[0], MARKDOWN if text else HTML
    if given and kind not in known:
        wrong.append((field, f"{given[:80]!r} is not taken here; use one of {', '.join(sorted(known))}."))
    return kind if given else "text/markdown" if text else "text/html"


def _url(given: str, field: str, wrong: Violations) -> str:
    return _checked(
        given, field, wrong, canonical, "Give the page's address, like https://docs.example.org/a."
    )


def _time(given: str, field: str, wrong: Violations) -> None:
    def read(text: str) -> str:
        datetime.fromisoformat(text.replace("Z", "+00:00"))
        return text

    if given:
        _checked(given, field, wrong, read, "", "Write the time like 2026-11-29T12:00:00Z.")


def _checked(
    given: str, field: str, wrong: Violations, read: Callable[[str], str], missing: str, bad: str = ""
) -> str:
    """What `read` makes of a value; what it says against it is added to `wrong`."""
    if not given:
        wrong.append((field, missing))
        return ""
    try:
        return read(given)
    except (BadUrl, ValueError) as error:
        wrong.append((field, bad or f"{str(error)[:1].upper()}{str(error)[1:]}."))
        return ""
