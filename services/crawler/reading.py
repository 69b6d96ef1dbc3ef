"""One body on its way: decoded as it comes, bounded in bytes, and in how slowly it may come."""

from __future__ import annotations

import asyncio
import time
import zlib
from collections.abc import Callable, Iterator
from functools import cached_property

import aiohttp

from docspasta.codings import MAGIC, WINDOWED, Decoder, TooLong, coding_of, decoder
from docspasta.turns import SECONDS

from .answer import Answer, Limits

READ_BUFFER = 64 * 1024
AT_ONCE = 4 * 1024  # bytes taken from the connection in one step; each may be a chunk of its own
STEP = 32 * 1024  # bytes deflated at once
LARGE = 256 * 1024  # bytes of a body that is put together in a thread
LEAST_SECONDS, LEAST_BYTES = 10.0, 10 * 1024  # a body that brings less in so long is given up


class TooSlow(TimeoutError):
    """A body comes too slowly; the message is a sentence for people."""


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
        self._until = 0.0
        self._wanted: Callable[[], bool] = lambda: True  # whether somebody waits for what this body holds
        self._window(LEAST_SECONDS, LEAST_BYTES)

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

    def hurry(self, seconds: float, least: int, wanted: Callable[[], bool]) -> None:
        """From now on the body must bring `least` bytes in `seconds` whenever it is `wanted` to make room."""
        self._wanted = wanted
        self._window(seconds, least)

    def _window(self, seconds: float, least: int) -> None:
        self._seconds, self._least = seconds, least
        self._ends, self._since = asyncio.get_running_loop().time() + seconds, self._received

    async def _next(self) -> bytes:
        """The next bytes from the site, b'' when the body is over. Raises TooSlow."""
        while True:
            try:
                async with asyncio.timeout_at(self._ends) as window:
                    data = await self._response.content.read(AT_ONCE)
            except TimeoutError:
                if not window.expired():
                    raise
                self._look()
                continue
            if not self._received and self.coding in MAGIC and not MAGIC[self.coding].startswith(data[:4]):
                self.coding = self.coding if data.startswith(MAGIC[self.coding]) else ""
            self._received += len(data)
            return data

    def _look(self) -> None:
        """A window is over: go on, unless too little came and somebody waits."""
        came = self._received - self._since
        if came < self._least and self._wanted():
            self._response.close()
            raise TooSlow(f"only {came:,} bytes came in {self._seconds:g} s")
        self._window(self._seconds, self._least)

    async def until(self, size: int) -> bool:
        """Read on until the body is over (True) or longer than `size`. Raises BadCoding."""
        while True:
            for piece in self._pieces:
                await self._keep(piece)
                self._length += len(piece)
                if self._length > size:
                    return False
            data, self._gathered = bytes(self._gathered), bytearray()
            if not (data := data or await self._next()):
                self._decoder.end()
                return True
            self._pieces = self._decoder.feed(data)

    async def _keep(self, piece: bytes) -> None:
        """Add what was decoded. Decoding and deflating are work: others get their turns."""
        step = STEP if self.coding in WINDOWED else max(len(piece), 1)
        for at in range(0, max(len(piece), 1), step):  # to decode what gives nothing yet is work, too
            part = piece[at : at + step]
            self._body += self._deflated.compress(part) if self.coding in WINDOWED else part
            if time.perf_counter() >= self._until:
                await asyncio.sleep(0)
                self._until = time.perf_counter() + SECONDS

    async def answer(self, head: Answer) -> Answer:
        """The whole answer; a body over its bound is cut or fails, and its connection is closed."""
        if self._gathered:  # nobody decoded it
            coded = bytes(self._gathered)
            return head._replace(body=coded, coding=self.coding, bytes_fetched=self._received)
        over = self._length > self._limits.body
        if over:
            self._response.close()
        if over and not self._limits.cut:
            return too_large(head, self._limits, self._received)
        body = await asyncio.to_thread(self._whole) if self._length > LARGE else self._whole()
        return head._replace(body=body, bytes_fetched=self._received, was_cut=over)

    def _whole(self) -> bytes:
        """The body up to its bound; nothing more can be read after it."""
        if self.coding not in WINDOWED:
            return bytes(memoryview(self._body)[: self._limits.body])
        self._pieces = iter(())
        del self._decoder  # and its window
        self._body += self._deflated.flush()
        return zlib.decompressobj(wbits=-15).decompress(self._body, self._limits.body)


def too_large(answer: Answer, limits: Limits, received: int) -> Answer:
    over = TooLong(limits.body)
    return answer._replace(reason=over.reason, detail=str(over), bytes_fetched=received)
