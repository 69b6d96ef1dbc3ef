"""python -m tests.cluster.build: build etcd and a Kubernetes control plane from Go modules, once.

    python -m tests.cluster.build        build what is missing into the cache; says where that is

Tests that need a real API server (tests/integration/operator) look there, or in DOCSPASTA_KUBE_BIN, and are
skipped aloud where there is none. It needs Go and the module proxy, and some ten minutes of two cores.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

KUBERNETES, ETCD = "1.36.3", "v3.6.16"
PROGRAMS = ("etcd", "kube-apiserver", "kube-controller-manager")
VERSION_FLAGS = (
    "-s -X k8s.io/component-base/version.gitVersion=v{0} -X k8s.io/component-base/version.gitMajor=1"
)


def directory() -> Path:
    """Where the programs are, or will be."""
    if given := os.environ.get("DOCSPASTA_KUBE_BIN"):
        return Path(given)
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    return cache / "docspasta" / f"kubernetes-{KUBERNETES}"


def missing() -> list[str]:
    """The programs that are not there."""
    return [name for name in PROGRAMS if not os.access(directory() / name, os.X_OK)]


def module(folder: Path, requires: str, version: str, replaces: str = "") -> None:
    """A Go module that requires another: unlike `go install` it may carry the other's replacements."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "go.sum").unlink(missing_ok=True)
    (folder / "go.mod").write_text(
        f"module build/tests\n\ngo 1.26\n\nrequire {requires} {version}\n\n{replaces}"
    )


def go(folder: Path, *arguments: str) -> str:
    """Run Go. Raises CalledProcessError; what it says is seen."""
    environment = {**os.environ, "CGO_ENABLED": "0", "GOFLAGS": "-buildvcs=false -trimpath"}
    done = subprocess.run(
        ["go", *arguments], cwd=folder, env=environment, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout


def staged(upstream: str) -> str:
    """Kubernetes requires its own parts as v0.0.0: each is replaced by what is published of it."""
    names = sorted(set(re.findall(r"(k8s\.io/[a-z0-9-]+) v0\.0\.0", upstream)))
    return "\n".join(f"replace {name} => {name} v0.{KUBERNETES.removeprefix('1.')}" for name in names) + "\n"


def build_etcd(scratch: Path, target: Path) -> None:
    folder = scratch / "etcd"
    module(folder, "go.etcd.io/etcd/server/v3", ETCD)
    go(folder, "build", "-mod=mod", "-ldflags=-s", "-o", str(target / "etcd"), "go.etcd.io/etcd/server/v3")


def build_kubernetes(scratch: Path, target: Path, names: list[str]) -> None:
    folder = scratch / "kubernetes"
    module(folder, "k8s.io/kubernetes", f"v{KUBERNETES}")
    found = go(folder, "mod", "download", "-json", f"k8s.io/kubernetes@v{KUBERNETES}")
    [upstream] = re.findall(r'"GoMod": "([^"]+)"', found)
    module(folder, "k8s.io/kubernetes", f"v{KUBERNETES}", staged(Path(upstream).read_text()))
    for name in names:
        package = f"k8s.io/kubernetes/cmd/{name}"
        flags = VERSION_FLAGS.format(KUBERNETES)
        go(folder, "build", "-mod=mod", f"-ldflags={flags}", "-o", str(target / name), package)


def main() -> int:
    """Exit status 0 when all are there, 1 when they cannot be built."""
    target, wanted = directory(), missing()
    if wanted and shutil.which("go") is None:
        print(f"Go is not there, and neither are {', '.join(wanted)}; install Go", file=sys.stderr)
        return 1
    scratch = target / "build"
    target.mkdir(parents=True, exist_ok=True)
    if "etcd" in wanted:
        build_etcd(scratch, target)
    if names := [name for name in wanted if name != "etcd"]:
        build_kubernetes(scratch, target, names)
    print(target)
    return 1 if missing() else 0


if __name__ == "__main__":
    sys.exit(main())
