"""Reads a release with the official client (the extra `docspasta[kubernetes]`): objects as plain dicts.

Secrets are read by name, and only the names of their keys are kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Object = dict[str, Any]


@dataclass
class Release:
    """A release as it is in the cluster. `forbidden` lists the kinds that we may not read."""

    name: str
    namespace: str
    deployments: list[Object] = field(default_factory=list)
    jobs: list[Object] = field(default_factory=list)
    autoscalers: list[Object] = field(default_factory=list)
    budgets: list[Object] = field(default_factory=list)
    policies: list[Object] = field(default_factory=list)
    pods: list[Object] = field(default_factory=list)
    events: list[Object] = field(default_factory=list)
    secrets: dict[str, set[str] | None] = field(default_factory=dict)  # key names; None: no such Secret
    forbidden: list[str] = field(default_factory=list)


def read_release(name: str, namespace: str, configuration: Any = None) -> Release:
    """Read everything. `configuration` is the client's; None: the kubeconfig or the pod's own account.

    Raises OSError and the client's ApiException if the API server does not answer.
    """
    from kubernetes import client, config

    if configuration is None:
        try:
            config.load_kube_config()  # type: ignore[no-untyped-call]
        except config.ConfigException:
            config.load_incluster_config()  # type: ignore[no-untyped-call]
    with client.ApiClient(configuration) as api:
        return _Reader(api, name, namespace).read()


class _Reader:
    def __init__(self, api: Any, name: str, namespace: str) -> None:
        from kubernetes import client

        self._api, self._release = api, Release(name, namespace)
        self._namespace, self._label = namespace, f"app.kubernetes.io/instance={name}"
        self._apps, self._batch = client.AppsV1Api(api), client.BatchV1Api(api)
        self._core, self._policy = client.CoreV1Api(api), client.PolicyV1Api(api)
        self._scaling, self._network = client.AutoscalingV2Api(api), client.NetworkingV1Api(api)

    def read(self) -> Release:
        release = self._release
        release.deployments = self._listed("deployments", self._apps.list_namespaced_deployment)
        release.jobs = self._listed("jobs", self._batch.list_namespaced_job)
        release.autoscalers = self._listed(
            "horizontalpodautoscalers", self._scaling.list_namespaced_horizontal_pod_autoscaler
        )
        release.budgets = self._listed(
            "poddisruptionbudgets", self._policy.list_namespaced_pod_disruption_budget
        )
        release.policies = self._listed("networkpolicies", self._network.list_namespaced_network_policy)
        release.pods = self._listed("pods", self._core.list_namespaced_pod)
        release.events = self._listed("events", self._core.list_namespaced_event, labelled=False)
        for secret in sorted(secrets_of(release.deployments + release.jobs)):
            self._secret(secret)
        return release

    def _listed(self, kind: str, ask: Any, labelled: bool = True) -> list[Object]:
        from kubernetes.client import ApiException

        selector = {"label_selector": self._label} if labelled else {}
        try:
            found = ask(self._namespace, **selector, _request_timeout=20)
        except ApiException as error:
            if error.status != 403:
                raise
            self._release.forbidden.append(kind)
            return []
        return [self._api.sanitize_for_serialization(one) for one in found.items]

    def _secret(self, name: str) -> None:
        from kubernetes.client import ApiException

        try:
            found = self._core.read_namespaced_secret(name, self._namespace, _request_timeout=20)
        except ApiException as error:
            if error.status == 404:
                self._release.secrets[name] = None
            elif error.status == 403:
                self._release.forbidden.append(f"secrets/{name}")
            else:
                raise
        else:
            self._release.secrets[name] = set(found.data or {})


def secrets_of(workloads: list[Object]) -> dict[str, set[str]]:
    """Which keys of which Secrets the pods read as variables."""
    wanted: dict[str, set[str]] = {}
    for one in workloads:
        spec = one["spec"]["template"]["spec"]
        for container in (*spec.get("initContainers", ()), *spec["containers"]):
            for variable in container.get("env") or ():
                reference = (variable.get("valueFrom") or {}).get("secretKeyRef")
                if reference and not reference.get("optional"):
                    wanted.setdefault(reference["name"], set()).add(reference["key"])
    return wanted
