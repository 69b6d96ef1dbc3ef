"""The check itself refuses what the standard refuses."""

from __future__ import annotations

import copy

import pytest

from tests.unit.chart import helm
from tests.unit.chart.pod_security import violations


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("hostNetwork",), True),
        (("securityContext", "runAsNonRoot"), None),
        (("containers", 0, "securityContext", "privileged"), True),
        (("containers", 0, "securityContext", "allowPrivilegeEscalation"), None),
        (("containers", 0, "securityContext", "capabilities"), {"drop": ["ALL"], "add": ["NET_ADMIN"]}),
        (("containers", 0, "securityContext", "capabilities"), {}),
        (("containers", 0, "securityContext", "runAsUser"), 0),
        (("containers", 0, "ports"), [{"containerPort": 1, "hostPort": 1}]),
        (("volumes",), [{"name": "root", "hostPath": {"path": "/"}}]),
    ],
)
def test_a_violation_is_seen(path: tuple[str | int, ...], value: object) -> None:
    spec = copy.deepcopy(
        helm.named(helm.rendered("minimal"), "Deployment", "-jobs")["spec"]["template"]["spec"]
    )
    assert violations(spec) == []
    place = spec
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    if path[-1] == "runAsNonRoot":
        for container in helm.containers({"spec": spec}):
            del container["securityContext"]["runAsNonRoot"]
    assert violations(spec)
