"""An API's description (OpenAPI 3, Swagger 2, AsyncAPI 2 and 3; JSON or YAML) as reference documentation: its
operations by tag, parameters and schemas as tables, examples as code. Pure.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from .api_schema import Schemas, cell, code, mapping, objects, text_of
from .held_api import is_description, loaded
from .page import Page
from .text_page import read_text

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
LONGEST = 4_000_000  # characters of Markdown; what is behind is left out, and that is said
_MOST_EXAMPLES = 3


def api_page(body: bytes, url: str) -> Page:
    """The page of an API's description. A body that is none has the reason not_html."""
    root = loaded(body.decode("utf-8-sig", "replace"))
    if not is_description(root):
        return Page(url=url, reason="not_html", detail="It is no OpenAPI, Swagger or AsyncAPI file.")
    return reference(_parts(root), url)


def reference(parts: Iterable[str], url: str) -> Page:
    """The page of an API's reference, from its parts in Markdown; as long as LONGEST allows."""
    kept, size = [], 0
    for part in parts:
        if part.strip():
            kept.append(part.strip("\n"))
            size += len(part)
        if size > LONGEST:
            kept.append("*The description goes on; the rest was left out for its length.*")
            break
    return read_text("\n\n".join(kept) + "\n", url)


def _parts(root: dict[str, Any]) -> Iterator[str]:
    info, schemas = mapping(root.get("info")), Schemas(root)
    version = info.get("version")
    yield f"# {cell(text_of(info.get('title'))) or 'API reference'}"
    yield f"Version {version}" if isinstance(version, str | int | float) else ""
    yield text_of(info.get("description")) or text_of(info.get("summary"))
    yield _servers(root)
    yield from _security(root)
    if "asyncapi" in root:
        yield from _channels(root, schemas)
    else:
        yield from _operations(root, schemas)
    named = mapping(mapping(root.get("components")).get("schemas")) or mapping(root.get("definitions"))
    if named:
        yield "## Schemas"
    for name, schema in named.items():
        yield f"### {cell(str(name))}"
        yield from _schema(schema, schemas)


def _schema(schema: Any, schemas: Schemas) -> Iterator[str]:
    yield text_of(mapping(schema).get("description"))
    table = schemas.table(schema)
    yield table or f"Type: {schemas.type_of(schema)}. {schemas.said_of(schema)}"
    yield from _examples(schemas.resolved(schema))


def _servers(root: dict[str, Any]) -> str:
    rows = []
    servers = root.get("servers")
    named = list(servers.values()) if isinstance(servers, dict) else servers
    for server in objects(named):
        where = text_of(server.get("url")) or text_of(server.get("host")) + text_of(server.get("pathname"))
        said = cell(text_of(server.get("description")))
        rows.append(f"- {code(where)}{f': {said}' if said else ''}")
    if isinstance(root.get("host"), str):
        schemes = [each for each in root.get("schemes") or ["https"] if isinstance(each, str)]
        where = root["host"] + text_of(root.get("basePath"))
        rows += [f"- {code(f'{each}://{where}')}" for each in schemes]
    return "\n".join(["**Servers**", "", *rows]) if rows else ""


def _security(root: dict[str, Any]) -> Iterator[str]:
    named = mapping(mapping(root.get("components")).get("securitySchemes"))
    named = named or mapping(root.get("securityDefinitions"))
    if not named:
        return
    yield "## Authentication"
    rows = []
    for name, scheme in named.items():
        one = mapping(scheme)
        facts = [text_of(one.get("type")), text_of(one.get("scheme"))]
        if text_of(one.get("in")):
            facts.append(f"in {one['in']}: {text_of(one.get('name'))}")
        said = cell(text_of(one.get("description")))
        rows.append(
            f"- **{cell(str(name))}** ({', '.join(filter(None, facts))}){f': {said}' if said else ''}"
        )
    yield "\n".join(rows)


