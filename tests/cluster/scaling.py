"""Replicas by what waits: the HPAs that KEDA would make of the chart's ScaledObjects, on the chart's queries.

KEDA is not built here: external_metrics.py stands in for its metrics server and for Prometheus. The rest is
real: the API server's aggregation, its HPA controller, pods that come and go.
"""

from __future__ import annotations

import contextlib
import http.client
import itertools
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from tests.unit.chart.helm import program

from .changes import ADDRESS, HERE, NODE, upgrading
from .cluster import HOME, LONGEST, RELEASE, Cluster

HOSTS, MOST, THRESHOLD = 20, 4, 16
ENDPOINT, PORT = "10.99.0.1", 4444  # the control plane's side of the nodes' network
SCALED = ("crawler", "processor")
CALM = 600.0  # seconds in which nothing may flap
EVERY = 5.0  # seconds between two looks


@dataclass(frozen=True)
class Look:
    """Replicas at a moment; `crawler` and `processor` are what their HPAs ask for."""

    seconds: float
    crawler: int
    processor: int


def rendered(cluster: Cluster) -> list[dict[str, Any]]:
    """The chart's ScaledObjects, with fewer URLs a crawler than by default: 20 hosts are little work."""
    chart = cluster.charts / "docspasta"
    given = ("--set", f"crawler.autoscaling.threshold={THRESHOLD},crawler.autoscaling.maxReplicas={MOST}")
    text = cluster.helm(
        "template", RELEASE, str(chart), "-n", HOME, "-f", str(chart / "ci/keda.yaml"), *given
    )
    objects = [one for one in yaml.safe_load_all(text) if one and one["kind"] == "ScaledObject"]
    return [one for one in objects if one["metadata"]["name"].endswith(SCALED)]


def autoscaler(scaled: dict[str, Any]) -> dict[str, Any]:
    """The HPA that KEDA makes of a ScaledObject."""
    spec, about = scaled["spec"], scaled["metadata"]
    [trigger] = spec["triggers"]
    target = {"type": trigger["metricType"], "averageValue": trigger["metadata"]["threshold"]}
    metric = {"metric": {"name": about["name"]}, "target": target}
    reference = {"apiVersion": "apps/v1", "kind": "Deployment", "name": spec["scaleTargetRef"]["name"]}
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": about["name"], "namespace": HOME},
        "spec": {
            "scaleTargetRef": reference,
            "minReplicas": spec["minReplicaCount"],
            "maxReplicas": spec["maxReplicaCount"],
            "behavior": spec["advanced"]["horizontalPodAutoscalerConfig"]["behavior"],
            "metrics": [{"type": "External", "external": metric}],
        },
    }


def registered() -> Iterator[dict[str, Any]]:
    """What makes the API server ask external_metrics.py: an APIService, and a Service that leads to it."""
    name, system = "external-metrics", "kube-system"
    port = {"name": "https", "port": 443, "targetPort": PORT}
    yield {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "namespace": system},
        "spec": {"ports": [port]},
    }
    yield {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {"name": name, "namespace": system, "labels": {"kubernetes.io/service-name": name}},
        "addressType": "IPv4",
        "ports": [{"name": "https", "port": PORT, "protocol": "TCP"}],
        "endpoints": [{"addresses": [ENDPOINT], "conditions": {"ready": True}}],
    }
    yield {
        "apiVersion": "apiregistration.k8s.io/v1",
        "kind": "APIService",
        "metadata": {"name": "v1beta1.external.metrics.k8s.io"},
        "spec": {
            "group": "external.metrics.k8s.io",
            "version": "v1beta1",
            "groupPriorityMinimum": 100,
            "versionPriority": 100,
            "insecureSkipTLSVerify": True,
            "service": {"name": name, "namespace": system},
        },
    }


@contextlib.contextmanager
def answered(cluster: Cluster, scaled: list[dict[str, Any]]) -> Iterator[None]:
    """external_metrics.py, and the HPAs, while the block lasts."""
    run = cluster.directory / "run"
    queries = {one["metadata"]["name"]: one["spec"]["triggers"][0]["metadata"]["query"] for one in scaled}
    (run / "queries.json").write_text(json.dumps(queries))
    pki = (str(run / "pki" / "apiserver.crt"), str(run / "pki" / "apiserver.key"))
    command = (sys.executable, str(HERE / "external_metrics.py"), str(run / "queries.json"), ENDPOINT)
    environment = {**cluster.environment, "KUBECTL": program("kubectl")}
    with subprocess.Popen([*command, str(PORT), *pki], env=environment) as process:
        try:
            cluster.apply(*registered(), *map(autoscaler, scaled))
            yield
        finally:
            process.kill()
            cluster.ours("delete", "hpa", "--all")
            cluster.kubectl("delete", "apiservice", "v1beta1.external.metrics.k8s.io")


