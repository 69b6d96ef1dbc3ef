"""`-o DIR/`: one file a page, in the site's own paths, and an index.md that lists them in reading order."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote, urlsplit

from docspasta.cli.output import written
from docspasta.cli.relative_links import relative_links
from docspasta.document.left_out import LEFT_OUT, left_out_lines
from docspasta.domain import PageReason
from docspasta.exports.paths import Names


async def to_directory(
    directory: Path, title: str, start_url: str, pages: AsyncIterator[dict[str, Any]]
) -> int:
    """Write every page and the index; how many pages there are.

    The pages are written as they come; when all their paths are known, links between them become relative.
    """
    names = Names(urlsplit(start_url).netloc)
    files: dict[str, PurePosixPath] = {}
    entries: list[tuple[str, PurePosixPath]] = []
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
        if (linked := relative_links(whole, path, files)) != whole:
            write(directory / path, linked)
    write(directory / "index.md", index_text(title, start_url, entries, missing))
    return len(entries)


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
    title: str, start_url: str, entries: list[tuple[str, PurePosixPath]], missing: list[dict[str, Any]]
) -> str:
    """The list of pages in reading order, then the addresses that are missing and why."""
    lines = [f"# {bracket_safe(title or start_url)}", "", f"Source: <{start_url}>", ""]
    lines += nested(entries)
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


def nested(entries: list[tuple[str, PurePosixPath]]) -> Iterator[str]:
    """The list; a page is below its folder's, and never more than a level below the one before it."""
    above = -1
    for name, path in entries:
        folders = len(path.parent.parts) - (path.name == "index.md")
        above = min(max(folders, 0), above + 1)
        yield f"{'  ' * above}- [{bracket_safe(name)}]({quote(path.as_posix())})"


def bracket_safe(text: str) -> str:
    """Text inside the brackets of a Markdown link."""
    return re.sub(r"([\\\[\]`*_<>])", r"\\\1", " ".join(text.split()))
