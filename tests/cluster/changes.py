"""Changes of a release while people use it, and what they must not notice of each.

Docs promise nothing refused for the first four; a pod that is deleted or killed may cost requests, and no
page or event.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .cluster import HOME, LONGEST, RELEASE, SERVICES, Cluster
from .judge import faults

HERE = Path(__file__).parent
SITE, ADDRESS, PAGES = "http://docs.world.test/docs/", "93.184.216.34", 150
SETTLED = 45  # seconds after a change: longer than DNS and CoreDNS's cache keep an old address
NODE = "n1"  # the load comes from this node's network


@dataclass
class Load:
    """load.py, running. `report` is there when the block that ran it has ended."""

    report: dict[str, Any]


def users(cluster: Cluster, namespace: str) -> tuple[tuple[str, ...], dict[str, str], Path]:
    """The command of load.py for a release's gateway, its environment, and the file that stops it."""
    found = cluster.kubectl(
        "-n", namespace, "get", "service", f"{RELEASE}-gateway", "-o", "jsonpath={.spec.clusterIP}"
    )
    stop = cluster.directory / "run" / "stop-load"
    command = ("nsenter", f"--net=/run/netns/k{NODE}", "--", sys.executable, str(HERE / "load.py"))
    given = (f"http://{found}", SITE, str(PAGES), str(stop))
    return (*command, *given), {**cluster.environment, "SITE_ADDRESS": ADDRESS}, stop


@contextlib.contextmanager
def load(cluster: Cluster, name: str) -> Iterator[Load]:
    """Users, from before the block until SETTLED seconds after it."""
    command, environment, stop = users(cluster, HOME)
    stop.unlink(missing_ok=True)
    seen = Load({})
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            process.stdout.readline()
            yield seen
            time.sleep(SETTLED)
            stop.touch()
            seen.report.update(json.loads(process.communicate(timeout=3 * LONGEST)[0]))
        finally:
            process.kill()
    (cluster.directory / "log" / f"{name}.json").write_text(json.dumps(seen.report, indent=1))


def crawl_once(cluster: Cluster, namespace: str) -> dict[str, Any]:
    """What users see of one crawl while nothing is changed."""
    command, environment, stop = users(cluster, namespace)
    stop.touch()
    printed = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=3 * LONGEST, check=True
    ).stdout
    report: dict[str, Any] = json.loads(printed.splitlines()[-1])
    return report


def upgrade(cluster: Cluster) -> None:
    """Every pod of the four services is replaced, for a setting of all of them changes."""
    cluster.helm(*upgrading(cluster), "--set", "settings.log_level=warning")


def upgrading(cluster: Cluster) -> tuple[str, ...]:
    chart = str(cluster.charts / "docspasta")
    return ("upgrade", RELEASE, chart, "-n", HOME, "--reuse-values", "--wait", "--timeout", f"{LONGEST}s")


def rollback(cluster: Cluster) -> None:
    cluster.helm("rollback", RELEASE, "-n", HOME, "--wait", "--timeout", f"{LONGEST}s")


def restart(cluster: Cluster) -> None:
    """As docs/operations.md says after a change of a Secret."""
    cluster.ours("rollout", "restart", "deployment", "-l", f"app.kubernetes.io/instance={RELEASE}")
    cluster.rolled_out()


def gathered(cluster: Cluster) -> str:
    """Bring all replicas of all services to one node, away from the trial's databases; the node's name.

    A drain of the databases' node stops a trial's only Postgres: nothing that a chart does would hide it.
    """
    away, full = "n1", "n2"
    with cordoned(cluster, away):
        for database in ("postgres", "redis"):
            if cluster.pods(database)[0]["spec"]["nodeName"] == away:
                cluster.ours("delete", "pod", f"{RELEASE}-{database}-0")
                cluster.ours(
                    "rollout", "status", f"statefulset/{RELEASE}-{database}", f"--timeout={LONGEST}s"
                )
    with cordoned(cluster, full):
        restart(cluster)
        gone(cluster)
    return away


@contextlib.contextmanager
def cordoned(cluster: Cluster, node: str) -> Iterator[None]:
    """No new pod on a node, for the length of a block."""
    cluster.kubectl("cordon", node)
    try:
        yield
    finally:
        cluster.kubectl("uncordon", node)


