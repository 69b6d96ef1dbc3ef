"""Which OpenAPI, Swagger or AsyncAPI file a script is told to draw. Pure.

SwaggerUIBundle({ url: "openapi.json", ... })  ->  /openapi.json
Redoc.init("spec.yaml", ...)                   ->  /spec.yaml
"""

from __future__ import annotations

import re

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
    own = [each for each in found if _EXAMPLE not in each.url]
    return (own or list(found))[:MOST]
