"""The restricted Pod Security Standard (and the baseline below it) as a check of a pod's spec. Pure.

After https://kubernetes.io/docs/concepts/security/pod-security-standards/; Linux pods only.
"""

from __future__ import annotations

from typing import Any

VOLUMES = {
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "persistentVolumeClaim",
    "projected",
    "secret",
}
SYSCTLS = {"kernel.shm_rmid_forced", "net.ipv4.ip_unprivileged_port_start", "net.ipv4.tcp_syncookies"}


def violations(spec: dict[str, Any]) -> list[str]:
    """What the admission controller would refuse, in words."""
    found = [f"{key} is set" for key in ("hostNetwork", "hostPID", "hostIPC") if spec.get(key)]
    pod = spec.get("securityContext", {})
    found += [f"sysctl {row['name']}" for row in pod.get("sysctls", ()) if row["name"] not in SYSCTLS]
    for volume in spec.get("volumes", ()):
        kinds = volume.keys() - {"name"}
        found += [f"volume {volume['name']} is a {kind}" for kind in kinds - VOLUMES]
    if "windowsOptions" in pod or "seLinuxOptions" in pod:
        found.append("SELinux or Windows options are set")
    groups = ("initContainers", "containers", "ephemeralContainers")
    for container in (one for group in groups for one in spec.get(group, ())):
        found += [f"{container['name']}: {text}" for text in container_violations(container, pod)]
    return found


def container_violations(container: dict[str, Any], pod: dict[str, Any]) -> list[str]:
    own = container.get("securityContext", {})
    found = []
    if own.get("privileged"):
        found.append("is privileged")
    if own.get("allowPrivilegeEscalation") is not False:
        found.append("may escalate privileges")
    if own.get("runAsNonRoot", pod.get("runAsNonRoot")) is not True:
        found.append("may run as root")
    if own.get("runAsUser", pod.get("runAsUser")) == 0:
        found.append("runs as root")
    profile = own.get("seccompProfile", pod.get("seccompProfile", {})).get("type")
    if profile not in ("RuntimeDefault", "Localhost"):
        found.append("has no seccomp profile")
    capabilities = own.get("capabilities", {})
    if "ALL" not in capabilities.get("drop", ()):
        found.append("does not drop all capabilities")
    if set(capabilities.get("add", ())) - {"NET_BIND_SERVICE"}:
        found.append("adds capabilities")
    if own.get("procMount", "Default") != "Default":
        found.append("changes procMount")
    if any(port.get("hostPort") for port in container.get("ports", ())):
        found.append("takes a host port")
    for probe in ("livenessProbe", "readinessProbe", "startupProbe"):
        for way in ("httpGet", "tcpSocket"):
            if container.get(probe, {}).get(way, {}).get("host"):
                found.append(f"its {probe} asks another host")
    return found
