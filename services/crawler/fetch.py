"""One HTTP request: send it through the egress, read the answer within its bounds. No pace, no redirects.

`fetch` never raises for what a site does: every failure is an Answer with a reason of docspasta.domain.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import aiohttp
from multidict import CIMultiDictProxy

from docspasta.codings import ACCEPT_ENCODING, BadCoding, decoded, peek
from docspasta.domain import NO_VALIDATORS, Validators
from docspasta.domain.validators import validators_of
from docspasta.egress.names import NoAddress, no_address
from docspasta.egress.policy import ForbiddenTarget
from docspasta.egress.sessions import MAX_HEADER_BYTES, Egress, ForbiddenAddress
from docspasta.first_bytes import ENOUGH, GZIP, begins_as_html, kind_of
from docspasta.refresh import SOON, read_refresh
from docspasta.request_headers import is_fixed
from docspasta.scope.noise import is_menu_script
from docspasta.start import is_text
from docspasta.urls import BadUrl, canonical, path, suffix, url_key

from .answer import Answer, Limits
from .body_room import BodyRoom
from .connect_errors import connect_detail
from .cookies import Jar
from .reading import READ_BUFFER, Reading, TooSlow, too_large
from .requester import NOBODY, Requester
from .tls_errors import tls_detail

TEXT_TYPES = frozenset(("text/plain", "text/markdown", "text/x-markdown"))
UNKNOWN_TYPES = frozenset(("application/octet-stream", "binary/octet-stream"))  # what servers say of .md
HTML_TYPES = frozenset(("text/html", "application/xhtml+xml"))
PAGES = frozenset(("", "html", "htm", "xhtml", "shtml", "php", "asp", "aspx", "jsp"))
SCRIPT_TYPES = frozenset(("text/javascript", "application/javascript", "application/x-javascript"))
# What servers call HTML whose suffix they do not know, by a file's first bytes or a typing error.
XML_TYPES = frozenset(
    ("application/xml", "text/xml", "application/vnd.wap.xhtml+xml", "text/htm", "text/xhtml")
)
SHORT = 1024 * 1024  # bytes of a text that is read to see whether it is HTML
NO_TYPES = frozenset(("*/*", "unknown/unknown", "application/unknown"))
MAX_RETRY_AFTER = 3600.0
MOST_TYPE = 1_000  # characters of a Content-Type that are read
PASSING_STATUS = frozenset((408, 421, 425, 429, 500, 502, 503, 504, 507, 520, 521, 522, 523, 524, 529, 530))
REDIRECTS = frozenset((300, 301, 302, 303, 307, 308))  # of several choices, the one that the server prefers


class Fetcher:
    """Fetches through a egress. Safe for concurrent tasks."""

    def __init__(self, egress: Egress, room: BodyRoom | None = None) -> None:
        self._egress, self._room = egress, room or BodyRoom()

    async def fetch(self, url: str, limits: Limits, requester: Requester = NOBODY) -> Answer:
        """GET `url` (canonical). Raises Postponed, and nothing for what a site does."""
        try:
            async with asyncio.timeout(limits.total) as deadline:
                await self._egress.judge_name(url, requester.user)
                return await self._exchange(url, limits, requester, deadline)
        except BadCoding as error:
            return Answer(reason=error.reason, detail=str(error))
        except TimeoutError as error:
            return Answer(reason="timeout", detail=_timeout_detail(error, limits), passing=True)
        except (ForbiddenTarget, aiohttp.ClientError, OSError, ValueError, RuntimeError) as error:
            return failure(error)  # uvloop raises RuntimeError

    async def _exchange(
        self, url: str, limits: Limits, requester: Requester, deadline: asyncio.Timeout
    ) -> Answer:
        opening = self._egress.open(url, requester.private_origin)
        own = sendable(requester.own.for_url(url))
        if requester.cookies is not None:
            own = _with_cookies(own, requester.cookies, url)
        plain = not _cookies_in(own)  # with cookies the answer may be another representation
        asked = limits.validators if plain else NO_VALIDATORS
        sent = [("Accept", limits.accept), ("Accept-Encoding", ACCEPT_ENCODING), *own, *asked.headers()]
        async with opening.session.get(
            opening.target,
            headers=sent,
            proxy=opening.proxy,
            allow_redirects=False,
            read_bufsize=READ_BUFFER,
        ) as response:
            answer = _refreshed(_head(response, asked), url)._replace(sent_cookies=_cookies_in(own))
            if plain and response.status == HTTPStatus.OK:
                answer = answer._replace(validators=_validators(response.headers))
            if requester.cookies is not None and (lines := response.headers.getall("Set-Cookie", ())):
                answer = answer._replace(new_cookies=requester.cookies.store(url, lines[:50]))
            if answer.reason or answer.location or answer.unchanged or answer.status in (204, 205):
                return await _let_go(response, answer)
            refused = _not_html(answer, url) if limits.html_only else ""
            if refused and not _may_be_html(answer, url, response.content_length):
                return answer._replace(reason="not_html", detail=refused)
            answer = await self._read(response, answer, limits, deadline, requester)
            if refused and not answer.reason and not begins_as_html(peek(answer.body, answer.coding, ENOUGH)):
                return answer._replace(reason="not_html", detail=refused, body=b"", coding="")
            return answer

    async def _read(
        self,
        response: aiohttp.ClientResponse,
        answer: Answer,
        limits: Limits,
        deadline: asyncio.Timeout,
        requester: Requester,
    ) -> Answer:
        announced = response.content_length or 0
        if announced > limits.body and not limits.cut:  # encoded or not: it will not become shorter
            return too_large(answer, limits, 0)
        reading = Reading(response, limits)
        await self._room.read(reading, limits, deadline, requester)
        answer = await reading.answer(answer)
        return answer if answer.reason or not limits.html_only else await by_first_bytes(answer, limits)


async def by_first_bytes(answer: Answer, limits: Limits) -> Answer:
    """The page as its first bytes have it: without gzip that no header names; refused when it is no text."""
    first = peek(answer.body, answer.coding, ENOUGH)
    if first.startswith(GZIP):
        plain = await asyncio.to_thread(_unpacked, answer, limits)
        answer, first = answer._replace(body=plain, coding=""), plain[:ENOUGH]
    kind = "compressed more than twice" if first.startswith(GZIP) else kind_of(first)
    if not kind:
        return answer
    said = f", though its type says {answer.content_type}" if answer.content_type else ""
    return answer._replace(
        reason="not_html", detail=f"by its first bytes it is {kind}{said}", body=b"", coding=""
    )


def _unpacked(answer: Answer, limits: Limits) -> bytes:
    """The body without its coding, and without the gzip inside. Raises BadCoding."""
    plain = decoded(answer.body, answer.coding, limits.body) if answer.coding else answer.body
    return decoded(plain, "gzip", limits.body)


def sendable(headers: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Without what the crawler says itself: a job written by an older version may still carry it."""
    return [(name, value) for name, value in headers if not is_fixed(name)]


