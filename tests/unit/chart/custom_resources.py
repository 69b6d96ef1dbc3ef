"""Closed schemas of the custom resources that the chart makes, after each project's published API.

Only fields that the chart uses: a field it starts to use is to be looked up and added here.
"""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]
TEXT: Schema = {"type": "string", "minLength": 1}
WHOLE: Schema = {"type": "integer", "minimum": 0}
FLAG: Schema = {"type": "boolean"}
DURATION: Schema = {"type": "string", "pattern": "^([0-9]{1,5}(h|m|s|ms)){1,4}$"}
LABELS: Schema = {"type": "object", "additionalProperties": {"type": "string"}}


def closed(required: Schema, optional: Schema | None = None) -> Schema:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(required),
        "properties": {**required, **(optional or {})},
    }


def some(items: Schema) -> Schema:
    return {"type": "array", "minItems": 1, "items": items}


def one_of(*values: Any) -> Schema:
    return {"enum": list(values)}


def resource(api: str, kind: str, spec: Schema) -> Schema:
    meta = closed({"name": TEXT, "namespace": TEXT, "labels": LABELS}, {"annotations": LABELS})
    return closed({"apiVersion": one_of(api), "kind": one_of(kind), "metadata": meta, "spec": spec})


ISSUER = closed({"name": TEXT, "kind": one_of("Issuer", "ClusterIssuer")}, {"group": TEXT})
CERTIFICATE = closed(
    {"secretName": TEXT, "issuerRef": ISSUER},
    {
        "dnsNames": some(TEXT),
        "commonName": {"type": "string", "maxLength": 64},
        "isCA": FLAG,
        "duration": DURATION,
        "renewBefore": DURATION,
        "usages": some(
            one_of("digital signature", "key encipherment", "server auth", "client auth", "cert sign")
        ),
        "privateKey": closed(
            {"algorithm": one_of("ECDSA", "RSA", "Ed25519"), "size": WHOLE},
            {"rotationPolicy": one_of("Always", "Never")},
        ),
    },
)
PARENT = closed(
    {"name": TEXT},
    {"group": TEXT, "kind": TEXT, "namespace": TEXT, "sectionName": TEXT, "port": WHOLE},
)
ROUTE = closed(
    {
        "parentRefs": some(PARENT),
        "hostnames": some(TEXT),
        "rules": some(
            closed(
                {
                    "matches": some(
                        closed({"path": closed({"type": one_of("Exact", "PathPrefix"), "value": TEXT})})
                    ),
                    "backendRefs": some(closed({"name": TEXT, "port": WHOLE})),
                },
                {"timeouts": closed({}, {"request": DURATION, "backendRequest": DURATION})},
            )
        ),
    }
)
GATEWAY = closed(
    {
        "gatewayClassName": TEXT,
        "listeners": some(
            closed(
                {"name": TEXT, "port": WHOLE, "protocol": one_of("HTTP", "HTTPS")},
                {
                    "hostname": TEXT,
                    "tls": closed(
                        {
                            "mode": one_of("Terminate", "Passthrough"),
                            "certificateRefs": some(closed({"name": TEXT}, {"namespace": TEXT})),
                        }
                    ),
                },
            )
        ),
    }
)
POLICY = closed({"type": one_of("Percent", "Pods"), "value": WHOLE, "periodSeconds": WHOLE})
DIRECTION = closed(
    {"stabilizationWindowSeconds": WHOLE, "policies": some(POLICY), "selectPolicy": one_of("Max", "Min")}
)
SCALED = closed(
    {
        "scaleTargetRef": closed({"name": TEXT}, {"apiVersion": TEXT, "kind": TEXT}),
        "triggers": some(
            closed(
                {
                    "type": one_of("prometheus"),
                    "metadata": closed(
                        {"serverAddress": TEXT, "query": TEXT, "threshold": TEXT},
                        {"ignoreNullValues": one_of("true", "false"), "activationThreshold": TEXT},
                    ),
                },
                {
                    "metricType": one_of("AverageValue", "Value"),
                    "authenticationRef": closed({"name": TEXT}),
                },
            )
        ),
    },
    {
        "minReplicaCount": WHOLE,
        "maxReplicaCount": WHOLE,
        "pollingInterval": WHOLE,
        "cooldownPeriod": WHOLE,
        "fallback": closed(
            {"failureThreshold": WHOLE, "replicas": WHOLE},
            {
                "behavior": one_of(
                    "static", "currentReplicas", "currentReplicasIfHigher", "currentReplicasIfLower"
                )
            },
        ),
        "advanced": closed(
            {
                "horizontalPodAutoscalerConfig": closed(
                    {"behavior": closed({}, {"scaleUp": DIRECTION, "scaleDown": DIRECTION})}
                )
            }
        ),
    },
)
EXPRESSION = closed(
    {"key": TEXT, "operator": one_of("In", "NotIn", "Exists", "DoesNotExist")}, {"values": some(TEXT)}
)
MONITOR = closed(
    {
        "selector": closed({}, {"matchLabels": LABELS, "matchExpressions": some(EXPRESSION)}),
        "podMetricsEndpoints": some(
            closed(
                {"port": TEXT},
                {
                    "path": TEXT,
                    "interval": DURATION,
                    "relabelings": some(closed({"sourceLabels": some(TEXT), "targetLabel": TEXT})),
                },
            )
        ),
    }
)
RULE = closed(
    {
        "groups": some(
            closed(
                {
                    "name": TEXT,
                    "rules": some(
                        closed(
                            {"alert": TEXT, "expr": TEXT, "labels": LABELS, "annotations": LABELS},
                            {"for": DURATION},
                        )
                    ),
                }
            )
        )
    }
)

CERT_MANAGER, GATEWAY_API = "cert-manager.io/v1", "gateway.networking.k8s.io/v1"
KEDA, OPERATOR = "keda.sh/v1alpha1", "monitoring.coreos.com/v1"
SCHEMAS: dict[tuple[str, str], Schema] = {
    (api, kind): resource(api, kind, spec)
    for api, kind, spec in (
        (CERT_MANAGER, "Certificate", CERTIFICATE),
        (
            CERT_MANAGER,
            "Issuer",
            {"oneOf": [closed({"selfSigned": closed({})}), closed({"ca": closed({"secretName": TEXT})})]},
        ),
        (GATEWAY_API, "HTTPRoute", ROUTE),
        (GATEWAY_API, "Gateway", GATEWAY),
        (KEDA, "ScaledObject", SCALED),
        (OPERATOR, "PodMonitor", MONITOR),
        (OPERATOR, "PrometheusRule", RULE),
    )
}