class Crawls:
    """Anonymous crawls of some hosts, and whether they have ended."""

    def __init__(self, gateway: str, hosts: list[str]) -> None:
        self.gateway, self.jobs = gateway, [self.begun(gateway, host) for host in hosts]

    @staticmethod
    def begun(gateway: str, host: str) -> tuple[str, str]:
        """The cookie and the address of a new job. Raises OSError when it was not taken."""
        connection = http.client.HTTPConnection(gateway, 80, timeout=60)
        headers = {"Content-Type": "application/json", "Origin": f"http://{gateway}"}
        connection.request("POST", "/api/v5/crawl", json.dumps({"url": f"http://{host}/docs/"}), headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        if answer.status != 202:
            raise OSError(f"a crawl of {host} was answered {answer.status}: {text[:300]}")
        return (answer.headers["Set-Cookie"] or "").partition(";")[0], json.loads(text)["links"]["self"]

    def under_way(self) -> int:
        """How many have not ended; those that failed raise ValueError."""
        states = [self.state(cookie, path) for cookie, path in self.jobs]
        if wrong := [one for one in states if one["state"] in ("failed", "cancelled") or one["failed"]]:
            raise ValueError(f"a crawl did not succeed: {wrong[0]}")
        return sum(one["state"] != "completed" for one in states)

    def state(self, cookie: str, path: str) -> dict[str, Any]:
        connection = http.client.HTTPConnection(self.gateway, 80, timeout=60)
        connection.request("GET", path, headers={"Cookie": cookie})
        found: dict[str, Any] = json.loads(connection.getresponse().read())
        return found


def look(cluster: Cluster, begun: float) -> Look:
    items = {one["metadata"]["name"]: one for one in cluster.found("hpa")["items"]}
    wanted = {name: items[f"{RELEASE}-{name}"].get("status", {}).get("desiredReplicas", 0) for name in SCALED}
    return Look(round(time.monotonic() - begun), **{name: wanted[name] or 1 for name in SCALED})


def watched(cluster: Cluster, hosts: list[str], until_one: bool) -> list[Look]:
    """Crawl, and look at the replicas to the end; with `until_one`, until there is one of each again."""
    gateway = cluster.found("service", f"{RELEASE}-gateway")["spec"]["clusterIP"]
    begun, looks = time.monotonic(), []
    crawls = Crawls(gateway, hosts)
    while True:
        looks.append(look(cluster, begun))
        done = crawls.under_way() == 0
        calm = not until_one or (looks[-1].crawler, looks[-1].processor) == (1, 1)
        if done and calm and (not until_one or looks[-1].seconds > CALM):
            return looks
        if looks[-1].seconds > 6 * LONGEST:
            raise TimeoutError(f"replicas do not come down: {changes(looks)}")
        time.sleep(EVERY)


def changes(looks: list[Look]) -> list[Look]:
    """The looks at which something had changed."""
    pairs = itertools.pairwise(looks)
    later = [b for a, b in pairs if (a.crawler, a.processor) != (b.crawler, b.processor)]
    return [looks[0], *later]


def turns(counts: list[int]) -> int:
    """How often replicas that grew began to shrink, or the reverse: once is a hill, more is flapping."""
    steps = [b - a for a, b in itertools.pairwise(counts) if a != b]
    return sum((a > 0) != (b > 0) for a, b in itertools.pairwise(steps))


def site(cluster: Cluster, name: str) -> dict[str, Any]:
    """`_reset` the site's counters, or read its `_counts`: how often each path was asked for."""
    inside = ("nsenter", f"--net=/run/netns/k{NODE}", "--", "curl", "-sS", "-m", "30")
    found: dict[str, Any] = json.loads(cluster.must(*inside, f"http://{ADDRESS}/{name}"))
    return found


def fetched_twice(cluster: Cluster, hosts: int) -> dict[str, int]:
    """Pages that were asked for more often than there are hosts that have them."""
    counts = site(cluster, "_counts")["counts"]
    return {path: number for path, number in counts.items() if path.startswith("/docs/p") and number > hosts}


def let_in(cluster: Cluster) -> None:
    """Let the stand-in read /metrics, and one address begin more than ten anonymous crawls."""
    open_ = f"networkPolicy.metrics.from[0].ipBlock.cidr={ENDPOINT}/32"
    cluster.helm(*upgrading(cluster), "--set", f"{open_},jobs.settings.jobs_open_per_address=0")


def faults(cluster: Cluster) -> Iterator[str]:
    """One host's work leaves one crawler; that of twenty brings MOST of them, and none stays."""
    let_in(cluster)
    with answered(cluster, rendered(cluster)):
        site(cluster, "_reset")
        one = watched(cluster, ["docs.world.test"], until_one=False)
        print(f"   one host: {changes(one)}", flush=True)
        if {seen.crawler for seen in one} != {1}:
            yield f"one host's work took {max(seen.crawler for seen in one)} crawlers"
        site(cluster, "_reset")
        many = watched(cluster, [f"h{number}.world.test" for number in range(HOSTS)], until_one=True)
        print(f"   {HOSTS} hosts: {changes(many)}", flush=True)
        if (most := max(seen.crawler for seen in many)) != MOST:
            yield f"{HOSTS} hosts' work took {most} crawlers, not {MOST}"
        for name in SCALED:
            if (turned := turns([getattr(seen, name) for seen in many])) > 1:
                yield f"the number of {name}s turned {turned} times: {changes(many)}"
        if twice := fetched_twice(cluster, HOSTS):
            yield f"pages were fetched twice: {dict(list(twice.items())[:5])}, {len(twice)} in all"
