"""Every value of the chart and what it may be, one table a subject. What is not here may not be set."""

from __future__ import annotations

from charts.setting_shapes import (
    SERVICES,
    common_settings,
    operator_settings,
    own_settings,
    renderer_settings,
    setting_shapes,
)
from charts.shapes import (
    BOOLEAN,
    COUNT,
    DURATION,
    HOST,
    LABELS,
    NETWORK,
    PASSWORD,
    PORT,
    POSITIVE,
    QUANTITY,
    STRING,
    Schema,
    api,
    choice,
    closed,
    listed,
    matching,
    removed,
    texts,
    whole,
)

AMOUNT: Schema = {"anyOf": [matching("^[0-9.]+[A-Za-z]*$"), {"type": "number"}]}
QUANTITIES = closed({"cpu": AMOUNT, "memory": AMOUNT, "ephemeral-storage": AMOUNT})
RESOURCES = closed({"requests": {"$ref": "#/$defs/quantities"}, "limits": {"$ref": "#/$defs/quantities"}})
PEERS = listed(api("networking.v1.NetworkPolicyPeer"))
ISSUER = closed({"name": STRING, "kind": choice("Issuer", "ClusterIssuer")})
DSNS = ("dsn", "maintenanceDsn", "ownerDsn")
REDIS_URLS = ("jobsUrl", "crawlerUrl", "processorUrl")
PRIVATE_KEYS = ("sealing", "ticket", "signing", "anonymous", "browser", "loginClientSecret")

NAMES: Schema = {"nameOverride": STRING, "fullnameOverride": STRING, "commonLabels": LABELS}

IMAGE: Schema = {
    "image": closed(
        {
            "repository": STRING,
            "tag": STRING,
            "digest": matching("^(sha256:[0-9a-f]{64})?$"),
            "pullPolicy": choice("Always", "IfNotPresent", "Never"),
        }
    ),
    "imagePullSecrets": listed(STRING),
}

STORES: Schema = {
    "postgres": closed(
        {"existingSecret": STRING, "keys": closed(texts(*DSNS)), **texts(*DSNS), "port": PORT}
    ),
    "redis": closed(
        {
            "existingSecret": STRING,
            "keys": closed(texts(*REDIS_URLS)),
            **texts(*REDIS_URLS),
            "port": PORT,
            "url": removed(),
        }
    ),
}

KEYS: Schema = {
    "keys": closed(
        {
            "existingSecret": STRING,
            "keys": closed(texts(*PRIVATE_KEYS, "issuers")),
            **texts(*PRIVATE_KEYS),
        }
    )
}

OIDC: Schema = {"issuer": STRING, "jwksUrl": matching("^https://"), "audience": STRING}
IDENTITY: Schema = {
    "identity": closed(
        {
            "fromSecret": BOOLEAN,
            "signingPublicKeys": listed(STRING),
            "anonymous": BOOLEAN,
            "anonymousPublicKeys": listed(STRING),
            "login": closed({"issuer": STRING, "clientId": STRING, "confidential": BOOLEAN}),
            "browserPublicKeys": listed(STRING),
            "oidc": listed(closed(OIDC, ["issuer", "jwksUrl"])),
        }
    )
}

MIGRATION: Schema = {
    "migration": closed(
        {
            "enabled": BOOLEAN,
            "backoffLimit": COUNT,
            "activeDeadlineSeconds": POSITIVE,
            "resources": RESOURCES,
            "podAnnotations": LABELS,
        }
    )
}

