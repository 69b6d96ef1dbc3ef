"""python -m tests.cluster [step ...]: make a cluster, install the chart, change it under load, take all away.

The scripts that make a Kubernetes on one machine are not part of this project. They are looked for in `kube`
beside the other shared things (DOCSPASTA_SHARED); without them, or without root, nothing is tested, and that
is said. Exit status: 0 when everything held or nothing could be tested (1 with DOCSPASTA_REQUIRE_SHARED=1),
else 1.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.stack import shared_directory

from . import crawls
from .judge import faults, faults_of_connections, left_behind

ROOT = Path(__file__).parents[2]
# Other people's files, which the images of the databases start with; the scripts come without them.
ENTRYPOINTS = tuple(f"entrypoints/{name}/docker-entrypoint.sh" for name in ("postgres", "valkey"))
MAKE = ("build.sh", "images.sh", "up.sh")
# Steps of test.sh: those whose exit status counts, and those whose crawl is judged by its report.
BY_STATUS = ("install", "helmtest", "doctor", "rollback")
BY_REPORT = ("upgrade", "deletes", "scaledrain")
BY_WORDS = {"net": faults_of_connections, "uninstall": left_behind}
CRAWLS = "crawls"  # a step of our own: the operator, and crawls as resources
STEPS = (
    *("install", "net", "helmtest", "doctor", "upgrade", "rollback", "deletes", "scaledrain"),
    *(CRAWLS, "uninstall"),
)
TWO_GATEWAYS = "--set gateway.replicas=2"


def reason_to_skip(scripts: Path | None, user: int) -> str:
    """Why no cluster can be made here, '' when it can."""
    if scripts is None or not (scripts / "test.sh").is_file():
        return "there are no scripts that make a cluster (../shared/kube)"
    if lacking := [name for name in ENTRYPOINTS if not (scripts / name).is_file()]:
        return f"{' and '.join(lacking)} of {scripts} are missing: its README says whose files they are"
    return "" if user == 0 else "a cluster needs root: network namespaces, containerd, iptables"


def checkout(target: Path) -> None:
    """The committed files, as an image is built from them."""
    target.mkdir(parents=True, exist_ok=True)
    archive = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, stdout=subprocess.PIPE, check=True)
    subprocess.run(["tar", "-x", "-C", str(target)], input=archive.stdout, check=True)


def run(script: Path, *arguments: str, environment: Mapping[str, str]) -> tuple[int, str]:
    """Run a script in sight; its exit status, and what it printed."""
    print(f"== {script.name} {' '.join(arguments)}", flush=True)
    printed = []
    with subprocess.Popen(
        [str(script), *arguments],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
            printed.append(line)
    return process.returncode, "".join(printed)


def operator_image(directory: Path) -> None:
    """The image with the Kubernetes client, in the store where images.sh keeps the others.

    Raises CalledProcessError.
    """
    images, name = directory / "img", "docker.io/docspasta/docspasta-operator:0.1.0"
    configured = {"STORAGE": "storage", "REGISTRIES": "registries"}
    environment = {f"CONTAINERS_{key}_CONF": str(images / f"{file}.conf") for key, file in configured.items()}
    environment |= {**os.environ, "CONTAINERS_CONF": str(images / "containers.conf"), **environment}
    app = directory / "app"
    given = ("-f", app / "deploy/Dockerfile", "--ignorefile", app / "deploy/Dockerfile.dockerignore")
    base = ("--build-arg", "PYTHON=docker.io/library/python:3.13-slim-trixie")
    build = ("buildah", "bud", "-q", "--isolation", "chroot", "--target", "operator", "-t", name)
    print(f"== image {name}", flush=True)
    subprocess.run([*build, *map(str, given), *base, str(app)], env=environment, check=True)
    archive = images / "docspasta-operator.tar"
    archive.unlink(missing_ok=True)
    subprocess.run(
        ["buildah", "push", "-q", name, f"oci-archive:{archive}:{name}"], env=environment, check=True
    )


def wrong_in(step: str, status: int, printed: str, logs: Path) -> list[str]:
    """What did not hold in a step of test.sh."""
    if step in BY_WORDS:
        return [f"{step}: {one}" for one in BY_WORDS[step](printed)]
    if step in BY_REPORT:
        try:
            return [f"{step}: {one}" for one in faults(json.loads((logs / f"{step}.json").read_text()))]
        except (OSError, ValueError, KeyError) as error:
            return [f"{step}: there is no report of its crawl: {error!r}"]
    return [f"{step} ended with {status}"] if step in BY_STATUS and status else []


def cluster(scripts: Path, steps: Sequence[str], directory: Path) -> list[str]:
    """Make a cluster, do the steps and take it away; what did not hold."""
    environment = {"KUBE": str(directory), "APP": str(directory / "app"), "SET": TWO_GATEWAYS}
    checkout(directory / "app")
    try:
        for name in MAKE:
            if status := run(scripts / name, environment=environment)[0]:
                return [f"{name} ended with {status}: there is no cluster"]
            if name == "images.sh" and CRAWLS in steps:
                operator_image(directory)
        wrong: list[str] = []
        for step in steps:
            if step == CRAWLS:
                wrong += [f"{step}: {one}" for one in crawls.faults(crawls.Cluster(directory))]
                continue
            status, printed = run(scripts / "test.sh", step, environment=environment)
            wrong += wrong_in(step, status, printed, directory / "log")
        return wrong
    finally:
        run(scripts / "down.sh", environment=environment)


def main(steps: Sequence[str]) -> int:
    scripts = shared_directory("kube")
    if reason := reason_to_skip(scripts, os.geteuid()):
        print(f"SKIPPED: nothing was tested on a cluster, because {reason}", file=sys.stderr)
        return int(os.environ.get("DOCSPASTA_REQUIRE_SHARED") == "1")
    assert scripts is not None
    directory = Path(os.environ.get("KUBE", Path(tempfile.gettempdir()) / "docspasta-kube"))
    wrong = cluster(scripts, steps or STEPS, directory)
    print("\n".join(wrong) or "everything held")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
