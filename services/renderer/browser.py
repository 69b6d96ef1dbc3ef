"""One running browser: started, watched, killed with everything that it started."""

from __future__ import annotations

import asyncio
import contextlib
import os
import pwd
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docspasta.modules import SEARCH_PATH

from . import chromium
from .authorities import trust
from .budget import delays
from .pipe import LONGEST, Gone, Pipe, Refused
from .workers import HELD

START_SECONDS = 60.0  # one that can't start ends at once; a busy machine takes its time
LOOK_SECONDS = 0.5  # between two looks at which processes it has: on a machine of many they cost
STDERR_BYTES = 4_000
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class NoBrowser(Exception):
    """A browser could not be started; the message is a sentence for operators."""


@dataclass(frozen=True, slots=True)
class Program:
    """Which browser is started. `sandbox` False only if the operator said so in as many words."""

    path: str
    agent: str  # what is added to the browser's own User-Agent: who asks
    sandbox: bool = True
    authorities: tuple[bytes, ...] = ()  # certificates (PEM) that are trusted beside the browser's own


class Browser:
    """A browser and its pipe. `pages` were begun in it, `active` are under way."""

    def __init__(self, process: asyncio.subprocess.Process, pipe: Pipe, directory: str) -> None:
        self.process, self.pipe, self._directory = process, pipe, directory
        self.started = time.monotonic()
        self.pages = self.active = 0
        self.user_agent = ""
        self._windows: dict[str, tuple[str, str]] = {}  # by session: target and context
        self.spoiled = False  # a page in it hung or crashed
        self._pids: tuple[int, ...] = ()
        self._looked = -LOOK_SECONDS

    @classmethod
    async def start(cls, program: Program) -> Browser:
        """Start one. Raises NoBrowser."""
        directory = tempfile.mkdtemp(prefix="docspasta-browser-")
        try:
            return await cls._start(program, directory)
        except BaseException:
            shutil.rmtree(directory, ignore_errors=True)
            raise

    @classmethod
    async def _start(cls, program: Program, directory: str) -> Browser:
        uid = _unprivileged() if os.getuid() == 0 and program.sandbox else 0
        try:
            await trust(list(program.authorities), directory)
        except (OSError, TimeoutError) as error:
            raise NoBrowser(f"the browser can't be told of DOCSPASTA_CA_BUNDLE: {error}") from error
        (Path(directory) / "Default").mkdir()
        (Path(directory) / "Default" / "Preferences").write_text(chromium.PREFERENCES)
        if uid:
            _give(Path(directory), uid)
        down, up = os.pipe(), os.pipe()  # to the browser, from it
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", f"{__package__}.launcher", str(down[0]), str(up[1]), str(uid),
            program.path, *chromium.arguments(directory, sandbox=program.sandbox),
            pass_fds=(down[0], up[1]),
            env={**chromium.environment(directory), "PYTHONPATH": str(SEARCH_PATH)},
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True, cwd=directory,
        )  # fmt: skip
        os.close(down[0])
        os.close(up[1])
        browser = cls(process, await _pipe(up[0], down[1]), directory)
        said = asyncio.ensure_future(_last_words(process))
        try:
            async with asyncio.timeout(START_SECONDS):
                told = await browser.pipe.call("Browser.getVersion")
                await browser.hold()
        except (Gone, Refused, TimeoutError) as error:
            await browser.close()
            raise NoBrowser(_why(program, await said)) from error
        browser._said = said
        own = str(told.get("userAgent", "")).replace("Headless", "")
        browser.user_agent = f"{own} {program.agent}".strip()
        return browser

    _said: asyncio.Future[str] | None = None

    async def hold(self) -> None:
        """Let whatever begins in it, but what a page draws with, wait for ever: windows that a page opens,
        shared workers, service workers. Raises Gone, Refused."""
        self.pipe.listen("", self._heard)
        await self.pipe.call("Target.setAutoAttach", **HELD)

    def _heard(self, event: str, params: dict[str, Any]) -> None:
        if event == "Target.attachedToTarget" and params["targetInfo"]["type"] == "page":
            info = params["targetInfo"]
            self._windows[params["sessionId"]] = (info["targetId"], str(info.get("browserContextId", "")))
        elif event == "Target.detachedFromTarget":
            self._windows.pop(str(params.get("sessionId", "")), None)

    async def window(self, context: str) -> tuple[str, str]:
        """A new window in a context, which waits until it is let go: its target and session. Raises Gone,
        Refused."""
        made = await self.pipe.call("Target.createTarget", url="about:blank", browserContextId=context)
        target = str(made["targetId"])
        for session, (known, _) in self._windows.items():
            if known == target:
                return target, session
        raise Refused("it opened no window")

    def windows(self, context: str) -> list[str]:
        """The targets of a context's windows."""
        return [target for target, its in self._windows.values() if its == context]

    @property
    def alive(self) -> bool:
        """Whether it runs and answers."""
        return self.process.returncode is None and not self.pipe.ended.is_set()

    async def close(self) -> None:
        """Kill it, with all its processes, and throw its profile away."""
        for pid in (*processes_of(self.process.pid), self.process.pid):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        await self.process.wait()
        await self.pipe.close()
        if self._said is not None:
            await asyncio.gather(self._said, return_exceptions=True)
        await asyncio.to_thread(shutil.rmtree, self._directory, ignore_errors=True)

    def memory(self) -> int:
        """Bytes that its processes have for themselves."""
        return self.load()[0]

    def relieve(self) -> bool:
        """Kill the page that has most of its memory; False when that is no page's."""
        sizes = {pid: _private_bytes(pid) for pid in (self.process.pid, *processes_of(self.process.pid))}
        largest = max(sizes, key=lambda pid: sizes[pid])
        if 2 * sizes[largest] < sum(sizes.values()) or not _draws(largest):
            return False
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(largest, signal.SIGKILL)
        return True

    def load(self) -> tuple[int, dict[int, float]]:
        """Those bytes, and seconds that each of its processes has waited for a processor."""
        now = time.monotonic()
        if now - self._looked >= LOOK_SECONDS:
            self._pids, self._looked = (self.process.pid, *processes_of(self.process.pid)), now
        pids = self._pids
        return sum(map(_private_bytes, pids)), delays(pids)


