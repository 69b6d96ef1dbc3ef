"""One HTTP request: send it through the egress, read the answer within its bounds. No pace, no redirects.

`fetch` never raises for what a site does: every failure is an Answer with a reason of docspasta.domain.
"""

from __future__ import annotations

import asyncio
import contextlib
import zlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple

import aiohttp
from multidict import CIMultiDictProxy

from docspasta.codings import ACCEPT_ENCODING, WINDOWED, BadCoding, Decoder, TooLong, coding_of, decoder
from docspasta.egress.names import NoAddress, no_address
from docspasta.egress.policy import ForbiddenTarget
from docspasta.egress.sessions import MAX_HEADER_BYTES, Egress, ForbiddenAddress
from docspasta.request_headers import is_fixed

from .cookies import Jar
from .requester import NOBODY, Requester

ACCEPT = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.1"
HTML_TYPES = frozenset(("text/html", "application/xhtml+xml"))
MAX_RETRY_AFTER = 3600.0
SMALL_BODY = 256 * 1024  # a body may grow to this without asking for room
MIDDLING_BODY = 1024 * 1024
READ_BUFFER = 64 * 1024
PASSING_STATUS = frozenset((408, 421, 425, 429, 500, 502, 503, 504, 507, 520, 521, 522, 523, 524, 529, 530))
NO_HEADERS: Mapping[str, str] = MappingProxyType({})
REDIRECTS = frozenset((301, 302, 303, 307, 308))


class Limits(NamedTuple):
    """The bounds of one exchange. `body` bytes decompressed; `total` seconds."""

    body: int = 10 * 1024 * 1024
    total: float = 30.0
    cut: bool = False  # keep what fits of a longer body, instead of failing as too large
    coded: bool = False  # leave a body that is short enough as the site coded it
    html_only: bool = True  # fail anything else as not_html, before its body is read


class Answer(NamedTuple):
    """What came back. `reason` '' means `body` is whole (or cut, when that was allowed)."""

    status: int = 0
    headers: Mapping[str, str] = NO_HEADERS
    links: tuple[str, ...] = ()  # raw Link headers
    robots_tags: tuple[str, ...] = ()  # raw X-Robots-Tag headers
    content_type: str = ""
    charset: str = ""
    body: bytes = b""
    coding: str = ""  # what the body is still coded with
    location: str = ""  # of a redirect, as sent
    reason: str = ""
    detail: str = ""
    passing: bool = False  # the same request may fare better later
    retry_after: float | None = None  # seconds that the site asked for
    bytes_fetched: int = 0  # of the body as it came over the network
    was_cut: bool = False
    redirects: int = 0  # how many were followed to come here
    new_cookies: bool = False  # it set cookies that its origin had not set before


class BodyRoom:
    """Bounds the memory of bodies under way: few at once may grow large, the others wait their turn.

    Below 256 KiB, where nearly every page stays, nobody waits for a site. A coded body is gathered first.
    When its decoder keeps a window of up to 16 MiB, it is decoded in its turn, for that is as much as a large
    body; only one that is longer than 256 KiB even so keeps its decoder while it comes in.
    """

    def __init__(self, middling: int = 3) -> None:
        self._large = asyncio.Semaphore(1)
        self._middling = asyncio.Semaphore(middling)

    async def read(self, reading: Reading, limits: Limits, deadline: asyncio.Timeout) -> None:
        """Read a body up to its bound and a piece. Waiting for room does not count as the site's time."""
        async with contextlib.AsyncExitStack() as claims:
            if reading.coding and await reading.gather(SMALL_BODY) and limits.coded:
                return
            if reading.coding in WINDOWED:
                await _claim(claims, self._large, deadline)
                await reading.until(limits.body)
                return
            for size, slots in ((SMALL_BODY, self._middling), (MIDDLING_BODY, self._large)):
                if await reading.until(min(size, limits.body)):
                    return
                await _claim(claims, slots, deadline)
            await reading.until(limits.body)


async def _claim(
    claims: contextlib.AsyncExitStack, slots: asyncio.Semaphore, deadline: asyncio.Timeout
) -> None:
    """Wait for a slot while the deadline stands still."""
    loop = asyncio.get_running_loop()
    left = (deadline.when() or loop.time()) - loop.time()
    deadline.reschedule(None)
    await claims.enter_async_context(slots)
    deadline.reschedule(loop.time() + left)


