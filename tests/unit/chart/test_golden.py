"""What each profile renders to, byte for byte: a change of the chart shows itself in the diff of golden/.

Write them anew with `DOCSPASTA_WRITE_GOLDEN=1 pytest tests/unit/chart/test_golden.py`, and read the diff.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
import yaml

from tests.unit.chart import helm

GOLDEN = Path(__file__).parent / "golden"


def shown(profile: str) -> str:
    """The objects, sorted by kind and name; a dashboard as its digest, for its JSON is tested elsewhere. No
    private key: none may be committed."""
    objects = [dict(one) for one in helm.rendered(profile)]
    for one in objects:
        if "-dashboard-" in one["metadata"]["name"]:
            digests = {name: hashlib.sha256(data.encode()).hexdigest() for name, data in one["data"].items()}
            one["data"] = digests
        if one["kind"] == "Secret":
            data = one["stringData"].items()
            one["stringData"] = {key: "a private key" if "PRIVATE" in text else text for key, text in data}
    objects.sort(key=lambda one: (one["kind"], one["metadata"]["name"]))
    return "---\n".join(yaml.safe_dump(one, width=110) for one in objects)


@pytest.mark.parametrize("profile", helm.PROFILES)
def test_render_is_the_golden_one(profile: str) -> None:
    path = GOLDEN / f"{profile}.yaml"
    if os.environ.get("DOCSPASTA_WRITE_GOLDEN") == "1":
        path.write_text(shown(profile))
    assert shown(profile) == path.read_text(), "read the diff; if it is meant, write the golden files anew"


def test_no_golden_file_is_left_over() -> None:
    assert sorted(path.stem for path in GOLDEN.glob("*.yaml")) == helm.PROFILES
