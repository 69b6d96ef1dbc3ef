"""Writes what follows from the chart's values: values.schema.json and the table in README.md.

    python -m charts.generate            write both
    python -m charts.generate --check    exit 1 when a committed file differs

Shapes of Kubernetes objects (tolerations, volumes, ...) come from the Kubernetes API's own schemas, names and
types of settings from docspasta/settings.py, descriptions from the comments in values.yaml. Everything else
is said once, here, in SHAPES: a value that it does not name may not be set.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import kubernetes_validate
import yaml
from pydantic import SecretStr

from docspasta import settings

CHART = Path(__file__).parent / "docspasta"
KUBERNETES = "v1.37.0-local"  # the newest API that the validator knows: the chart must not refuse a new field
BEGIN, END = "<!-- values: begin -->", "<!-- values: end -->"

SERVICES: dict[str, type[settings.Shared]] = {
    "gateway": settings.Gateway,
    "jobs": settings.Jobs,
    "crawler": settings.Crawler,
    "processor": settings.Processor,
}
# Settings that the chart makes itself, from other values or from where it puts things.
OF_THE_CHART = re.compile(
    r"embedded|gateway_anonymous|login_issuer|login_client_id|\w+_listen|\w+_address|tls_\w+|identity_issuers|allow_private|log_format|identity_audience"
)
# Volumes that restricted Pod Security allows.
VOLUMES = ("configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected")

Schema = dict[str, Any]
STRING: Schema = {"type": "string"}
BOOLEAN: Schema = {"type": "boolean"}
COUNT: Schema = {"type": "integer", "minimum": 0}
PORT: Schema = {"type": "integer", "minimum": 1, "maximum": 65535}
LABELS: Schema = {"type": "object", "additionalProperties": {"type": "string"}}
HOST: Schema = {"type": "string", "pattern": r"^(\*\.)?[a-z0-9]([-a-z0-9.]*[a-z0-9])?$"}
PASSWORD: Schema = {"type": "string", "pattern": "^([A-Za-z0-9]{8,})?$"}
DURATION: Schema = {"type": "string", "pattern": "^([0-9]+(ms|s|m|h))+$"}
QUANTITY: Schema = {"type": "string", "pattern": "^[0-9]+(Mi|Gi|Ti)$"}
NETWORK: Schema = {"type": "string", "pattern": "^[0-9a-fA-F.:]+/[0-9]+$"}


def closed(properties: Schema, required: list[str] | None = None) -> Schema:
    """An object with these properties and no others."""
    shape = {"type": "object", "additionalProperties": False, "properties": properties}
    return {**shape, "required": required} if required else shape


def listed(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def choice(*values: str) -> Schema:
    return {"enum": list(values)}


def api(name: str) -> Schema:
    """A reference to a shape of the Kubernetes API, such as core.v1.Toleration."""
    return {"$ref": f"#/$defs/{name}"}


PLACEMENT: Schema = {
    "nodeSelector": LABELS,
    "tolerations": listed(api("core.v1.Toleration")),
    "affinity": api("core.v1.Affinity"),
    "topologySpreadConstraints": listed(
        closed(
            {
                "maxSkew": {"type": "integer", "minimum": 1},
                "minDomains": COUNT,
                "topologyKey": STRING,
                "whenUnsatisfiable": choice("DoNotSchedule", "ScheduleAnyway"),
                "nodeAffinityPolicy": choice("Honor", "Ignore"),
                "nodeTaintsPolicy": choice("Honor", "Ignore"),
                "matchLabelKeys": listed(STRING),
                "labelSelector": api("meta.v1.LabelSelector"),
            },
            ["maxSkew", "topologyKey", "whenUnsatisfiable"],
        )
    ),
    "priorityClassName": STRING,
    "podAnnotations": LABELS,
    "podLabels": LABELS,
    "extraEnv": listed(api("core.v1.EnvVar")),
    "extraVolumes": listed(api("core.v1.Volume")),
    "extraVolumeMounts": listed(api("core.v1.VolumeMount")),
}
PRIVATE_KEYS = ("sealing", "ticket", "signing", "anonymous", "browser", "loginClientSecret")
PEERS = listed(api("networking.v1.NetworkPolicyPeer"))
ISSUER = closed({"name": STRING, "kind": choice("Issuer", "ClusterIssuer")})
RESOURCES = closed({"requests": {"$ref": "#/$defs/quantities"}, "limits": {"$ref": "#/$defs/quantities"}})
DATABASE = closed(
    {
        "enabled": BOOLEAN,
        "image": STRING,
        "password": PASSWORD,
        "storage": QUANTITY,
        "storageClassName": STRING,
        "resources": RESOURCES,
    }
)


def service(name: str) -> Schema:
    """The values of one of the four services."""
    properties = {
        "replicas": COUNT,
        "settings": closed(setting_shapes(own_settings(name))),
        "resources": RESOURCES,
        "autoscaling": closed(
            {
                "enabled": BOOLEAN,
                "minReplicas": {"type": "integer", "minimum": 1},
                "maxReplicas": {"type": "integer", "minimum": 1},
                "targetCPUUtilization": {"type": "integer", "minimum": 1, "maximum": 100},
                "targetMemoryUtilization": {"type": "integer", "minimum": 0, "maximum": 100},
                "threshold": {"type": "integer", "minimum": 1},
            }
        ),
        "podDisruptionBudget": closed(
            {
                "enabled": BOOLEAN,
                "maxUnavailable": {"anyOf": [COUNT, {"type": "string", "pattern": "^[0-9]+%$"}]},
            }
        ),
        "preStopSeconds": {"type": "integer", "minimum": 1, "maximum": 120},
        "serviceAccount": closed({"create": BOOLEAN, "name": STRING, "annotations": LABELS}),
        "serviceAnnotations": LABELS,
        **PLACEMENT,
    }
    if name == "crawler":
        row = {"target": STRING, "ports": listed(PORT), "to": PEERS}
        properties["allowPrivate"] = listed(closed(row, ["target"]))
    return closed(properties)


def shapes() -> Schema:
    """The schema of every value, by its name at the top level."""
    rules = closed(
        {
            "ingress": listed(api("networking.v1.NetworkPolicyIngressRule")),
            "egress": listed(api("networking.v1.NetworkPolicyEgressRule")),
        }
    )
    oidc = {"issuer": STRING, "jwksUrl": {"type": "string", "pattern": "^https://"}, "audience": STRING}
    return {
        "nameOverride": STRING,
        "fullnameOverride": STRING,
        "commonLabels": LABELS,
        "image": closed(
            {
                "repository": STRING,
                "tag": STRING,
                "digest": {"type": "string", "pattern": "^(sha256:[0-9a-f]{64})?$"},
                "pullPolicy": choice("Always", "IfNotPresent", "Never"),
            }
        ),
        "imagePullSecrets": listed(STRING),
        "settings": closed(setting_shapes(common_settings())),
        "listenHost": choice("0.0.0.0", "[::]"),  # noqa: S104
        "postgres": closed(
            {
                "existingSecret": STRING,
                "keys": closed(dict.fromkeys(("dsn", "tendDsn", "ownerDsn"), STRING)),
                **dict.fromkeys(("dsn", "tendDsn", "ownerDsn"), STRING),
                "port": PORT,
            }
        ),
        "redis": closed(
            {
                "existingSecret": STRING,
                "keys": closed(dict.fromkeys(("jobsUrl", "crawlerUrl", "processorUrl"), STRING)),
                **dict.fromkeys(("jobsUrl", "crawlerUrl", "processorUrl"), STRING),
                "port": PORT,
                "url": removed(),
            }
        ),
        "keys": closed(
            {
                "existingSecret": STRING,
                "keys": closed(dict.fromkeys((*PRIVATE_KEYS, "issuers"), STRING)),
                **dict.fromkeys(PRIVATE_KEYS, STRING),
            }
        ),
        "identity": closed(
            {
                "fromSecret": BOOLEAN,
                "signingPublicKeys": listed(STRING),
                "anonymous": BOOLEAN,
                "anonymousPublicKeys": listed(STRING),
                "login": closed({"issuer": STRING, "clientId": STRING, "confidential": BOOLEAN}),
                "browserPublicKeys": listed(STRING),
                "oidc": listed(closed(oidc, ["issuer", "jwksUrl"])),
            }
        ),
        "migration": closed(
            {
                "enabled": BOOLEAN,
                "backoffLimit": COUNT,
                "activeDeadlineSeconds": {"type": "integer", "minimum": 1},
                "resources": RESOURCES,
                "podAnnotations": LABELS,
            }
        ),
        "podSecurity": closed({"runAsUser": {"type": "integer", "minimum": 1}}),
        **PLACEMENT,
        "revisionHistoryLimit": COUNT,
        **{name: service(name) for name in SERVICES},
        "autoscaling": closed(
            {
                "keda": closed(
                    {
                        "enabled": BOOLEAN,
                        "serverAddress": {"type": "string", "pattern": "^(https?://.+)?$"},
                        "selector": STRING,
                        "authenticationRef": STRING,
                        "pollingInterval": {"type": "integer", "minimum": 1},
                    }
                )
            }
        ),
        "service": closed({"type": choice("ClusterIP", "NodePort", "LoadBalancer"), "port": PORT}),
        "httpRoute": closed(
            {
                "enabled": BOOLEAN,
                "parentRefs": listed(
                    closed(
                        {
                            "group": STRING,
                            "kind": STRING,
                            "name": STRING,
                            "namespace": STRING,
                            "sectionName": STRING,
                            "port": PORT,
                        },
                        ["name"],
                    )
                ),
                "hostnames": listed(HOST),
                "annotations": LABELS,
                "gateway": closed({"create": BOOLEAN, "className": STRING}),
            }
        ),
        "ingress": closed(
            {
                "enabled": BOOLEAN,
                "className": STRING,
                "controller": choice(
                    "none", "nginx", "traefik", "haproxytech", "haproxy-ingress", "contour", "alb"
                ),
                "hosts": listed(HOST),
                "annotations": LABELS,
                "tlsSecret": STRING,
            }
        ),
        "certificate": closed({"enabled": BOOLEAN, "issuerRef": ISSUER}),
        "mtls": closed(
            {"enabled": BOOLEAN, "issuerRef": ISSUER, "duration": DURATION, "renewBefore": DURATION}
        ),
        "networkPolicy": closed(
            {
                "enabled": BOOLEAN,
                "dns": closed({"to": PEERS, "ports": listed(PORT)}),
                "postgres": closed({"to": PEERS}),
                "redis": closed({"to": PEERS}),
                "gateway": closed({"from": PEERS}),
                "metrics": closed({"from": PEERS, "otlpPort": PORT, "otlpTo": PEERS}),
                "issuers": closed({"to": PEERS}),
                "internet": closed({"except": listed(NETWORK)}),
                "extra": closed(dict.fromkeys(SERVICES, rules)),
            }
        ),
        "metrics": closed(
            {
                "enabled": BOOLEAN,
                "podMonitor": closed({"enabled": BOOLEAN, "labels": LABELS, "interval": DURATION}),
                "rules": closed(
                    {
                        "enabled": BOOLEAN,
                        "labels": LABELS,
                        "runbookUrl": {"type": "string", "pattern": "^(https?://[^#]+)?$"},
                    }
                ),
                "dashboards": closed({"enabled": BOOLEAN, "labels": LABELS}),
            }
        ),
        "devDatabases": closed({"postgres": DATABASE, "redis": DATABASE}),
        "doctor": closed({"rbac": closed({"create": BOOLEAN, "subjects": listed(api("rbac.v1.Subject"))})}),
        "tests": closed(
            {
                "enabled": BOOLEAN,
                "apiKeySecret": STRING,
                "timeoutSeconds": {"type": "integer", "minimum": 10},
            }
        ),
        "global": {"type": "object"},  # Helm's own, when this chart is another's dependency
        **{name: removed() for name in ("replicaCount", "postgresql", "env", "autoscalingEnabled")},
    }


def removed() -> Schema:
    """Let through, so that the guard in templates/_guards.tpl can say what to use instead."""
    return {"deprecated": True}


def fields(cls: type[settings.Shared]) -> Schema:
    """The settings of a process that an operator may set: name -> field."""
    return {
        name: field
        for name, field in cls.model_fields.items()
        if field.annotation is not SecretStr and not OF_THE_CHART.fullmatch(name)
    }


def common_settings() -> Schema:
    """What more than one process knows, and what must be the same in all of them."""
    found: Schema = {}
    seen: set[str] = set()
    for cls in SERVICES.values():
        names = fields(cls)
        found.update({name: field for name, field in names.items() if name in seen})
        seen.update(names)
    return found


# Known to several processes, but each may have its own.
EACH_ITS_OWN = re.compile(
    r"log_level|grace|max_connection_age|otlp_endpoint|postgres_(pool|statement_timeout)"
)


def own_settings(service: str) -> Schema:
    """What only this process knows, and what may differ between processes."""
    common = common_settings()
    return {
        name: field
        for name, field in fields(SERVICES[service]).items()
        if name not in common or EACH_ITS_OWN.fullmatch(name)
    }


TYPES: dict[Any, Schema] = {
    bool: BOOLEAN,
    int: {"type": "integer"},
    float: {"type": "number"},
    str: STRING,
}


def setting_shapes(found: Schema) -> Schema:
    return {
        name: {**TYPES[field.annotation], "description": field.description}
        for name, field in sorted(found.items())
    }


def kubernetes_shapes(schema: Schema) -> Schema:
    """The definitions of the Kubernetes API that `schema` refers to, closed and without prose."""
    folder = Path(kubernetes_validate.__file__).parent / "kubernetes-json-schema" / KUBERNETES
    definitions = json.loads((folder / "_definitions.json").read_text())
    definitions = definitions.get("$defs") or definitions["definitions"]
    found: Schema = {}
    wanted = references(schema)
    while wanted:
        name = wanted.pop()
        if name in found or name == "quantities":
            continue
        found[name] = shape = tidied(definitions[f"io.k8s.{place(name)}"])
        if name == "core.v1.Volume":
            shape["properties"] = {
                key: value
                for key, value in shape["properties"].items()
                if key in (*VOLUMES, "name", "secret")
            }
        wanted |= references(shape)
    return dict(sorted(found.items()))


def place(name: str) -> str:
    """Where the API's own schema keeps a definition that we name in short."""
    group = name.split(".", 1)[0]
    return f"apimachinery.pkg.{rest(name)}" if group in ("meta", "resource", "intstr") else f"api.{name}"


