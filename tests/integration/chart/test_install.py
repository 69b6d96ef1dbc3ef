"""The commands of operations.md's installation, run as they are printed.

kubectl makes each object without a cluster (`--dry-run=client`), and what `helm install` would install is
rendered. tests/unit/test_operations.py looks at the words, test_dev_databases.py runs the statements.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from docspasta.doctor.settings import judge_settings
from tests.unit.chart import helm
from tests.unit.test_operations import COMMANDS, VALUES

CLUSTER = (helm.ROOT / "docs" / "cluster.md").read_text()

SHIMS = {
    # Without a cluster nothing can be applied: the object is kept instead.
    "kubectl": 'case " $* " in *" apply "*) cat > applied.json ;;'
    ' *) exec {kubectl} "$@" --dry-run=client -o json ;; esac',
    "helm": 'case "$1" in install) shift; exec {helm} template "$@" ;; test) echo "$@" ;; *) exit 9 ;; esac',
    "docker": 'shift 4; PYTHONPATH={root} exec {python} "$@"',  # run --rm IMAGE python …
    "docspasta": 'case "$1" in doctor) echo "$@" ;; *) exit 9 ;; esac',
    ".venv/bin/python": 'PYTHONPATH={root} exec {python} "$@"',
}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A directory that looks like a checkout after `make install`, with the programs in `bin`."""
    (tmp_path / "charts").symlink_to(helm.ROOT / "charts")
    (tmp_path / "my-values.yaml").write_text((helm.CHART / "ci" / "minimal.yaml").read_text())
    named = {"kubectl": helm.program("kubectl"), "helm": helm.program(), "python": sys.executable}
    for name, script in SHIMS.items():
        path = tmp_path / (name if "/" in name else f"bin/{name}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{script.format(root=helm.ROOT, **named)}\n")
        path.chmod(0o755)
    return tmp_path


def typed(command: str, checkout: Path) -> str:
    """What a command prints."""
    path = f"{checkout / 'bin'}:{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "-euc", command],
        cwd=checkout,
        env={**os.environ, "PATH": path, "KUBECONFIG": "/dev/null"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stderr}"
    return done.stdout


def test_the_printed_commands_install(checkout: Path) -> None:
    printed = {command: typed(command, checkout) for command in COMMANDS}
    secrets = [json.loads(out) for command, out in printed.items() if "create secret" in command]
    made = {
        one["metadata"]["name"]: one
        for one in (*secrets, json.loads((checkout / "applied.json").read_text()))
    }
    chart = helm.parse(next(out for command, out in printed.items() if command.startswith("helm install")))
    for name, pod in helm.pod_templates(chart):
        for container in helm.containers(pod):
            for variable in container.get("env", ()):
                if reference := variable.get("valueFrom", {}).get("secretKeyRef"):
                    one = made[reference["name"]]
                    assert reference["key"] in {**one.get("data", {}), **one.get("stringData", {})}, name
    assert {one["metadata"]["namespace"] for one in chart} == {"docspasta"}


def test_what_the_commands_make_is_whole_to_the_doctor(checkout: Path) -> None:
    """jobs' variables, out of the Secrets as the chart reads them."""
    for command in COMMANDS:
        if "identity.installation" in command:
            typed(command, checkout)
    keys = json.loads((checkout / "applied.json").read_text())["stringData"]
    given = {
        "DOCSPASTA_SEALING_KEY": keys[VALUES["keys"]["keys"]["sealing"]],
        "DOCSPASTA_TICKET_KEY": keys[VALUES["keys"]["keys"]["ticket"]],
        "DOCSPASTA_SIGNING_KEY": keys[VALUES["keys"]["keys"]["signing"]],
        "DOCSPASTA_IDENTITY_ISSUERS": keys[VALUES["keys"]["keys"]["issuers"]],
    }
    for command in COMMANDS:
        if "create secret" not in command:
            continue
        data = {
            k: base64.b64decode(v).decode() for k, v in json.loads(typed(command, checkout))["data"].items()
        }
        if "dsn" in data:
            given["DOCSPASTA_POSTGRES_DSN"] = data["dsn"]
            given["DOCSPASTA_POSTGRES_MAINTENANCE_DSN"] = data["maintenance-dsn"]
        else:
            given["DOCSPASTA_REDIS_URL"] = data["jobs-url"]
    assert [one.level for one in judge_settings(given)] == ["good"], judge_settings(given)


def test_the_trial_of_cluster_md_renders_with_the_keys_that_it_makes(checkout: Path) -> None:
    block = CLUSTER.split("```")[1].replace("\\\n", " ")
    wanted = ("docker run", "helm install")
    commands = [line for line in block.splitlines() if line.startswith(wanted)]
    assert len(commands) == 2
    out = [typed(command, checkout) for command in commands]
    kept = json.loads((checkout / "applied.json").read_text())
    chart = helm.parse(out[1])
    assert kept["metadata"]["name"] == "docspasta-keys"
    assert "docspasta-keys" not in {one["metadata"]["name"] for one in helm.of_kind(chart, "Secret")}
    assert "docspasta-keys" in out[1] and "the output of" not in out[1]
