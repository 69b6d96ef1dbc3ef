"""What a maintainer's tools read: versions that agree, workflows, templates, editor and container."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

import docspasta

ROOT = Path(__file__).parents[2]
GITHUB = sorted((ROOT / ".github").rglob("*.y*ml"))
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yaml"))
TARGETS = set(re.findall(r"(?m)^([a-z-]+):", (ROOT / "Makefile").read_text()))


def loaded(path: Path) -> Any:
    return yaml.safe_load(path.read_text())


def test_one_version_everywhere() -> None:
    """A release takes it from `docspasta.__version__`."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    chart = loaded(ROOT / "charts" / "docspasta" / "Chart.yaml")
    dockerfile = (ROOT / "deploy" / "Dockerfile").read_text()
    assert project["version"] == chart["appVersion"] == docspasta.__version__
    assert f"ARG VERSION={docspasta.__version__}\n" in dockerfile
    assert f"\n## {docspasta.__version__}" in (ROOT / "CHANGELOG.md").read_text()


@pytest.mark.parametrize("path", GITHUB, ids=lambda path: path.stem)
def test_github_files_are_yaml(path: Path) -> None:
    assert isinstance(loaded(path), dict)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_is_pinned_and_may_write_only_where_it_says(path: Path) -> None:
    workflow = loaded(path)
    assert workflow["permissions"] == {"contents": "read"}
    assert {True, "jobs"} <= set(workflow)  # YAML 1.1 reads the key `on` as true
    for name, job in workflow["jobs"].items():
        assert set(job.get("needs", [])) <= set(workflow["jobs"]) or job["needs"] in workflow["jobs"], name
        for step in job["steps"]:
            assert ("uses" in step) != ("run" in step), (name, step)
            assert re.fullmatch(r"[\w/-]+@v\d+\.\d+\.\d+", step.get("uses", "a/b@v1.0.0")), step
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False


def test_ci_runs_what_a_change_must_pass() -> None:
    steps = loaded(ROOT / ".github" / "workflows" / "ci.yaml")["jobs"]["all"]["steps"]
    assert steps[-1]["run"] == "bash .ci/run"
    said = re.findall(r"(?m)^make ([\w-]+)", (ROOT / ".ci" / "run").read_text())
    assert {"lint", "test", "test-full"} <= set(said) <= TARGETS


def test_a_release_builds_wheel_image_and_chart() -> None:
    workflow = loaded(ROOT / ".github" / "workflows" / "release.yaml")
    assert workflow[True] == {"push": {"tags": ["v*"]}}
    assert {"wheel", "image", "chart"} <= set(workflow["jobs"]["release"]["needs"])


def test_issue_forms_ask_for_something() -> None:
    forms = [path for path in GITHUB if path.parent.name == "ISSUE_TEMPLATE" and path.stem != "config"]
    assert len(forms) >= 3
    for path in forms:
        form = loaded(path)
        assert form["name"] and form["description"]
        identities = [field["id"] for field in form["body"]]
        assert len(identities) == len(set(identities)) > 0
        assert any(field.get("validations", {}).get("required") for field in form["body"])


def test_hooks_are_programs_of_the_environment() -> None:
    """Each is installed by a package that requirements-dev.txt locks."""
    programs = {"ruff": "ruff", "mypy": "mypy", "lint-imports": "import-linter", "buf": "buf-bin"}
    locked = (ROOT / "requirements-dev.txt").read_text()
    (local,) = loaded(ROOT / ".pre-commit-config.yaml")["repos"]
    assert local["repo"] == "local"
    for hook in local["hooks"]:
        program = hook["entry"].split()[0].removeprefix(".venv/bin/")
        assert re.search(rf"(?m)^{programs[program]}==", locked), hook


def test_the_devcontainer_prepares_by_make() -> None:
    container = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text())
    wanted = re.search(r"make ([\w -]+)$", container["postCreateCommand"])
    assert wanted and set(wanted[1].split()) <= TARGETS
    assert (ROOT / ".editorconfig").read_text().startswith("root = true\n")
