"""An API server that answers from a record: what the chart renders, with the status that a cluster would add.

Composed from the chart and the API's documentation, not captured from a living cluster. It refuses what is
in `forbidden` and notes what was asked.
"""

from __future__ import annotations

import copy
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.unit.chart import helm

Object = dict[str, Any]
KINDS = {
    "apps/v1/deployments": "Deployment",
    "batch/v1/jobs": "Job",
    "autoscaling/v2/horizontalpodautoscalers": "HorizontalPodAutoscaler",
    "policy/v1/poddisruptionbudgets": "PodDisruptionBudget",
    "networking.k8s.io/v1/networkpolicies": "NetworkPolicy",
    "v1/pods": "Pod",
    "v1/events": "Event",
    "v1/secrets": "Secret",
}
CREATED = "2026-01-01T00:00:00Z"


@dataclass
class Cluster:
    """`objects` is what there is; `forbidden` are resources that answer 403."""

    objects: list[Object]
    forbidden: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    def of(self, kind: str, component: str = "") -> Object:
        """The one object of a kind (and component)."""
        found = [one for one in self.objects if one["kind"] == kind and component_of(one) in (component, "")]
        found = [one for one in found if not component or component_of(one) == component]
        assert len(found) == 1, f"{len(found)} {kind} of {component!r}"
        return found[0]

    def answer(self, path: str, query: dict[str, list[str]]) -> tuple[int, Object]:
        """The status and body of a GET."""
        parts = path.removeprefix("/apis/").removeprefix("/api/").split("/")
        at = parts.index("namespaces")
        namespace, resource, name = parts[at + 1], parts[at + 2], "".join(parts[at + 3 : at + 4])
        self.asked.append(f"{resource}{'/' + name if name else ''}")
        if resource in self.forbidden:
            return 403, {"kind": "Status", "status": "Failure", "reason": "Forbidden", "code": 403}
        kind = KINDS["/".join([*parts[:at], resource])]
        found = [
            one for one in self.objects if one["kind"] == kind and one["metadata"]["namespace"] == namespace
        ]
        if name:
            matching = [one for one in found if one["metadata"]["name"] == name]
            missing = {"kind": "Status", "status": "Failure", "reason": "NotFound", "code": 404}
            return (200, matching[0]) if matching else (404, missing)
        for selector in query.get("labelSelector", ()):
            key, _, value = selector.partition("=")
            found = [one for one in found if one["metadata"].get("labels", {}).get(key) == value]
        items = [
            {key: value for key, value in one.items() if key not in ("kind", "apiVersion")} for one in found
        ]
        return 200, {
            "kind": f"{kind}List",
            "apiVersion": "/".join(parts[:at]),
            "metadata": {},
            "items": items,
        }


def component_of(one: Object) -> str:
    found: str = one["metadata"].get("labels", {}).get("app.kubernetes.io/component", "")
    return found


def healthy(profile: str = "production") -> Cluster:
    """The profile as a cluster would show it once all is well."""
    objects = [copy.deepcopy(one) for one in helm.rendered(profile) if one["kind"] in KINDS.values()]
    pods = []
    for one in objects:
        one["metadata"]["creationTimestamp"] = CREATED
        if one["kind"] == "Deployment":
            count = one["spec"].setdefault("replicas", 2)
            one["status"] = {"replicas": count, "readyReplicas": count, "updatedReplicas": count}
            one["status"]["conditions"] = [
                {"type": "Available", "status": "True", "lastTransitionTime": CREATED},
                {"type": "Progressing", "status": "True", "lastTransitionTime": CREATED},
            ]
            pods += [pod_of(one, number) for number in range(count)]
        if one["kind"] == "Job":
            complete = {"type": "Complete", "status": "True", "lastTransitionTime": CREATED}
            one["status"] = {"succeeded": 1, "conditions": [complete]}
        if one["kind"] == "PodDisruptionBudget":
            one["status"] = {
                "expectedPods": 2,
                "currentHealthy": 2,
                "desiredHealthy": 1,
                "disruptionsAllowed": 1,
            }
    objects = [one for one in objects if one["kind"] not in ("Pod", "Secret")]
    return Cluster([*objects, *pods, *secrets_of(objects)])


def pod_of(deployment: Object, number: int) -> Object:
    """A ready pod of a Deployment."""
    template = copy.deepcopy(deployment["spec"]["template"])
    name = f"{deployment['metadata']['name']}-{number}"
    statuses = [
        {
            "name": container["name"],
            "ready": True,
            "restartCount": 0,
            "image": container["image"],
            "imageID": "",
            "state": {"running": {"startedAt": CREATED}},
        }
        for container in template["spec"]["containers"]
    ]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            **template["metadata"],
            "name": name,
            "namespace": helm.NAMESPACE,
            "creationTimestamp": CREATED,
        },
        "spec": template["spec"],
        "status": {
            "phase": "Running",
            "conditions": [{"type": "PodScheduled", "status": "True"}, {"type": "Ready", "status": "True"}],
            "containerStatuses": statuses,
        },
    }


def secrets_of(objects: list[Object]) -> list[Object]:
    """Secrets with every key that the pods read."""
    from docspasta.doctor.kubernetes import secrets_of as wanted

    workloads = [one for one in objects if one["kind"] in ("Deployment", "Job")]
    return [
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": name, "namespace": helm.NAMESPACE},
            "data": dict.fromkeys(keys, "dG9wLXNlY3JldA=="),
        }
        for name, keys in wanted(workloads).items()
    ]


def warning(involved: Object, reason: str, message: str, at: datetime | None = None) -> Object:
    """A Warning about an object."""
    moment = (at or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {
            "name": f"event-{reason.lower()}",
            "namespace": helm.NAMESPACE,
            "creationTimestamp": moment,
        },
        "involvedObject": {
            "kind": involved["kind"],
            "name": involved["metadata"]["name"],
            "namespace": helm.NAMESPACE,
        },
        "type": "Warning",
        "reason": reason,
        "message": message,
        "lastTimestamp": moment,
    }


@contextmanager
def serving(cluster: Cluster) -> Iterator[str]:
    """The API server's address while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            status, body = cluster.answer(parts.path, parse_qs(parts.query))
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

        # Whatever would change something is an error of the test.
        do_POST = do_PUT = do_PATCH = do_DELETE = None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
