"""The data of apiDoc (apidocjs.com) as reference documentation. Its pages are empty: their script holds the
operations (`main.bundle.js`), or loads them (`api_data.json`, `api_data.js`), or the page itself does. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from docspasta.js_values import js_value

from .api_schema import cell, code, mapping, objects, text_of
from .openapi import fence, reference
from .page import Page

_DATA = re.compile(r"""\[\s*\{\s*["']?(?:type|group|name)["']?\s*:\s*["']""")
_PROJECT_END = re.compile(r"""["']?generator["']?\s*:\s*\{\s*["']?name["']?\s*:\s*["']apidoc["']""")
_PROJECT = re.compile(r"[=(]\s*(?=\{)|^\s*(?=\{)|\breturn\s*(?=\{)")
_MOST = 50  # places that are looked at
_BEFORE = 50_000  # characters in which the project's settings stand
_PARAGRAPH = re.compile(r"</?p>")
_ASKED = {"header": "Headers", "parameter": "Parameters", "query": "Query", "body": "Body"}
_ANSWERED = ("success", "error")
_UNNAMED = ("Header", "Parameter")  # groups of fields that nobody gave a name


def apidoc_page(body: bytes, url: str) -> Page:
    """The page of apiDoc's data. A body that holds none has the reason not_html."""
    script = body.decode("utf-8-sig", "replace")
    operations = _operations(script)
    if not operations:
        return Page(url=url, reason="not_html", detail="It holds no data of apiDoc.")
    return reference(_parts(_newest(operations), _project(script)), url)


def _operations(script: str) -> list[dict[str, Any]]:
    for match in islice(_DATA.finditer(script), _MOST):
        try:
            found = objects(js_value(script, match.start())[0])
        except (ValueError, OverflowError):
            continue
        known = [each for each in found if text_of(each.get("type")) and text_of(each.get("url"))]
        if known and any("group" in each for each in known):
            return known
    return []


def _project(script: str) -> dict[str, Any]:
    """The settings of the project; {} for none."""
    end = _PROJECT_END.search(script)
    if end is None:
        return {}
    before = max(0, end.start() - _BEFORE)
    places = [match.end() for match in _PROJECT.finditer(script, before, end.start())]
    for at in reversed(places[-_MOST:]):
        try:
            found = mapping(js_value(script, at)[0])
        except (ValueError, OverflowError):
            continue
        if "generator" in found:
            return found
    return {}


def _newest(operations: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each operation in its newest version, in their order."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for each in operations:
        name = (text_of(each.get("group")), text_of(each.get("name")) or text_of(each.get("url")))
        if name not in found or _version(found[name]) < _version(each):
            found[name] = each
    return list(found.values())


def _version(operation: dict[str, Any]) -> list[int]:
    return [int(each) for each in re.findall(r"\d{1,9}", text_of(operation.get("version")))]


def _parts(operations: list[dict[str, Any]], project: dict[str, Any]) -> Iterator[str]:
    title = text_of(project.get("title")) or text_of(project.get("name"))
    yield f"# {cell(title) or 'API reference'}"
    version = text_of(project.get("version"))
    yield f"Version {version}" if version else ""
    yield text_of(project.get("description"))
    yield from _text(mapping(project.get("header")))
    for group, title, rows in _groups(operations, project):
        yield f"## {cell(title or group)}"
        yield next((said for each in rows if (said := text_of(each.get("groupDescription")))), "")
        for each in rows:
            yield from _operation(each)
    yield from _text(mapping(project.get("footer")))


def _text(piece: dict[str, Any]) -> Iterator[str]:
    if content := text_of(piece.get("content")):
        yield f"## {cell(text_of(piece.get('title')))}" if piece.get("title") else ""
        yield content


def _groups(
    operations: list[dict[str, Any]], project: dict[str, Any]
) -> Iterator[tuple[str, str, list[dict[str, Any]]]]:
    """(name, title, operations) of each group: in the project's order, then in theirs."""
    order = project.get("order")
    first = [each for each in order if isinstance(each, str)] if isinstance(order, list) else []
    groups: dict[str, list[dict[str, Any]]] = {}
    for each in operations:
        groups.setdefault(text_of(each.get("group")), []).append(each)
    for name in dict.fromkeys((*first, *groups)):
        if rows := groups.get(name):
            yield name, text_of(rows[0].get("groupTitle")), rows


def _operation(operation: dict[str, Any]) -> Iterator[str]:
    yield f"### {cell(text_of(operation.get('title')) or text_of(operation.get('name')))}"
    yield code(f"{text_of(operation.get('type')).upper()} {text_of(operation.get('url'))}", 2_000)
    deprecated = operation.get("deprecated")
    yield f"Deprecated. {text_of(mapping(deprecated).get('content'))}".strip() if deprecated else ""
    yield text_of(operation.get("description"))
    rights = [code(text_of(each.get("name"))) for each in objects(operation.get("permission"))]
    yield f"Permission: {', '.join(rights)}" if rights else ""
    yield from _examples(operation)
    for key, title in _ASKED.items():
        fields = operation.get(key)
        yield _table(title, objects(fields), asked=True)
        yield from _groups_of_fields(mapping(fields), title, asked=True)
    for key in _ANSWERED:
        yield from _groups_of_fields(mapping(operation.get(key)), "", asked=False)


def _groups_of_fields(holder: dict[str, Any], title: str, *, asked: bool) -> Iterator[str]:
    for group, fields in mapping(holder.get("fields")).items():
        yield _table(title if group in _UNNAMED else cell(str(group)), objects(fields), asked=asked)
    yield from _examples(holder)


def _examples(holder: dict[str, Any]) -> Iterator[str]:
    for each in objects(holder.get("examples")):
        yield f"**{cell(text_of(each.get('title')))}**" if each.get("title") else ""
        kind = text_of(each.get("type"))
        yield fence(text_of(each.get("content")), kind if re.fullmatch(r"[\w+-]{1,20}", kind) else "")


def _table(title: str, fields: list[dict[str, Any]], *, asked: bool) -> str:
    """`asked`: of what is sent, where a field may be left out."""
    if not fields:
        return ""
    head = ("Name", "Type", "Required", "Description") if asked else ("Name", "Type", "Description")
    rows = [head, ("---",) * len(head)]
    for each in fields:
        size = text_of(each.get("size"))
        kind = cell(f"{text_of(each.get('type'))}{f' ({size})' if size else ''}")
        required = ("no" if each.get("optional") is True else "yes",) if asked else ()
        rows.append((code(text_of(each.get("field"))), kind, *required, _said_of(each)))
    return "\n".join([f"**{title}**", "", *(f"| {' | '.join(row)} |" for row in rows)])


def _said_of(field: dict[str, Any]) -> str:
    said = [_PARAGRAPH.sub(" ", text_of(field.get("description")))]
    values = field.get("allowedValues")
    if allowed := [code(str(one).strip("\"'")) for one in values if one] if isinstance(values, list) else []:
        said.append(f"One of {', '.join(allowed)}.")
    if default := text_of(field.get("defaultValue")):
        said.append(f"Default: {code(default)}.")
    return cell(" ".join(said))
