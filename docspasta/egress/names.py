"""Host names to addresses: asked without a thread, in fair shares, and remembered for a while.

`Resolver` asks c-ares, which reads /etc/hosts and the search domains of resolv.conf as the system does.
`Names` stands before it: one question a name however many ask, a bound on the questions under way for each
owner (a user) and each registrable domain, answers kept for a minute, failures briefly. So names that nobody
answers cost their owner time, and nobody else.
"""

from __future__ import annotations

import asyncio
import socket
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

import aiodns
from aiodns import error as dns
from aiohttp.abc import ResolveResult

Lookup = Callable[[str, int], Awaitable[list[ResolveResult]]]
Question = tuple[str, int]  # name, port

SECONDS = 5.0  # that one question may take
KEPT = 60.0  # seconds that an answer is kept; each connection's address is judged again all the same
FAILED_KEPT = 30.0  # seconds that "there is no such name" is kept
PASSING_KEPT = 1.0  # seconds that a failure which may pass is kept: less than the first retry's pause
MOST_KEPT = 4096
OWNER_QUESTIONS = 8  # under way at once, for one user
DOMAIN_QUESTIONS = 8  # and for one registrable domain
TRY_SECONDS = 1.5  # c-ares' first wait for a name server; it doubles with each try
TRIES = 2

# What c-ares says when asking again may give another answer. Everything else is final.
PASSING = frozenset(
    (
        dns.ARES_ESERVFAIL,
        dns.ARES_EREFUSED,
        dns.ARES_ENOTIMP,
        dns.ARES_EFORMERR,
        dns.ARES_EBADRESP,
        dns.ARES_ECONNREFUSED,
        dns.ARES_ETIMEOUT,
        dns.ARES_EOF,
        dns.ARES_EFILE,
        dns.ARES_ENOMEM,
        dns.ARES_EDESTRUCTION,
        dns.ARES_ECANCELLED,
    )
)
FINAL_SYSTEM = frozenset(
    number
    for name in ("EAI_NONAME", "EAI_NODATA", "EAI_ADDRFAMILY", "EAI_FAMILY", "EAI_SERVICE", "EAI_SOCKTYPE")
    if (number := getattr(socket, name, None)) is not None
)


class NoAddress(OSError):
    """A name has no address now. `passing`: the same question may fare better later."""

    def __init__(self, message: str, *, passing: bool) -> None:
        super().__init__(message)
        self.passing = passing


def no_address(error: OSError | dns.DNSError) -> NoAddress:
    """The error of a resolver in one form, classed as passing or final."""
    if isinstance(error, NoAddress):
        return error
    if isinstance(error, dns.DNSError):
        return _sentence(error.args[0] in PASSING, str(error.args[-1]))
    if isinstance(error, socket.gaierror):
        return _sentence(error.errno not in FINAL_SYSTEM, str(error.strerror))
    return _sentence(True, str(error))


def _sentence(passing: bool, cause: str) -> NoAddress:
    if not passing:
        return NoAddress("the name has no address", passing=False)
    return NoAddress(f"the name could not be looked up ({cause})", passing=True)


def registrable_domain(name: str) -> str:
    """The part of a host name that somebody registers, by a rule of thumb.

    The last two labels, or three below a country's second level (`example.co.uk`).
    """
    labels = name.rstrip(".").split(".")
    second_level = len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= 3
    return ".".join(labels[-3:] if second_level else labels[-2:])


