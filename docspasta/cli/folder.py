"""A folder of built pages as the site that a static web server makes of it: which file answers where.

A directory is its index file; its address without the slash leads there; `.html` may be left out.
Pages are found as a crawl finds them, so that each has the address by which the others link to it; then come
those that nothing links to.
"""

from __future__ import annotations

import html
import os
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, unquote

from docspasta.cli.exits import FAILED, USAGE, CommandError

HTML = (".html", ".htm", ".xhtml")
MARKDOWN = (".md", ".markdown")
INDEXES = tuple(f"index{suffix}" for suffix in (*HTML, *MARKDOWN))
NO_PAGES = ("404.html",)  # what hosts show for an address that is not there
MOST_BYTES = 10 * 1024 * 1024 - 4096  # of a page


class Page(NamedTuple):
    """A page to be pushed. `kind` is its media type."""

    url: str
    kind: str
    body: bytes


class Target(NamedTuple):
    """What answers at an address: a file; or '' and the address that it leads to."""

    name: str
    leads_to: str = ""


def files_of(paths: Sequence[str]) -> dict[str, Path]:
    """The files by their paths below the base: those of a directory, and files by their names. Raises
    CommandError for what is not there, for two files in one place, and when there is no page."""
    found: dict[str, Path] = {}
    for given in paths:
        path = Path(given)
        rows = _below(path) if path.is_dir() else [(path.name, path)]
        for name, file in rows:
            if not file.is_file():
                raise CommandError(f"{file}: there is no such file or directory", USAGE)
            if found.setdefault(name, file) != file:
                raise CommandError(
                    f"{found[name]} and {file} would have one address; push one of them", USAGE
                )
    if not any(is_page(name, found) for name in found):
        kinds = ", ".join((*HTML, *MARKDOWN))
        raise CommandError(f"{', '.join(paths)}: there is no page in it ({kinds})", USAGE)
    return found


def _below(directory: Path) -> Iterator[tuple[str, Path]]:
    """The files of a directory in the order of their names; what is hidden is left out."""
    for here, directories, names in os.walk(directory):
        directories[:] = sorted(name for name in directories if not name.startswith("."))
        for name in sorted(names):
            path = Path(here, name)
            if not name.startswith(".") and path.is_file():
                yield path.relative_to(directory).as_posix(), path


def is_page(name: str, files: Mapping[str, Path]) -> bool:
    """Whether a file is a page of its own. Markdown beside an HTML file of its name is that page again."""
    stem, suffix = os.path.splitext(name)
    if suffix.lower() in MARKDOWN:
        return not any(f"{stem}{html}" in files or f"{stem}/index{html}" in files for html in HTML)
    return suffix.lower() in HTML and name not in NO_PAGES


@dataclass
class Folder:
    """The files of a folder at an address. `base` ends in a slash. `dead` are the links to what is not there,
    with a page that has each; `large` are the files that are too large to be pushed."""

    base: str
    files: Mapping[str, Path]
    dead: dict[str, str] = field(default_factory=dict)
    large: list[Path] = field(default_factory=list)

    def pages(self) -> Iterator[Page]:
        """Every page, once for each address that it is linked by. Raises CommandError for a file that can't
        be read."""
        left = dict.fromkeys(name for name in self.files if is_page(name, self.files))
        seen = {self.base}
        waiting = deque([self.base])
        while waiting or left:
            if not waiting:
                waiting.extend({self.address(next(iter(left)))} - seen)
                left.pop(next(iter(left)))
                seen.update(waiting)
                continue
            url = waiting.popleft()
            target = self.at(url)
            if target is None:
                continue
            left.pop(target.name, None)
            page = self._read(target, url)
            if page is not None:
                yield page
            found = (target.leads_to,) if target.leads_to else self._links(page)
            new = [link for link in found if link not in seen and self._answers(link, url)]
            seen.update(new)
            waiting.extend(new)

    def address(self, name: str) -> str:
        """Where a file is that nothing links to."""
        from docspasta.urls import canonical

        directory, _, last = name.rpartition("/")
        if last in INDEXES:
            short = canonical(self.base + quote(f"{directory}/" if directory else ""))
            if self.at(short) == Target(name):
                return short
        return canonical(self.base + quote(name))

    def at(self, url: str) -> Target | None:
        """What answers at an address below the base, None when nothing does."""
        plain, mark, query = url.partition("?")
        if not plain.startswith(self.base):
            return None
        name = unquote(plain.removeprefix(self.base))
        directory = name if name.endswith("/") or not name else f"{name}/"
        index = next((directory + index for index in INDEXES if directory + index in self.files), "")
        if name in self.files:
            return Target(name)
        if index:
            return Target(index) if directory == name else Target("", f"{plain}/{mark}{query}")
        return next((Target(name + suffix) for suffix in HTML if name + suffix in self.files), None)

    def _answers(self, link: str, page: str) -> bool:
        """Whether a page is there. A link to what should be there and is not is noted."""
        target = self.at(link)
        if target is None:
            if link.startswith(self.base):
                self.dead.setdefault(link, page)
            return False
        return bool(target.leads_to) or os.path.splitext(target.name)[1].lower() in (*HTML, *MARKDOWN)

    def _read(self, target: Target, url: str) -> Page | None:
        """The page that answers; None when its file is empty or too large."""
        if target.leads_to:
            return Page(url, "text/html", _leading(target.leads_to))
        path = self.files[target.name]
        try:
            if path.stat().st_size > MOST_BYTES:
                self.large.append(path)
                return None
            body = path.read_bytes()
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}", FAILED) from error
        kind = "text/markdown" if target.name.lower().endswith(MARKDOWN) else "text/html"
        return Page(url, kind, body) if body.strip() else None

    def _links(self, page: Page | None) -> Sequence[str]:
        if page is None:
            return ()
        if page.kind == "text/html":
            from docspasta.content.targets import targets

            return targets(page.body, page.url)
        from docspasta.content import Options, read_page

        return [link.url for link in read_page(page.body, page.url, "", Options(is_text=True)).links]


def _leading(url: str) -> bytes:
    """A page that leads to another, as a server's redirect does."""
    return f'<meta http-equiv="refresh" content="0; url={html.escape(url)}">'.encode()