class Fetcher:
    """Fetches through a egress. Safe for concurrent tasks."""

    def __init__(self, egress: Egress, room: BodyRoom | None = None) -> None:
        self._egress, self._room = egress, room or BodyRoom()

    async def fetch(self, url: str, limits: Limits, requester: Requester = NOBODY) -> Answer:
        """GET `url` (canonical). Raises nothing for what a site does."""
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
        sent = [("Accept", ACCEPT), ("Accept-Encoding", ACCEPT_ENCODING), *own]
        async with opening.session.get(
            opening.target,
            headers=sent,
            proxy=opening.proxy,
            allow_redirects=False,
            read_bufsize=READ_BUFFER,
        ) as response:
            answer = _head(response)
            if requester.cookies is not None and (lines := response.headers.getall("Set-Cookie", ())):
                answer = answer._replace(new_cookies=requester.cookies.store(url, lines[:50]))
            if answer.reason or answer.location or answer.status in (204, 205):
                return await _let_go(response, answer)
            if limits.html_only and (refused := _not_html(answer)):
                return answer._replace(reason="not_html", detail=refused)
            return await self._read(response, answer, limits, deadline)

    async def _read(
        self, response: aiohttp.ClientResponse, answer: Answer, limits: Limits, deadline: asyncio.Timeout
    ) -> Answer:
        announced = response.content_length or 0
        if announced > limits.body and not limits.cut:  # encoded or not: it will not become shorter
            return _too_large(answer, limits, 0)
        reading = Reading(response, limits)
        await self._room.read(reading, limits, deadline)
        return reading.answer(answer)


class Reading:
    """A body on its way: decoded as it comes, never more than its bound plus one piece in memory; or left as
    it is coded, when it is short and that is allowed. What comes out of a decoder with a window is deflated
    until that is gone: of a bomb, nothing is left. Raises BadCoding for a coding that nobody asked for."""

    def __init__(self, response: aiohttp.ClientResponse, limits: Limits) -> None:
        self._response, self._limits = response, limits
        self.coding = coding_of(response.headers.get("Content-Encoding", ""))
        self._pieces: Iterator[bytes] = iter(())
        self._body, self._length = bytearray(), 0
        self._gathered, self._received = bytearray(), 0

    @cached_property
    def _decoder(self) -> Decoder:
        return decoder(self.coding)

    @cached_property
    def _deflated(self) -> zlib._Compress:
        return zlib.compressobj(1, wbits=-15)

    async def gather(self, size: int) -> bool:
        """Read on, decoding nothing, until the body is over (True) or longer than `size` as it is coded."""
        while len(self._gathered) <= size:
            if not (data := await self._next()):
                return True
            self._gathered += data
        return False

    async def _next(self) -> bytes:
        """The next bytes from the site, b'' when the body is over."""
        data = await self._response.content.readany()
        self._received += len(data)
        return data

    async def until(self, size: int) -> bool:
        """Read on until the body is over (True) or longer than `size`. Raises BadCoding."""
        while True:
            for piece in self._pieces:
                self._body += self._deflated.compress(piece) if self.coding in WINDOWED else piece
                self._length += len(piece)
                if self._length > size:
                    return False
                if len(piece) >= READ_BUFFER:
                    await asyncio.sleep(0)  # decoding is work: others get their turn
            data, self._gathered = bytes(self._gathered), bytearray()
            if not (data := data or await self._next()):
                self._decoder.end()
                return True
            self._pieces = self._decoder.feed(data)

    def answer(self, head: Answer) -> Answer:
        """The whole answer; a body over its bound is cut or fails, and its connection is closed."""
        if self._gathered:  # nobody decoded it
            coded = bytes(self._gathered)
            return head._replace(body=coded, coding=self.coding, bytes_fetched=self._received)
        over = self._length > self._limits.body
        if over:
            self._response.close()
        if over and not self._limits.cut:
            return _too_large(head, self._limits, self._received)
        return head._replace(body=self._whole(), bytes_fetched=self._received, was_cut=over)

    def _whole(self) -> bytes:
        """The body up to its bound; nothing more can be read after it."""
        if self.coding not in WINDOWED:
            return bytes(memoryview(self._body)[: self._limits.body])
        self._pieces = iter(())
        del self._decoder  # and its window
        self._body += self._deflated.flush()
        return zlib.decompressobj(wbits=-15).decompress(self._body, self._limits.body)


