"""Shapes of Kubernetes objects (tolerations, volumes, ...), from the Kubernetes API's own schemas."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import kubernetes_validate

from charts.shapes import Schema

KUBERNETES = "v1.37.0-local"  # the newest API that the validator knows: the chart must not refuse a new field
# Volumes that restricted Pod Security allows.
VOLUMES = ("configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected")


def kubernetes_shapes(schema: Schema) -> Schema:
    """The definitions of the Kubernetes API that `schema` refers to, closed and without prose."""
    folder = Path(kubernetes_validate.__file__).parent / "kubernetes-json-schema" / KUBERNETES
    definitions = json.loads((folder / "_definitions.json").read_text())
    definitions = definitions.get("$defs") or definitions["definitions"]
    found: Schema = {}
    wanted = references(schema)
    while wanted:
        name = wanted.pop()
        if name in found or name == "quantities":
            continue
        found[name] = shape = tidied(definitions[f"io.k8s.{place(name)}"])
        if name == "core.v1.Volume":
            shape["properties"] = {
                key: value
                for key, value in shape["properties"].items()
                if key in (*VOLUMES, "name", "secret")
            }
        wanted |= references(shape)
    return dict(sorted(found.items()))


def place(name: str) -> str:
    """Where the API's own schema keeps a definition that we name in short."""
    group = name.split(".", 1)[0]
    return f"apimachinery.pkg.{rest(name)}" if group in ("meta", "resource", "intstr") else f"api.{name}"


def rest(name: str) -> str:
    return {"meta": "apis.", "resource": "api.", "intstr": "util."}[name.split(".", 1)[0]] + name


def short(reference: str) -> str:
    name = reference.rsplit("/", 1)[1].removeprefix("io.k8s.")
    return re.sub(r"^(apimachinery\.pkg\.(apis|api|util)|api)\.", "", name)


def references(schema: Any) -> set[str]:
    """Names of all the definitions that a schema refers to."""
    return set(re.findall(r'"#/\$defs/([^"]+)"', json.dumps(schema)))


def tidied(shape: Any) -> Any:
    """A definition without descriptions and vendor extensions, closed, with our names of references."""
    if isinstance(shape, list):
        return [tidied(one) for one in shape]
    if not isinstance(shape, dict):
        return shape
    if "$ref" in shape:
        return {"$ref": f"#/$defs/{short(shape['$ref'])}"}
    plain = {
        key: (
            {name: tidied(value) for name, value in inner.items()} if key == "properties" else tidied(inner)
        )
        for key, inner in shape.items()
        if key not in ("description", "$schema", "format", "default") and not key.startswith("x-")
    }
    if "properties" in plain:
        plain["additionalProperties"] = False
    return plain