def _with_cookies(headers: list[tuple[str, str]], jar: Jar, url: str) -> list[tuple[str, str]]:
    if not (cookies := jar.header(url, _cookies_in(headers))):
        return headers
    return [*((name, value) for name, value in headers if name.lower() != "cookie"), ("Cookie", cookies)]


def _cookies_in(headers: list[tuple[str, str]]) -> str:
    return "; ".join(value for name, value in headers if name.lower() == "cookie")


def _head(response: aiohttp.ClientResponse, asked: Validators) -> Answer:
    """The answer's status and headers, judged; its body unread."""
    headers = response.headers
    answer = Answer(
        status=response.status,
        headers=headers,
        links=", ".join(headers.getall("Link", ())[:16])[:8_000],
        robots_tags=tuple(value[:500] for value in headers.getall("X-Robots-Tag", ())[:8]),
        content_type=_media_type(headers.get("Content-Type", "")),
        charset=_charset(headers.get("Content-Type", "")),
    )
    if sum(len(name) + len(value) + 4 for name, value in response.raw_headers) > MAX_HEADER_BYTES:
        return answer._replace(reason="bad_response", detail="the answer's headers are longer than 64 KiB")
    if response.status in REDIRECTS and headers.get("Location"):
        return answer._replace(location=headers["Location"])
    if "challenge" in headers.get("cf-mitigated", "").lower():
        return answer._replace(reason="challenge", detail=f"HTTP {response.status}, cf-mitigated")
    if response.status == HTTPStatus.NOT_MODIFIED and asked:
        return answer._replace(unchanged=True, validators=asked)
    if not 200 <= response.status < 300:
        wait = retry_after(headers) if response.status in PASSING_STATUS else None
        return answer._replace(
            reason="http_status",
            detail=_status_detail(response.status, wait),
            passing=response.status in PASSING_STATUS,
            retry_after=wait,
        )
    return answer


def _refreshed(answer: Answer, url: str) -> Answer:
    """A page whose header leads on at once, to an address that is not its own, is a redirect (Refresh)."""
    if answer.reason or answer.location or "Refresh" not in answer.headers:
        return answer
    seconds, target = read_refresh(answer.headers["Refresh"])
    try:
        leads_on = bool(target) and url_key(canonical(target, url)) != url_key(url)
    except BadUrl:
        return answer
    return answer._replace(location=target) if leads_on and seconds <= SOON else answer


def _validators(headers: CIMultiDictProxy[str]) -> Validators:
    """What a page can be asked for by, next time."""
    return validators_of(headers.get("ETag", ""), headers.get("Last-Modified", ""))


