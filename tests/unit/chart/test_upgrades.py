"""An upgrade changes no field that Kubernetes refuses to change; a render is repeatable."""

from __future__ import annotations

import re
import shutil
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from tests.unit.chart import helm

FORBIDDEN = re.compile(r"\b(rand\w*|gen[A-Z]\w*|now|lookup|uuidv4|htpasswd|date\w*|ago|getHostByName)\b")
ACTION = re.compile(r"\{\{.*?\}\}", re.DOTALL)


def test_no_template_asks_chance_the_clock_or_the_cluster() -> None:
    for path in (helm.CHART / "templates").rglob("*"):
        if path.is_file():
            for action in ACTION.findall(path.read_text()):
                code = re.sub(r'"[^"]*"|/\*.*?\*/', "", action, flags=re.DOTALL)
                assert not FORBIDDEN.search(code), (path.name, action)


@pytest.mark.parametrize("profile", helm.PROFILES)
def test_rendered_twice_the_bytes_are_the_same(profile: str) -> None:
    assert helm.text(helm.profile(profile)) == helm.profile_text(profile)


def immutable(objects: list[helm.Object]) -> dict[tuple[str, str], Any]:
    """What can't be changed on a living object."""
    found: dict[tuple[str, str], Any] = {}
    for one in objects:
        key, spec = (one["kind"], one["metadata"]["name"]), one.get("spec", {})
        match one["kind"]:
            case "Deployment":
                found[key] = spec["selector"]
            case "StatefulSet":
                found[key] = (spec["selector"], spec["serviceName"], spec["volumeClaimTemplates"])
            case "Service":
                found[key] = (spec.get("clusterIP"), spec["selector"])
            case "PodDisruptionBudget":
                found[key] = spec["selector"]
            case "RoleBinding":
                found[key] = one["roleRef"]
            case "Job":
                found[key] = spec["template"]
    return found


CHANGES: dict[str, helm.Object] = {
    "a new image": {"image": {"tag": "9.9.9"}},
    "labels for all": {"commonLabels": {"team": "new"}, "podLabels": {"example.org/a": "b"}},
    "settings": {"settings": {"log_level": "debug", "grace": 60}},
    "more replicas": {"jobs": {"replicas": 5}},
    "scaling": {"crawler": {"autoscaling": {"enabled": True}}},
    "mTLS": {"mtls": {"enabled": True}},
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("profile", ["minimal", "dev-databases"])
def test_selectors_are_stable(profile: str, change: str) -> None:
    before = immutable(list(helm.rendered(profile)))
    after = immutable(helm.render(helm.merged(helm.profile(profile), CHANGES[change]), "--is-upgrade"))
    same = before.keys() & after.keys()
    assert {key for key in before if key[0] != "Job"} <= same
    assert {key: before[key] for key in same} == {key: after[key] for key in same}


def test_a_new_chart_version_is_an_upgrade_like_any_other(tmp_path: Path) -> None:
    newer = tmp_path / "docspasta"
    shutil.copytree(helm.CHART, newer)
    manifest = newer / "Chart.yaml"
    manifest.write_text(manifest.read_text().replace("version: 0.1.0", "version: 0.2.0"))
    before = immutable(list(helm.rendered("dev-databases")))
    after = immutable(helm.parse(helm.text(helm.profile("dev-databases"), chart=newer)))
    assert before == after  # the migration Job too: nothing that it runs has changed


def job_name(*layers: helm.Object) -> str:
    objects = helm.render(helm.merged(helm.profile("minimal"), *layers))
    name: str = helm.of_kind(objects, "Job")[0]["metadata"]["name"]
    return name


@pytest.mark.parametrize(
    "change",
    [
        {"image": {"tag": "9.9.9"}},
        {"image": {"digest": "sha256:" + "0" * 64}},
        {"extraEnv": [{"name": "A", "value": "b"}]},
        {"migration": {"podAnnotations": {"a": "b"}}},
        {"migration": {"activeDeadlineSeconds": 10}},
        {"postgres": {"existingSecret": "another"}},
        {"podSecurity": {"runAsUser": 12345}},
        {"commonLabels": {"a": "b"}},
    ],
)
def test_a_changed_migration_is_a_new_job(change: helm.Object) -> None:
    """A Job's template is immutable: the same name with another template would fail the upgrade."""
    assert job_name(change) != job_name()


def test_what_does_not_touch_the_migration_leaves_its_job() -> None:
    assert job_name({"jobs": {"replicas": 7}, "settings": {"log_level": "debug"}}) == job_name()
    assert re.fullmatch(r"rel-docspasta-migrate-[0-9a-f]{8}", job_name())


def test_the_revision_changes_nothing() -> None:
    """Under Argo CD the revision is always 1."""
    values = helm.profile("minimal")
    assert helm.text(values) == helm.text(values, "--is-upgrade")


def test_the_migration_is_no_hook() -> None:
    job = helm.of_kind(helm.rendered("minimal"), "Job")[0]
    assert "annotations" not in job["metadata"]


def checksums(values: helm.Object) -> dict[str, dict[str, str]]:
    found = {}
    for one in helm.of_kind(helm.render(values), "Deployment"):
        notes = one["spec"]["template"]["metadata"]["annotations"]
        found[one["metadata"]["name"].rsplit("-", 1)[1]] = {
            key: value for key, value in notes.items() if key.startswith("checksum/")
        }
    return found


def changed(first: helm.Object, second: helm.Object) -> set[str]:
    one, other = checksums(first), checksums(second)
    return {service for service in one if one[service] != other[service]}


def test_a_changed_setting_restarts_who_reads_it() -> None:
    base = helm.profile("minimal")
    crawler = {"crawler": {"settings": {"crawler_fetches": 9}}}
    assert changed(base, helm.merged(base, crawler)) == {"crawler"}
    assert changed(base, helm.merged(base, {"settings": {"log_level": "debug"}})) == {
        "gateway",
        "jobs",
        "crawler",
        "processor",
    }


@pytest.mark.parametrize(
    ("key", "restarted"),
    [
        ("signing", {"jobs"}),
        ("sealing", {"jobs", "crawler"}),
        ("ticket", {"jobs", "processor"}),
        ("anonymous", {"gateway"}),
    ],
)
def test_a_changed_secret_restarts_who_reads_it(key: str, restarted: set[str]) -> None:
    base = helm.profile("dev-databases")
    another = f"{helm.KEYS[key]}\nanother" if "KEY" in helm.KEYS[key] else b64encode(b"2" * 32).decode()
    assert changed(base, helm.merged(base, {"keys": {key: another}})) == restarted