def gone(cluster: Cluster) -> None:
    """Wait until pods that end have ended."""
    until = time.monotonic() + LONGEST
    label = f"app.kubernetes.io/instance={RELEASE}"
    while any("deletionTimestamp" in pod["metadata"] for pod in cluster.found("pods", "-l", label)["items"]):
        if time.monotonic() > until:
            raise TimeoutError("pods that were replaced do not end")
        time.sleep(1)


def drain(cluster: Cluster) -> None:
    """The node that holds both gateways, the only jobs, crawler and processor (`gathered`)."""
    node = cluster.pods("gateway")[0]["spec"]["nodeName"]
    flags = ("--ignore-daemonsets", "--delete-emptydir-data", f"--timeout={LONGEST}s")
    try:
        cluster.kubectl("drain", node, "--pod-selector=app.kubernetes.io/part-of=docspasta", *flags)
        cluster.rolled_out()
    finally:
        cluster.kubectl("uncordon", node)


def deletes(cluster: Cluster) -> None:
    """The pods of each service, one service after the other."""
    for service in SERVICES:
        label = f"app.kubernetes.io/instance={RELEASE},app.kubernetes.io/component={service}"
        cluster.ours("delete", "pod", "-l", label, "--wait=false")
        cluster.ours("rollout", "status", f"deployment/{RELEASE}-{service}", f"--timeout={LONGEST}s")


def kills(cluster: Cluster) -> None:
    """SIGKILL to a process of each service; its container is started again in the same pod."""
    for service in SERVICES:
        pod = cluster.pods(service)[0]
        [status] = pod["status"]["containerStatuses"]
        container = status["containerID"].removeprefix("containerd://")
        socket = f"/run/kube-{pod['spec']['nodeName']}/containerd.sock"
        ctr = str(cluster.directory / "bin" / "ctr")
        cluster.must(ctr, "-a", socket, "-n", "k8s.io", "tasks", "kill", "-s", "KILL", container)
        restarted(cluster, service, pod["metadata"]["name"], status["restartCount"])


def restarted(cluster: Cluster, service: str, pod: str, before: int) -> None:
    """Wait until a pod's container was started again and all replicas are ready."""
    until = time.monotonic() + LONGEST
    while cluster.found("pod", pod)["status"]["containerStatuses"][0]["restartCount"] == before:
        if time.monotonic() > until:
            raise TimeoutError(f"{pod} was killed and is not started again")
        time.sleep(0.5)
    cluster.ours("rollout", "status", f"deployment/{RELEASE}-{service}", f"--timeout={LONGEST}s")


@dataclass(frozen=True)
class Change:
    """`unnoticed`: no request may be refused, and no stream may be away for long."""

    make: Callable[[Cluster], object]
    unnoticed: bool = True
    before: Callable[[Cluster], object] | None = None


CHANGES = {
    "upgrade": Change(upgrade),
    "rollback": Change(rollback),
    "restart": Change(restart),
    "drain": Change(drain, before=gathered),
    "deletes": Change(deletes, unnoticed=False),
    "kills": Change(kills, unnoticed=False),
}


def wrong_in(cluster: Cluster, name: str) -> list[str]:
    """Make a change under load; what users noticed that they should not."""
    change = CHANGES[name]
    if change.before is not None:
        change.before(cluster)
    with load(cluster, name) as seen:
        begun = time.monotonic()
        change.make(cluster)
        took = time.monotonic() - begun
    print(told(name, took, seen.report), flush=True)
    return faults(seen.report, unnoticed=change.unnoticed)


def told(name: str, took: float, report: dict[str, Any]) -> str:
    """What was seen, in a line a thing."""
    streams = [stream for crawl in report["crawls"] for stream in crawl["streams"]]
    requests, longest = report["requests"], max((stream["longest_away"] for stream in streams), default=0.0)
    quiet = max((stream["longest_quiet"] for stream in streams), default=0.0)
    lines = (
        f"{name} took {took:.0f} s; requests {requests['answers']}, the slowest {requests['slowest']} s",
        f"{len(report['crawls'])} crawls, {[crawl['seconds'] for crawl in report['crawls']]} s; "
        f"{report['fetched_again']} pages fetched again",
        f"{sum(stream['connections'] for stream in streams)} connections of {len(streams)} streams; "
        f"away for {longest:.1f} s at most, quiet for {quiet:.1f} s",
        *requests["refused"][:10],
    )
    return "\n".join(f"   {line}" for line in lines)