def rest(name: str) -> str:
    return {"meta": "apis.", "resource": "api.", "intstr": "util."}[name.split(".", 1)[0]] + name


def short(reference: str) -> str:
    name = reference.rsplit("/", 1)[1].removeprefix("io.k8s.")
    return re.sub(r"^(apimachinery\.pkg\.(apis|api|util)|api)\.", "", name)


def references(schema: Any) -> set[str]:
    """Names of all the definitions that a schema refers to."""
    return set(re.findall(r'"#/\$defs/([^"]+)"', json.dumps(schema)))


def tidied(shape: Any) -> Any:
    """A definition without descriptions and vendor extensions, closed, with our names of references."""
    if isinstance(shape, list):
        return [tidied(one) for one in shape]
    if not isinstance(shape, dict):
        return shape
    if "$ref" in shape:
        return {"$ref": f"#/$defs/{short(shape['$ref'])}"}
    plain = {
        key: (
            {name: tidied(value) for name, value in inner.items()} if key == "properties" else tidied(inner)
        )
        for key, inner in shape.items()
        if key not in ("description", "$schema", "format", "default") and not key.startswith("x-")
    }
    if "properties" in plain:
        plain["additionalProperties"] = False
    return plain


def schema() -> Schema:
    """values.schema.json."""
    top: Schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Values of the docspasta chart",
        **closed(shapes()),
    }
    quantity = {"anyOf": [{"type": "string", "pattern": "^[0-9.]+[A-Za-z]*$"}, {"type": "number"}]}
    names = ("cpu", "memory", "ephemeral-storage")
    top["$defs"] = {
        **kubernetes_shapes(top),
        "quantities": closed(dict.fromkeys(names, quantity)),
    }
    return top


