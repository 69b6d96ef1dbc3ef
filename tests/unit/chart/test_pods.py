"""Every pod: restricted Pod Security, probes, resources, no token, enough time to drain."""

from __future__ import annotations

import math
import re
from typing import Any

import pytest

from tests.unit.chart import helm
from tests.unit.chart.pod_security import violations

SERVICES = ("gateway", "jobs", "crawler", "processor")
PUBLIC = ("DOCSPASTA_GATEWAY_PUBLIC_URL", "DOCSPASTA_TLS_KEY")  # an address, and a file's path
EVERY_POD = [
    pytest.param(pod, id=f"{profile}:{name}")
    for profile in helm.PROFILES
    for name, pod in helm.pod_templates(helm.rendered(profile))
]
DEPLOYMENTS = [
    pytest.param(one, id=f"{profile}:{one['metadata']['name']}")
    for profile in helm.PROFILES
    for one in helm.of_kind(helm.rendered(profile), "Deployment")
]


@pytest.mark.parametrize("pod", EVERY_POD)
def test_pod_security_is_restricted(pod: helm.Object) -> None:
    assert violations(pod["spec"]) == []


@pytest.mark.parametrize("pod", EVERY_POD)
def test_root_is_read_only_and_no_token_is_there(pod: helm.Object) -> None:
    assert all(c["securityContext"]["readOnlyRootFilesystem"] for c in helm.containers(pod))
    assert pod["spec"]["automountServiceAccountToken"] is False
    # Links of a Service named docspasta-… would read as settings (DOCSPASTA_…).
    assert pod["spec"]["enableServiceLinks"] is False


@pytest.mark.parametrize("pod", EVERY_POD)
def test_every_container_says_what_it_needs(pod: helm.Object) -> None:
    for container in helm.containers(pod):
        assert {"cpu", "memory"} <= container["resources"]["requests"].keys()
        assert "memory" in container["resources"]["limits"]


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_probes_ask_by_grpc_and_liveness_asks_no_database(deployment: helm.Object) -> None:
    container = deployment["spec"]["template"]["spec"]["containers"][0]
    health = next(port["containerPort"] for port in container["ports"] if port["name"] == "health")
    asked = {name: container[f"{name}Probe"]["grpc"] for name in ("startup", "readiness", "liveness")}
    assert {probe["port"] for probe in asked.values()} == {health}
    assert asked["readiness"]["service"] == "readiness"
    # `liveness` serves as long as the process runs (docspasta/serving/server.py).
    assert asked["liveness"]["service"] == asked["startup"]["service"] == "liveness"
    # A process listens after some seconds, and a probe before that would be a warning at each start.
    assert container["startupProbe"]["initialDelaySeconds"] >= 5


@pytest.mark.parametrize("pod", EVERY_POD)
def test_what_runs_for_long_has_probes(pod: helm.Object) -> None:
    if pod["spec"].get("restartPolicy") == "Never":
        return  # the migration and the test end by themselves, within activeDeadlineSeconds
    for container in pod["spec"]["containers"]:
        assert {"startupProbe", "readinessProbe", "livenessProbe"} <= container.keys()


@pytest.mark.parametrize("pod", EVERY_POD)
def test_a_busy_node_neither_ends_a_pod_nor_calls_it_sick(pod: helm.Object) -> None:
    """A program that a probe runs takes more than a second to start there: six of those end a Postgres."""
    for container in pod["spec"]["containers"]:
        probes = {name: probe for name, probe in container.items() if name.endswith("Probe")}
        assert "exec" not in probes.get("livenessProbe", {}), container["name"]
        assert all(probe["timeoutSeconds"] >= 3 for probe in probes.values()), container["name"]