def _give(directory: Path, uid: int) -> None:
    for each in (directory, *directory.rglob("*")):
        os.chown(each, uid, uid)


async def _pipe(read: int, write: int) -> Pipe:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=LONGEST)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(read, "rb", 0))
    transport, protocol = await loop.connect_write_pipe(
        lambda: asyncio.streams.FlowControlMixin(), os.fdopen(write, "wb", 0)
    )
    return Pipe(reader, asyncio.StreamWriter(transport, protocol, None, loop))


async def _last_words(process: asyncio.subprocess.Process) -> str:
    """What it said on stderr, the first of it; the rest is read and dropped."""
    said = b""
    while process.stderr is not None and (data := await process.stderr.read(65_536)):
        said = (said + data)[:STDERR_BYTES]
    return said.decode("utf-8", "replace")


def _why(program: Program, said: str) -> str:
    if "sandbox" in said.lower():
        return (
            f"{program.path} finds no sandbox: let unprivileged users make user namespaces, or set "
            "DOCSPASTA_RENDERER_SANDBOX=none if a page that breaks out of the browser may have this machine"
        )
    lines = [line for line in said.splitlines() if line.strip() and "dbus" not in line]
    return f"{program.path} does not start: {lines[0][:300] if lines else 'it says nothing'}"


def _unprivileged() -> int:
    """The user that a browser of root becomes. Raises NoBrowser."""
    try:
        return pwd.getpwnam("nobody").pw_uid
    except KeyError:
        raise NoBrowser("started as root, and there is no user `nobody` for the browser") from None


def processes_of(pid: int) -> list[int]:
    """The processes that descend from one (Linux; elsewhere its children end with it)."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*/stat") if sys.platform == "linux" else ():
        with contextlib.suppress(OSError, ValueError, IndexError):
            text = entry.read_text()
            parent = int(text.rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(entry.parent.name))
    found, at = list(children.get(pid, ())), 0
    while at < len(found):
        found += children.get(found[at], ())
        at += 1
    return found


def _draws(pid: int) -> bool:
    """Whether it is the process of a page."""
    try:
        return b"--type=renderer" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def _private_bytes(pid: int) -> int:
    try:
        resident, shared = Path(f"/proc/{pid}/statm").read_text().split()[1:3]
    except (OSError, ValueError):
        return 0
    return (int(resident) - int(shared)) * PAGE_BYTES


class Browsers:
    """The browser that pages are drawn in: a new one after so many pages, seconds or bytes. The old one ends
    with the last of its pages."""

    def __init__(
        self,
        start: Callable[[], Awaitable[Browser]],
        *,
        pages: int = 100,
        seconds: float = 900.0,
        most_bytes: int = 1024**3,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._start, self._now = start, now
        self._pages, self._seconds, self._bytes = pages, seconds, most_bytes
        self._current: Browser | None = None
        self._old: set[Browser] = set()
        self._starting = asyncio.Lock()
        self.count = 0  # browsers that were started

    async def take(self, *, alone: bool = False) -> Browser:
        """A browser for one page, `alone` one for no other; `give_back` it. Raises NoBrowser."""
        if alone:
            own = await self._start()
            self.count += 1
            own.pages = own.active = 1
            self._old.add(own)
            return own
        async with self._starting:
            if self._current is not None and self._is_worn(self._current):
                old, self._current = self._current, None
                self._old.add(old)
                await self._end_idle(old)
            if self._current is None:
                self._current = await self._start()
                self.count += 1
            self._current.pages += 1
            self._current.active += 1
            return self._current

    async def give_back(self, browser: Browser) -> None:
        """A page is over in this browser."""
        browser.active -= 1
        if browser is self._current and self._is_worn(browser):
            self._old.add(browser)
            self._current = None
        await self._end_idle(browser)

    def _is_worn(self, browser: Browser) -> bool:
        return (
            browser.spoiled
            or not browser.alive
            or browser.pages >= self._pages
            or self._now() - browser.started > self._seconds
            or browser.memory() > self._bytes
        )

    async def _end_idle(self, browser: Browser) -> None:
        if browser in self._old and (browser.active == 0 or browser.spoiled):
            self._old.discard(browser)
            await browser.close()

    async def close(self) -> None:
        """End every browser."""
        browsers = [*self._old, *([self._current] if self._current else [])]
        self._old.clear()
        self._current = None
        for browser in browsers:
            await browser.close()
