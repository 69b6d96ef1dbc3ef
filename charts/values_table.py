"""The table of values in the chart's README: defaults and comments as values.yaml has them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import yaml

VALUES = Path(__file__).parent / "docspasta" / "values.yaml"


def table() -> str:
    """Every value, its default and what its comment says."""
    rows = ["| value | default | what it is |", "|---|---|---|"]
    path: list[str] = []
    comment: list[str] = []
    lines = VALUES.read_text().splitlines()
    values = yaml.safe_load("\n".join(lines))
    for line in lines:
        if match := re.match(r"\s*# (-- )?(.*)", line):
            comment = [match[2]] if match[1] else [*comment, match[2]]
        elif match := re.match(r"( *)([A-Za-z_]+):", line):
            path = [*path[: len(match[1]) // 2], match[2]]
            if comment:
                rows.append(f"| `{'.'.join(path)}` | `{default(values, path)}` | {' '.join(comment)} |")
            comment = []
        elif not line.strip():
            comment = []
    return "\n".join(row.replace("|`", "| `") for row in rows)


def default(values: Any, path: list[str]) -> str:
    """The default at `path`, as JSON in a table's cell."""
    for name in path:
        values = values[name]
    return json.dumps(values).replace("|", "\\|")