def _operations(root: dict[str, Any], schemas: Schemas) -> Iterator[str]:
    """The operations under their tags: those that are declared, in their order, then the others."""
    by_tag: dict[str, list[tuple[str, str, dict[str, Any], list[Any]]]] = {}
    declared = {
        text_of(tag.get("name")): text_of(tag.get("description")) for tag in objects(root.get("tags"))
    }
    for name in declared:
        by_tag[name] = []
    for word in ("paths", "webhooks"):
        for path, item in mapping(root.get(word)).items():
            one = schemas.resolved(item)
            shared = one.get("parameters")
            for method in METHODS:
                operation = one.get(method)
                if not isinstance(operation, dict):
                    continue
                tags = [tag for tag in operation.get("tags") or () if isinstance(tag, str)]
                tag = tags[0] if tags else "Webhooks" if word == "webhooks" else "Operations"
                row = (method.upper(), str(path), operation, shared if isinstance(shared, list) else [])
                by_tag.setdefault(tag, []).append(row)
    for tag, rows in by_tag.items():
        if not rows:
            continue
        yield f"## {cell(tag)}"
        yield declared.get(tag, "")
        for method, path, operation, shared in rows:
            yield from _operation(method, path, operation, shared, root, schemas)


def _operation(
    method: str,
    path: str,
    operation: dict[str, Any],
    shared: list[Any],
    root: dict[str, Any],
    schemas: Schemas,
) -> Iterator[str]:
    title = text_of(operation.get("summary")) or text_of(operation.get("operationId")) or f"{method} {path}"
    yield f"### {cell(title)}"
    yield code(f"{method} {path}", 2_000)
    yield "> [!WARNING]\n> Deprecated." if operation.get("deprecated") is True else ""
    yield text_of(operation.get("description"))
    own = operation.get("parameters")
    every = [schemas.resolved(each) for each in (*shared, *(own if isinstance(own, list) else []))]
    named = {(text_of(each.get("name")), text_of(each.get("in"))): each for each in every}
    yield _parameters([each for (_, where), each in named.items() if where != "body"], schemas)
    for (_, where), each in named.items():
        if where == "body":  # Swagger 2
            yield from _body("**Request body**", each.get("schema"), each, schemas)
    body = schemas.resolved(operation.get("requestBody"))
    yield from _contents("Request body", body, schemas)
    yield from _responses(mapping(operation.get("responses")), schemas)
    for sample in objects(operation.get("x-codeSamples") or operation.get("x-code-samples"))[:_MOST_EXAMPLES]:
        yield f"**{cell(text_of(sample.get('label')) or text_of(sample.get('lang')) or 'Example')}**"
        yield fence(text_of(sample.get("source")), text_of(sample.get("lang")).lower().split(" ")[0])


def _parameters(parameters: list[dict[str, Any]], schemas: Schemas) -> str:
    if not parameters:
        return ""
    lines = [
        "**Parameters**",
        "",
        "| Name | In | Type | Required | Description |",
        "| --- | --- | --- | --- | --- |",
    ]
    for one in parameters:
        schema = one.get("schema") if isinstance(one.get("schema"), dict) else one
        described = {**schemas.resolved(schema), "description": text_of(one.get("description"))}
        if not described["description"]:
            described["description"] = text_of(schemas.resolved(schema).get("description"))
        required = "yes" if one.get("required") is True else "no"
        name, where = code(text_of(one.get("name"))), cell(text_of(one.get("in")))
        said = schemas.said_of(described)
        lines.append(f"| {name} | {where} | {cell(schemas.type_of(schema))} | {required} | {said} |")
    return "\n".join(lines)


def _contents(title: str, holder: dict[str, Any], schemas: Schemas) -> Iterator[str]:
    """What a request or an answer holds, by media type."""
    said = text_of(holder.get("description")) if title == "Request body" else ""
    for media, content in mapping(holder.get("content")).items():
        one = mapping(content)
        required = " required" if holder.get("required") is True else ""
        head = f"**{title}** ({code(str(media))}{required})"
        yield from _body(head, one.get("schema"), one, schemas, said)
        said = ""


def _body(head: str, schema: Any, holder: dict[str, Any], schemas: Schemas, said: str = "") -> Iterator[str]:
    kind = schemas.type_of(schema) if schema else ""
    yield f"{head}{f': {kind}' if kind and kind != 'any' else ''}"
    yield said or text_of(holder.get("description"))
    referenced = "$ref" in mapping(schema) or "$ref" in mapping(mapping(schema).get("items"))
    yield "" if referenced else schemas.table(schema)
    yield from _examples(holder)


