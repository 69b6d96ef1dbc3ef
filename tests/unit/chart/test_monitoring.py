"""Dashboards, alerts and docs speak of metrics that exist, and of all of them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from prometheus_client import REGISTRY

from docspasta.telemetry import metrics
from tests.e2e.drain import queries
from tests.unit.chart import helm

OWN = re.compile(r"\bdocspasta_[a-z_]+")
SUFFIXES = ("_total", "_bucket", "_count", "_sum")
DOCS = helm.ROOT / "docs"
# What may be a label, and which of its values may not grow with the data.
LABELS = {
    "how",
    "state",
    "reason",
    "stage",
    "queue",
    "cause",
    "outcome",
    "stream",
    "process",
    "version",
    "method",
    "code",
    "pool",
}


def families() -> dict[str, str]:
    """Our metric families: name as exported -> type."""
    assert metrics.rpcs is not None  # importing it registers them
    found = {}
    for family in REGISTRY.collect():
        if family.name.startswith("docspasta_"):
            found[family.name + ("_total" if family.type == "counter" else "")] = family.type
    return found


def family_of(name: str) -> str:
    known = families()
    if name in known:
        return name
    for suffix in SUFFIXES[1:]:
        if name.removesuffix(suffix) in known and known[name.removesuffix(suffix)] == "histogram":
            return name.removesuffix(suffix)
    return ""


def documented() -> set[str]:
    text = (DOCS / "metrics.md").read_text()
    return set(re.findall(r"^\| `(docspasta_[a-z_]+)` \|", text, re.MULTILINE))


def test_every_metric_is_documented_and_none_else() -> None:
    assert documented() == set(families())


def test_types_and_labels_are_documented() -> None:
    text = (DOCS / "metrics.md").read_text()
    rows = dict(re.findall(r"^\| `(docspasta_[a-z_]+)` \| (\w+) \|", text, re.MULTILINE))
    assert rows == families()


def test_labels_are_few_and_closed() -> None:
    for collector in list(REGISTRY._collector_to_names):
        name = getattr(collector, "_name", "")
        if name.startswith("docspasta_"):
            assert set(collector._labelnames) <= LABELS, name


@pytest.mark.parametrize("query", queries.everything(), ids=lambda query: query.where)
def test_queries_ask_for_metrics_that_exist(query: queries.Query) -> None:
    named = OWN.findall(query.text)
    for name in named:
        assert family_of(name), name
        # A counter by its rate, a histogram by its buckets: never the other way round.
        if families()[family_of(name)] == "counter":
            assert re.search(rf"(rate|increase)\({name}\b", query.text), query.text


@pytest.mark.parametrize("query", queries.everything(), ids=lambda query: query.where)
def test_figures_of_the_whole_are_not_added_up(query: queries.Query) -> None:
    """Every jobs replica reports them."""
    for name in OWN.findall(query.text):
        if (
            re.match(r"docspasta_(jobs(_|$|\{)|frontier_|queue_age|pages_waiting)", name)
            and "ended" not in name
        ):
            assert f"sum({name}" not in query.text
            assert re.search(rf"max(?: by \([a-z, ]+\))? ?\({name}", query.text), query.text


@pytest.mark.parametrize("rule", queries.rules(), ids=lambda rule: rule["alert"])
def test_every_alert_has_a_runbook_and_a_sentence(rule: helm.Object) -> None:
    headings = re.findall(r"^### (\w+)$", (DOCS / "operations.md").read_text(), re.MULTILINE)
    anchor = rule["annotations"]["runbook_url"].partition("#")[2]
    assert anchor in [heading.lower() for heading in headings]
    assert anchor == rule["alert"].lower()
    assert rule["labels"]["severity"] in ("info", "warning", "critical")
    assert rule["annotations"]["summary"].endswith((".", "; more of theirs wait."))


def test_no_runbook_is_left_over() -> None:
    section = (DOCS / "operations.md").read_text().partition("## Alerts")[2]
    assert set(re.findall(r"^### (\w+)$", section, re.MULTILINE)) == {
        rule["alert"] for rule in queries.rules()
    }


def test_what_the_issue_asks_for_is_alerted() -> None:
    named = " ".join(rule["alert"] for rule in queries.rules())
    for word in (
        "JobsStuck",
        "PagesFailing",
        "QueueOld",
        "LeasesLost",
        "StreamsRefused",
        "PoolNearlyFull",
        "VersionLockContention",
        "Certificate",
        "StreamsNearlyFull",
        "RunningJobsNearLimit",
        "TicketsRefused",
    ):
        assert word in named


def test_alerts_stand_in_the_rule_as_they_are_written() -> None:
    spec = helm.of_kind(helm.rendered("production"), "PrometheusRule")[0]["spec"]
    rendered = spec["groups"][0]["rules"]
    assert [rule["alert"] for rule in rendered] == [rule["alert"] for rule in queries.rules()]
    assert [rule["expr"] for rule in rendered] == [rule["expr"] for rule in queries.rules()]
    urls = {rule["annotations"]["runbook_url"].partition("#")[0] for rule in rendered}
    assert urls == {"https://runbooks.example.org/docspasta"}
    assert "{{ $value }}" in rendered[0]["annotations"]["summary"]
    assert "SELECTOR" not in yaml.safe_dump(spec)


@pytest.mark.parametrize(
    "path", sorted((helm.CHART / "dashboards").glob("*.json")), ids=lambda path: path.stem
)
def test_dashboards_are_whole(path: Path) -> None:
    board = json.loads(path.read_text())
    assert board["uid"] == path.stem
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])
    for panel in board["panels"]:
        assert panel["title"]
        assert panel["description"].endswith(".")
        assert panel["targets"]
        assert panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24
        for target in panel["targets"]:
            assert 'namespace=~"$namespace"' in target["expr"]
    # deploy/dashboards is the same directory.
    assert (helm.ROOT / "deploy" / "dashboards" / path.name).read_bytes() == path.read_bytes()


def test_dashboards_reach_their_config_maps_unchanged() -> None:
    for path in (helm.CHART / "dashboards").glob("*.json"):
        made = helm.named(
            helm.rendered("production"), "ConfigMap", f"-dashboard-{path.stem.removeprefix('docspasta-')}"
        )
        assert made["data"] == {path.name: path.read_text()}
        assert made["metadata"]["labels"]["grafana_dashboard"] == "1"


def test_promtool_takes_the_rules(tmp_path: Path) -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not on this machine (Debian's package prometheus has it)")
    file = tmp_path / "rules.yaml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "docspasta", "rules": queries.rules()}]}))
    done = subprocess.run(
        [promtool, "check", "rules", str(file)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr + done.stdout
