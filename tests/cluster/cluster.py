"""What the steps ask of a cluster: kubectl, helm, and where its parts are."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.unit.chart.helm import program

HOME = RELEASE = "docspasta"
SERVICES = ("gateway", "jobs", "crawler", "processor")
LONGEST = 300  # seconds that anything may take


class Failed(Exception):
    """A command that must succeed did not; the text is what it said."""


@dataclass(frozen=True)
class Cluster:
    """`directory` is where the scripts keep the cluster, and in `app` the checkout that its images hold."""

    directory: Path

    @property
    def charts(self) -> Path:
        return self.directory / "app" / "charts"

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "KUBECONFIG": str(self.directory / "run" / "admin.conf")}

    def run(self, *command: str, given: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            env=self.environment,
            input=given,
            capture_output=True,
            text=True,
            timeout=3 * LONGEST,
            check=False,
        )

    def must(self, *command: str, given: str = "") -> str:
        """What a command prints. Raises Failed with what it complains of."""
        done = self.run(*command, given=given)
        if done.returncode:
            raise Failed(f"{' '.join(command)}: {done.stdout[-600:]}{done.stderr[-1500:]}")
        return done.stdout

    def kubectl(self, *arguments: str, given: str = "") -> str:
        return self.must(program("kubectl"), *arguments, given=given)

    def ours(self, *arguments: str, given: str = "") -> str:
        """kubectl in the release's namespace."""
        return self.kubectl("-n", HOME, *arguments, given=given)

    def helm(self, *arguments: str) -> str:
        return self.must(program("helm"), *arguments)

    def found(self, *arguments: str) -> dict[str, Any]:
        """An object, or a list of objects, of the release's namespace."""
        whole: dict[str, Any] = json.loads(self.ours("get", *arguments, "-o", "json"))
        return whole

    def pods(self, component: str) -> list[dict[str, Any]]:
        """The running pods of a part of the release, those that end left out."""
        label = f"app.kubernetes.io/instance={RELEASE},app.kubernetes.io/component={component}"
        pods = self.found("pods", "-l", label, "--field-selector=status.phase=Running")["items"]
        return [pod for pod in pods if "deletionTimestamp" not in pod["metadata"]]

    def apply(self, *objects: dict[str, Any]) -> None:
        whole = {"apiVersion": "v1", "kind": "List", "items": list(objects)}
        self.kubectl("apply", "--server-side", "-f", "-", given=json.dumps(whole))

    def rolled_out(self) -> None:
        """Wait until every Deployment of the release runs what it should."""
        for service in SERVICES:
            self.ours("rollout", "status", f"deployment/{RELEASE}-{service}", f"--timeout={LONGEST}s")
