"""Every profile renders to objects that the Kubernetes API would take, strictly: no unknown field."""

from __future__ import annotations

import copy

import jsonschema
import kubernetes_validate
import pytest

from tests.unit.chart import helm
from tests.unit.chart.custom_resources import SCHEMAS

# The oldest API that the chart claims (Chart.yaml, kubeVersion) and the newest that the validator knows.
VERSIONS = ("1.30.0", "1.37.0")


def kubernetes_accepts(one: helm.Object, version: str) -> None:
    kubernetes_validate.validate(copy.deepcopy(one), version, strict=True)


@pytest.mark.parametrize("profile", helm.PROFILES)
@pytest.mark.parametrize("version", VERSIONS)
def test_every_object_is_valid(profile: str, version: str) -> None:
    for one in helm.rendered(profile):
        custom = SCHEMAS.get((one["apiVersion"], one["kind"]))
        if custom:
            jsonschema.validate(one, custom)
        else:
            kubernetes_accepts(one, version)


def test_the_check_sees_an_unknown_field() -> None:
    deployment = copy.deepcopy(helm.named(helm.rendered("minimal"), "Deployment", "-jobs"))
    deployment["spec"]["template"]["spec"]["containers"][0]["readynessProbe"] = {}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_accepts(deployment, VERSIONS[0])


def test_the_check_sees_an_unknown_field_of_a_custom_resource() -> None:
    scaled = copy.deepcopy(helm.named(helm.rendered("keda"), "ScaledObject", "-crawler"))
    scaled["spec"]["maxReplicas"] = 3
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(scaled, SCHEMAS[(scaled["apiVersion"], scaled["kind"])])


@pytest.mark.parametrize("profile", helm.PROFILES)
def test_lint_is_clean(profile: str) -> None:
    said = helm.run("lint", "--strict", ".", "-f", f"ci/{profile}.yaml")
    assert "[WARNING]" not in said
    assert "[ERROR]" not in said


@pytest.mark.parametrize("profile", helm.PROFILES)
def test_names_are_unique_and_short(profile: str) -> None:
    names = [(one["kind"], one["metadata"]["name"]) for one in helm.rendered(profile)]
    assert len(names) == len(set(names))
    assert all(len(name) <= 63 for _, name in names)


def test_long_release_names_stay_legal() -> None:
    objects = helm.render({**helm.profile("everything"), "fullnameOverride": "a" * 60})
    assert all(len(one["metadata"]["name"]) <= 63 for one in objects)


@pytest.mark.parametrize("profile", helm.PROFILES)
def test_everything_lives_in_the_releases_namespace(profile: str) -> None:
    objects = [one for one in helm.rendered(profile) if not one["kind"].startswith("Cluster")]
    assert {one["metadata"]["namespace"] for one in objects} == {helm.NAMESPACE}


@pytest.mark.parametrize("profile", helm.PROFILES)
def test_services_reach_containers(profile: str) -> None:
    """Each Service's selector finds a pod that has its port."""
    pods = [pod for _, pod in helm.pod_templates(helm.rendered(profile))]
    for service in helm.of_kind(helm.rendered(profile), "Service"):
        chosen = [
            pod for pod in pods if service["spec"]["selector"].items() <= pod["metadata"]["labels"].items()
        ]
        assert chosen, service["metadata"]["name"]
        ports = {port["name"] for pod in chosen for c in helm.containers(pod) for port in c.get("ports", ())}
        assert {port["targetPort"] for port in service["spec"]["ports"]} <= ports


@pytest.mark.parametrize("profile", helm.PROFILES)
def test_what_a_pod_mounts_or_reads_exists(profile: str) -> None:
    """ConfigMaps and Secrets that pods name are made by the chart or named in the values."""
    objects = helm.rendered(profile)
    made = {(one["kind"], one["metadata"]["name"]) for one in helm.of_kind(objects, "ConfigMap", "Secret")}
    made |= {("Secret", one["spec"]["secretName"]) for one in helm.of_kind(objects, "Certificate")}
    values = helm.profile(profile)
    made |= {("Secret", values.get(w, {}).get("existingSecret")) for w in ("postgres", "redis", "keys")}
    made |= {("Secret", values.get("tests", {}).get("apiKeySecret")), ("ConfigMap", "trusted-cas")}
    made |= {("ConfigMap", "kube-root-ca.crt")}  # every namespace has it
    for name, pod in helm.pod_templates(objects):
        assert referenced(pod) <= made, name


def referenced(pod: helm.Object) -> set[tuple[str, str]]:
    found = set()
    for volume in pod["spec"].get("volumes", ()):
        if "configMap" in volume:
            found.add(("ConfigMap", volume["configMap"]["name"]))
        if "secret" in volume:
            found.add(("Secret", volume["secret"]["secretName"]))
    for container in helm.containers(pod):
        found |= {("ConfigMap", row["configMapRef"]["name"]) for row in container.get("envFrom", ())}
        for variable in container.get("env", ()):
            if reference := variable.get("valueFrom", {}).get("secretKeyRef"):
                found.add(("Secret", reference["name"]))
    return found
