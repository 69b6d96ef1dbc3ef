"""The description of an API that a page holds itself, for the script that draws it. Pure.

<elements-api apiDescriptionDocument="openapi: 3.1.0 …">
<script id="api-reference" type="application/json">{"openapi": "3.1.0", …}</script>
<script>SwaggerUIBundle({spec: {openapi: '3.0.0', …}})</script>
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import yaml
from selectolax.lexbor import LexborHTMLParser

from docspasta.api_files import VERSIONS, held_file, holds_file

from .query import css, css_first

# The elements that draw one, each with what names its file.
NAMED_BY = (
    ("redoc", "spec-url"), ("rapi-doc", "spec-url"), ("rapi-doc-mini", "spec-url"), ("rapidoc", "spec-url"),
    ("elements-api", "apidescriptionurl"), ("openapi-explorer", "spec-url"), ("rapi-pdf", "spec-url"),
    ("asyncapi-component", "schemaurl"), ("script#api-reference", "data-url"), ("api-reference", "data-url"),
    ("[data-spec-url]", "data-spec-url"),
)  # fmt: skip
READERS = (
    ",".join(name for name, _ in NAMED_BY if name.isascii() and "-" in name and "#" not in name) + ",redoc"
)
_HELD_BY = ("apidescriptiondocument", "schema", "spec", "data-configuration")
_DATA = re.compile(r"json|ya?ml|openapi|asyncapi", re.I)
_SETTINGS = re.compile(r"\s*\{\s*[\"']?(?:spec|content|url|sources|theme)[\"']?\s*:")
_BEGINS = re.compile(
    r"\s*(?:\{\s*[\"']?(?:openapi|swagger|asyncapi|info|paths)[\"']?\s*:"
    r"|(?:#[^\n]*\n|---[ \t]*\n|\s)*(?:openapi|swagger|asyncapi)[ \t]*:)"
)
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def loaded(text: str) -> Any:
    """What a file says: JSON, YAML, or what its script holds. None for none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    held = held_file(text)
    if isinstance(held, dict):
        return held
    try:
        return yaml.load(text if held is None else held, Loader=_LOADER)  # noqa: S506  (a safe loader)
    except (yaml.YAMLError, RecursionError, ValueError):
        return None


def is_description(value: Any) -> bool:
    """Whether it is the root of an OpenAPI, Swagger or AsyncAPI file."""
    return isinstance(value, dict) and not VERSIONS.isdisjoint(value)


def names_api(tree: LexborHTMLParser) -> bool:
    """Whether an element of the page names the file of an API that it draws, or holds it."""
    return any(
        node.attributes.get(name)
        for node in css(tree.root, READERS)[:10]
        for name in (*(attribute for _, attribute in NAMED_BY), *_HELD_BY)
    )


def draws_api(tree: LexborHTMLParser) -> bool:
    """Whether an element of the page draws an API's description."""
    return css_first(tree.root, READERS) is not None


def held_api(tree: LexborHTMLParser) -> str:
    """The text of the description that a page holds, as `loaded` reads it; '' for none."""
    return next(_held(tree), "")


def _held(tree: LexborHTMLParser) -> Iterator[str]:
    for node in css(tree.root, READERS)[:10]:
        for name in _HELD_BY:
            yield from _text(node.attributes.get(name) or "")
    for node in css(tree.root, "script")[:50]:
        if not node.attributes.get("src"):
            yield from _text(node.attributes.get("data-configuration") or "")
            text, kind = node.text_lexbor() or "", node.attributes.get("type") or ""
            if _DATA.search(kind):
                yield from _text(text)
            elif holds_file(text) and is_description(loaded(text)):
                yield text


def _text(text: str) -> Iterator[str]:
    """A description, or what the settings of a reader hold as one."""
    if _BEGINS.match(text) and is_description(loaded(text)):
        yield text
    elif _SETTINGS.match(text):
        found = loaded(text)
        for _ in range(3):
            found = found.get("spec", found.get("content")) if isinstance(found, dict) else None
            if isinstance(found, str):
                yield from _text(found)
            elif is_description(found):
                yield json.dumps(found)
