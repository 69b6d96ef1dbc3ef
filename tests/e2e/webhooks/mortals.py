"""The four processes and a receiver, each of which can be killed at any moment and is started again at once.

They are forked from a server that has imported everything, so a start costs a tenth of what `python -m` does.
The clock of jobs goes forward when a test says so; all else is real.
"""

from __future__ import annotations

import dataclasses
import importlib
import json
import multiprocessing
import os
import random
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from aiohttp import web

from tests import stack as stacks
from tests.e2e.drain.fleet import MODULES, Fleet
from tests.ports import free_port

JOBS = ("jobs", "jobs again")  # two replicas
PARTS = (*JOBS, "crawler", "processor", "gateway", "receiver")
CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload([__name__, *(f"{module}.__main__" for module in MODULES.values())])
Answer = int | str  # a status, or reset


@dataclass
class Received:
    """A request as the receiver wrote it down before it answered."""

    message_id: str
    sent_at: int
    signature: str
    body: str
    answered: Answer

    @property
    def accepted(self) -> bool:
        return self.answered == 204

    @property
    def told(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


@dataclass
class Mortals:
    """`ahead` are the seconds by which the clock of jobs is ahead. `ended` names what ended unkilled. `cuts`
    counts kills and leaps of the clock, each of which may end the leases of what is under way."""

    fleet: Fleet
    ahead: Any = field(default_factory=lambda: CONTEXT.RawValue("d", 0.0))  # has no lock to die with
    ports: dict[str, int] = field(default_factory=dict)
    running: dict[str, BaseProcess] = field(default_factory=dict)
    ended: list[str] = field(default_factory=list)
    cuts: int = 0

    def __post_init__(self) -> None:
        ports = [free_port() for _ in PARTS]
        self.ports = dict(zip(PARTS, ports, strict=True))
        self.fleet.ports = {
            "jobs": [self.ports[name] for name in JOBS],
            **{name: [self.ports[name]] for name in ("crawler", "processor", "gateway")},
        }

    @property
    def gateway(self) -> str:
        return f"http://127.0.0.1:{self.ports['gateway']}"

    @property
    def receiver(self) -> str:
        return f"http://127.0.0.1:{self.ports['receiver']}"

    def now(self) -> datetime:
        """What the jobs service holds to be the time."""
        return datetime.now(UTC) + timedelta(seconds=self.ahead.value)

    def forward(self, seconds: float) -> None:
        """Jobs' clock goes on by itself, and now by so much more."""
        self.ahead.value += seconds
        self.cuts += 1

    def start(self, name: str, seed: int = 0) -> None:
        """Start one; it is not ready yet. `seed` decides how a receiver behaves; 0: well."""
        if name == "receiver":
            work: Callable[..., None] = receive
            given: tuple[Any, ...] = (self.ports[name], self.received, seed)
        else:
            service = name.partition(" ")[0]
            work, given = serve, (service, self.environment(name, service), self.log(name), self.ahead)
        process = CONTEXT.Process(target=work, args=given, daemon=True)
        process.start()
        self.running[name] = process

    def environment(self, name: str, service: str) -> dict[str, str]:
        """The process's settings; it shows neither metrics nor health."""
        found = self.fleet.environment(service, self.ports[name], 0, 0)
        if service == "jobs":
            found["DOCSPASTA_CRAWLER_ADDRESS"] = self.fleet.target("crawler")
        return {
            key: value
            for key, value in found.items()
            if not key.endswith(("HEALTH_LISTEN", "METRICS_LISTEN"))
        }

    def kill(self, name: str) -> None:
        """SIGKILL, and its end."""
        process = self.running[name]
        self.cuts += 1
        if not process.is_alive():
            self.ended.append(f"{name} ended with {process.exitcode}: {self.last_lines(name)}")
        process.kill()
        process.join(30)
        assert process.exitcode is not None, f"{name} outlived SIGKILL"

    def check(self) -> None:
        """Fail when one of them ended that nobody killed."""
        dead = [name for name, process in self.running.items() if not process.is_alive()]
        self.ended += [f"{name} ended: {self.last_lines(name)}" for name in dead]
        assert not self.ended, "\n".join(self.ended)

    @property
    def received(self) -> Path:
        return self.fleet.directory / "received"

    def log(self, name: str) -> Path:
        return self.fleet.directory / f"{name}.log"

    def last_lines(self, name: str) -> str:
        return self.log(name).read_text(errors="replace")[-2000:] if self.log(name).exists() else ""

    def requests(self) -> list[Received]:
        """All that the receivers wrote down."""
        with self.received.open() as lines:
            return [Received(**json.loads(line)) for line in lines]

    def close(self) -> None:
        for process in self.running.values():
            process.kill()
            process.join(30)


@contextmanager
def mortals(database: stacks.Database, redis_url: str, **settings: str) -> Iterator[Mortals]:
    """All of them, started; gone with the block. Settings are DOCSPASTA_* names without their prefix."""
    with stacks.short_directory() as directory:
        made = Mortals(Fleet(directory, database, redis_url, settings))
        made.received.touch()
        try:
            for name in PARTS:
                made.start(name)
            yield made
        finally:
            made.close()


def serve(service: str, environment: dict[str, str], log: Path, ahead: Any) -> None:
    """What a child does: one of the four processes, as `python -m` runs it."""
    os.environ.update(environment)
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(file, 1)
    os.dup2(file, 2)
    if service == "jobs":
        set_clock(ahead)
    sys.exit(importlib.import_module(f"{MODULES[service]}.__main__").main())


def set_clock(ahead: Any) -> None:
    """Let this jobs process have a clock that is ahead."""
    from services.jobs import process

    build = process.build

    def built(*given: Any) -> Any:
        clock = lambda: datetime.now(UTC) + timedelta(seconds=ahead.value)  # noqa: E731
        return dataclasses.replace(build(*given), now=clock)

    process.build = built  # type: ignore[assignment]


def receive(port: int, file: Path, seed: int) -> None:
    """What a child does: take webhooks, write each down, and answer as the seed says."""
    draw = random.Random(seed)
    log = os.open(file, os.O_WRONLY | os.O_APPEND)

    async def answer(request: web.Request) -> web.StreamResponse:
        told: Answer = draw.choices((204, 500, 503, 302, "reset"), (76, 6, 6, 6, 6))[0] if seed else 204
        headers, body = request.headers, (await request.read()).decode()
        named = (headers["webhook-id"], int(headers["webhook-timestamp"]), headers["webhook-signature"])
        line = json.dumps(dataclasses.asdict(Received(*named, body, told)))
        os.write(log, line.encode() + b"\n")
        if isinstance(told, str):
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        return web.Response(status=told, headers={"Location": "/elsewhere"} if told == 302 else {})

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    web.run_app(app, host="127.0.0.1", port=port, print=None, access_log=None, handle_signals=False)
