"""`-o DIR/`: one file a page, in the site's own paths, and an index.md that lists them in reading order."""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterator
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from docspasta.cli.output import written
from docspasta.cli.relative_links import relative_links
from docspasta.document.left_out import LEFT_OUT, left_out_lines
from docspasta.domain import PageReason

SAFE = re.compile(r"[^\w.()+@=-]+")  # what is not kept of a path's segment
LONGEST = 100  # characters of a segment
PAGE_SUFFIX = re.compile(r"\.(html?|xhtml|php|aspx?|jsp|md)$", re.IGNORECASE)


def page_path(url: str, start_host: str) -> Path:
    """Where a page goes below the directory: its URL's path, under its host when it is another host's."""
    parts = urlsplit(url)
    segments = [segment for segment in parts.path.split("/") if segment]
    if parts.path.endswith("/") or not segments:
        segments.append("index")
    segments[-1] = PAGE_SUFFIX.sub("", segments[-1])
    if parts.query:
        segments[-1] += f"-{parts.query}"
    if parts.netloc != start_host:
        segments.insert(0, parts.netloc)
    *directories, name = [safe_segment(segment) for segment in segments]
    if not directories and name == "index":
        name = "home"  # index.md is the list of pages
    return Path(*map(directory_name, directories), f"{name}.md")


def directory_name(segment: str) -> str:
    """The same segment as a directory: never one that a page's file could have, as with /a.md and /a.md/b."""
    return f"{segment}_" if segment.casefold().endswith(".md") else segment


def safe_segment(segment: str) -> str:
    """A path segment as a file name on any system: no separator, no dots alone, not too long."""
    text = SAFE.sub("_", unquote(segment)).strip(".") or "_"
    if len(text.encode()) <= LONGEST:
        return text
    start = text.encode()[:60].decode(errors="ignore")
    return f"{start}-{hashlib.sha256(segment.encode()).hexdigest()[:12]}"


class Names:
    """Gives each page a path of its own; two URLs that would share one are told apart by a hash."""

    def __init__(self, start_host: str) -> None:
        self._start_host = start_host
        self._taken: set[str] = {"index.md"}

    def of(self, url: str) -> Path:
        """The path of a page, new each time."""
        path = page_path(url, self._start_host)
        if str(path).casefold() in self._taken:
            digest = hashlib.sha256(url.encode()).hexdigest()[:8]
            path = path.with_name(f"{path.stem}-{digest}.md")
        self._taken.add(str(path).casefold())
        return path


async def to_directory(
    directory: Path, title: str, start_url: str, pages: AsyncIterator[dict[str, Any]]
) -> int:
    """Write every page and the index; how many pages there are.

    The pages are written as they come; when all their paths are known, links between them become relative.
    """
    names = Names(urlsplit(start_url).netloc)
    files: dict[str, Path] = {}
    entries: list[tuple[str, Path]] = []
    missing: list[dict[str, Any]] = []
    async for page in pages:
        if page["state"] != "processed":
            missing.append(page)
            continue
        path = files[page["url"]] = names.of(page["url"])
        entries.append((page["title"] or page["url"], path))
        write(directory / path, page_text(page))
    for path in files.values():
        whole = (directory / path).read_text()
        if (linked := relative_links(whole, PurePosixPath(path), posix(files))) != whole:
            write(directory / path, linked)
    write(directory / "index.md", index_text(title, start_url, entries, missing))
    return len(entries)


def posix(files: dict[str, Path]) -> dict[str, PurePosixPath]:
    """The same paths, as links write them."""
    return {url: PurePosixPath(path) for url, path in files.items()}


def write(path: Path, text: str) -> None:
    """One whole file."""
    with written(path) as file:
        file.write(text.encode())


def page_text(page: dict[str, Any]) -> str:
    """A page's file: where it is from, its title when it does not begin with one, its Markdown."""
    markdown = page["markdown"].strip("\n")
    heading = "" if markdown.startswith("# ") or not page["title"] else f"# {bracket_safe(page['title'])}\n\n"
    return f"<!-- {page['url'].replace('--', '%2D%2D')} -->\n\n{heading}{markdown}\n"


def index_text(
    title: str, start_url: str, entries: list[tuple[str, Path]], missing: list[dict[str, Any]]
) -> str:
    """The list of pages in reading order, then the addresses that are missing and why."""
    lines = [f"# {bracket_safe(title or start_url)}", "", f"Source: <{start_url}>", ""]
    lines += [f"- [{bracket_safe(name)}]({quote(path.as_posix())})" for name, path in entries]
    left_out = [page["url"] for page in missing if page["reason"] == PageReason.LEFT_OUT]
    if len(missing) > len(left_out):
        lines += ["", "## What is missing", ""]
        told = (page for page in missing if page["reason"] != PageReason.LEFT_OUT)
        lines += [f"- <{page['url']}>: {PageReason(page['reason']).sentence}" for page in told]
    if left_out:
        lines += [
            "",
            "## What was left out",
            "",
            LEFT_OUT,
            "",
            *(line.rstrip() for line in left_out_lines(left_out)),
        ]
    return "\n".join(lines) + "\n"


def bracket_safe(text: str) -> str:
    """Text inside the brackets of a Markdown link."""
    return re.sub(r"([\\\[\]`*_<>])", r"\\\1", " ".join(text.split()))
