"""A Valkey server on a Unix socket. It saves nothing to disk, because Postgres records everything."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from docspasta.embedded.binaries import valkey_server
from docspasta.embedded.children import Children
from docspasta.embedded.failures import StackFailure
from docspasta.embedded.logs import last_lines

SETTINGS = {
    "port": "0",
    "unixsocketperm": "700",
    "save": "",
    "appendonly": "no",
    "maxmemory-policy": "noeviction",
    "daemonize": "no",
    "hz": "10",
    "dynamic-hz": "yes",
    # A short queue of URLs is one block of memory; a longer one is never searched from end to end.
    "zset-max-listpack-entries": "32",
    "zset-max-listpack-value": "512",
    # Valkey avoids huge pages because of forks. This one saves nothing, so it never forks.
    "disable-thp": "no",
}
# Small blocks are reused as they were freed, without merging them with neighbours that are in no cache, and a
# large heap uses huge pages: a step on 1,000,000 URLs takes two thirds of the time. Only glibc reads this.
TUNABLES = ("glibc.malloc.tcache_count=10000", "glibc.malloc.tcache_max=256", "glibc.malloc.hugetlb=1")


def environment() -> dict[str, str]:
    """The server's environment: this process's own. Its tunables come after ours and take precedence."""
    tunables = [*TUNABLES, *filter(None, [os.environ.get("GLIBC_TUNABLES")])]
    return {**os.environ, "GLIBC_TUNABLES": ":".join(tunables)}


class ValkeyFailed(StackFailure):
    """Valkey could not be started; the text includes the last lines of its log."""


@dataclass
class EmbeddedValkey:
    """One server: `socket` is where it listens, `directory` its working directory."""

    directory: Path
    socket: Path
    log: Path
    settings: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address as redis-py reads it."""
        return f"unix://{quote(str(self.socket))}"

    def start(self, children: Children) -> None:
        """Start the server; `ready` waits for it."""
        self.socket.unlink(missing_ok=True)  # left by a killed server
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        settings = {**SETTINGS, "dir": str(self.directory), "unixsocket": str(self.socket), **self.settings}
        options = [text for name, value in settings.items() for text in (f"--{name}", value)]
        self.process = children.start([valkey_server(), *options], log=self.log, environment=environment())

    async def ready(self, within: float = 15.0) -> None:
        """Wait until the server answers PING, for up to `within` seconds."""
        until = time.monotonic() + within
        while not await self.answers():
            if self.process is not None and self.process.poll() is not None:
                raise ValkeyFailed(f"Valkey ended while starting:\n{last_lines(self.log)}")
            if time.monotonic() > until:
                raise ValkeyFailed(f"Valkey did not answer within {within:g} s:\n{last_lines(self.log)}")
            await asyncio.sleep(0.01)

    async def answers(self) -> bool:
        """Whether the server answers one PING."""
        try:
            reader, writer = await asyncio.open_unix_connection(str(self.socket))
        except OSError:
            return False
        try:
            writer.write(b"PING\r\n")
            async with asyncio.timeout(2):
                return (await reader.readline()).startswith(b"+PONG")
        except (OSError, TimeoutError):
            return False
        finally:
            writer.close()

    def stop(self, children: Children, grace: float = 5.0) -> None:
        """Stop the server."""
        if self.process is None:
            return
        children.stop(self.process, signal.SIGTERM, grace, signal.SIGKILL)
        self.process = None
