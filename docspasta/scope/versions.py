"""Other versions deeper in a section: `/component/5.6.1/` beside `/component/`, one pin a component. Pure.

The start page's links show them: below one directory stand pages without a version, or several versions. The
pages without one are current; where there are none, the newest version is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from .names import VERSION_WORDS, is_dotted, is_version, numbers

MAX_DEPTH = 4  # segments below the root in which a component's versions are looked for
MAX_COMPONENTS = 200
# Below these a version names what a page is about, not which version of the page it is.
NOTES = re.compile(
    r"^(?:changelogs?|changes|releases?|release-notes?|news|whats-?new|migrations?|upgrad\w+|history)$"
)
PREVIEW = re.compile(r"[-_.]?(?:a|b|rc|alpha|beta|dev|snapshot|preview|pre|m)[-_.]?\d*$", re.I)


@dataclass(slots=True)
class Component:
    """What the links show below one directory: the tails of pages by version, and those without one."""

    versions: dict[str, set[str]] = field(default_factory=dict)
    plain: set[str] = field(default_factory=set)

    def kept(self) -> tuple[str, ...] | None:
        """The versions that are these docs; None when nothing says that there are others."""
        if not self.versions:
            return None
        mirrored = any(tail and tail in self.plain for tails in self.versions.values() for tail in tails)
        if mirrored or any("/" in tail or not tail.startswith("index.") for tail in self.plain if tail):
            return ()
        return (newest(self.versions),) if len(self.versions) > 1 else None


def components(root: str, links: Sequence[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(directory, versions that are kept) of each directory below `root` in which other versions stand."""
    found = _found(root, links)
    told = ((prefix, component.kept()) for prefix, component in sorted(found.items()))
    pins = [(prefix, kept) for prefix, kept in told if kept is not None]
    yield from pins[:MAX_COMPONENTS]


def newest(versions: Mapping[str, object]) -> str:
    """What a reader without a wish would read: a word for it, else the highest that is no preview."""
    return max(versions, key=lambda name: (_is_current(name), not PREVIEW.search(name), numbers(name), name))


def _is_current(name: str) -> bool:
    return name in VERSION_WORDS and name != "nightly"


def _found(root: str, links: Sequence[str]) -> dict[str, Component]:
    found: dict[str, Component] = {}
    for path in links:
        if path.startswith(root):
            _note(found, root, path[len(root) :].split("/"))
    return {prefix: component for prefix, component in found.items() if component.versions}


def _note(found: dict[str, Component], root: str, segments: list[str]) -> None:
    """A path under each directory above it, as far down as the first version."""
    prefix = root
    for index, segment in enumerate(segments[: MAX_DEPTH + 1]):
        tail, inside = "/".join(segments[index + 1 :]), index + 1 < len(segments)
        if index and inside and (is_dotted(segment) or segment in VERSION_WORDS):
            found.setdefault(prefix, Component()).versions.setdefault(segment, set()).add(tail)
            return
        if index:
            found.setdefault(prefix, Component()).plain.add("/".join(segments[index:]))
        if not inside or is_version(segment) or NOTES.match(segment.lower()):
            return
        prefix += segment + "/"
