"""The images that a cluster runs: docspasta's own, and databases where the official ones can't be had."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent / "images"
PYTHON = "docker.io/library/python:3.13-slim-trixie"
# images.sh makes these from Debian; the others are made here.
BASES = ("base", "tools")
# Name of the image, target of deploy/Dockerfile ('' for the last one).
OURS = {"docspasta": "", "docspasta-operator": "operator", "docspasta-renderer": "renderer"}
DATABASES = {"postgres": "docker.io/library/postgres:17", "valkey": "docker.io/valkey/valkey:8"}


@dataclass(frozen=True)
class Store:
    """Where images.sh keeps images and writes archives of them (`img` of the cluster's directory)."""

    directory: Path

    @property
    def environment(self) -> dict[str, str]:
        files = {"STORAGE": "storage", "REGISTRIES": "registries"}
        found = {
            f"CONTAINERS_{key}_CONF": str(self.directory / f"{name}.conf") for key, name in files.items()
        }
        return {**os.environ, **found, "CONTAINERS_CONF": str(self.directory / "containers.conf")}

    def build(self, name: str, archive: str, *given: str) -> None:
        """Build an image and write its archive. Raises CalledProcessError."""
        print(f"== image {name}", flush=True)
        build = ("buildah", "bud", "-q", "--layers", "--isolation", "chroot", "-t", name)
        subprocess.run([*build, *given], env=self.environment, check=True)
        path = self.directory / f"{archive}.tar"
        path.unlink(missing_ok=True)
        push = ("buildah", "push", "-q", name, f"oci-archive:{path}:{name}")
        subprocess.run(push, env=self.environment, check=True)


def of_docspasta(app: Path, name: str) -> tuple[str, ...]:
    """What buildah is given for one of docspasta's own images; `app` is a checkout.

    The conversion runs interpreted: what it makes is the same, and compiling it takes minutes.
    """
    compiled = os.environ.get("DOCSPASTA_COMPILE", "0")
    files = ("-f", f"{app}/deploy/Dockerfile", "--ignorefile", f"{app}/deploy/Dockerfile.dockerignore")
    arguments = ("--build-arg", f"PYTHON={PYTHON}", "--build-arg", f"DOCSPASTA_COMPILE={compiled}")
    target = ("--target", OURS[name]) if OURS[name] else ()
    return (*target, *files, *arguments, str(app))


def lacking_bases(directory: Path) -> bool:
    """Whether images.sh has to make what the others build on."""
    return not all((directory / "img" / f"{name}.tar").is_file() for name in ("tools", "pause", "coredns"))


def make(directory: Path, names: Sequence[str]) -> None:
    """Build the images of the cluster in `directory`; `names` are those of OURS that are wanted."""
    store, app = Store(directory / "img"), directory / "app"
    for name, image in DATABASES.items():
        folder = HERE / name
        store.build(image, name, "-f", str(folder / "Containerfile"), str(folder))
    for name in names:
        tag = f"docker.io/docspasta/{name}:0.1.0"
        store.build(tag, f"{name}-0.1.0", *of_docspasta(app, name))


def stand_ins() -> Iterator[str]:
    """Sentences about what these images are not."""
    yield (
        "the official images of Postgres and Valkey can't be had here: the trial's databases run Debian's"
        " PostgreSQL 17 and Valkey 8, started by a script of these tests"
    )
    if os.environ.get("DOCSPASTA_COMPILE", "0") == "0":
        yield "the conversion is not compiled (DOCSPASTA_COMPILE=1 compiles it)"
