"""Finds the section of a site that a page belongs to, from its path and its navigation. Pure.

A path says much: in `/docs/en/stable/guide/start` the docs word, the language and the version mark the
root, whatever the page links to. Where the path says nothing, the navigation does: the deepest directory
above the page that holds most of it. Beside the root stand the pins: places below it where another
version or another language of the same pages begins.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..urls import INDEX_FILE, directory, suffix
from .names import DOCS_WORDS, VERSION_PARENTS, is_dotted, is_language, is_version, named_number
from .versions import components

WEAK_WORDS = frozenset(
    "guide guides reference tutorial tutorials learn api help support kb wiki book".split()
)
PROJECT_HOSTS = (".github.io", ".gitlab.io", ".codeberg.page")
# Words that name a version on some sites and a chapter on others: only with evidence.
MAYBE_VERSION = frozenset(
    "next main master dev devel develop current canary edge beta alpha preview unstable trunk head "
    "snapshot lts release legacy old".split()
)
MOST = 0.7  # share of the navigation that the section must hold
WEAK_MOST = 0.4  # the same for a directory whose name says documentation
NARROW = 0.95  # share that narrows a docs root to one of its parts
ENOUGH = 8  # links that a narrowing must rest on
CHAPTER = 3  # navigation links below a version-like segment that make it a chapter of these docs


@dataclass(frozen=True, slots=True)
class Pin:
    """Below `prefix`, a segment that names a version (or language) other than those `kept` is left out.

    `also` are segments that only this page's own links showed to be one (`next`, `2`).
    """

    prefix: str
    kind: str  # "version" or "language"
    kept: tuple[str, ...] = ()
    also: tuple[str, ...] = ()

    def excludes(self, where: str) -> bool:
        """Whether the path lies in another version or language."""
        if not where.startswith(self.prefix):
            return False
        segment, inside = first_segment(where[len(self.prefix) :])
        if segment in self.kept:
            return False
        if segment in self.also:
            return True
        if self.kind == "language":
            return bool(self.kept) and inside and is_language(segment)
        return is_version(segment) and (inside or is_dotted(segment))


@dataclass(frozen=True, slots=True)
class Section:
    """The path prefix of the documentation (ends in a slash), and what below it is not it."""

    root: str
    pins: tuple[Pin, ...] = ()


def first_segment(rest: str) -> tuple[str, bool]:
    """The first segment of a relative path, and whether anything can lie below it (a slash follows).

    `v/2.0/x` and `versions/2.0/x` count as one segment.
    """
    head, slash, tail = rest.partition("/")
    if head in VERSION_PARENTS and tail[:1].isdigit():
        number, slash, _ = tail.partition("/")
        head = f"{head}/{number}"
    return head, bool(slash)


def find(host: str, where: str, navigation: Sequence[str], links: Sequence[str]) -> Section:
    """The section of the page at path `where`; `navigation` and `links` are paths on the same site."""
    where = INDEX_FILE.sub("/", where)
    known = list(dict.fromkeys(navigation if len(set(navigation)) >= CHAPTER else [*navigation, *links]))
    everything = list(dict.fromkeys([*navigation, *links]))
    candidates = _candidates(where, everything)
    floor, sure = _floor(host, candidates[0], where, everything)
    inside = [path for path in candidates if path.startswith(floor)]
    root = floor if sure else _by_navigation(where, inside, floor, known)
    return Section(root, _pins(root, where, known, everything))


def _candidates(where: str, links: Iterable[str]) -> list[str]:
    """The directories above the page, deepest first. `/docs` is one when something lies below it."""
    home = directory(where)
    if not where.endswith("/") and not suffix(where) and any(path.startswith(where + "/") for path in links):
        home = where + "/"
    parts = home.split("/")
    return ["/".join(parts[:count]) + "/" for count in range(len(parts) - 1, 0, -1)]


def _floor(host: str, home: str, where: str, links: Sequence[str]) -> tuple[str, bool]:
    """The root that the path itself names, '/' if it names none; and whether that is beyond doubt.

    `[project/] [language|version]* docs-word [language|version]*`: a language or a version ends all doubt,
    for the other ones lie beside it.
    """
    segments = home.strip("/").split("/") if home != "/" else []
    end, sure, seen_docs = 0, False, False
    if segments and host.partition(":")[0].endswith(PROJECT_HOSTS):
        end = 1
    for index, segment in enumerate(segments):
        before = "/" + "".join(part + "/" for part in segments[:index])
        marks = is_version(segment) or is_language(segment) or _small_number(segment)
        marks = marks or (_may_be_version(segment) and _has_twin(before, segment, where, links))
        word = not seen_docs and segment.lower() in DOCS_WORDS
        if marks and (index <= end or (end == 0 and index == 1 and is_version(segment))):
            end, sure = index + 1, True
        elif word:
            end, sure, seen_docs = index + 1, False, True
    return "/" + "".join(segment + "/" for segment in segments[:end]), sure


def _has_twin(before: str, segment: str, where: str, links: Iterable[str]) -> bool:
    """Whether a link leads to this very page in another version, which makes `segment` one too."""
    rest = where[len(before) + len(segment) :]
    for path in links:
        other, inside = first_segment(path[len(before) :]) if path.startswith(before) else ("", False)
        alike = _alternate(other) or named_number(other) == named_number(segment) != ""
        if inside and other != segment and alike and path == before + other + rest:
            return True
    return False


def _may_be_version(segment: str) -> bool:
    return segment in MAYBE_VERSION or named_number(segment) != ""


def _small_number(segment: str) -> bool:
    return segment.isdigit() and len(segment) <= 3


def _by_navigation(where: str, inside: list[str], floor: str, links: list[str]) -> str:
    """The deepest directory that holds most of the links; a root that the path named is narrowed last."""
    others = [path for path in links if path != where and path not in inside and not _above(path, inside[0])]
    within = [path for path in others if path.startswith(floor)]
    if floor != "/":
        return next((c for c in inside if _narrows(c, within)), floor)
    if not others:
        return inside[0]
    return next((c for c in inside if _share(c, others) >= _needed(c)), floor)


def _above(path: str, home: str) -> bool:
    """Whether a link leads to a page above the page at hand: a breadcrumb, the site's name."""
    return home.startswith(INDEX_FILE.sub("/", path).rstrip("/") + "/")


