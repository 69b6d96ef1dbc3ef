"""Steps that look at a release and change nothing that stays: helm test, the doctor, profiles."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator

from tests.unit.chart.helm import PROFILES, program

from .cluster import HOME, LONGEST, RELEASE, Cluster

# What a profile asks for and the API server must know first. Such definitions are other people's files.
FOREIGN = re.compile(r"^apiVersion: ((?:cert-manager|gateway\.networking|keda|monitoring\.coreos)\S*)$", re.M)
TRIED = "admitted"  # a namespace of its own
RESTRICTED = {f"pod-security.kubernetes.io/{mode}": "restricted" for mode in ("enforce", "warn", "audit")}
ACCEPTED = "serverside-applied (server dry run)"


def helm_test(cluster: Cluster) -> Iterator[str]:
    done = cluster.run(program("helm"), "test", RELEASE, "-n", HOME, "--timeout", f"{LONGEST}s")
    if done.returncode:
        yield f"helm test ended with {done.returncode}: {done.stdout[-800:]}{done.stderr[-800:]}"


def doctor(cluster: Cluster) -> Iterator[str]:
    """From outside with an administrator's account, and inside of jobs."""
    outside = cluster.run(
        *(sys.executable, "-m", "docspasta.cli", "doctor", "--kube"),
        *("--namespace", HOME, "--release", RELEASE),
    )
    inside = cluster.run(
        program("kubectl"),
        "-n",
        HOME,
        "exec",
        f"deploy/{RELEASE}-jobs",
        "-c",
        "jobs",
        "--",
        "docspasta",
        "doctor",
    )
    for where, done in (("outside", outside), ("inside", inside)):
        yield from (f"the doctor {where}: {one}" for one in diagnosis(done))


def diagnosis(done: subprocess.CompletedProcess[str]) -> Iterator[str]:
    """What is odd in a doctor's words about a healthy release: nothing is wrong, and something good."""
    last = done.stdout.strip().rpartition("\n")[2]
    print(f"   the doctor: {last}", flush=True)
    counts = {name: int(number) for number, name in re.findall(r"(\d+) (wrong|good)", last)}
    if done.returncode or counts.get("wrong", 1) or not counts.get("good"):
        yield f"ended with {done.returncode}: {done.stdout[-1500:]}{done.stderr[-500:]}"


def profiles(cluster: Cluster) -> Iterator[str]:
    """Every profile of ci/ against the API server's own schemas and Pod Security, without a warning."""
    known = cluster.kubectl("api-versions").split()
    cluster.apply(
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": TRIED, "labels": RESTRICTED}}
    )
    try:
        for name in PROFILES:
            yield from profile(cluster, name, known)
    finally:
        cluster.kubectl("delete", "namespace", TRIED, "--wait=false")


def profile(cluster: Cluster, name: str, known: list[str]) -> Iterator[str]:
    chart = cluster.charts / "docspasta"
    given = ["-f", str(chart / "ci" / f"{name}.yaml")]
    if name == "dev-databases":  # it has no keys of its own
        given += ["-f", str(cluster.directory / "run" / "values.yaml")]
    rendered = cluster.helm("template", RELEASE, str(chart), "-n", TRIED, *given)
    if lacking := sorted({kind for kind in FOREIGN.findall(rendered) if kind not in known}):
        print(f"   SKIPPED: profile {name}: the API server does not know {', '.join(lacking)}", flush=True)
        return
    done = cluster.run(
        *(program("kubectl"), "apply", "-n", TRIED, "--server-side", "--dry-run=server"),
        *("--validate=strict", "-f", "-"),
        given=rendered,
    )
    said = [line for line in done.stdout.splitlines() if not line.endswith(ACCEPTED)]
    said += done.stderr.splitlines()
    if said:
        yield f"profile {name}: {'; '.join(said)[:600]}"
    else:
        print(f"   profile {name}: {len(done.stdout.splitlines())} objects accepted", flush=True)


def uninstall(cluster: Cluster) -> Iterator[str]:
    """Nothing of the release is left, nor of a helm test."""
    from .judge import left_behind

    cluster.helm("uninstall", RELEASE, "-n", HOME, "--wait", "--timeout", f"{LONGEST}s")
    kinds = "all,configmaps,secrets,serviceaccounts,pvc,networkpolicies,roles,rolebindings,leases,pdb"
    cluster.run(
        program("kubectl"), "-n", HOME, "wait", "--for=delete", "pod", "--all", f"--timeout={LONGEST}s"
    )
    cluster.run(
        program("kubectl"), "-n", HOME, "wait", "--for=delete", "pvc", "--all", f"--timeout={LONGEST}s"
    )
    yield from left_behind(cluster.ours("get", kinds, "-o", "name"))
    label = f"app.kubernetes.io/instance={RELEASE}"
    wide = json.loads(cluster.kubectl("get", "clusterroles,clusterrolebindings", "-l", label, "-o", "json"))
    yield from (f"{one['kind']} {one['metadata']['name']} is left" for one in wide["items"])
