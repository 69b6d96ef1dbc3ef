"""values.schema.json and README's table are what values.yaml and docspasta/settings.py give."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from charts import generate
from charts.setting_shapes import SERVICES
from charts.values_table import table
from tests.unit.chart import helm


@pytest.mark.parametrize("path", generate.outputs(), ids=lambda path: path.name)
def test_generated_files_are_up_to_date(path: Any) -> None:
    assert path.read_text() == generate.outputs()[path], "run `make chart`"


def open_objects(schema: Any, path: str = "") -> list[str]:
    """Where an object may hold unnamed keys that are not a map of plain values."""
    found = []
    if isinstance(schema, list):
        for index, one in enumerate(schema):
            found += open_objects(one, f"{path}/{index}")
    elif isinstance(schema, dict):
        if schema.get("type") == "object" or "properties" in schema:
            rest = schema.get("additionalProperties", True)
            if rest is True or (
                isinstance(rest, dict) and not {"type", "$ref", "oneOf", "anyOf"} & rest.keys()
            ):
                found.append(path)
        for key, value in schema.items():
            found += open_objects(value, f"{path}/{key}")
    return found


def test_no_level_takes_unknown_keys() -> None:
    schema = json.loads((helm.CHART / "values.schema.json").read_text())
    # Helm itself puts `global` there when the chart is a dependency; this chart reads nothing of it.
    # FieldsV1 is the API server's own bookkeeping, inside a volume's claim template.
    expected = ["/properties/global", "/$defs/meta.v1.FieldsV1"]
    assert [path for path in open_objects(schema) if path not in expected] == []


def test_every_value_is_described_and_every_default_allowed() -> None:
    values = yaml.safe_load((helm.CHART / "values.yaml").read_text())
    described = {row.split("`")[1] for row in table().splitlines() if row.startswith("| `")}
    assert {path for path in leaves(values) if not covered(path, described)} == set()


def leaves(values: Any, path: str = "") -> list[str]:
    if not isinstance(values, dict) or not values:
        return [path]
    return [leaf for key, value in values.items() for leaf in leaves(value, f"{path}.{key}".lstrip("."))]


def covered(path: str, described: set[str]) -> bool:
    """Its own comment, or that of what it is a part of (resources: {requests: ...})."""
    parts = path.split(".")
    return any(".".join(parts[:n]) in described for n in range(1, len(parts) + 1))


def test_settings_follow_the_code() -> None:
    schema = json.loads((helm.CHART / "values.schema.json").read_text())["properties"]
    assert "crawler_fetches" in schema["crawler"]["properties"]["settings"]["properties"]
    assert "frontier_shards" in schema["settings"]["properties"]
    for service in SERVICES:
        named = schema[service]["properties"]["settings"]["properties"]
        assert not [name for name in named if name.endswith(("_dsn", "_key", "redis_url", "_listen"))]
