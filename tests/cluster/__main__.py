"""python -m tests.cluster [--keep] [step ...]: make a cluster, install the chart, change it under load, take
it all away.

The scripts that make a Kubernetes on one machine are not part of this project. They are looked for in `kube`
beside the other shared things (DOCSPASTA_SHARED); without them, or without root, nothing is tested, and that
is said. `--keep` leaves the cluster, for the next steps; KUBE is its directory. What can't be done here is
said, by name, in lines that begin with SKIPPED. Exit status: 0 when everything held or nothing could be
tested (1 with DOCSPASTA_REQUIRE_SHARED=1), else 1.
"""

from __future__ import annotations

import contextlib
import functools
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from tests.stack import shared_directory

from . import changes, crawls, images, looks, policies, scaling, tls
from .cluster import HOME, RELEASE, Cluster, Failed

ROOT = Path(__file__).parents[2]
NEEDED = ("build.sh", "images.sh", "up.sh", "world.sh", "values.sh", "down.sh")
TOOLS = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "tools", "namespace": "tools"},
    "spec": {"containers": [{"name": "t", "image": "localhost/tools:1", "imagePullPolicy": "Never"}]},
}


def install(cluster: Cluster) -> list[str]:
    """The trial of docs/cluster.md with two gateways, in a namespace of Pod Security `restricted`."""
    cluster.apply(
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": HOME, "labels": looks.RESTRICTED}},
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "tools"}},
    )
    cluster.apply(TOOLS)
    chart, values = cluster.charts / "docspasta", cluster.directory / "run" / "values.yaml"
    files = ("-f", str(chart / "ci" / "dev-databases.yaml"), "-f", str(values))
    given = ("--set", "gateway.replicas=2,settings.log_level=info", "--wait", "--timeout", "10m")
    cluster.helm("upgrade", "--install", RELEASE, str(chart), "-n", HOME, *files, *given)
    cluster.kubectl("-n", "tools", "wait", "--for=condition=Ready", "pod/tools", "--timeout=120s")
    return []


STEPS: dict[str, Callable[[Cluster], Iterable[str]]] = {
    "install": install,
    "policies": policies.faults,
    "helmtest": looks.helm_test,
    "doctor": looks.doctor,
    "profiles": looks.profiles,
    **{name: functools.partial(changes.wrong_in, name=name) for name in changes.CHANGES},
    "crawls": crawls.faults,
    "scaling": scaling.faults,
    "uninstall": looks.uninstall,
    "tls": tls.faults,
}


def reason_to_skip(scripts: Path | None, user: int) -> str:
    """Why no cluster can be made here, '' when it can."""
    if scripts is None or not all((scripts / name).is_file() for name in NEEDED):
        return "there are no scripts that make a cluster (../shared/kube)"
    return "" if user == 0 else "a cluster needs root: network namespaces, containerd, iptables"


def checkout(target: Path) -> None:
    """The committed files, as an image is built from them."""
    target.mkdir(parents=True, exist_ok=True)
    archive = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, stdout=subprocess.PIPE, check=True)
    subprocess.run(["tar", "-x", "-C", str(target)], input=archive.stdout, check=True)


def run(script: Path, *arguments: str, environment: Mapping[str, str]) -> None:
    """Run a script in sight. Raises Failed."""
    print(f"== {script.name} {' '.join(arguments)}", flush=True)
    if status := subprocess.run(
        [str(script), *arguments], env={**os.environ, **environment}, check=False
    ).returncode:
        raise Failed(f"{script.name} ended with {status}: there is no cluster")


def end_proxies(directory: Path) -> None:
    """kube-proxy ends when its file is written, as up.sh does; one that ended before is started again."""
    for path in (directory / "run" / "pid").glob("*-proxy"):
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(path.read_text()), signal.SIGTERM)
        path.unlink()


def make(scripts: Path, cluster: Cluster, steps: Sequence[str]) -> None:
    """Programs, images, nodes, and a small internet. What is there already is used. Raises Failed."""
    places = {"KUBE": str(cluster.directory), "APP": str(cluster.directory / "app")}
    environment = {**places, "PAGES": str(changes.PAGES)}
    checkout(cluster.directory / "app")
    run(scripts / "build.sh", environment=environment)
    if images.lacking_bases(cluster.directory):
        run(scripts / "images.sh", *images.BASES, environment=environment)
    images.make(cluster.directory, ["docspasta", *(["docspasta-operator"] if "crawls" in steps else [])])
    end_proxies(cluster.directory)
    for script in ("up.sh", "values.sh", "world.sh"):
        run(scripts / script, environment=environment)


def wrong_in(cluster: Cluster, steps: Sequence[str]) -> list[str]:
    """Do the steps; what did not hold. A step that can't be done does not hold."""
    wrong = []
    for step in steps:
        print(f"== {step}", flush=True)
        try:
            wrong += [f"{step}: {one}" for one in STEPS[step](cluster)]
        except (Failed, OSError, ValueError, LookupError, subprocess.SubprocessError) as error:
            wrong.append(f"{step} could not be done: {error}")
    return wrong


def main(arguments: Sequence[str]) -> int:
    scripts = shared_directory("kube")
    if reason := reason_to_skip(scripts, os.geteuid()):
        print(f"SKIPPED: nothing was tested on a cluster, because {reason}", file=sys.stderr)
        return int(os.environ.get("DOCSPASTA_REQUIRE_SHARED") == "1")
    assert scripts is not None
    steps = [name for name in arguments if name != "--keep"] or list(STEPS)
    if unknown := [name for name in steps if name not in STEPS]:
        print(f"{unknown[0]} is no step; there are {', '.join(STEPS)}", file=sys.stderr)
        return 1
    cluster = Cluster(Path(os.environ.get("KUBE", Path(tempfile.gettempdir()) / "docspasta-kube")))
    for one in images.stand_ins():
        print(f"SKIPPED: {one}", file=sys.stderr)
    try:
        make(scripts, cluster, steps)
        wrong = wrong_in(cluster, steps)
    except (Failed, subprocess.CalledProcessError) as error:
        wrong = [str(error)]
    finally:
        if "--keep" not in arguments:
            run(scripts / "down.sh", environment={"KUBE": str(cluster.directory)})
    print("\n".join(wrong) or "everything held")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
