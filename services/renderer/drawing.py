"""Draws one page in a context of its own, with a proxy of its own, within its bounds."""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from typing import Any

from docspasta.urls import BadUrl, canonical, host

from .browser import Browser
from .budget import Budget
from .pipe import Gone, Refused
from .proxy import PageProxy
from .requests import Requests
from .stillness import BETWEEN, Stillness
from .turns import Turns
from .workers import CLOSED, HELD, Workers

SECONDS = 15.0  # of a page
DOM_BYTES = 10 * 1024 * 1024
PIECE = 512 * 1024  # characters of HTML taken at once
SWOLLEN = 3 * 512 * 1024 * 1024  # bytes of a browser that is killed while it draws
GRACE = 3.0  # seconds that a browser has to answer when a page's time is over
NO_CONTENT = 204  # what a further navigation is answered with
WORLD = "docspasta"
CRASHED = "the page crashed or needed too much memory"
LOOK, TAKE = ((files(__package__) / name).read_text("utf-8") for name in ("look.js", "take.js"))


class Lost(Exception):
    """The page hung, crashed or swelled, or its browser did: it may be tried once more, in one of its own."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A page as it was drawn. `reason` '' means `html` is whole."""

    html: str = ""
    final_url: str = ""
    status: int = 0
    requests: int = 0
    reason: str = ""
    detail: str = ""