@pytest.mark.parametrize("name", ["postgres", "redis"])
def test_the_one_database_of_a_trial_keeps_its_address(name: str) -> None:
    service = helm.named(helm.rendered("dev-databases"), "Service", f"-{name}")
    assert service["spec"]["publishNotReadyAddresses"] is True


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_grace_holds_sleep_and_drain(deployment: helm.Object) -> None:
    if deployment["metadata"]["name"].endswith("-operator"):
        return  # nobody calls it
    pod = deployment["spec"]["template"]["spec"]
    sleep = pod["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]
    headless = not deployment["metadata"]["name"].endswith(
        "-gateway"
    )  # found by DNS, whose answers live 30 s
    assert sleep >= (35 if headless else 5)
    assert pod["terminationGracePeriodSeconds"] >= sleep + 25


def test_grace_follows_the_setting() -> None:
    values = helm.merged(
        helm.profile("minimal"), {"settings": {"grace": 40}, "jobs": {"settings": {"grace": 90.5}}}
    )
    graces = {
        one["metadata"]["name"].rsplit("-", 1)[1]: one["spec"]["template"]["spec"][
            "terminationGracePeriodSeconds"
        ]
        for one in helm.of_kind(helm.render(values), "Deployment")
    }
    assert graces == {"gateway": 50, "jobs": 131, "crawler": 80, "processor": 80}


@pytest.mark.parametrize("pod", EVERY_POD)
def test_placement_spreads(pod: helm.Object) -> None:
    spread = pod["spec"].get("topologySpreadConstraints")
    if spread is None:
        return
    for row in spread:
        assert row["labelSelector"]["matchLabels"].items() <= pod["metadata"]["labels"].items()
    assert "affinity" in pod["spec"]


def test_services_spread_over_zone_and_host() -> None:
    for one in helm.of_kind(helm.rendered("minimal"), "Deployment"):
        pod = one["spec"]["template"]["spec"]
        keys = {row["topologyKey"] for row in pod["topologySpreadConstraints"]}
        assert keys == {"topology.kubernetes.io/zone", "kubernetes.io/hostname"}
        preferred = pod["affinity"]["podAntiAffinity"]["preferredDuringSchedulingIgnoredDuringExecution"]
        term = preferred[0]["podAffinityTerm"]
        assert term["topologyKey"] == "kubernetes.io/hostname"
        assert term["labelSelector"]["matchLabels"] == one["spec"]["selector"]["matchLabels"]


def test_one_of_each_asks_for_half_a_core_and_a_gibibyte() -> None:
    needs = [
        container["resources"]["requests"]
        for one in helm.of_kind(helm.rendered("minimal"), "Deployment")
        for container in one["spec"]["template"]["spec"]["containers"]
    ]
    assert len(needs) == 4
    assert math.fsum(cores(need["cpu"]) for need in needs) <= 0.5
    assert sum(mebibytes(need["memory"]) for need in needs) <= 1024


def test_a_pod_needs_no_more_to_wait_than_to_run() -> None:
    """An init container's request would otherwise raise the pod's."""
    for one in helm.of_kind(helm.rendered("minimal"), "Deployment"):
        pod = one["spec"]["template"]["spec"]
        running = pod["containers"][0]["resources"]["requests"]
        for container in pod.get("initContainers", ()):
            assert cores(container["resources"]["requests"]["cpu"]) <= cores(running["cpu"])
            assert mebibytes(container["resources"]["requests"]["memory"]) <= mebibytes(running["memory"])


def cores(text: str) -> float:
    return int(text[:-1]) / 1000 if text.endswith("m") else float(text)


def mebibytes(text: str) -> int:
    number, unit = re.fullmatch(r"(\d+)(Mi|Gi)", text).groups()  # type: ignore[union-attr]
    return int(number) * {"Mi": 1, "Gi": 1024}[unit]


@pytest.mark.parametrize("service", SERVICES)
def test_who_knows_which_secret(service: str) -> None:
    """The crawler, which touches the internet, holds neither Postgres nor the ticket key."""
    container = helm.named(helm.rendered("production"), "Deployment", f"-{service}")["spec"]["template"][
        "spec"
    ]["containers"][0]
    known = {row["name"] for row in container.get("env", ()) if "secretKeyRef" in row.get("valueFrom", {})}
    expected = {
        "gateway": {
            "DOCSPASTA_ANONYMOUS_KEY",
            "DOCSPASTA_BROWSER_KEY",
            "DOCSPASTA_LOGIN_CLIENT_SECRET",
        },
        "jobs": {
            "DOCSPASTA_POSTGRES_DSN",
            "DOCSPASTA_POSTGRES_MAINTENANCE_DSN",
            "DOCSPASTA_REDIS_URL",
            "DOCSPASTA_SIGNING_KEY",
            "DOCSPASTA_SEALING_KEY",
            "DOCSPASTA_TICKET_KEY",
        },
        "crawler": {"DOCSPASTA_REDIS_URL", "DOCSPASTA_SEALING_KEY"},
        "processor": {"DOCSPASTA_POSTGRES_DSN", "DOCSPASTA_REDIS_URL", "DOCSPASTA_TICKET_KEY"},
    }
    assert known == expected[service]
    assert not any(row.get("envFrom", [{}])[0].get("secretRef") for row in (container,))


def test_each_service_has_a_redis_user_of_its_own() -> None:
    keys = {
        row["valueFrom"]["secretKeyRef"]["key"]
        for one in helm.of_kind(helm.rendered("production"), "Deployment")
        for row in one["spec"]["template"]["spec"]["containers"][0].get("env", ())
        if row["name"] == "DOCSPASTA_REDIS_URL"
    }
    assert keys == {"jobs-url", "crawler-url", "processor-url"}


@pytest.mark.parametrize("profile", helm.PROFILES)
def test_no_secret_stands_in_a_config_map(profile: str) -> None:
    for one in helm.of_kind(helm.rendered(profile), "ConfigMap"):
        for name, value in one["data"].items():
            if name.startswith("DOCSPASTA_"):
                assert not re.search(r"_(DSN|URL|KEY|PASSWORD)$", name) or name in PUBLIC
            assert "PRIVATE KEY" not in value
            assert "://:" not in value


def test_jobs_and_processor_wait_for_the_migration_and_change_nothing() -> None:
    waiting = {
        one["metadata"]["name"].rsplit("-", 1)[1]: one["spec"]["template"]["spec"].get("initContainers", [])
        for one in helm.of_kind(helm.rendered("minimal"), "Deployment")
    }
    assert {name for name, found in waiting.items() if found} == {"jobs", "processor"}
    for name in ("jobs", "processor"):
        container = waiting[name][0]
        assert "--check" in container["command"]
        assert "DOCSPASTA_POSTGRES_OWNER_DSN" not in {row["name"] for row in container["env"]}


def test_numbers_are_written_as_people_write_them() -> None:
    data = helm.named(helm.rendered("everything"), "ConfigMap", "-jobs")["data"]
    assert data["DOCSPASTA_JOBS_MAX_PAGES"] == "1000000"
    assert data["DOCSPASTA_GRACE"] == "60"
    assert data["DOCSPASTA_FRONTIER_SHARDS"] == "32"


def test_the_process_reads_what_the_chart_writes() -> None:
    """Every variable of a ConfigMap is a setting of that process, and its value one it takes."""
    from docspasta import settings

    classes = {"gateway": settings.Gateway, "jobs": settings.Jobs, "crawler": settings.Crawler}
    classes["processor"] = settings.Processor  # type: ignore[assignment]
    for profile in helm.PROFILES:
        for service, cls in classes.items():
            data = helm.named(helm.rendered(profile), "ConfigMap", f"-{service}")["data"]
            given = {name.removeprefix("DOCSPASTA_").lower(): value for name, value in data.items()}
            known = set().union(*(one.model_fields for one in classes.values()))
            assert given.keys() <= known
            cls(**{name: value for name, value in given.items() if name in cls.model_fields})


def test_a_helm_test_that_succeeded_leaves_nothing() -> None:
    """Hooks are no part of the release: `helm uninstall` would leave them."""
    hooks = [one for one in helm.rendered("production") if "helm.sh/hook" in annotations(one)]
    assert {one["kind"] for one in hooks} >= {"ConfigMap", "Service", "Pod"}
    for one in hooks:
        assert "hook-succeeded" in annotations(one)["helm.sh/hook-delete-policy"], one["kind"]


def annotations(one: dict[str, Any]) -> dict[str, str]:
    found: dict[str, str] = one["metadata"].get("annotations") or {}
    return found
