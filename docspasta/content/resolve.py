"""Links of one page: joined to its base, canonical, each worked out once.

The rules are those of `docspasta.urls` (WHATWG, by ada-url). Most links of documentation are plain, and for
those joining text gives the same answer at a tenth of the cost; a property test holds the two equal.
"""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from typing import Final

from docspasta.document.inline_look import OTHER_SCHEMES
from docspasta.urls import BadUrl, addressed, canonical, split_route

# A reference whose joining needs no rule but these: no escapes, no dot segments but leading "../", no port.
_PLAIN_PATH: Final = re.compile(
    r"(?:\.\./)*(?:[A-Za-z0-9_~-][\w.~-]*/)*(?:[A-Za-z0-9_~-][\w.~-]*)?(?:\?[\w.~/=&-]*)?", re.A
)
_PLAIN_URL: Final = re.compile(
    r"https?://(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}"
    r"/(?:[A-Za-z0-9_~-][\w.~-]*/)*(?:[A-Za-z0-9_~-][\w.~-]*)?(?:\?[\w.~/=&-]*)?",
    re.A,
)
_PLAIN_FRAGMENT: Final = re.compile(r"[\w.:~()/?=&+,;!*@$-]*", re.A)
_CONTROLS: Final = "\x00\x01\x02\x03\x04\x05\x06\x07\x08\t\n\x0b\x0c\r\x0e\x0f \x1f"
_SPACES: Final = str.maketrans("", "", "\t\n\r")
_NO_CONTROLS: Final = str.maketrans("", "", "".join(map(chr, [*range(32), *range(127, 160)])))
_FRAGMENT_ESCAPES: Final = {ord(char): f"%{ord(char):02X}" for char in '"<>`\\ '}


_MAX_KNOWN: Final = 20_000


@lru_cache(maxsize=64)
def _known(folder: str, routes: bool) -> dict[str, tuple[str, str]]:
    """What is known of references from one folder: the pages of a site repeat each other's navigation."""
    return {}


class Resolver:
    """`resolve(href)` -> (URL without fragment, fragment); the URL is '' when it is not one to crawl. With
    `routes` a fragment that names a page to a script is part of the URL."""

    def __init__(self, base: str, *, routes: bool = False) -> None:
        self.page, self.routes = base, routes
        self.base = base = addressed(base)
        plain = _PLAIN_URL.fullmatch(base) is not None
        path = base.partition("?")[0]
        self.folder = path[: path.rfind("/") + 1] if plain else ""
        self.root = base[: base.index("/", 8) + 1] if plain else ""
        self.known = _known(self.folder or base, routes)

    @cached_property
    def own(self) -> str:
        """Where every link into the page itself leads, without its fragment."""
        return self.page if self.page != self.base else self._resolve("#")[0]

    def is_inside(self, href: str) -> bool:
        """Whether `href` is a place in the page itself: a fragment that is no route."""
        return href[:1] == "#" and not (self.routes and split_route(href[1:])[0])

    def resolve(self, href: str) -> tuple[str, str]:
        """Where `href` leads from this page."""
        if self.is_inside(href):
            return self.own, _plain_fragment(href[1:].rstrip(_CONTROLS))
        found = self.known.get(href)
        if found is None:
            found = self._resolve(href)
            if href[:1] not in ("?", "#", "") and len(self.known) < _MAX_KNOWN:
                self.known[href] = found
        return found

    def other(self, href: str) -> str:
        """`href` as it is written, when it names something that is not crawled but may be linked; or ''."""
        text = href.strip().translate(_NO_CONTROLS)
        if text[:12].lower().startswith(OTHER_SCHEMES) and len(text) <= 2048:
            return text.translate(_FRAGMENT_ESCAPES)
        return ""

    def _resolve(self, href: str) -> tuple[str, str]:
        text = href.strip(_CONTROLS)
        reference, _, fragment = text.partition("#")
        fragment = _plain_fragment(fragment)
        url = self._join(reference)
        if url is None:
            try:
                url = canonical(text if reference else self.base, self.base)
            except BadUrl:
                return "", ""
        if self.routes:
            route, fragment = split_route(fragment)
            return url + route, fragment
        return url, fragment

    def _join(self, reference: str) -> str | None:
        """The URL when text alone gives it, else None."""
        if not reference:
            return self.base if self.folder else None
        if len(reference) > 1000 or len(self.base) > 1000:
            return None
        if _PLAIN_URL.fullmatch(reference):
            return None if ".xn--" in reference or "/xn--" in reference else reference
        if not self.folder:
            return None
        folder = self.folder
        if reference[0] == "/":
            reference, folder = reference[1:], self.root
        if not _PLAIN_PATH.fullmatch(reference) or reference[:1] == "?":
            return None
        while reference.startswith("../"):
            reference = reference[3:]
            if len(folder) > len(self.root):
                folder = folder[: folder.rfind("/", 0, -1) + 1]
        return folder + reference


def _plain_fragment(text: str) -> str:
    """A fragment as a URL holds it; nearly all do as they are."""
    return text if _PLAIN_FRAGMENT.fullmatch(text) else _fragment(text)


def _fragment(text: str) -> str:
    """A fragment as a URL holds it (WHATWG fragment percent-encode set); escapes stay as they are."""
    text = text.translate(_SPACES)
    out = text.translate(_FRAGMENT_ESCAPES) if text.isascii() else _encode(text)
    return "".join(c if c > "\x1f" and c != "\x7f" else f"%{ord(c):02X}" for c in out)


def _encode(text: str) -> str:
    """Percent-encode what is not ASCII; ids are compared after decoding."""
    parts = []
    for char in text.translate(_FRAGMENT_ESCAPES):
        if char < "\x80":
            parts.append(char)
        else:
            parts.extend(f"%{byte:02X}" for byte in char.encode("utf-8", "replace"))
    return "".join(parts)