class Names:
    """The names that this process looked up. Safe for concurrent tasks; `lookup` asks below it."""

    def __init__(self, lookup: Lookup, *, seconds: float = SECONDS) -> None:
        self._lookup, self._seconds = lookup, seconds
        self._answers: OrderedDict[Question, tuple[float, list[ResolveResult] | NoAddress]] = OrderedDict()
        self._asking: dict[Question, asyncio.Task[list[ResolveResult]]] = {}
        self._owners, self._domains = Shares(OWNER_QUESTIONS), Shares(DOMAIN_QUESTIONS)

    async def lookup(self, name: str, port: int, owner: str = "") -> list[ResolveResult]:
        """The addresses of `name`, asked for `owner`. Raises NoAddress within some ten seconds."""
        question = (name, port)
        if (known := self._known(question)) is not None:
            return await known
        try:
            async with asyncio.timeout(self._seconds):
                shares = await self._shares(name, owner)
        except TimeoutError:
            raise NoAddress(
                "too many names of this user or domain wait for an answer", passing=True
            ) from None
        known = self._known(question)  # somebody may have asked meanwhile
        if known is None:
            task = self._asking[question] = asyncio.ensure_future(self._ask(question))
            task.add_done_callback(lambda ended: self._asked(question, ended, shares))
            known = asyncio.shield(task)
        else:
            _give_up(shares)
        return await known

    def _known(self, question: Question) -> Awaitable[list[ResolveResult]] | None:
        """The answer that is kept, or will be there; None when nobody asks. It may raise NoAddress."""
        until, answer = self._answers.get(question, (0.0, []))
        if until > time.monotonic():
            return _kept(answer)
        asking = self._asking.get(question)
        return asyncio.shield(asking) if asking is not None else None

    async def _shares(self, name: str, owner: str) -> list[asyncio.Semaphore]:
        """A share of the owner's questions, then of the domain's."""
        taken: list[asyncio.Semaphore] = []
        try:
            if owner:
                taken.append(await self._owners.take(owner))
            taken.append(await self._domains.take(registrable_domain(name)))
        except BaseException:
            _give_up(taken)
            raise
        return taken

    async def _ask(self, question: Question) -> list[ResolveResult]:
        try:
            async with asyncio.timeout(self._seconds):
                answer = await self._lookup(*question)
        except (OSError, dns.DNSError) as error:  # a TimeoutError is an OSError
            silent = isinstance(error, TimeoutError)
            failed = NoAddress("no name server answered", passing=True) if silent else no_address(error)
            self._keep(question, failed, PASSING_KEPT if failed.passing else FAILED_KEPT)
            raise failed from error
        self._keep(question, answer, KEPT)
        return answer

    def _keep(self, question: Question, answer: list[ResolveResult] | NoAddress, seconds: float) -> None:
        self._answers[question] = (time.monotonic() + seconds, answer)
        self._answers.move_to_end(question)
        while len(self._answers) > MOST_KEPT:
            self._answers.popitem(last=False)

    def _asked(
        self,
        question: Question,
        ended: asyncio.Task[list[ResolveResult]],
        shares: list[asyncio.Semaphore],
    ) -> None:
        del self._asking[question]
        _give_up(shares)
        if not ended.cancelled():
            ended.exception()  # those who wait get it; nobody may be waiting any more

    async def close(self) -> None:
        """Cancel the questions under way."""
        asking = list(self._asking.values())
        for task in asking:
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)


async def _kept(answer: list[ResolveResult] | NoAddress) -> list[ResolveResult]:
    if isinstance(answer, NoAddress):
        raise NoAddress(str(answer), passing=answer.passing)
    return answer


class Shares:
    """At most `most` at once for each key. Keys that nobody uses are forgotten."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._of: dict[str, asyncio.Semaphore] = {}

    async def take(self, key: str) -> asyncio.Semaphore:
        """Wait for a share; `release()` what this returns."""
        if len(self._of) > 1024:
            free = [name for name, one in self._of.items() if _idle(one, self._most)]
            for name in free:
                del self._of[name]
        places = self._of.setdefault(key, asyncio.Semaphore(self._most))
        await places.acquire()
        return places


def _idle(places: asyncio.Semaphore, most: int) -> bool:
    return not places.locked() and places._value == most


def _give_up(shares: list[asyncio.Semaphore]) -> None:
    for one in shares:
        one.release()


class Resolver:
    """Asks name servers by c-ares, without threads.

    Names below `.local` go to the system's resolver in two threads of their own: multicast DNS (RFC 6762) is
    the system's. `options` are pycares.Channel's, for tests.
    """

    def __init__(self, **options: object) -> None:
        self._options = {"timeout": TRY_SECONDS, "tries": TRIES, **options}
        self._channel: aiodns.DNSResolver | None = None
        self._threads: ThreadPoolExecutor | None = None

    async def lookup(self, name: str, port: int) -> list[ResolveResult]:
        """Every address of `name`, the best first (RFC 6724). Raises OSError or aiodns.error.DNSError."""
        if name.rstrip(".").endswith(".local"):
            return await self._system(name, port)
        if self._channel is None:
            self._channel = aiodns.DNSResolver(**self._options)  # type: ignore[arg-type]
        found = await self._channel.getaddrinfo(
            name, family=socket.AF_UNSPEC, port=port, proto=socket.IPPROTO_TCP, type=socket.SOCK_STREAM
        )
        return [_result(name, port, node.family, node.addr) for node in found.nodes]

    async def _system(self, name: str, port: int) -> list[ResolveResult]:
        if self._threads is None:
            self._threads = ThreadPoolExecutor(2, "mdns")
        found = await asyncio.get_running_loop().run_in_executor(self._threads, _getaddrinfo, name, port)
        return [_result(name, port, info[0], info[4]) for info in found]

    async def close(self) -> None:
        """End every question."""
        if self._channel is not None:
            await self._channel.close()
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)


def _getaddrinfo(name: str, port: int) -> list[tuple[int, int, int, str, tuple[object, ...]]]:
    return socket.getaddrinfo(name, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)  # type: ignore[return-value]


def _result(name: str, port: int, family: int, address: tuple[object, ...]) -> ResolveResult:
    """A link-local address keeps its zone, and with it its judgement."""
    text = address[0].decode() if isinstance(address[0], bytes) else str(address[0])
    zone = f"%{address[3]}" if len(address) == 4 and address[3] else ""
    return ResolveResult(
        hostname=name,
        host=text + zone,
        port=port,
        family=family,
        proto=socket.IPPROTO_TCP,
        flags=socket.AI_NUMERICHOST,
    )