def _too_large(answer: Answer, limits: Limits, received: int) -> Answer:
    over = TooLong(limits.body)
    return answer._replace(reason=over.reason, detail=str(over), bytes_fetched=received)


def sendable(headers: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Without what the crawler says itself: a job written by an older version may still carry it."""
    return [(name, value) for name, value in headers if not is_fixed(name)]


def _with_cookies(headers: list[tuple[str, str]], jar: Jar, url: str) -> list[tuple[str, str]]:
    given = "; ".join(value for name, value in headers if name.lower() == "cookie")
    if not (cookies := jar.header(url, given)):
        return headers
    return [*((name, value) for name, value in headers if name.lower() != "cookie"), ("Cookie", cookies)]


def _head(response: aiohttp.ClientResponse) -> Answer:
    """The answer's status and headers, judged; its body unread."""
    headers = response.headers
    answer = Answer(
        status=response.status,
        headers=headers,
        links=tuple(value[:2048] for value in headers.getall("Link", ())[:8]),
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
    if not 200 <= response.status < 300:
        return answer._replace(
            reason="http_status",
            detail=f"HTTP {response.status}",
            passing=response.status in PASSING_STATUS,
            retry_after=_retry_after(headers) if response.status in PASSING_STATUS else None,
        )
    return answer


def _media_type(value: str) -> str:
    return value.partition(";")[0].strip().lower()[:100]


def _charset(value: str) -> str:
    for parameter in value.split(";")[1:]:
        name, _, charset = parameter.partition("=")
        if name.strip().lower() == "charset":
            return charset.strip().strip("\"'").lower()[:40]
    return ""


def _retry_after(headers: CIMultiDictProxy[str]) -> float | None:
    """Retry-After in seconds (RFC 9110 10.2.3: seconds or a date), between 0 and an hour."""
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return min(float(value[:9]), MAX_RETRY_AFTER)
    try:
        at = parsedate_to_datetime(value)
    except (ValueError, TypeError):
        return None
    now = datetime.now(UTC)
    seconds = ((at if at.tzinfo else at.replace(tzinfo=UTC)) - now).total_seconds()
    return min(max(seconds, 0.0), MAX_RETRY_AFTER)


def _not_html(answer: Answer) -> str:
    """Why an answer is not HTML by its type; '' when it is, or when it names none."""
    if not answer.content_type or answer.content_type in HTML_TYPES:
        return ""
    return f"its type is {answer.content_type}"


async def _let_go(response: aiohttp.ClientResponse, answer: Answer) -> Answer:
    """Read away a short unwanted body, so that the connection can be used again; else close it."""
    length = response.content_length
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
        return Answer(reason="tls", detail=_words(below))
    if isinstance(error, aiohttp.InvalidURL):
        return Answer(reason="bad_url", detail="the URL cannot be fetched")
    if isinstance(error, aiohttp.ClientResponseError | ValueError):
        return Answer(reason="bad_response", detail=_words(error))
    return Answer(reason="connection", detail=_words(below), passing=True)


def _below(error: BaseException) -> BaseException:
    """The cause that aiohttp wrapped."""
    inner = getattr(error, "os_error", None) or error.__cause__
    return inner if isinstance(inner, OSError) else error


def _words(error: BaseException) -> str:
    """An exception as part of a sentence: one line, no addresses of objects, at most 200 characters."""
    text = (
        getattr(error, "message", "") or getattr(error, "strerror", "") or str(error) or type(error).__name__
    )
    return " ".join(str(text).split())[:200]


def _timeout_detail(error: TimeoutError, limits: Limits) -> str:
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return "no connection in time"
    if isinstance(error, aiohttp.SocketTimeoutError):
        return "nothing was received for too long"
    return f"not whole within {limits.total:g} s"
