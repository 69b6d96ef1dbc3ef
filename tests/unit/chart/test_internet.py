"""The crawler's NetworkPolicy lets out what its egress policy lets out, range by range."""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path

import yaml

from docspasta.egress.addresses import FORBIDDEN_V4, FORBIDDEN_V6, GLOBAL_V6, render_ranges

ROOT = Path(__file__).resolve().parents[3]
CHART, GOLDEN = ROOT / "charts" / "docspasta", Path(__file__).parent / "golden"


def test_the_chart_s_ranges_are_rendered_from_the_policy() -> None:
    text = (CHART / "files" / "internet.yaml").read_text(encoding="utf-8")
    again = "python -m docspasta.egress.addresses > charts/docspasta/files/internet.yaml"
    assert text == render_ranges(), f"run: {again}"


def test_the_rendered_policy_has_every_range() -> None:
    documents = yaml.safe_load_all((GOLDEN / "minimal.yaml").read_text(encoding="utf-8"))
    (policy,) = [
        one
        for one in documents
        if one and one["kind"] == "NetworkPolicy" and one["metadata"]["name"].endswith("-crawler")
    ]
    blocks = [
        to["ipBlock"] for rule in policy["spec"]["egress"] for to in rule.get("to", []) if "ipBlock" in to
    ]
    outside = {
        block["cidr"]: {ip_network(one) for one in block["except"]} for block in blocks if "except" in block
    }
    assert set(FORBIDDEN_V4) <= outside["0.0.0.0/0"]
    assert set(FORBIDDEN_V6) <= outside[str(GLOBAL_V6)]
