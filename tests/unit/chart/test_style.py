"""Checks of the kind that kube-score and checkov make, over every profile; each exception says why.

A check is a function of one object (and all of its profile) that yields complaints.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.unit.chart import helm

Check = Callable[[helm.Object, tuple[helm.Object, ...]], Iterator[str]]


def pod_of(one: helm.Object) -> helm.Object | None:
    if one["kind"] in ("Deployment", "StatefulSet", "Job"):
        template: helm.Object = one["spec"]["template"]
        return template
    return one if one["kind"] == "Pod" else None


def each_container(one: helm.Object) -> Iterator[helm.Object]:
    pod = pod_of(one)
    if pod is not None:
        yield from helm.containers(pod)


def image_is_pinned(one: helm.Object, _: Any) -> Iterator[str]:
    for c in each_container(one):
        name = c["image"].rsplit("/", 1)[-1]
        if "@sha256:" not in name and (":" not in name or name.endswith(":latest")):
            yield c["name"]


def image_is_pulled_always(one: helm.Object, _: Any) -> Iterator[str]:
    for c in each_container(one):
        if c["imagePullPolicy"] != "Always":
            yield c["name"]


def cpu_is_limited(one: helm.Object, _: Any) -> Iterator[str]:
    for c in each_container(one):
        if "cpu" not in c["resources"]["limits"]:
            yield c["name"]


def memory_is_limited(one: helm.Object, _: Any) -> Iterator[str]:
    for c in each_container(one):
        if "memory" not in c["resources"]["limits"]:
            yield c["name"]


def ephemeral_storage_is_bounded(one: helm.Object, _: Any) -> Iterator[str]:
    pod = pod_of(one)
    for volume in pod["spec"].get("volumes", ()) if pod else ():
        if "emptyDir" in volume and "sizeLimit" not in volume["emptyDir"]:
            yield volume["name"]


def user_is_high(one: helm.Object, _: Any) -> Iterator[str]:
    pod = pod_of(one)
    if pod and pod["spec"]["securityContext"]["runAsUser"] < 10000:
        yield "uid below 10000"


def liveness_is_not_readiness(one: helm.Object, _: Any) -> Iterator[str]:
    for c in each_container(one):
        live, ready = c.get("livenessProbe"), c.get("readinessProbe")
        if (
            live
            and ready
            and {k: live.get(k) for k in ("grpc", "httpGet", "exec", "tcpSocket")}
            == {k: ready.get(k) for k in ("grpc", "httpGet", "exec", "tcpSocket")}
        ):
            yield c["name"]


def account_is_its_own(one: helm.Object, _: Any) -> Iterator[str]:
    pod = pod_of(one)
    if pod and pod["spec"].get("serviceAccountName", "default") == "default":
        yield "default service account"


def secrets_are_not_plain(one: helm.Object, _: Any) -> Iterator[str]:
    for c in each_container(one):
        for row in c.get("env", ()):
            if "value" in row and any(word in row["name"] for word in ("KEY", "PASSWORD", "TOKEN", "DSN")):
                yield row["name"]


def pods_are_under_policies(one: helm.Object, objects: tuple[helm.Object, ...]) -> Iterator[str]:
    pod = pod_of(one)
    if pod is None:
        return
    for direction in ("Ingress", "Egress"):
        if not any(
            direction in policy["spec"]["policyTypes"]
            and policy["spec"]["podSelector"]["matchLabels"].items() <= pod["metadata"]["labels"].items()
            for policy in helm.of_kind(objects, "NetworkPolicy")
        ):
            yield f"no policy for {direction}"


def labels_are_the_recommended(one: helm.Object, _: Any) -> Iterator[str]:
    wanted = ("name", "instance", "component", "part-of", "version", "managed-by")
    for word in wanted:
        if f"app.kubernetes.io/{word}" not in one["metadata"]["labels"]:
            yield word


def api_is_stable(one: helm.Object, _: Any) -> Iterator[str]:
    if "alpha" in one["apiVersion"] or "beta" in one["apiVersion"]:
        yield one["apiVersion"]


def rights_are_narrow(one: helm.Object, _: Any) -> Iterator[str]:
    if one["kind"] in ("ClusterRole", "ClusterRoleBinding"):
        yield "reaches beyond the namespace"
    if one["kind"] == "Role":
        for rule in one["rules"]:
            if set(rule["verbs"]) - {"get", "list"} or "*" in (*rule["resources"], *rule["apiGroups"]):
                yield f"may more than read: {rule}"
            if "secrets" in rule["resources"] and not rule.get("resourceNames"):
                yield "reads every Secret"


def replicas_are_more_than_one(one: helm.Object, _: Any) -> Iterator[str]:
    if one["kind"] == "Deployment" and one["spec"].get("replicas", 2) < 2:
        yield "one replica"


def service_is_not_open(one: helm.Object, _: Any) -> Iterator[str]:
    if one["kind"] == "Service" and one["spec"].get("type") in ("NodePort", "LoadBalancer"):
        yield one["spec"]["type"]


CHECKS: list[Check] = [
    image_is_pinned,
    image_is_pulled_always,
    cpu_is_limited,
    memory_is_limited,
    ephemeral_storage_is_bounded,
    user_is_high,
    liveness_is_not_readiness,
    account_is_its_own,
    secrets_are_not_plain,
    pods_are_under_policies,
    labels_are_the_recommended,
    api_is_stable,
    rights_are_narrow,
    replicas_are_more_than_one,
    service_is_not_open,
]

# (check, kind, end of the name; '' for all) -> why it may stay so.
EXCEPTIONS: dict[tuple[str, str, str], str] = {
    ("image_is_pulled_always", "", ""): "tags are versions and digests never move; Always makes the registry "
    "a part of every restart (image.pullPolicy)",
    ("cpu_is_limited", "", ""): "a CPU limit throttles a process that shares an idle core with nobody; the "
    "requests decide when the core is full",
    ("user_is_high", "StatefulSet", "-postgres"): "the official image's own user, 999, owns its files",
    ("user_is_high", "StatefulSet", "-redis"): "the official image's own user, 999, owns its files",
    ("account_is_its_own", "StatefulSet", ""): "a trial database; its pod holds no token",
    ("account_is_its_own", "Pod", "-test"): "the test's pod holds no token",
    ("api_is_stable", "ScaledObject", ""): "KEDA has no other version",
    ("replicas_are_more_than_one", "Deployment", ""): "the default is a small installation; "
    "ci/production.yaml runs two of each (tested below)",
    (
        "rights_are_narrow",
        "ClusterRole",
        "-operator",
    ): "it follows resources of all namespaces; its rights are "
    "held to a list in test_operator.py, and operator.namespaces makes them Roles",
    ("rights_are_narrow", "ClusterRoleBinding", "-operator"): "likewise",
    ("rights_are_narrow", "Role", "-operator-lease"): "it renews a Lease",
    ("service_is_not_open", "Service", "-gateway"): "only when service.type says so (ci/everything.yaml)",
}


def excused(check: str, one: helm.Object) -> bool:
    return any(
        name == check and kind in ("", one["kind"]) and one["metadata"]["name"].endswith(suffix)
        for name, kind, suffix in EXCEPTIONS
    )


@pytest.mark.parametrize("profile", helm.PROFILES)
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_style(check: Check, profile: str) -> None:
    objects = helm.rendered(profile)
    complaints = {
        f"{one['kind']}/{one['metadata']['name']}: {text}"
        for one in objects
        if not excused(check.__name__, one)
        for text in check(one, objects)
    }
    assert complaints == set()


@pytest.mark.parametrize("exception", EXCEPTIONS, ids=str)
def test_every_exception_is_needed(exception: tuple[str, str, str]) -> None:
    name, kind, suffix = exception
    check = next(one for one in CHECKS if one.__name__ == name)
    assert any(
        list(check(one, helm.rendered(profile)))
        for profile in helm.PROFILES
        for one in helm.rendered(profile)
        if kind in ("", one["kind"]) and one["metadata"]["name"].endswith(suffix)
    )


def test_production_runs_two_of_each() -> None:
    for one in helm.of_kind(helm.rendered("production"), "Deployment"):
        assert one["spec"]["replicas"] == 2
        assert list(replicas_are_more_than_one(one, ())) == []
