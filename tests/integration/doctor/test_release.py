"""`docspasta doctor --kube` with the official client against a recorded API server."""

from __future__ import annotations

import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from docspasta import doctor
from tests.integration.doctor.api_server import Cluster, component_of, healthy, serving, warning
from tests.unit.chart import helm


def told(cluster: Cluster) -> tuple[int, str]:
    """The exit status and what was said."""
    from kubernetes import client

    lines: list[str] = []
    with serving(cluster) as address:
        configuration = client.Configuration(host=address)
        status = doctor.run(
            kube=True,
            namespace=helm.NAMESPACE,
            release=helm.RELEASE,
            configuration=configuration,
            say=lines.append,
        )
    return status, "\n".join(lines)


@pytest.mark.parametrize("profile", ["production", "minimal", "hpa", "everything"])
def test_a_healthy_release_is_good(profile: str) -> None:
    cluster = healthy(profile)
    status, said = told(cluster)
    assert status == 0, said
    for name in ("crawler", "gateway", "jobs", "processor"):
        assert f"ok    {name}: " in said
    assert "ok    migration: " in said
    assert "0 wrong, 0 to note" in said


def fail_migration(cluster: Cluster) -> None:
    failed = {
        "type": "Failed",
        "status": "True",
        "reason": "BackoffLimitExceeded",
        "message": "too many tries",
    }
    cluster.of("Job", "migration")["status"] = {"failed": 7, "conditions": [failed]}


def unfinish_migration(cluster: Cluster) -> None:
    cluster.of("Job", "migration")["status"] = {"active": 1, "failed": 2}


def lose_key(cluster: Cluster) -> None:
    secret = next(one for one in cluster.objects if one["metadata"]["name"] == "docspasta-redis")
    del secret["data"]["crawler-url"]


def lose_secret(cluster: Cluster) -> None:
    cluster.objects = [one for one in cluster.objects if one["metadata"]["name"] != "docspasta-keys"]


def lose_deployment(cluster: Cluster) -> None:
    cluster.objects.remove(cluster.of("Deployment", "processor"))


def unready(cluster: Cluster) -> None:
    cluster.of("Deployment", "jobs")["status"]["readyReplicas"] = 1


def scale_to_zero(cluster: Cluster) -> None:
    cluster.of("Deployment", "crawler")["spec"]["replicas"] = 0


def stuck_rollout(cluster: Cluster) -> None:
    cluster.of("Deployment", "gateway")["status"]["conditions"][1] |= {
        "status": "False",
        "message": "ReplicaSet has timed out progressing.",
    }


def first_pod(cluster: Cluster, component: str) -> dict:
    return next(one for one in cluster.objects if one["kind"] == "Pod" and component_of(one) == component)


def no_image(cluster: Cluster) -> None:
    status = first_pod(cluster, "jobs")["status"]["containerStatuses"][0]
    status["state"] = {"waiting": {"reason": "ImagePullBackOff", "message": "Back-off pulling image"}}


def waiting_for_a_store(cluster: Cluster) -> None:
    """The new pod of an upgrade, beside the old replicas, all of which are ready."""
    first_pod(cluster, "jobs")["status"]["containerStatuses"][0] |= {"ready": False, "started": True}


def out_of_memory(cluster: Cluster) -> None:
    status = first_pod(cluster, "processor")["status"]["containerStatuses"][0]
    status["lastState"] = {"terminated": {"reason": "OOMKilled", "exitCode": 137}}


def unscheduled(cluster: Cluster) -> None:
    first_pod(cluster, "crawler")["status"]["conditions"][0] |= {
        "status": "False",
        "reason": "Unschedulable",
        "message": "0/3 nodes are available: 3 Insufficient memory.",
    }


def no_policy(cluster: Cluster) -> None:
    cluster.objects = [one for one in cluster.objects if one["kind"] != "NetworkPolicy"]


WRONGS: dict[str, tuple[Callable[[Cluster], None], str, str]] = {
    "migration failed": (fail_migration, "WRONG migration: rel-docspasta-migrate-", "too many tries"),
    "migration fails": (unfinish_migration, "WRONG migration: ", "has not finished (2 failures)"),
    "key missing": (
        lose_key,
        "WRONG secret docspasta-redis: has no key crawler-url",
        "the Secret has: jobs-url",
    ),
    "secret missing": (lose_secret, "WRONG secret docspasta-keys: does not exist", "Install"),
    "deployment missing": (lose_deployment, "WRONG processor: there is no Deployment for it", "helm list"),
    "not ready": (unready, "WRONG jobs: 1 of 2 replicas are ready", "kubectl describe pods"),
    "scaled to 0": (scale_to_zero, "WRONG crawler: is scaled to 0", "--replicas 1"),
    "rollout stuck": (stuck_rollout, "WRONG gateway: ReplicaSet has timed out", "kubectl rollout undo"),
    "no image": (no_image, "ImagePullBackOff: Back-off pulling image", "imagePullSecrets"),
    "not ready beside others": (waiting_for_a_store, "jobs: runs, but is not ready", "what it waits for"),
    "out of memory": (out_of_memory, "was killed because it ran out of memory", "resources.limits.memory"),
    "unscheduled": (unscheduled, "3 Insufficient memory", "nodeSelector"),
    "no policies": (no_policy, "WRONG network: no NetworkPolicy applies to crawler", "networkPolicy.enabled"),
}


