"""What a path segment names: a version, a language, a place for docs. Pure."""

from __future__ import annotations

import re

DOCS_WORDS = frozenset("docs doc documentation documentations manual manuals handbook".split())
LANGUAGES = frozenset(
    "ar az be bg bn bs ca cs cy da de el en eo es et eu fa fi fr ga gl he hi hr hu hy id it ja ka kk ko lt "
    "lv mk mn ms nb nl nn pl pt ro ru sk sl sq sr sv ta te th tl tr uk ur uz vi zh cn jp kr ua".split()
)
LANGUAGE = re.compile(r"^([a-z]{2})(?:[-_](?:[a-z]{2}|[a-z]{4}|\d{3}))?$", re.I)

_PREFIXES = r"version|release|rel|ver|docs?|branch|stable|latest|python|jdk|java"
_BEFORE = rf"(?>(?:(?:{_PREFIXES})[-_.]|release|version|jdk|v|r)*)"
_AFTER = (
    r"(?>(?:[-_.]?(?:alpha|beta|dev|lts|snapshot|stable|final|ga|release|preview|pre|post|rc|sp|a|b|c|m)"
    r"(?>(?:[-_.]?\d+)*))*)"
)
# `3.12`, `v2.0.1-rc.1`, `2.x`, `latest-v18.x`, `docs-3.2`, `2.0-SNAPSHOT`, `3.x-stable`
VERSION = re.compile(rf"^{_BEFORE}\d+(?:[._](?:\d+|x))+{_AFTER}$", re.I)
# `boost_1_74_0`: after any name, three numbers are a version; two may be a chapter's
NAMED_VERSION = re.compile(rf"^[a-z][a-z0-9+]*(?:[-_][a-z]+)?[-_.]v?\d+(?:[._]\d+){{2,}}{_AFTER}$", re.I)
# `v2`, `version_3`, `jdk17`, `v5-beta`, `v0-12`, `2024R1`, `22H2`
VERSION_SHORT = re.compile(
    r"^(?:v|version[-_]|release[-_]|rel[-_]|jdk-?|(?:latest|stable)-v?)\d+"
    r"(?:-\d+|[-_.]?(?:alpha|beta|dev|lts|snapshot|preview|pre|rc)(?:[-_.]?\d+)?)?$"
    r"|^(?:20)?\d\d[RH]\d$|^R20\d\d[ab]$|^docs?-v\d+$|^v\d+-docs?$|^(?:java|jdk)-?\d+$|^\d+[-_]LTS$",
    re.I,
)
# `php8.2`, `mysql-8.0`: a version where a link leads to the same page below another one of that name
NAMED_NUMBER = re.compile(r"^(?P<name>[a-z][a-z+]*)[-_.]?v?\d+(?:[._]\d+)+$", re.I)
EDITION = re.compile(r"^(?P<version>[^/]*\d)[-_.](?P<language>[a-z]{2}(?:[-_][a-z]{2})?)$", re.I)  # `8.0-en`
VERSION_WORDS = frozenset("latest stable nightly".split())
VERSION_PARENTS = frozenset(("v", "version", "versions"))


def is_version(segment: str) -> bool:
    """Whether a path segment can only name a version: `stable`, `v2`, `3.12`, `1.x`, `jdk-17`, `v/2.0`."""
    parent, _, number = segment.rpartition("/")
    if parent:
        return parent in VERSION_PARENTS and bool(number[:1].isdigit())
    return segment in VERSION_WORDS or is_dotted(segment) or VERSION_SHORT.match(segment) is not None


def is_dotted(segment: str) -> bool:
    """Whether a segment names a version by several numbers, so that it is one even without pages below it."""
    if edition := EDITION.match(segment):
        segment = edition["version"] if is_language(edition["language"]) else segment
    return VERSION.match(segment) is not None or NAMED_VERSION.match(segment) is not None


def named_number(segment: str) -> str:
    """The name before the numbers of a segment that may be a version of what it names: `php` of `php8.2`."""
    found = NAMED_NUMBER.match(segment)
    return found["name"].lower() if found is not None else ""


def is_language(segment: str) -> bool:
    """Whether a path segment is a language tag that documentation is translated into: `fr`, `pt-br`."""
    found = LANGUAGE.match(segment)
    return found is not None and found[1].lower() in LANGUAGES


def numbers(segment: str) -> tuple[int, ...]:
    """The numbers of a version, to compare: `x` stands above every number."""
    return tuple(
        10**9 if part in "xX" else int(part[:9]) for part in re.findall(r"\d+|(?<=[._])[xX]\b", segment)
    )
