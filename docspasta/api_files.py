"""Which OpenAPI, Swagger or AsyncAPI file a script is told to draw. Pure.

SwaggerUIBundle({ url: "openapi.json", ... })  ->  /openapi.json
Redoc.init("spec.yaml", ...)                   ->  /spec.yaml
element.setAttribute("spec-url", "spec.yaml")  ->  /spec.yaml
{ "configUrl": "/v3/api-docs/swagger-config" } ->  that file, which names others
{ swaggerDoc: { openapi: "3.0.0", ... } }      ->  the script itself holds it
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from itertools import islice
from typing import Any

from .alternates import Alternate, Kind
from .js_literal import read_literal, read_string
from .urls import BadUrl, canonical

MOST = 3  # files of one script
_DRAWS = re.compile(
    r"SwaggerUIBundle|SwaggerUi\b|Redoc\.init|AsyncApiStandalone|Scalar\.createApiReference|swagger-ui|"
    r"configObject|apiDescriptionUrl|StoplightProject|rapi-?doc|RapiDoc|elements-api|asyncapi-component|"
    r"openapi-explorer|createApiReference",
)
_NAMED = re.compile(
    r"""(?:["']?(?:url|specUrl|spec_url|spec-url|apiDescriptionUrl|apidescriptionurl|definitionUrl|schemaUrl)["']?"""
    r"""\s*[:=,]|Redoc\.init\(|loadSpec\()\s*["'`]([^"'`\s<>{}$]{1,2000})["'`]"""
)
_LITERAL = re.compile(
    r"""["'`]([^"'`\s<>{}$]{1,1000}\.(?:json|ya?ml)(?:\?[^"'`\s<>{}$]{0,300})?)["'`]""", re.I
)
_FILE = re.compile(r"(?:\.(?:json|ya?ml)|openapi|swagger|asyncapi|api-docs|schema|spec)[^/]*/?$", re.I)
_CONFIGURED = re.compile(r"""["']?configUrl["']?\s*[:=]\s*["'`]([^"'`\s<>{}$]{1,2000})["'`]""")
_KEYS = "openapi|swagger|asyncapi|info|paths|components|tags|servers|definitions|schemes|host"
_HELD = re.compile(
    rf"""["']?\b(?:swaggerDoc|spec|openapi|definition|schema|document|content|apiDescriptionDocument)["']?\s*[:=]\s*"""
    rf"""(?=\{{\s*["']?(?:{_KEYS})["']?\s*:)|(?=\{{\s*["']?(?:openapi|swagger|asyncapi)["']?\s*:\s*["'`]\d)"""
)
_WRITTEN = re.compile(r"""(?:[:=(]\s*)(`\s*(?:openapi|swagger|asyncapi)\s*:(?:[^`\\]|\\.)*`)""", re.S)
_EXAMPLE = "petstore"  # of the file that Swagger UI comes with
VERSIONS = frozenset(("openapi", "swagger", "asyncapi"))


def named_files(script: str, url: str, *, drawn: bool = False) -> list[Alternate]:
    """The files that a script names, in its order; relative names are of the page or script at `url`.
    `drawn`: an element beside it draws one, so that any file that it names may be that."""
    if not drawn and _DRAWS.search(script) is None:
        return []
    found: dict[Alternate, None] = {}
    names = [match[1] for match in _NAMED.finditer(script) if _FILE.search(match[1].partition("?")[0])]
    names += [match[1] for match in islice(_LITERAL.finditer(script), MOST)] if drawn else []
    for target in names:
        with suppress(BadUrl):
            found[Alternate(Kind.OPENAPI, canonical(target, url))] = None
    for match in _CONFIGURED.finditer(script):
        with suppress(BadUrl):
            found[Alternate(Kind.SCRIPT, canonical(match[1], url))] = None
    own = [each for each in found if _EXAMPLE not in each.url]
    return (own or list(found))[:MOST]


def holds_file(script: str) -> bool:
    """Whether a script seems to hold a file itself, as those of swagger-ui-express and NestJS do."""
    return _HELD.search(script) is not None or _WRITTEN.search(script) is not None


def held_file(script: str) -> Any:
    """The file that a script holds: an object, or the text of one. None for none."""
    reader = json.JSONDecoder()
    for match in islice(_HELD.finditer(script), MOST):
        found: Any = None
        try:
            found = reader.raw_decode(script, match.end())[0]
        except (ValueError, RecursionError):
            with suppress(ValueError, RecursionError):
                found = read_literal(script, match.end())
        if isinstance(found, dict) and not VERSIONS.isdisjoint(found):
            return found
    for match in islice(_WRITTEN.finditer(script), MOST):
        with suppress(ValueError):
            return read_string(match[1])
    return None
