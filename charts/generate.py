"""Writes what follows from the chart's values: values.schema.json and the table in README.md.

    python -m charts.generate            write both
    python -m charts.generate --check    exit 1 when a committed file differs

What a value may be is said in values.py; a value that it does not name may not be set. kubernetes_api.py and
setting_shapes.py fetch what others define, values_table.py reads the comments in values.yaml.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from charts.kubernetes_api import kubernetes_shapes
from charts.shapes import Schema, closed
from charts.values import QUANTITIES, VALUES
from charts.values_table import table

CHART = Path(__file__).parent / "docspasta"
BEGIN, END = "<!-- values: begin -->", "<!-- values: end -->"


def schema() -> Schema:
    """values.schema.json."""
    top: Schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Values of the docspasta chart",
        **closed(VALUES),
    }
    top["$defs"] = {**kubernetes_shapes(top), "quantities": QUANTITIES}
    return top


def outputs() -> dict[Path, str]:
    """What each generated file should hold."""
    readme = (CHART / "README.md").read_text()
    before, _, left = readme.partition(BEGIN)
    _, _, after = left.partition(END)
    return {
        CHART / "values.schema.json": json.dumps(schema(), indent=1, ensure_ascii=False) + "\n",
        CHART / "README.md": f"{before}{BEGIN}\n{table()}\n{END}{after}",
    }


def main(arguments: list[str]) -> int:
    """Write, or only look with --check; the exit status."""
    stale = {path: text for path, text in outputs().items() if not path.exists() or path.read_text() != text}
    for path, text in stale.items():
        if "--check" in arguments:
            print(f"{path.name} is not what values.yaml and docspasta/settings.py give; run `make chart`")
        else:
            path.write_text(text)
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