def table() -> str:
    """README.md's table: every value, its default and what its comment says."""
    rows = ["| value | default | what it is |", "|---|---|---|"]
    path: list[str] = []
    comment: list[str] = []
    lines = (CHART / "values.yaml").read_text().splitlines()
    values = yaml.safe_load("\n".join(lines))
    for line in lines:
        if match := re.match(r"\s*# (-- )?(.*)", line):
            comment = [match[2]] if match[1] else [*comment, match[2]]
        elif match := re.match(r"( *)([A-Za-z_]+):", line):
            path = [*path[: len(match[1]) // 2], match[2]]
            if comment:
                rows.append(f"| `{'.'.join(path)}` | `{default(values, path)}` | {' '.join(comment)} |")
            comment = []
        elif not line.strip():
            comment = []
    return "\n".join(row.replace("|`", "| `") for row in rows)


def default(values: Any, path: list[str]) -> str:
    for name in path:
        values = values[name]
    return json.dumps(values).replace("|", "\\|")


def outputs() -> dict[Path, str]:
    """What each generated file should hold."""
    readme = (CHART / "README.md").read_text()
    before, _, left = readme.partition(BEGIN)
    _, _, after = left.partition(END)
    return {
        CHART / "values.schema.json": json.dumps(schema(), indent=1, ensure_ascii=False) + "\n",
        CHART / "README.md": f"{before}{BEGIN}\n{table()}\n{END}{after}",
    }


def main(arguments: list[str]) -> int:
    stale = {path: text for path, text in outputs().items() if not path.exists() or path.read_text() != text}
    for path, text in stale.items():
        if "--check" in arguments:
            print(f"{path.name} is not what values.yaml and docspasta/settings.py give; run `make chart`")
        else:
            path.write_text(text)
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