class Drawing:
    """One page in one browser."""

    def __init__(self, browser: Browser, proxy: PageProxy, requests: Requests, seconds: float) -> None:
        self._browser, self._pipe, self._proxy = browser, browser.pipe, proxy
        self._requests, self._seconds = requests, seconds
        self._budget = Budget(seconds)
        self._still, self._turns, self._host = Stillness(time.monotonic()), Turns(), ""
        self._session = self._frame = self._target = self._context = ""
        self._status, self._failed, self._crashed = 0, "", False
        self._workers = Workers(browser.pipe)

    async def draw(self, url: str) -> Drawn:
        """The page. Raises Lost."""
        self._host = host(url)
        watching = asyncio.create_task(self._watch())
        try:
            async with self._budget.bound(self._seconds + GRACE):
                await self._open()
                await self._go(url)
                return await self._take(url)
        except Gone as error:
            self._browser.spoiled = True
            raise Lost("the browser crashed or needed too much memory") from error
        except TimeoutError as error:  # its browser goes only when it can't be rid of the page
            raise Lost("the page hung") from error
        except Refused as error:
            if self._crashed or not self._browser.alive:
                raise Lost(CRASHED) from error
            return self._over(f"the browser refused: {error}")
        finally:
            watching.cancel()
            self._proxy.cut()
            await self._close()

    async def _open(self) -> None:
        """A context, a page in it, and everything set before anything is loaded."""
        made = await self._pipe.call(
            "Target.createBrowserContext",
            disposeOnDetach=True,
            proxyServer=f"http://127.0.0.1:{self._proxy.port}",
            proxyBypassList="<-loopback>",
        )
        self._context = made["browserContextId"]
        await self._pipe.call("Browser.setDownloadBehavior", behavior="deny", browserContextId=self._context)
        self._target, self._session = await self._browser.window(self._context)
        self._pipe.listen(self._session, self._heard)
        await self._call("Page.enable")
        await self._call("Page.addScriptToEvaluateOnNewDocument", source=CLOSED)
        await self._call("Target.setAutoAttach", **HELD)
        self._frame = (await self._call("Page.getFrameTree"))["frameTree"]["frame"]["id"]
        await self._call("Network.enable", maxTotalBufferSize=0, maxResourceBufferSize=0)
        await self._call("Network.setUserAgentOverride", userAgent=self._browser.user_agent)
        await self._call("Network.setBypassServiceWorker", bypass=True)
        await self._call("Fetch.enable", patterns=[{"urlPattern": "*", "requestStage": "Request"}])
        await self._call("Runtime.runIfWaitingForDebugger")

    async def _call(self, method: str, **params: Any) -> dict[str, Any]:
        return await self._pipe.call(method, self._session, **params)

    async def _go(self, url: str) -> None:
        """Load the page and wait until it is drawn, or its time is over."""
        gone = self._pipe.send("Page.navigate", self._session, url=url)
        while not gone.done() and self._budget.left > 0:
            await asyncio.wait((gone,), timeout=min(BETWEEN, max(0.0, self._budget.left)))
        if not gone.done():
            return
        if failed := gone.result().get("errorText"):
            self._failed = str(failed)[:200]
            return
        while (left := self._budget.left) > 0 and not self._crashed:
            await asyncio.sleep(BETWEEN)
            try:
                async with self._budget.bound(max(0.1, left)):
                    length, word, state = await self._evaluate(LOOK)
            except (Refused, TypeError, ValueError, TimeoutError):
                continue  # it navigates, or its script does not let go
            self._still.loaded = self._still.loaded or state != "loading"
            if self._still.look((int(length), int(word)), time.monotonic()):
                return

    async def _evaluate(self, script: str, **more: Any) -> Any:
        """What a script says in a world that the page's own scripts cannot reach. Raises Refused, Gone."""
        world = await self._call("Page.createIsolatedWorld", frameId=self._frame, worldName=WORLD)
        answer = await self._call(
            "Runtime.evaluate",
            expression=script,
            contextId=world["executionContextId"],
            returnByValue=True,
            **more,
        )
        return answer["result"].get("value")

    async def _take(self, url: str) -> Drawn:
        """The page's HTML, in pieces."""
        if self._failed:
            return self._over(f"the page did not load: {self._failed}", "connection")
        if self._crashed:
            raise Lost(CRASHED)
        async with self._budget.bound(GRACE):  # one whose script does not let go is killed with its browser
            length, where = await self._evaluate(TAKE)
        if where.startswith("chrome-error:"):
            return self._over("the page did not load", "connection")
        if length > DOM_BYTES:
            return self._over(f"its DOM is longer than {DOM_BYTES:,} characters", "too_large")
        pieces = [
            await self._evaluate(f"globalThis.docspasta.slice({at}, {at + PIECE})")
            for at in range(0, length, PIECE)
        ]
        html = "".join(piece for piece in pieces if isinstance(piece, str))
        try:
            final = canonical(where)
        except BadUrl:
            final = url
        return Drawn(html, final, self._status or 200, self._requests.count)

    def _over(self, detail: str, reason: str = "internal") -> Drawn:
        return Drawn(status=self._status, requests=self._requests.count, reason=reason, detail=detail)

    def _heard(self, event: str, params: dict[str, Any]) -> None:
        """Events of the page. A send that fails is noticed by who waits for the page."""
        now = time.monotonic()
        with contextlib.suppress(Gone):
            if event == "Fetch.requestPaused":
                self._judge(params)
            elif event == "Network.requestWillBeSent":
                self._still.begins(params["requestId"], now)
            elif event in ("Network.loadingFinished", "Network.loadingFailed"):
                self._still.ends(params["requestId"], now)
                self._turns.over(params["requestId"], now)
            elif event == "Network.responseReceived":
                if params.get("type") == "Document" and params.get("frameId") == self._frame:
                    status = int(params["response"].get("status", 0))
                    self._status = status if status != NO_CONTENT else self._status
            elif event == "Page.javascriptDialogOpening":
                leaving = params.get("type") == "beforeunload"
                self._pipe.send("Page.handleJavaScriptDialog", self._session, accept=leaving)
            elif event == "Inspector.targetCrashed":
                self._crashed = True
            elif event == "Target.attachedToTarget":
                self._workers.begins(params)

    def _judge(self, params: dict[str, Any]) -> None:
        request, kind = params["request"], params.get("resourceType", "Other")
        url, main = str(request["url"]), params.get("frameId") == self._frame
        if not self._requests.admits(kind, str(request["method"]), url, main=main):
            if main and kind == "Document":  # a failure would show the browser's own page in its place
                self._answer("Fetch.fulfillRequest", params, responseCode=NO_CONTENT)
            else:
                self._answer("Fetch.failRequest", params, errorReason="BlockedByClient")
            return
        headers = self._requests.headers(url, request.get("headers", {}))
        more = {"headers": headers} if headers is not None else {}
        go = partial(self._answer, "Fetch.continueRequest", params, **more)
        self._proxy.name(_host(url))
        if _host(url) == self._host:
            self._turns.ask(str(params.get("networkId", params["requestId"])), go, time.monotonic())
        else:
            go()

    def _answer(self, method: str, params: dict[str, Any], **more: Any) -> None:
        """Say what becomes of a request that waits for it."""
        self._pipe.send(method, self._session, requestId=params["requestId"], **more)

    async def _watch(self) -> None:
        """Kill what swells while it draws, note how long it waited for a processor, and close the
        windows that a page opens."""
        while True:
            await asyncio.sleep(0.25)
            memory, delays = await asyncio.to_thread(self._browser.load)
            self._budget.note(delays)
            with contextlib.suppress(Gone):
                self._turns.look(time.monotonic())
            if memory > SWOLLEN and not await asyncio.to_thread(self._browser.relieve):
                self._browser.spoiled = True
                self._browser.process.kill()
                return
            with contextlib.suppress(Gone):
                for target in self._browser.windows(self._context) if self._context else ():
                    if self._target and target != self._target:
                        self._pipe.send("Target.closeTarget", targetId=target)

    async def _close(self) -> None:
        """Throw the context away; a browser that does not do so in time is thrown away itself."""
        self._pipe.listen(self._session, None)
        self._workers.forget()
        if not self._context or not self._browser.alive:
            return
        try:
            async with asyncio.timeout(GRACE):
                await self._pipe.call("Target.disposeBrowserContext", browserContextId=self._context)
        except (Gone, Refused, TimeoutError):
            self._browser.spoiled = True


def _host(url: str) -> str:
    try:
        return host(canonical(url))
    except BadUrl:
        return ""