def _responses(responses: dict[str, Any], schemas: Schemas) -> Iterator[str]:
    if not responses:
        return
    lines = ["**Responses**", "", "| Status | Description | Type |", "| --- | --- | --- |"]
    details: list[str] = []
    for status, response in responses.items():
        one = schemas.resolved(response)
        schema = one.get("schema")
        contents = mapping(one.get("content"))
        for content in contents.values():
            schema = schema or mapping(content).get("schema")
        kind = cell(schemas.type_of(schema)) if schema else ""
        lines.append(f"| {cell(str(status))} | {cell(text_of(one.get('description')))} | {kind} |")
        for media, content in contents.items():
            inline = mapping(content).get("schema")
            more = [
                *([] if "$ref" in mapping(inline) else [schemas.table(inline)]),
                *_examples(mapping(content)),
            ]
            if any(more):
                details += [f"**{cell(str(status))}** ({code(str(media))})", *more]
        if not contents and (example := mapping(one.get("examples"))):
            details += [f"**{cell(str(status))}**", *_examples({"examples": example})]
    yield "\n".join(lines)
    yield from details


def _examples(holder: dict[str, Any]) -> Iterator[str]:
    """The examples of a request, an answer or a schema, as code."""
    values: list[Any] = []
    if "example" in holder:
        values.append(holder["example"])
    several = holder.get("examples")
    for one in (
        list(several.values()) if isinstance(several, dict) else several if isinstance(several, list) else []
    ):
        values.append(one["value"] if isinstance(one, dict) and "value" in one else one)
    for value in values[:_MOST_EXAMPLES]:
        text = (
            value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False, default=str)
        )
        yield fence(text[:50_000], "" if isinstance(value, str) else "json")


def fence(text: str, language: str = "") -> str:
    """A block of code."""
    if not text.strip():
        return ""
    mark = "```" if "```" not in text else "~~~~~~"
    return f"{mark}{language}\n{text.strip(chr(10))}\n{mark}"


def _channels(root: dict[str, Any], schemas: Schemas) -> Iterator[str]:
    """AsyncAPI: channels with what is sent and received on them."""
    yield "## Channels"
    for name, channel in mapping(root.get("channels")).items():
        one = schemas.resolved(channel)
        yield f"### {cell(text_of(one.get('address')) or str(name))}"
        yield text_of(one.get("description"))
        for word in ("publish", "subscribe"):  # AsyncAPI 2
            if isinstance(operation := one.get(word), dict):
                yield f"**{word.capitalize()}**"
                yield text_of(operation.get("description")) or text_of(operation.get("summary"))
                yield from _message(operation.get("message"), schemas)
        for message in mapping(one.get("messages")).values():  # AsyncAPI 3
            yield from _message(message, schemas)
    operations = mapping(root.get("operations"))
    if operations:
        yield "## Operations"
    for name, operation in operations.items():
        one = schemas.resolved(operation)
        yield f"### {cell(text_of(one.get('title')) or str(name))}"
        where = text_of(mapping(one.get("channel")).get("$ref")).rpartition("/")[2]
        yield f"{code(text_of(one.get('action')) or 'operation')} on {code(where)}" if where else ""
        yield text_of(one.get("description")) or text_of(one.get("summary"))


def _message(message: Any, schemas: Schemas) -> Iterator[str]:
    for each in objects(mapping(message).get("oneOf")) or [message]:
        one = schemas.resolved(each)
        name = text_of(one.get("title")) or text_of(one.get("name")) or text_of(mapping(each).get("$ref"))
        yield f"Message {code(name.rpartition('/')[2])}" if name else "Message"
        yield text_of(one.get("description")) or text_of(one.get("summary"))
        payload = mapping(one.get("payload"))
        yield schemas.table(payload.get("schema") if "schema" in payload else payload)
        yield from _examples({"examples": [mapping(x).get("payload", x) for x in one.get("examples") or ()]
                              if isinstance(one.get("examples"), list) else []})  # fmt: skip
