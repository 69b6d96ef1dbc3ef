"""Settings that an operator may set through the chart: names and types from docspasta/settings.py."""

from __future__ import annotations

import re
from typing import Any, get_args

from pydantic import SecretStr

from charts.shapes import BOOLEAN, STRING, Schema
from docspasta import settings

SERVICES: dict[str, type[settings.Shared]] = {
    "gateway": settings.Gateway,
    "jobs": settings.Jobs,
    "crawler": settings.Crawler,
    "processor": settings.Processor,
}
# Settings that the chart makes itself, from other values or from where it puts things.
OF_THE_CHART = re.compile(
    r"embedded|operator_(namespaces|lease|token_file)|gateway_anonymous|login_issuer|login_client_id|\w+_listen|\w+_address|tls_\w+|identity_(further_)?issuers|allow_private|log_format|identity_audience"
)
# Known to several processes, but each may have its own.
EACH_ITS_OWN = re.compile(
    r"log_level|grace|max_connection_age|otlp_endpoint|postgres_(pool|statement_timeout)"
)
TYPES: dict[Any, Schema] = {
    bool: BOOLEAN,
    int: {"type": "integer"},
    float: {"type": "number"},
    str: STRING,
    settings.IndexRuns: {"enum": list(get_args(settings.IndexRuns))},
}


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


def own_settings(service: str) -> Schema:
    """What only this process knows, and what may differ between processes."""
    common = common_settings()
    return {
        name: field
        for name, field in fields(SERVICES[service]).items()
        if name not in common or EACH_ITS_OWN.fullmatch(name)
    }


def operator_settings() -> Schema:
    """What the operator may be told: its own settings, and what each process may have its own of."""
    known = common_settings()
    return {
        name: field
        for name, field in fields(settings.Operator).items()
        if name not in known or EACH_ITS_OWN.fullmatch(name)
    }


def renderer_settings() -> Schema:
    """What the renderer may be told: its own settings, and what each process may have its own of."""
    known = common_settings()
    return {
        name: field
        for name, field in fields(settings.Renderer).items()
        if name not in known or EACH_ITS_OWN.fullmatch(name)
    }


def setting_shapes(found: Schema) -> Schema:
    """Their shapes, by name."""
    return {
        name: {**TYPES[field.annotation], "description": field.description}
        for name, field in sorted(found.items())
    }
