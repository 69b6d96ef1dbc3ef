"""Judges a release that was read from the API server. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from .findings import Finding, good, note, wrong
from .kubernetes import Object, Release, secrets_of

COMPONENTS = ("gateway", "jobs", "crawler", "processor")
COMPONENT = "app.kubernetes.io/component"
RECENT = timedelta(hours=1)
WAITING_REMEDIES = {
    "ImagePullBackOff": "does the image exist, and is imagePullSecrets right?",
    "ErrImagePull": "does the image exist, and is imagePullSecrets right?",
    "CrashLoopBackOff": "the last line of kubectl logs --previous says what is missing",
    "CreateContainerConfigError": "a Secret or ConfigMap, or a key of one, is missing",
}


def judge_release(release: Release, now: datetime | None = None) -> list[Finding]:
    """Everything that is wrong with it, and a good finding for each part that is whole."""
    moment = now or datetime.now(UTC)
    checks = (_permissions, _deployments, _migration, _secrets, _pods, _autoscalers, _budgets, _policies)
    found = [finding for check in checks for finding in check(release)]
    found += _events(release, moment)
    return found + list(_whole(release, {finding.subject for finding in found}))


def _whole(release: Release, faulty: set[str]) -> Iterator[Finding]:
    """A good finding for each Deployment and for the migration, where nothing else was found."""
    for one in release.deployments:
        if component(one) in COMPONENTS and component(one) not in faulty:
            ready = (one.get("status") or {}).get("readyReplicas") or 0
            yield good(component(one), f"{ready} of {one['spec'].get('replicas', 1)} replicas are ready")
    if release.jobs and "migration" not in faulty:
        yield good("migration", "it has run for this version")


def component(one: Object) -> str:
    """Which of our components an object belongs to."""
    found: str = (one["metadata"].get("labels") or {}).get(COMPONENT, "")
    return found


def _permissions(release: Release) -> Iterator[Finding]:
    for kind in release.forbidden:
        remedy = "doctor.rbac.create and doctor.rbac.subjects in the chart's values create a Role for it"
        yield note("permissions", f"we may not read {kind}, so they were not judged", remedy)


def _deployments(release: Release) -> Iterator[Finding]:
    there = {component(one): one for one in release.deployments}
    for name in COMPONENTS:
        if name not in there and "deployments" not in release.forbidden:
            remedy = f"is {release.name} the release's name in {release.namespace}? (helm list -n …)"
            yield wrong(name, "there is no Deployment for it", remedy)
    for name, one in there.items():
        wanted, status = one["spec"].get("replicas", 1), one.get("status") or {}
        ready = status.get("readyReplicas") or 0
        if wanted == 0:
            yield wrong(
                name, "is scaled to 0", f"kubectl scale deployment/{one['metadata']['name']} --replicas 1"
            )
        elif ready < wanted:
            remedy = "run kubectl describe pods; findings about pods say more"
            yield wrong(name, f"{ready} of {wanted} replicas are ready", remedy)
        for condition in status.get("conditions") or ():
            if condition["type"] == "Progressing" and condition["status"] == "False":
                yield wrong(name, condition.get("message") or "its rollout is stuck", "kubectl rollout undo")


def _migration(release: Release) -> Iterator[Finding]:
    """The newest migration Job; older ones belong to earlier versions."""
    jobs = [one for one in release.jobs if component(one) == "migration"]
    if not jobs:
        if "jobs" not in release.forbidden:
            yield note("migration", "there is no migration Job", "migrate by hand, or set migration.enabled")
        return
    newest = max(jobs, key=lambda one: str(one["metadata"].get("creationTimestamp", "")))
    status, name = newest.get("status") or {}, newest["metadata"]["name"]
    conditions = {row["type"]: row for row in status.get("conditions") or () if row["status"] == "True"}
    if "Failed" in conditions:
        reason = conditions["Failed"].get("message") or conditions["Failed"].get("reason", "")
        remedy = f"kubectl logs job/{name}; fix the cause, delete the Job, and upgrade again"
        yield wrong("migration", f"{name} failed: {reason}", remedy)
    elif "Complete" not in conditions:
        failed = status.get("failed") or 0
        remedy = f"kubectl logs job/{name}"
        yield (wrong if failed else note)("migration", f"{name} has not finished ({failed} failures)", remedy)
    image = newest["spec"]["template"]["spec"]["containers"][0]["image"]
    for one in release.deployments:
        running = one["spec"]["template"]["spec"]["containers"][0]["image"]
        if running != image:
            sentence = f"{component(one)} runs {running}, the newest migration {image}"
            yield note("migration", sentence, "is an upgrade unfinished? run helm upgrade, or sync")


def _secrets(release: Release) -> Iterator[Finding]:
    for name, keys in sorted(secrets_of(release.deployments + release.jobs).items()):
        if name not in release.secrets:
            continue
        there = release.secrets[name]
        if there is None:
            yield wrong(f"secret {name}", "does not exist", "see docs/operations.md, Install")
            continue
        for key in sorted(keys - there):
            remedy = f"add it; the Secret has: {', '.join(sorted(there)) or 'nothing'}"
            yield wrong(f"secret {name}", f"has no key {key}", remedy)


def _pods(release: Release) -> Iterator[Finding]:
    for pod in release.pods:
        status, name = pod.get("status") or {}, pod["metadata"]["name"]
        groups = (status.get("initContainerStatuses") or (), status.get("containerStatuses") or ())
        for container in (one for group in groups for one in group):
            yield from _container(name, container)
            if "deletionTimestamp" not in pod["metadata"]:
                yield from _waiting(name, container)
        for condition in status.get("conditions") or ():
            if condition["type"] == "PodScheduled" and condition["status"] == "False":
                sentence = condition.get("message") or "is not scheduled"
                yield wrong(
                    f"pod {name}", sentence, "resources, nodeSelector, tolerations or spread are too strict"
                )


def _container(pod: str, status: Object) -> Iterator[Finding]:
    state = status.get("state") or {}
    waiting = (state.get("waiting") or {}).get("reason", "")
    subject = f"pod {pod}, {status['name']}"
    if waiting in WAITING_REMEDIES:
        message = state["waiting"].get("message") or ""
        yield wrong(subject, f"{waiting}: {message}".rstrip(": "), WAITING_REMEDIES[waiting])
    if status["name"] == "wait-for-migration" and state.get("running"):
        yield note(subject, "waits for the migration", "see the findings about the migration")
    last = (status.get("lastState") or {}).get("terminated") or {}
    if last.get("reason") == "OOMKilled":
        yield wrong(subject, "was killed because it ran out of memory", "raise resources.limits.memory")
    elif (status.get("restartCount") or 0) >= 3:
        sentence = f"was restarted {status['restartCount']} times (last exit {last.get('exitCode', '?')})"
        yield note(subject, sentence, "kubectl logs --previous")


def _waiting(pod: str, status: Object) -> Iterator[Finding]:
    """A process that has started and is not ready. Beside old replicas that are, nothing else shows it."""
    running = "running" in (status.get("state") or {}) and status.get("started") is not False
    if status["name"] in COMPONENTS and running and status.get("ready") is False:
        remedy = f"kubectl logs {pod} -c {status['name']}: the line `not ready` says what it waits for"
        yield wrong(f"pod {pod}, {status['name']}", "runs, but is not ready", remedy)


def _autoscalers(release: Release) -> Iterator[Finding]:
    for one in release.autoscalers:
        name, status = one["metadata"]["name"], one.get("status") or {}
        for condition in status.get("conditions") or ():
            if condition["type"] in ("AbleToScale", "ScalingActive") and condition["status"] == "False":
                message = condition.get("message") or condition.get("reason", "")
                remedy = "check that metrics-server (or KEDA and its Prometheus) answers"
                if condition.get("reason") != "ScalingDisabled":
                    yield wrong(f"autoscaler {name}", message, remedy)
        if (status.get("currentReplicas") or 0) >= one["spec"]["maxReplicas"] > 1:
            sentence = f"runs at its maximum of {one['spec']['maxReplicas']}"
            yield note(f"autoscaler {name}", sentence, "raise autoscaling.maxReplicas if work still waits")


def _budgets(release: Release) -> Iterator[Finding]:
    for one in release.budgets:
        status = one.get("status") or {}
        if (status.get("expectedPods") or 0) <= 1 and "expectedPods" in status:
            sentence = "protects a single pod, so its node can't be drained"
            yield note(
                f"budget {one['metadata']['name']}", sentence, "run two replicas, or turn the budget off"
            )


def _policies(release: Release) -> Iterator[Finding]:
    if "networkpolicies" in release.forbidden:
        return
    selectors = [one["spec"].get("podSelector") or {} for one in release.policies]
    for name in COMPONENTS:
        if not any(_selects(selector, release, name) for selector in selectors):
            remedy = "set networkPolicy.enabled, and use a network plugin that enforces policies"
            level = wrong if name == "crawler" else note
            yield level("network", f"no NetworkPolicy applies to {name}", remedy)


def _selects(selector: Object, release: Release, name: str) -> bool:
    labels: dict[str, Any] = selector.get("matchLabels") or {}
    return labels.get("app.kubernetes.io/instance") == release.name and labels.get(COMPONENT) == name


def _events(release: Release, now: datetime) -> list[Finding]:
    """Recent warnings about our objects, one finding a reason and kind."""
    ours = {one["metadata"]["name"] for one in (*release.pods, *release.deployments, *release.jobs)}
    ready_since = {pod["metadata"]["name"]: _ready_since(pod) for pod in release.pods}
    found: dict[tuple[str, str], str] = {}
    for event in release.events:
        involved, at = event.get("involvedObject") or {}, event_time(event)
        if (
            event.get("type") != "Warning"
            or involved.get("name") not in ours
            or at is None
            or now - at > RECENT
        ):
            continue
        since = ready_since.get(involved.get("name", ""))
        if event.get("reason") == "Unhealthy" and since is not None and at <= since:
            continue  # its probes failed while it started
        key = (event.get("reason", ""), involved.get("kind", ""))
        found.setdefault(key, f"{involved.get('name')}: {event.get('message', '')}"[:300])
    remedy = f"kubectl get events -n {release.namespace} --field-selector type=Warning"
    return [note(f"event {reason}", sentence, remedy) for (reason, _), sentence in sorted(found.items())]


def _ready_since(pod: Object) -> datetime | None:
    """When a pod became ready; None if it is not."""
    for condition in (pod.get("status") or {}).get("conditions") or ():
        if condition["type"] == "Ready" and condition["status"] == "True":
            text = condition.get("lastTransitionTime")
            return datetime.fromisoformat(str(text).replace("Z", "+00:00")) if text else None
    return None


def event_time(event: Object) -> datetime | None:
    """When it was last seen."""
    series = (event.get("series") or {}).get("lastObservedTime")
    text = (
        series
        or event.get("lastTimestamp")
        or event.get("eventTime")
        or event["metadata"].get("creationTimestamp")
    )
    return datetime.fromisoformat(str(text).replace("Z", "+00:00")) if text else None
