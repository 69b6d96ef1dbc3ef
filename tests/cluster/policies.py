"""Which connections the NetworkPolicies let through, asked from inside of the pods.

jobs reaches the crawler's port: it hands webhooks and pushes' confirmations to it, because the crawler alone
reaches the internet (docs/decisions, charts/docspasta/README.md).
"""

from __future__ import annotations

from collections.abc import Iterator

from .cluster import HOME, RELEASE, SERVICES, Cluster

INTERNET, METADATA, INTRANET = "93.184.216.34:80", "169.254.169.254:80", "10.20.30.40:80"
API_SERVER, API_SERVER_HOST, KUBELET = "10.96.0.1:443", "10.99.0.1:6443", "10.99.0.11:10250"
OUTSIDE = (INTERNET, "93.184.216.34:8081", METADATA, INTRANET, API_SERVER, API_SERVER_HOST, KUBELET)
PORTS = {
    "gateway": 8080,
    "jobs": 50051,
    "crawler": 50052,
    "processor": 50053,
    "postgres": 5432,
    "redis": 6379,
}
# Who may ask whom; everything else is shut.
OPEN = {
    "gateway": {"jobs", "crawler", "processor"},
    "jobs": {"postgres", "redis", "crawler"},
    "crawler": {"redis", INTERNET},
    "processor": {"postgres", "redis"},
    "postgres": set[str](),
    "redis": set[str](),
    "stranger": {"gateway", INTERNET, "93.184.216.34:8081", METADATA, INTRANET, API_SERVER},
}
INNER = (9464, 50060)  # metrics and probes: no pod asks for them
PYTHON = """
import socket, sys
for target in sys.argv[1:]:
    host, _, port = target.rpartition(":")
    try:
        socket.create_connection((host, int(port)), 3).close()
        print(target, "open")
    except OSError:
        print(target, "shut")
"""
SHELL = """
for target in "$@"; do
  if timeout 3 bash -c "</dev/tcp/${target%:*}/${target##*:}" 2>/dev/null; then
    echo "$target open"
  else
    echo "$target shut"
  fi
done
"""


def addresses(cluster: Cluster) -> dict[str, str]:
    """`address:port` of each part of the release."""
    found = {name: cluster.pods(name)[0]["status"]["podIP"] for name in PORTS}
    return {name: f"{address}:{PORTS[name]}" for name, address in found.items()}


def wanted(asker: str, parts: dict[str, str]) -> dict[str, bool]:
    """What `asker` must find open (True) and shut, by target."""
    targets = {address: name for name, address in parts.items() if name != asker}
    hosts = [parts[name].partition(":")[0] for name in SERVICES if name != asker]  # a pod reaches itself
    inner = {f"{host}:{port}": "" for host in hosts for port in INNER}
    outside = {target: target for target in OUTSIDE if asker != "stranger" or target in OPEN[asker]}
    return {target: name in OPEN[asker] for target, name in {**targets, **inner, **outside}.items()}


def asked(cluster: Cluster, asker: str, targets: list[str]) -> str:
    """Lines `target open` and `target shut`, as a pod finds them."""
    if asker == "stranger":
        return cluster.kubectl("-n", "tools", "exec", "tools", "--", "python3", "-c", PYTHON, *targets)
    if asker in SERVICES:
        pod = cluster.pods(asker)[0]["metadata"]["name"]
        return cluster.ours("exec", pod, "--", "python", "-c", PYTHON, *targets)
    return cluster.ours("exec", f"{RELEASE}-{asker}-0", "--", "bash", "-c", SHELL, "sh", *targets)


def faults(cluster: Cluster) -> Iterator[str]:
    """Every connection that is not as it should be."""
    parts, seen = addresses(cluster), 0
    for asker in OPEN:
        want = wanted(asker, parts)
        lines = [line.split() for line in asked(cluster, asker, list(want)).splitlines()]
        seen += len(lines)
        if len(lines) != len(want):
            yield f"{asker}: {len(lines)} answers of {len(want)}"
        for target, state in lines:
            if (state == "open") != want[target]:
                name = next((name for name, address in parts.items() if address == target), "")
                yield f"{asker} finds {target} {name} {state}, and must not"
    print(f"   {seen} connections were tried in the namespace {HOME} and from another", flush=True)
