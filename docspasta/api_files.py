"""Which OpenAPI, Swagger or AsyncAPI file a script is told to draw. Pure.

SwaggerUIBundle({ url: "openapi.json", ... })  ->  /openapi.json
Redoc.init("spec.yaml", ...)                   ->  /spec.yaml
{ "configUrl": "/v3/api-docs/swagger-config" } ->  that file, which names others
{ "swaggerDoc": { "openapi": "3.0.0", ... } }  ->  the script itself holds it
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from itertools import islice
from typing import Any

from .alternates import Alternate, Kind
from .urls import BadUrl, canonical

MOST = 3  # files of one script
_DRAWS = re.compile(
    r"SwaggerUIBundle|SwaggerUi\b|Redoc\.init|AsyncApiStandalone|Scalar\.createApiReference|swagger-ui|"
    r"configObject|apiDescriptionUrl|StoplightProject",
)
_NAMED = re.compile(
    r"""(?:["']?(?:url|specUrl|spec_url|apiDescriptionUrl|definitionUrl)["']?\s*[:=]|Redoc\.init\()\s*"""
    r"""["'`]([^"'`\s<>{}$]{1,2000})["'`]"""
)
_FILE = re.compile(r"(?:\.(?:json|ya?ml)|openapi|swagger|asyncapi|api-docs|schema|spec)[^/]*/?$", re.I)
_CONFIGURED = re.compile(r"""["']?configUrl["']?\s*[:=]\s*["'`]([^"'`\s<>{}$]{1,2000})["'`]""")
_HELD = re.compile(
    r"""["']?\b(?:swaggerDoc|spec|openapi|definition)["']?\s*[:=]\s*"""
    r"""(?=\{\s*["'](?:openapi|swagger|asyncapi|info|paths|components|tags|servers|definitions|schemes|host)["'])"""
)
_EXAMPLE = "petstore"  # of the file that Swagger UI comes with


def named_files(script: str, url: str) -> list[Alternate]:
    """The files that a script names, in its order; relative names are of the page or script at `url`."""
    if _DRAWS.search(script) is None:
        return []
    found: dict[Alternate, None] = {}
    for match in _NAMED.finditer(script):
        target = match[1]
        if _FILE.search(target.partition("?")[0]) is None:
            continue
        try:
            found[Alternate(Kind.OPENAPI, canonical(target, url))] = None
        except BadUrl:
            continue
    for match in _CONFIGURED.finditer(script):
        with suppress(BadUrl):
            found[Alternate(Kind.SCRIPT, canonical(match[1], url))] = None
    own = [each for each in found if _EXAMPLE not in each.url]
    return (own or list(found))[:MOST]


def holds_file(script: str) -> bool:
    """Whether a script seems to hold a file itself, as those of swagger-ui-express and NestJS do."""
    return _HELD.search(script) is not None


def held_file(script: str) -> Any:
    """The file that a script holds, None for none."""
    reader = json.JSONDecoder()
    for match in islice(_HELD.finditer(script), MOST):
        with suppress(ValueError, RecursionError):
            found = reader.raw_decode(script, match.end())[0]
            if isinstance(found, dict) and {"openapi", "swagger", "asyncapi"} & found.keys():
                return found
    return None
