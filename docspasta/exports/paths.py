"""Where pages go as files: the site's own paths, safe on any system. Pure."""

from __future__ import annotations

import hashlib
import os.path
import re
from pathlib import PurePosixPath
from urllib.parse import quote, unquote, urlsplit

SAFE = re.compile(r"[^\w.()+@=-]+")  # what is not kept of a path's segment
LONGEST = 100  # bytes of a segment
PAGE_SUFFIX = re.compile(r"\.(html?|xhtml|php|aspx?|jsp|md)$", re.IGNORECASE)
INDEX = "index.md"  # the list of pages
LISTS = frozenset({"llms.txt", "manifest.json"})  # files beside the pages
# What Windows takes for a device, whatever follows a dot.
_DEVICE = re.compile(
    r"(con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])(?=\.|$)", re.IGNORECASE
)


def page_path(url: str, start_host: str) -> PurePosixPath:
    """Where a page goes below the directory: its URL's path, under its host when it is another host's."""
    parts = urlsplit(url)
    where = parts.path
    if parts.fragment:  # the route of a page that only its script tells from others
        where = f"{where.rpartition('/')[0]}/{parts.fragment.lstrip('!/')}"
    segments = [segment for segment in where.split("/") if segment]
    if where.endswith("/") or not segments:
        segments.append("index")
    segments[-1] = PAGE_SUFFIX.sub("", segments[-1])
    if parts.query:
        segments[-1] += f"-{parts.query}"
    if parts.netloc != start_host:
        segments.insert(0, parts.netloc)
    *directories, name = [safe_segment(segment) for segment in segments]
    if not directories and name == "index":
        name = "home"  # index.md is the list of pages
    return PurePosixPath(*map(directory_name, directories), f"{name}.md")


def directory_name(segment: str) -> str:
    """The same segment as a directory: never one that a file could have, as with /a.md and /a.md/b."""
    folded = segment.casefold()
    return f"{segment}_" if folded.endswith(".md") or folded in LISTS else segment


def safe_segment(segment: str) -> str:
    """A path segment as a file name on any system: no separator, no dots alone, no device, not too long."""
    text = no_device(SAFE.sub("_", unquote(segment)).strip(".") or "_")
    if len(text.encode()) <= LONGEST:
        return text
    start = text.encode()[:60].decode(errors="ignore")
    return f"{start}-{hashlib.sha256(segment.encode()).hexdigest()[:12]}"


def no_device(name: str) -> str:
    """A file's name that Windows takes for no device: `con` is `con_`, `nul.txt` is `nul_.txt`."""
    return _DEVICE.sub(r"\1_", name, count=1) if _DEVICE.match(name) else name


class Names:
    """Gives each page a path of its own; two URLs that would share one are told apart by a hash."""

    def __init__(self, start_host: str) -> None:
        self._start_host = start_host
        self._taken = {_short(INDEX)}  # hashes: there may be a million

    def of(self, url: str) -> PurePosixPath:
        """The path of a page, new each time."""
        path = page_path(url, self._start_host)
        if _short(str(path)) in self._taken:
            digest = hashlib.sha256(url.encode()).hexdigest()[:8]
            path = path.with_name(f"{path.stem}-{digest}.md")
        self._taken.add(_short(str(path)))
        return path


def _short(path: str) -> int:
    digest = hashlib.blake2b(path.casefold().encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big")


def link_from(here: PurePosixPath, target: PurePosixPath) -> str:
    """The relative address of one file as a link in another writes it."""
    return quote(os.path.relpath(target, here.parent).replace(os.sep, "/"))
