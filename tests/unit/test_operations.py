"""The commands of docs/operations.md's installation: complete, and about names that exist."""

from __future__ import annotations

import importlib.util
import re
from typing import Any

import pytest
import yaml

from docspasta.queues.acl import SERVICES
from tests.unit.chart import helm

TEXT = (helm.ROOT / "docs" / "operations.md").read_text()
INSTALL = TEXT[TEXT.index("## Install") : TEXT.index("## Upgrade")]
FENCES = [text for kind, text in re.findall(r"(?ms)^ *```(\w*)\n(.*?)^ *```$", INSTALL) if not kind]
COMMANDS = [line.strip() for fence in FENCES for line in fence.replace("\\\n", " ").splitlines()]
VALUES: dict[str, Any] = yaml.safe_load((helm.CHART / "values.yaml").read_text())


def test_there_are_commands() -> None:
    assert len(COMMANDS) >= 7


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_names_its_namespace(command: str) -> None:
    for part in command.split(" | "):
        if re.match(r"kubectl |helm ", part):
            assert " -n docspasta" in part or part == "kubectl create namespace docspasta"
        if module := re.search(r"python -m (\S+)", part):
            assert importlib.util.find_spec(module[1])
        if re.match(r"docspasta doctor", part):
            assert "--namespace docspasta" in part


def test_secrets_have_the_keys_that_the_chart_reads() -> None:
    for kind in ("postgres", "redis"):
        (command,) = [one for one in COMMANDS if f"secret generic docspasta-{kind} " in one]
        assert set(re.findall(r"--from-literal=([\w-]+)=", command)) == set(VALUES[kind]["keys"].values())
    (command,) = [one for one in COMMANDS if "docspasta-redis" in one]
    assert set(re.findall(r"rediss://([\w-]+):", command)) == {rule.name for rule in SERVICES.values()}


def test_values_that_the_text_names_are_the_charts() -> None:
    """`a.b` of a top-level value is a value; settings are those of docs/settings.md."""
    tops = "|".join(VALUES)
    for name in set(re.findall(rf"`((?:{tops})(?:\.\w+)+)", TEXT)):
        value: Any = VALUES
        for part in name.split("."):
            if part in ("settings",) or value is None:
                break
            assert part in value, name
            value = value[part]