SPREAD: Schema = {
    "maxSkew": POSITIVE,
    "minDomains": COUNT,
    "topologyKey": STRING,
    "whenUnsatisfiable": choice("DoNotSchedule", "ScheduleAnyway"),
    "nodeAffinityPolicy": choice("Honor", "Ignore"),
    "nodeTaintsPolicy": choice("Honor", "Ignore"),
    "matchLabelKeys": listed(STRING),
    "labelSelector": api("meta.v1.LabelSelector"),
}
PLACEMENT: Schema = {  # said for all pods, and again for those of one service
    "nodeSelector": LABELS,
    "tolerations": listed(api("core.v1.Toleration")),
    "affinity": api("core.v1.Affinity"),
    "topologySpreadConstraints": listed(closed(SPREAD, ["maxSkew", "topologyKey", "whenUnsatisfiable"])),
    "priorityClassName": STRING,
    "podAnnotations": LABELS,
    "podLabels": LABELS,
    "extraEnv": listed(api("core.v1.EnvVar")),
    "extraVolumes": listed(api("core.v1.Volume")),
    "extraVolumeMounts": listed(api("core.v1.VolumeMount")),
}
PODS: Schema = {
    "podSecurity": closed({"runAsUser": POSITIVE}),
    **PLACEMENT,
    "revisionHistoryLimit": COUNT,
}

SCALING: Schema = {
    "enabled": BOOLEAN,
    "minReplicas": POSITIVE,
    "maxReplicas": POSITIVE,
    "targetCPUUtilization": whole(1, 100),
    "targetMemoryUtilization": whole(0, 100),
    "threshold": POSITIVE,
}
DISRUPTION: Schema = {"enabled": BOOLEAN, "maxUnavailable": {"anyOf": [COUNT, matching("^[0-9]+%$")]}}
PRIVATE_TARGET: Schema = {"target": STRING, "ports": listed(PORT), "to": PEERS}
ONLY_OF: dict[str, Schema] = {"crawler": {"allowPrivate": listed(closed(PRIVATE_TARGET, ["target"]))}}


def service(name: str) -> Schema:
    """The values of one of the four services."""
    return closed(
        {
            "replicas": COUNT,
            "settings": closed(setting_shapes(own_settings(name))),
            "resources": RESOURCES,
            "autoscaling": closed(SCALING),
            "podDisruptionBudget": closed(DISRUPTION),
            "preStopSeconds": whole(1, 120),
            "serviceAccount": closed({"create": BOOLEAN, "name": STRING, "annotations": LABELS}),
            "serviceAnnotations": LABELS,
            **PLACEMENT,
            **ONLY_OF.get(name, {}),
        }
    )


OPERATOR: Schema = {
    "operator": closed(
        {
            "enabled": BOOLEAN,
            "replicas": COUNT,
            "image": closed(
                {"repository": STRING, "tag": STRING, "digest": matching("^(sha256:[0-9a-f]{64})?$")}
            ),
            "namespaces": listed(matching("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$")),
            **texts("issuer", "jwksUrl", "audience"),
            "settings": closed(setting_shapes(operator_settings())),
            "resources": RESOURCES,
            "serviceAccount": closed({"create": BOOLEAN, "name": STRING, "annotations": LABELS}),
            **PLACEMENT,
        }
    )
}

SECCOMP: Schema = {
    **closed({"type": choice("RuntimeDefault", "Localhost", "Unconfined"), "localhostProfile": STRING}),
    "required": ["type"],
}
RENDERER: Schema = {
    "renderer": closed(
        {
            "enabled": BOOLEAN,
            "replicas": COUNT,
            "image": closed(
                {"repository": STRING, "tag": STRING, "digest": matching("^(sha256:[0-9a-f]{64})?$")}
            ),
            "seccompProfile": SECCOMP,
            "settings": closed(setting_shapes(renderer_settings())),
            "resources": RESOURCES,
            "preStopSeconds": whole(1, 120),
            "serviceAccount": closed({"create": BOOLEAN, "name": STRING, "annotations": LABELS}),
            "serviceAnnotations": LABELS,
            **PLACEMENT,
        }
    )
}

KEDA: Schema = {
    "enabled": BOOLEAN,
    "serverAddress": matching("^(https?://.+)?$"),
    "selector": STRING,
    "authenticationRef": STRING,
    "pollingInterval": POSITIVE,
}
AUTOSCALING: Schema = {"autoscaling": closed({"keda": closed(KEDA)})}

