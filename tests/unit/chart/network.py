"""Evaluates NetworkPolicies (networking.k8s.io/v1): may this one reach that one? Pure.

A connection is allowed when the source's egress and the destination's ingress both allow it. A pod that no
policy of a direction selects is open in that direction; policies add up. An ipBlock is held to match pods
by their address too, as most network plugins do, which is the less strict reading.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from typing import Any

Policy = dict[str, Any]


@dataclass(frozen=True)
class End:
    """A pod, or with no labels an address outside the cluster."""

    address: str
    labels: dict[str, str] = field(default_factory=dict)
    namespace: str = ""
    namespace_labels: dict[str, str] = field(default_factory=dict)

    @property
    def is_pod(self) -> bool:
        return bool(self.namespace)


def allowed(
    policies: Iterable[Policy], source: End, destination: End, port: int, protocol: str = "TCP"
) -> bool:
    """Whether `source` may open `port` of `destination`."""
    policies = list(policies)
    out = _direction(policies, "Egress", source, destination, port, protocol)
    return out and _direction(policies, "Ingress", destination, source, port, protocol)


def _direction(
    policies: list[Policy], direction: str, subject: End, peer: End, port: int, protocol: str
) -> bool:
    if not subject.is_pod:
        return True
    chosen = [policy for policy in policies if _governs(policy, direction, subject)]
    if not chosen:
        return True
    peers, rules = ("to", "egress") if direction == "Egress" else ("from", "ingress")
    return any(
        _ports_match(rule, port, protocol) and _peers_match(rule.get(peers), policy, peer)
        for policy in chosen
        for rule in policy["spec"].get(rules) or ()
    )


def _governs(policy: Policy, direction: str, subject: End) -> bool:
    spec = policy["spec"]
    types = spec.get("policyTypes") or ["Ingress", *(["Egress"] if "egress" in spec else [])]
    return (
        direction in types
        and policy["metadata"]["namespace"] == subject.namespace
        and selects(spec["podSelector"], subject.labels)
    )


def selects(selector: dict[str, Any], labels: dict[str, str]) -> bool:
    """Whether a label selector selects; an empty one selects everything."""
    if not (selector.get("matchLabels") or {}).items() <= labels.items():
        return False
    tests = {
        "In": lambda key, values: labels.get(key) in values,
        "NotIn": lambda key, values: labels.get(key) not in values,
        "Exists": lambda key, values: key in labels,
        "DoesNotExist": lambda key, values: key not in labels,
    }
    return all(
        tests[row["operator"]](row["key"], row.get("values", ()))
        for row in selector.get("matchExpressions") or ()
    )


def _ports_match(rule: dict[str, Any], port: int, protocol: str) -> bool:
    ports = rule.get("ports")
    if not ports:
        return True
    return any(
        row.get("protocol", "TCP") == protocol
        and ("port" not in row or row["port"] <= port <= row.get("endPort", row["port"]))
        for row in ports
    )


def _peers_match(peers: list[dict[str, Any]] | None, policy: Policy, end: End) -> bool:
    return not peers or any(_peer_matches(peer, policy["metadata"]["namespace"], end) for peer in peers)


def _peer_matches(peer: dict[str, Any], namespace: str, end: End) -> bool:
    if block := peer.get("ipBlock"):
        return _inside(end.address, block["cidr"]) and not any(
            _inside(end.address, network) for network in block.get("except", ())
        )
    if not end.is_pod:
        return False
    if "namespaceSelector" in peer:
        if not selects(peer["namespaceSelector"], end.namespace_labels):
            return False
    elif end.namespace != namespace:
        return False
    return selects(peer.get("podSelector", {}), end.labels)


def _inside(address: str, network: str) -> bool:
    one, many = ip_address(address), ip_network(network)
    return one.version == many.version and one in many