def _status_detail(status: int, wait: float | None) -> str:
    """`HTTP 429 Too Many Requests; it asks to wait 120 s`."""
    try:
        phrase = " " + HTTPStatus(status).phrase
    except ValueError:
        phrase = ""
    return f"HTTP {status}{phrase}" + (f"; it asks to wait {wait:g} s" if wait else "")


def _media_type(value: str) -> str:
    """The type that a header names, the first of several; '' for one that says nothing (WHATWG MIME Sniffing,
    7: unknown types), or that holds what no terminal should see."""
    name = value.partition(";")[0].partition(",")[0].strip().lower()[:100]
    return "" if name in NO_TYPES or "/" not in name or not name.isprintable() else name


def _charset(value: str) -> str:
    for parameter in value[:MOST_TYPE].split(";")[1:]:
        name, _, charset = parameter.partition("=")
        if name.strip().lower() == "charset":
            name = charset.strip().strip("\"'").lower()[:40]
            return name if name.isprintable() else ""
    return ""


def retry_after(headers: CIMultiDictProxy[str], most: float = MAX_RETRY_AFTER) -> float | None:
    """Retry-After in seconds (RFC 9110 10.2.3: seconds or a date), between 0 and `most`, an hour."""
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return min(float(value[:9]), most)
    try:
        at = parsedate_to_datetime(value)
    except (ValueError, TypeError):
        return None
    now = datetime.now(UTC)
    seconds = ((at if at.tzinfo else at.replace(tzinfo=UTC)) - now).total_seconds()
    return min(max(seconds, 0.0), most)


def _not_html(answer: Answer, url: str) -> str:
    """Why an answer is no page by its type; '' when it is, or when it names none. A text is a page where its
    name says that it is meant as one: such a name is in scope only if the job was started with one."""
    if not answer.content_type or answer.content_type in HTML_TYPES:
        return ""
    if answer.content_type in SCRIPT_TYPES and is_menu_script(path(url)):
        return ""
    if answer.content_type in TEXT_TYPES | UNKNOWN_TYPES and is_text(url):
        return ""
    return f"its type is {answer.content_type}"


def _may_be_html(answer: Answer, url: str, length: int | None) -> bool:
    """Whether it is worth reading a body of `length` bytes whose type is not HTML's: its address is that of a
    page, and the type is one that servers give to HTML by mistake."""
    if suffix(path(url)) not in PAGES:
        return False
    if answer.content_type in XML_TYPES:
        return True
    doubtful = answer.content_type == "text/plain" or answer.content_type in UNKNOWN_TYPES
    return doubtful and length is not None and length <= SHORT


async def _let_go(response: aiohttp.ClientResponse, answer: Answer) -> Answer:
    """Read away a short unwanted body, so that the connection can be used again; else close it."""
    length = (
        0 if answer.unchanged else response.content_length
    )  # a 304 names the length of what it leaves out
    if length is not None and length <= READ_BUFFER:
        await response.content.read()
    else:
        response.close()
    return answer


def failure(error: Exception) -> Answer:
    """The answer that an exception of the network or the egress policy stands for."""
    if isinstance(error, ForbiddenTarget):
        return Answer(reason=error.reason, detail=str(error))
    below = _below(error)
    if isinstance(below, ForbiddenAddress):
        return Answer(reason="forbidden_address", detail=str(below))
    if isinstance(error, NoAddress | aiohttp.ClientConnectorDNSError):
        cause = no_address(below if isinstance(below, OSError) else OSError(str(error)))
        return Answer(reason="dns", detail=str(cause), passing=cause.passing)
    if isinstance(error, aiohttp.ClientSSLError):
        return Answer(reason="tls", detail=tls_detail(below, _words(below)))
    if isinstance(error, aiohttp.InvalidURL):
        return Answer(reason="bad_url", detail="the URL cannot be fetched")
    if isinstance(error, aiohttp.ClientResponseError | ValueError):
        return Answer(reason="bad_response", detail=_words(error))
    return Answer(reason="connection", detail=connect_detail(below) or _words(below), passing=True)


def _below(error: BaseException) -> BaseException:
    """The cause that aiohttp wrapped."""
    inner = getattr(error, "os_error", None) or getattr(error, "certificate_error", None) or error.__cause__
    return inner if isinstance(inner, OSError) else error


def _words(error: BaseException) -> str:
    """An exception as part of a sentence: one line, no addresses of objects, no control characters, at most
    200 characters."""
    text = (
        getattr(error, "message", "") or getattr(error, "strerror", "") or str(error) or type(error).__name__
    )
    words = " ".join(str(text).split())[:200]
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in words)


def _timeout_detail(error: TimeoutError, limits: Limits) -> str:
    if isinstance(error, TooSlow):
        return str(error)
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return "no connection in time"
    if isinstance(error, aiohttp.SocketTimeoutError):
        return "nothing was received for too long"
    return f"not whole within {limits.total:g} s"