@pytest.mark.parametrize("case", WRONGS)
def test_what_is_wrong_is_found(case: str) -> None:
    break_it, sentence, remedy = WRONGS[case]
    cluster = healthy()
    break_it(cluster)
    status, said = told(cluster)
    assert status == 1
    assert sentence in said
    assert remedy in said


def test_an_autoscaler_that_knows_nothing() -> None:
    cluster = healthy("hpa")
    cluster.of("HorizontalPodAutoscaler", "crawler")["status"] = {
        "currentReplicas": 8,
        "desiredReplicas": 8,
        "conditions": [
            {
                "type": "ScalingActive",
                "status": "False",
                "reason": "FailedGetResourceMetric",
                "message": "unable to fetch metrics from resource metrics API",
            }
        ],
    }
    status, said = told(cluster)
    assert status == 1
    assert "WRONG autoscaler rel-docspasta-crawler: unable to fetch metrics" in said
    assert "note  autoscaler rel-docspasta-crawler: runs at its maximum of 8" in said


def test_recent_warnings_are_told_and_old_ones_are_not() -> None:
    cluster = healthy()
    pod = first_pod(cluster, "jobs")
    cluster.objects.append(warning(pod, "Unhealthy", "Readiness probe failed: timeout"))
    old = datetime.now(UTC) - timedelta(hours=3)
    cluster.objects.append(warning(pod, "FailedMount", "long ago", old))
    foreign = {"kind": "Pod", "metadata": {"name": "somebody-elses"}}
    cluster.objects.append(warning(foreign, "BackOff", "not ours"))
    status, said = told(cluster)
    assert status == 0
    assert "note  event Unhealthy: " in said
    assert "long ago" not in said
    assert "not ours" not in said


def test_probes_that_failed_while_a_pod_started_are_no_news() -> None:
    """Kubernetes keeps such events for an hour; the pod is ready by now."""
    cluster = healthy()
    pod = first_pod(cluster, "jobs")
    moment = datetime.now(UTC)
    (ready,) = (one for one in pod["status"]["conditions"] if one["type"] == "Ready")
    ready["lastTransitionTime"] = (moment - timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M:%SZ")
    cluster.objects.append(warning(pod, "Unhealthy", "Startup failed", moment - timedelta(minutes=6)))
    assert "0 wrong, 0 to note" in told(cluster)[1]
    cluster.objects.append(warning(pod, "Unhealthy", "Readiness failed", moment - timedelta(minutes=1)))
    _, said = told(cluster)
    assert "Readiness failed" in said and "Startup failed" not in said


def test_an_upgrade_half_done() -> None:
    cluster = healthy()
    container = cluster.of("Deployment", "jobs")["spec"]["template"]["spec"]["containers"][0]
    container["image"] = "docspasta/docspasta:older"
    _, said = told(cluster)
    assert "note  migration: jobs runs docspasta/docspasta:older, the newest migration" in said


def test_what_may_not_be_read_is_said() -> None:
    cluster = healthy()
    cluster.forbidden = {"networkpolicies", "secrets"}
    status, said = told(cluster)
    assert status == 0
    assert "note  permissions: we may not read networkpolicies" in said
    assert "may not read secrets/docspasta-keys" in said


def test_secrets_are_asked_by_name_and_never_told() -> None:
    cluster = healthy()
    lose_key(cluster)
    _, said = told(cluster)
    assert "secrets" not in cluster.asked  # no list of all of them
    assert {"secrets/docspasta-keys", "secrets/docspasta-postgres"} <= set(cluster.asked)
    assert "top-secret" not in said
    assert "dG9wLXNlY3JldA" not in said


def test_the_charts_role_allows_what_is_asked() -> None:
    cluster = healthy()
    told(cluster)
    role = helm.named(helm.rendered("production"), "Role", "-doctor")
    for asked in set(cluster.asked):
        resource, _, name = asked.partition("/")
        verb = "get" if name else "list"
        assert any(
            resource in rule["resources"]
            and verb in rule["verbs"]
            and (not name or name in rule.get("resourceNames", [name]))
            for rule in role["rules"]
        ), asked


def test_no_cluster_is_a_sentence() -> None:
    from kubernetes import client

    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    lines: list[str] = []
    configuration = client.Configuration(host=f"http://127.0.0.1:{port}")
    configuration.retries = 0
    status = doctor.run(kube=True, configuration=configuration, say=lines.append)
    assert status == 2
    assert "the API server does not answer" in lines[0]
