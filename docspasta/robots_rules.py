"""The rules of one robots.txt for one crawler (RFC 9309 2.2): read once, matched in linear time. Pure.

Only the groups that speak to this crawler are kept. A plain rule is found by its beginning, whatever their
number; rules with `*` are bounded, so that no robots.txt makes a URL dear to check.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

PRODUCT = "Docspasta"  # the product token that groups of a robots.txt name
MAX_WILD = 500  # rules with `*` that are kept; the others' plain beginnings count instead
MAX_PIECES = 2000  # of all rules with `*`
MAX_PATTERN = 2048  # characters; a longer pattern can't match a URL that is fetched

LINE = re.compile(r"\s*([A-Za-z][A-Za-z -]*?)\s*(?::|\s)\s*(.*)")
AGENT = re.compile(r"[A-Za-z_-]+|\*")
FIELDS = {"useragent": "user-agent", "user agent": "user-agent", "site-map": "sitemap"}
FIELDS |= dict.fromkeys(("dissallow", "dissalow", "disalow", "diasllow", "disallaw"), "disallow")
PLAIN = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]*")
OCTET = re.compile(r"%([0-9A-Fa-f]{2})|([^A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=])")
UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


class Wild(NamedTuple):
    """A rule with `*`: literal pieces that follow each other; `length` octets as it was written."""

    length: int
    allow: bool
    pieces: tuple[str, ...]
    ends: bool  # `$`: the last piece ends the path

    @property
    def pattern(self) -> str:
        """The rule's path as a robots.txt has it."""
        return "*".join(self.pieces) + "$" * self.ends

    def matches(self, path: str) -> bool:
        """Whether the path begins so. Linear: each piece is sought behind the one before it."""
        first, *others = self.pieces
        if not path.startswith(first):
            return False
        at, last = len(first), others.pop() if self.ends else ""
        for piece in others:
            at = path.find(piece, at)
            if at < 0:
                return False
            at += len(piece)
        return not self.ends or (len(path) - len(last) >= at and path.endswith(last))


class Rules:
    """What the groups for this crawler allow and disallow. `delay` is the Crawl-delay as it was written."""

    def __init__(self, lines: Iterable[tuple[bool, str]] = (), delay: str = "") -> None:
        self.delay = delay
        self._plain: dict[str, bool] = {}
        self._whole: dict[str, bool] = {}  # `$` without `*`: the whole path
        wild: dict[tuple[tuple[str, ...], bool], Wild] = {}
        pieces = 0
        for allow, pattern in lines:
            pattern = re.sub(r"\*+", "*", pattern)  # the length counts as it is written down again
            ends = pattern.endswith("$")
            parts = tuple(pattern[: len(pattern) - ends].split("*"))
            if len(parts) == 1:
                kept = self._whole if ends else self._plain
                kept[parts[0]] = allow or kept.get(parts[0], False)
            elif len(wild) < MAX_WILD and pieces + len(parts) <= MAX_PIECES:
                rule = Wild(len(pattern), allow, parts, ends)
                known = wild.get((parts, ends))
                wild[parts, ends] = rule if known is None or allow else known
                pieces += len(parts)
            elif not allow:  # asking less is always polite
                self._plain.setdefault(parts[0], False)
        self._wild = sorted(wild.values(), key=lambda rule: (-rule.length, not rule.allow))
        self._lengths = sorted({len(text) for text in self._plain}, reverse=True)
        rules = len(self._plain) + len(self._whole) + len(wild)
        self.size = 160 * rules + 60 * pieces + sum(map(len, self._plain))  # bytes of memory, about

    def allows(self, path: str) -> bool:
        """Whether `path` (with its query) may be fetched."""
        return self.decided(path)[0]

    def decided(self, path: str) -> tuple[bool, str]:
        """Whether `path` may be fetched, and the pattern that says so, if any: the longest, then `Allow`."""
        path = normal(path)[:MAX_PATTERN]
        allow, pattern = self._longest_plain(path)
        if (whole := self._whole.get(path)) is not None and len(path) + 1 > len(pattern):
            allow, pattern = whole, path + "$"
        for rule in self._wild:
            if rule.length < len(pattern) or (rule.length == len(pattern) and allow):
                break
            if rule.matches(path):
                return rule.allow, rule.pattern
        return allow, pattern

    def _longest_plain(self, path: str) -> tuple[bool, str]:
        for length in self._lengths:
            if length <= len(path) and (found := self._plain.get(path[:length])) is not None:
                return found, path[:length]
        return True, ""

    def lines(self) -> Iterator[str]:
        """The rules as lines of a robots.txt."""
        yield f"User-agent: {PRODUCT}"
        if self.delay:
            yield f"Crawl-delay: {self.delay}"
        rows = [*self._plain.items(), *((text + "$", allow) for text, allow in self._whole.items())]
        rows += [(rule.pattern, rule.allow) for rule in self._wild]
        for pattern, allow in rows:
            yield f"{'Allow' if allow else 'Disallow'}: {pattern}"


class Document(NamedTuple):
    """A robots.txt as this crawler reads it; `sitemaps` as they were written."""

    rules: Rules
    sitemaps: list[str]


def parse(text: str) -> Document:
    """The groups that name this crawler, else those for all (`*`); and the sitemaps. Never raises."""
    own, common = Group(), Group()
    sitemaps: list[str] = []
    current: list[Group] = []
    fresh = False  # the last rule line was a User-agent: another one joins it
    for field, value in fields(text):
        if field == "sitemap":
            sitemaps.append(value)
        elif field == "user-agent":
            current = current if fresh else []
            fresh = True
            name = AGENT.match(value)
            group = {PRODUCT.lower(): own, "*": common}.get(name[0].lower() if name else "")
            if group is not None:
                group.named = True
                current.append(group)
        elif field in ("allow", "disallow", "crawl-delay"):
            fresh = False
            for group in current:
                group.add(field, value)
    spoken = own if own.named else common
    return Document(Rules(spoken.lines, spoken.delay), sitemaps)


class Group:
    """The rules of all groups that name one agent."""

    def __init__(self) -> None:
        self.named = False
        self.delay = ""
        self.lines: list[tuple[bool, str]] = []

    def add(self, field: str, value: str) -> None:
        """One line; without a value it says nothing."""
        if not value:
            return
        if field == "crawl-delay":
            self.delay = self.delay or value[:20]
        elif len(value) <= MAX_PATTERN:
            pattern = normal(value)
            self.lines.append((field == "allow", pattern if pattern[0] in "/*" else "/" + pattern))


def fields(text: str) -> Iterator[tuple[str, str]]:
    """Each line's field, in lower case and right spelling, and its value without comment."""
    for line in re.split(r"[\r\n]+", text):
        if found := LINE.fullmatch(line.partition("#")[0].strip()):
            name = found[1].lower()
            yield FIELDS.get(name, name), found[2].strip()


def normal(text: str) -> str:
    """Octets in one spelling (RFC 9309 2.2.2): unreserved ones plain, others as %XX."""
    return text if PLAIN.fullmatch(text) else OCTET.sub(_octet, text)


def _octet(found: re.Match[str]) -> str:
    if found[2]:
        return "".join(f"%{octet:02X}" for octet in found[2].encode("utf-8", "replace"))
    plain = chr(int(found[1], 16))
    return plain if plain in UNRESERVED else f"%{found[1].upper()}"