def _narrows(candidate: str, within: list[str]) -> bool:
    return len(within) >= ENOUGH and _share(candidate, within) >= NARROW


def _needed(candidate: str) -> float:
    name = candidate.rstrip("/").rpartition("/")[2].lower()
    return WEAK_MOST if name in WEAK_WORDS or is_version(name) or is_language(name) else MOST


def _share(candidate: str, paths: list[str]) -> float:
    return sum(path.startswith(candidate) for path in paths) / len(paths)


def _pins(root: str, where: str, navigation: Sequence[str], links: Sequence[str]) -> tuple[Pin, ...]:
    pins = []
    own = [segment for segment in root.strip("/").split("/") if segment]
    below = _below(root, links)
    chapters = _chapters(root, navigation, where)
    shown = {segment for segment in below if _mirrors(root, segment, where, links)}
    if not any(is_version(segment) or _small_number(segment) for segment in own):
        numbers = {s for s in shown if _small_number(s) or _may_be_version(s)} - chapters
        pin = Pin(root, "version", tuple(sorted(chapters)), tuple(sorted(numbers)))
        if not _is_listing(root, below, links, pin):
            pins.append(pin)
    if not any(is_language(segment) for segment in own):
        tags = {segment for segment in below if is_language(segment)} - chapters
        if tags & shown:
            pins.append(Pin(root, "language", also=tuple(sorted(tags))))
    pins += _deeper_pins(root, where)
    known = {pin.prefix for pin in pins}
    more = _component_pins(root, navigation, where, links)
    return (*pins, *(pin for pin in more if pin.prefix not in known))


def _below(root: str, links: Iterable[str]) -> set[str]:
    found = (first_segment(path[len(root) :]) for path in links if path.startswith(root))
    return {segment for segment, inside in found if inside and segment}


def _chapters(root: str, navigation: Iterable[str], where: str) -> set[str]:
    """Version-like segments that hold several pages of the navigation: part of these docs after all."""
    counts: dict[str, int] = {}
    rest = where[len(root) :].rstrip("/")
    for path in set(navigation):
        if path.startswith(root):
            segment, inside = first_segment(path[len(root) :])
            tail = path[len(root) + len(segment) + 1 :].rstrip("/")
            counts[segment] = counts.get(segment, 0) + (inside and bool(tail) and tail != rest)
    return {segment for segment, count in counts.items() if count >= CHAPTER and _alternate(segment)}


def _alternate(segment: str) -> bool:
    return is_version(segment) or is_language(segment) or _small_number(segment) or segment in MAYBE_VERSION


def _mirrors(root: str, segment: str, where: str, links: Iterable[str]) -> bool:
    """Whether a link leads to this very page below `segment`: what version and language switches do."""
    twin = root + segment + "/" + where[len(root) :]
    return any(path.rstrip("/") == twin.rstrip("/") for path in map(_folded, links))


def _folded(path: str) -> str:
    return INDEX_FILE.sub("/", path)


def _is_listing(root: str, below: set[str], links: Iterable[str], pin: Pin) -> bool:
    """Whether the page only lists versions: then they are what was asked for."""
    inside = {path for path in links if path.startswith(root) and path.rstrip("/") + "/" != root}
    versions = {path for path in inside if pin.excludes(path)}
    return bool(versions) and len(inside - versions) < CHAPTER


def _component_pins(root: str, navigation: Sequence[str], where: str, links: Sequence[str]) -> Iterable[Pin]:
    """Versions below a part of the section. One that holds several pages of the navigation is a chapter."""
    for prefix, kept in components(root, links):
        yield Pin(prefix, "version", tuple(sorted({*kept, *_chapters(prefix, navigation, where)})))


def _deeper_pins(root: str, where: str) -> Iterable[Pin]:
    """A version or language in the page's own path below the root: its siblings are left out."""
    prefix = root
    for segment in directory(where)[len(root) :].split("/")[:-1]:
        if is_version(segment):
            yield Pin(prefix, "version", (segment,))
        elif is_language(segment) and prefix != root:
            yield Pin(prefix, "language", (segment,))
        prefix += segment + "/"
