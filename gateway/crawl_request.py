"""The JSON of POST /crawl and POST /scrape as protos: unknown fields and wrong types named. Pure; no I/O.

Ranges are the services' to check: there is one place for each rule.
"""

from __future__ import annotations

import difflib
from typing import Any

from docspasta.v1.jobs_pb2 import Header, JobSettings

from .problems import Problem

Mistake = tuple[str, str]

# JSON name -> (kind, field of JobSettings)
CRAWL_FIELDS: dict[str, tuple[str, str]] = {
    "url": ("text", "url"),
    "maxPages": ("whole", "max_pages"),
    "maxDepth": ("whole", "max_depth"),
    "include": ("texts", "include"),
    "exclude": ("texts", "exclude"),
    "delay": ("number", "delay"),
    "concurrency": ("whole", "concurrency"),
    "headers": ("headers", "headers"),
    "includeSelectors": ("texts", "include_selectors"),
    "excludeSelectors": ("texts", "exclude_selectors"),
    "keepRaw": ("flag", "keep_raw"),
    "respectRobots": ("flag", "respect_robots"),
    "respectNoindex": ("flag", "respect_noindex"),
    "allPages": ("flag", "all_pages"),
    "useSitemaps": ("flag", "use_sitemaps"),
    "allowHosts": ("texts", "allow_hosts"),
    "maxSeconds": ("whole", "max_seconds"),
    "maxBytes": ("whole", "max_bytes"),
}
SCRAPE_FIELDS = {
    name: CRAWL_FIELDS[name]
    for name in ("url", "headers", "includeSelectors", "excludeSelectors", "respectRobots")
}
WANTED = {
    "text": "a text",
    "whole": "a whole number",
    "number": "a number",
    "flag": "true or false",
    "texts": "a list of texts",
    "headers": 'an object of names and values, such as {"Authorization": "Bearer …"}',
}


def crawl_settings(body: dict[str, Any], fields: dict[str, tuple[str, str]] = CRAWL_FIELDS) -> JobSettings:
    """The settings that a body asks for. Raises Problem (400) with every mistake at once."""
    settings, mistakes = JobSettings(), [*unknown_fields(body, fields)]
    if not body.get("url"):
        mistakes.append(("url", "A URL is needed; write it like https://docs.example.org/."))
    for name, value in body.items():
        if name in fields and value is not None and not _set(settings, *fields[name], value):
            mistakes.append((name, f"{_shown(value)} is not {WANTED[fields[name][0]]}."))
    if mistakes:
        detail = "; ".join(f"{field}: {sentence}" for field, sentence in mistakes)
        raise Problem(400, "invalid-argument", detail, fields=mistakes)
    return settings


def unknown_fields(body: dict[str, Any], fields: dict[str, Any]) -> list[Mistake]:
    """Fields that mean nothing, with the nearest that would."""
    found = []
    for name in body.keys() - fields.keys():
        near = difflib.get_close_matches(name[:100], fields, 1)
        hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(fields)}."
        found.append((_plain(name), f"There is no such field; {hint}"))
    return sorted(found)


def _set(settings: JobSettings, kind: str, field: str, value: Any) -> bool:
    """Put `value` into `settings`; False when it is of another kind or does not fit."""
    try:
        if kind == "headers":
            if not _is_headers(value):
                return False
            settings.headers.extend(Header(name=name, value=text) for name, text in value.items())
        elif kind == "texts":
            if not _is_texts(value):
                return False
            getattr(settings, field).extend(value)
        else:
            if not _is_scalar(kind, value):
                return False
            setattr(settings, field, value)
    except (ValueError, OverflowError):  # out of the proto's range, or not Unicode text
        return False
    return True


def _is_scalar(kind: str, value: Any) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return {
        "text": isinstance(value, str),
        "flag": isinstance(value, bool),
        "whole": number and isinstance(value, int),
        "number": number,
    }[kind]


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(entry, str) for entry in value)


def _is_headers(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(text, str) for text in value.values())


def _shown(value: Any) -> str:
    """A value as an error may repeat it; of headers and the like nothing, for they are often secrets."""
    return "The value" if isinstance(value, dict | list) else _plain(repr(value))


def _plain(text: str) -> str:
    return text[:100].encode("ascii", "backslashreplace").decode()