PARENT: Schema = {**texts("group", "kind", "name", "namespace", "sectionName"), "port": PORT}
CONTROLLERS = ("none", "nginx", "traefik", "haproxytech", "haproxy-ingress", "contour", "alb")
ENTRANCE: Schema = {
    "service": closed({"type": choice("ClusterIP", "NodePort", "LoadBalancer"), "port": PORT}),
    "httpRoute": closed(
        {
            "enabled": BOOLEAN,
            "parentRefs": listed(closed(PARENT, ["name"])),
            "hostnames": listed(HOST),
            "annotations": LABELS,
            "gateway": closed({"create": BOOLEAN, "className": STRING}),
        }
    ),
    "ingress": closed(
        {
            "enabled": BOOLEAN,
            "className": STRING,
            "controller": choice(*CONTROLLERS),
            "hosts": listed(HOST),
            "annotations": LABELS,
            "tlsSecret": STRING,
        }
    ),
}

CERTIFICATES: Schema = {
    "certificate": closed({"enabled": BOOLEAN, "issuerRef": ISSUER}),
    "mtls": closed({"enabled": BOOLEAN, "issuerRef": ISSUER, "duration": DURATION, "renewBefore": DURATION}),
}

RULES = closed(
    {
        "ingress": listed(api("networking.v1.NetworkPolicyIngressRule")),
        "egress": listed(api("networking.v1.NetworkPolicyEgressRule")),
    }
)
NETWORK_POLICY: Schema = {
    "networkPolicy": closed(
        {
            "enabled": BOOLEAN,
            "dns": closed({"to": PEERS, "ports": listed(PORT)}),
            "postgres": closed({"to": PEERS}),
            "redis": closed({"to": PEERS}),
            "gateway": closed({"from": PEERS}),
            "metrics": closed({"from": PEERS, "otlpPort": PORT, "otlpTo": PEERS}),
            "apiServer": closed({"to": PEERS, "ports": listed(PORT)}),
            "issuers": closed({"to": PEERS}),
            "internet": closed({"except": listed(NETWORK)}),
            "extra": closed(dict.fromkeys(SERVICES, RULES)),
        }
    )
}

MONITORING: Schema = {
    "metrics": closed(
        {
            "enabled": BOOLEAN,
            "podMonitor": closed({"enabled": BOOLEAN, "labels": LABELS, "interval": DURATION}),
            "rules": closed(
                {"enabled": BOOLEAN, "labels": LABELS, "runbookUrl": matching("^(https?://[^#]+)?$")}
            ),
            "dashboards": closed({"enabled": BOOLEAN, "labels": LABELS}),
        }
    )
}

DATABASE: Schema = {
    "enabled": BOOLEAN,
    "image": STRING,
    "password": PASSWORD,
    "storage": QUANTITY,
    "storageClassName": STRING,
    "resources": RESOURCES,
}
TRYING_OUT: Schema = {
    "devDatabases": closed({"postgres": closed(DATABASE), "redis": closed(DATABASE)}),
    "doctor": closed({"rbac": closed({"create": BOOLEAN, "subjects": listed(api("rbac.v1.Subject"))})}),
    "tests": closed(
        {"enabled": BOOLEAN, "apiKeySecret": STRING, "timeoutSeconds": {"type": "integer", "minimum": 10}}
    ),
}

VALUES: Schema = {
    **NAMES,
    **IMAGE,
    "settings": closed(setting_shapes(common_settings())),
    "listenHost": choice("0.0.0.0", "[::]"),  # noqa: S104
    **STORES,
    **KEYS,
    **IDENTITY,
    **MIGRATION,
    **PODS,
    **{name: service(name) for name in SERVICES},
    **OPERATOR,
    **RENDERER,
    **AUTOSCALING,
    **ENTRANCE,
    **CERTIFICATES,
    **NETWORK_POLICY,
    **MONITORING,
    **TRYING_OUT,
    "global": {"type": "object"},  # Helm's own, when this chart is another's dependency
    **{name: removed() for name in ("replicaCount", "postgresql", "env", "autoscalingEnabled")},
}
