"""The operator's own process between a real API server and a real jobs service."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from docspasta.v1.jobs_pb2 import Job
from docspasta.v1.sources_pb2 import ListSourcesRequest, Source
from tests.cluster.build import missing
from tests.cluster.control_plane import ADMIN, ISSUER, ControlPlane
from tests.integration.jobs.conftest import KEYS, JobsService, User, crawl_some, running_service
from tests.sizes import FULL
from tests.stack import Database, short_directory
from tests.unit.chart import helm

HOME, ACCOUNT = "docspasta", "rel-docspasta-operator"
TEAMS = ("team-a", "team-b")
CRDS = helm.ROOT / "charts" / "docspasta-crds"


@pytest.fixture(scope="session")
def control_plane() -> Iterator[ControlPlane]:
    """An API server with the definitions, the operator's rights and two teams' namespaces."""
    if not (FULL or "DOCSPASTA_KUBE_BIN" in os.environ):
        pytest.skip(
            "a real API server runs at full size only, or where DOCSPASTA_KUBE_BIN names its programs"
        )
    if lacking := missing():
        pytest.skip(f"{', '.join(lacking)}: not built here (python -m tests.cluster.build)")
    with short_directory() as directory:
        made = ControlPlane(directory)
        try:
            made.start()
            asyncio.run(_prepare(made))
            yield made
        finally:
            made.stop()


async def _prepare(cluster: ControlPlane) -> None:
    """What an administrator installs: the charts' own objects."""
    namespaces = [{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": n}} for n in (HOME, *TEAMS)]
    await cluster.apply(*namespaces)
    await release_of_definitions(cluster, "install", str(CRDS))
    for name in ("crawljobs", "crawlsources"):
        await cluster.kubectl("wait", "--for=condition=Established", f"crd/{name}.docspasta.dev")
    values = json.dumps(helm.profile("operator"))
    chart = (str(helm.CHART), "-n", HOME, "-s", "templates/operator/rbac.yaml", "-f", "/dev/stdin")
    done = await asyncio.to_thread(
        subprocess.run,
        [helm.program(), "template", "rel", *chart],
        input=values,
        capture_output=True,
        text=True,
        check=True,
    )
    await cluster.apply(*helm.parse(done.stdout))


async def release_of_definitions(cluster: ControlPlane, command: str, *arguments: str) -> str:
    """What helm prints of the release `docspasta-crds`. Raises AssertionError with what it complains of."""
    done = await asyncio.to_thread(
        subprocess.run,
        [helm.program(), command, "docspasta-crds", *arguments, "-n", "default"],
        env={**os.environ, "KUBECONFIG": str(cluster.kubeconfig("helm", ADMIN))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@dataclass
class Operator:
    """The operator's process, as the chart starts it."""

    environment: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "services.operator"],
                env={**os.environ, **self.environment},
                stdout=log,
                stderr=log,
                cwd=helm.ROOT,
            )

    def end(self, number: signal.Signals = signal.SIGKILL) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(40)


@dataclass
class Crawls:
    """All of it, as a person of a team's sees it."""

    cluster: ControlPlane
    service: JobsService
    operator: Operator
    others: list[Operator] = field(default_factory=list)

    def team(self, namespace: str) -> User:
        """The jobs service's user of a namespace."""
        return self.service.user(f"ns-{namespace}")

    def another(self) -> Operator:
        """A second replica."""
        made = Operator(self.operator.environment, self.operator.log.with_suffix(f".{len(self.others)}"))
        self.others.append(made)
        made.start()
        return made

    async def jobs(self, namespace: str = "team-a") -> list[str]:
        rows = await self.service.sql(
            "SELECT job_id FROM crawling_jobs WHERE user_id = $1 AND deleted_at IS NULL ORDER BY created_at",
            f"ns-{namespace}",
        )
        return [row["job_id"] for row in rows]

    async def sources(self, namespace: str = "team-a") -> list[Source]:
        found = await self.team(namespace).call("ListSources", ListSourcesRequest())
        return list(found.sources)

    async def crawl(self, job_id: str, namespace: str = "team-a") -> None:
        """The crawl ends: everything that is queued was read."""
        await crawl_some(self.service, self.team(namespace), Job(job_id=job_id))

    async def make(self, name: str, namespace: str = "team-a", **spec: Any) -> None:
        await self.cluster.apply(crawl_job(name, namespace, **spec))

    async def until(self, found: Callable[[Any], object], *named: str, within: float = 100) -> Any:
        """The resource, as soon as something holds of it."""
        end, last = time.monotonic() + within, None
        while time.monotonic() < end:
            last = await self.cluster.read(*named)
            if found(last):
                return last
            await asyncio.sleep(0.1)
        raise AssertionError(f"not within {within:g} s: {json.dumps(last)[:2000]} {self.told()}")

    def told(self) -> str:
        return self.operator.log.read_text()[-3000:]


def crawl_job(name: str, namespace: str = "team-a", kind: str = "CrawlJob", **spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "docspasta.dev/v1alpha1",
        "kind": kind,
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"url": "https://docs.example.org/", **spec},
    }


def identity_settings(cluster: ControlPlane, token_file: Path) -> dict[str, str]:
    """What the chart gives jobs, so that it believes the cluster's ServiceAccounts."""
    row = {
        "issuer": ISSUER,
        "kind": "kubernetes",
        "jwks_url": f"{cluster.server}/openid/v1/jwks",
        "operator": f"system:serviceaccount:{HOME}:{ACCOUNT}",
        "token_file": str(token_file),
    }
    return {
        "identity_issuers": json.dumps([*json.loads(KEYS["DOCSPASTA_IDENTITY_ISSUERS"]), row]),
        "identity_allow_private": "127.0.0.1",
        "identity_ca_bundle": str(cluster.ca),
    }


@pytest.fixture
async def crawls(control_plane: ControlPlane, database: Database, redis_url: str) -> AsyncIterator[Crawls]:
    """A running operator; its teams' namespaces are empty, before and after."""
    with short_directory() as directory:
        own, jwks = directory / "token", directory / "jobs-token"
        own.write_text(await control_plane.token(HOME, ACCOUNT, "docspasta"))
        jwks.write_text(await control_plane.token(HOME, "default"))
        config = control_plane.kubeconfig("operator", await control_plane.token(HOME, ACCOUNT))
        given = identity_settings(control_plane, jwks)
        async with running_service(database, redis_url, **given) as service:
            environment = {
                "KUBECONFIG": str(config),
                "DOCSPASTA_JOBS_ADDRESS": service.target,
                "DOCSPASTA_OPERATOR_TOKEN_FILE": str(own),
                "DOCSPASTA_OPERATOR_LEASE": f"{HOME}/{ACCOUNT}-turn",
                "DOCSPASTA_OPERATOR_POLL": "0.3",
                "DOCSPASTA_OPERATOR_DELETE_TIMEOUT": "5",
                "DOCSPASTA_GATEWAY_PUBLIC_URL": "https://d.example.org",
            }
            made = Crawls(control_plane, service, Operator(environment, directory / "operator.log"))
            made.operator.start()
            try:
                yield made
                for namespace in TEAMS:
                    everything = ("crawljobs,crawlsources", "--all", "-n", namespace, "--timeout=100s")
                    await control_plane.kubectl("delete", *everything)
            finally:
                for one in (made.operator, *made.others):
                    with contextlib.suppress(ProcessLookupError):
                        one.end(signal.SIGTERM)  # it gives the lease back
