"""Replicas: who says how many, and what is kept when pods are moved."""

from __future__ import annotations

import math

import pytest

from tests.unit.chart import helm

SERVICES = ("gateway", "jobs", "crawler", "processor")


@pytest.mark.parametrize("profile", helm.PROFILES)
def test_one_thing_sets_the_replicas(profile: str) -> None:
    """A Deployment that something scales has no `replicas`: an upgrade would reset it."""
    objects = helm.rendered(profile)
    scaled = {
        one["spec"]["scaleTargetRef"]["name"]
        for one in helm.of_kind(objects, "HorizontalPodAutoscaler", "ScaledObject")
    }
    assert not (helm.of_kind(objects, "HorizontalPodAutoscaler") and helm.of_kind(objects, "ScaledObject")), (
        "KEDA makes its own HPAs"
    )
    for one in helm.of_kind(objects, "Deployment"):
        assert ("replicas" in one["spec"]) is (one["metadata"]["name"] not in scaled)


def queries(profile: str) -> dict[str, dict[str, str]]:
    return {
        one["metadata"]["name"].rsplit("-", 1)[1]: one["spec"]["triggers"][0]["metadata"]
        for one in helm.of_kind(helm.rendered(profile), "ScaledObject")
    }


def test_each_scales_on_what_waits_for_it() -> None:
    found = queries("keda")
    assert set(found) == set(SERVICES)
    assert "docspasta_frontier_due_urls" in found["crawler"]["query"]
    assert 'docspasta_frontier_urls{namespace="docs",state="waiting"}' in found["processor"]["query"]
    assert found["gateway"]["query"] == 'sum(docspasta_subscribers{namespace="docs"})'
    assert found["jobs"]["query"] == 'sum(docspasta_watchers{namespace="docs"})'
    # A Prometheus that lost its targets must not look like an idle installation.
    assert {one["ignoreNullValues"] for one in found.values()} == {"false"}


def test_a_lost_prometheus_takes_no_replica_away() -> None:
    """The fewest replicas would end nineteen of twenty busy crawlers while nobody sees what they do."""
    for one in helm.of_kind(helm.rendered("keda"), "ScaledObject"):
        fallback = one["spec"]["fallback"]
        assert fallback["behavior"] == "currentReplicasIfHigher"
        assert fallback["replicas"] == one["spec"]["minReplicaCount"]


def test_a_shared_figure_is_not_added_up() -> None:
    """Every jobs replica reports the same frontier: a sum would scale with the replicas of jobs."""
    for service in ("crawler", "processor"):
        assert "sum(docspasta_frontier" not in queries("keda")[service]["query"]


@pytest.mark.parametrize(
    ("due", "taken", "replicas"),
    [
        (2, 2, 1),  # 10,000 URLs of one paced host: two could be taken, two are under way
        (0, 0, 1),
        (40, 8, 1),
        (200, 40, 5),
        (100_000, 640, 20),
    ],
)
def test_how_many_crawlers_that_gives(due: int, taken: int, replicas: int) -> None:
    """The HPA's arithmetic for an average value: ceil(metric / threshold), within bounds."""
    threshold = int(queries("keda")["crawler"]["threshold"])
    crawler = helm.named(helm.rendered("keda"), "ScaledObject", "-crawler")["spec"]
    wanted = math.ceil((due + taken) / threshold)
    assert min(max(wanted, crawler["minReplicaCount"]), crawler["maxReplicaCount"]) == replicas


def test_without_keda_cpu_and_memory_decide() -> None:
    found = helm.of_kind(helm.rendered("hpa"), "HorizontalPodAutoscaler")
    assert len(found) == 4
    for one in found:
        names = [row["resource"]["name"] for row in one["spec"]["metrics"]]
        assert names[0] == "cpu"
        assert ("memory" in names) is one["metadata"]["name"].endswith(("-gateway", "-jobs"))
        assert one["spec"]["behavior"]["scaleDown"]["stabilizationWindowSeconds"] == 300


@pytest.mark.parametrize("profile", helm.PROFILES)
def test_a_disruption_budget_only_where_more_than_one_runs(profile: str) -> None:
    """Over a single replica it would block every drain of a node."""
    objects = helm.rendered(profile)
    guarded = {one["metadata"]["name"] for one in helm.of_kind(objects, "PodDisruptionBudget")}
    fewest = {
        one["metadata"]["name"]: one["spec"].get("replicas", 0) for one in helm.of_kind(objects, "Deployment")
    }
    for one in helm.of_kind(objects, "HorizontalPodAutoscaler", "ScaledObject"):
        spec = one["spec"]
        fewest[spec["scaleTargetRef"]["name"]] = spec.get("minReplicas", spec.get("minReplicaCount"))
    assert guarded == {name for name, number in fewest.items() if number > 1}


def test_a_budget_may_be_declined() -> None:
    values = helm.merged(helm.profile("production"), {"jobs": {"podDisruptionBudget": {"enabled": False}}})
    names = {one["metadata"]["name"] for one in helm.of_kind(helm.render(values), "PodDisruptionBudget")}
    assert names == {f"rel-docspasta-{one}" for one in ("gateway", "crawler", "processor")}
