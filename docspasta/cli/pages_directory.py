"""`-o DIR/`: one file a page, in the site's own paths, and an index.md that lists them in reading order."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any
from urllib.parse import quote, urlsplit

from docspasta.cli.folder_choice import ALL, Choice
from docspasta.cli.folder_files import File, FolderFiles, digest
from docspasta.cli.page_links import Files, Links, linked, wiki_link
from docspasta.document.left_out import LEFT_OUT, left_out_lines
from docspasta.document.parts import NO_TURN
from docspasta.domain import PageReason
from docspasta.exports.page import front_matter
from docspasta.exports.paths import INDEX, Names


@dataclass
class Site:
    """A crawl as it goes into a folder. `whole`: it saw all that the site has."""

    title: str
    start_url: str
    whole: bool = True
    links: Links = Links.RELATIVE
    choice: Choice = ALL
    files: Files = field(default_factory=Files)
    entries: list[tuple[str, PurePosixPath]] = field(default_factory=list)
    missing: list[dict[str, Any]] = field(default_factory=list)
    not_chosen: set[str] = field(default_factory=set)  # addresses of pages that were not asked for


async def to_directory(directory: Path, site: Site, pages: AsyncIterator[dict[str, Any]]) -> list[str]:
    """Write every page and the index; what is to be said of files that were there.

    The pages wait in a file until all their paths are known, and with them where links lead.
    """
    with tempfile.TemporaryFile() as waiting, tempfile.TemporaryFile() as ready:
        names = Names(urlsplit(site.start_url).netloc)
        async for page in pages:
            if page["state"] != "processed":
                site.missing.append(page)
                continue
            path = names.of(page["url"])  # the same, whatever is chosen
            if not site.choice.wants(page["url"]):
                site.not_chosen.add(page["url"])
                continue
            site.files.add(page["url"], path, page.get("headings", ()))
            site.entries.append((page["title"] or page["url"], path))
            keep(waiting, page["url"], page_text(page, site.choice))
        site.choice.check(len(site.entries), len(site.not_chosen))
        for url, text in kept(waiting):
            keep(ready, url, linked(text, site.files.paths[url], site.files, site.links))
        keep(ready, "", index_text(site))
        return [*site.choice.told(len(site.entries), len(site.not_chosen)), *put(directory, site, ready)]


def keep(file: IO[bytes], url: str, text: str) -> None:
    """A page that waits; '' is the index."""
    file.write(json.dumps((url, text)).encode() + b"\n")


def kept(file: IO[bytes]) -> Iterator[tuple[str, str]]:
    """The pages that wait, in order."""
    file.seek(0)
    for line in file:
        url, text = json.loads(line)
        yield url, text


def put(directory: Path, site: Site, ready: IO[bytes]) -> list[str]:
    """Put the pages where they belong, and take away those that are gone."""
    folder = FolderFiles.of(directory)

    def files() -> Iterator[tuple[str, str, bytes]]:
        for url, text in kept(ready):
            yield (site.files.paths[url].as_posix() if url else INDEX), url, text.encode()

    folder.begin(site.start_url, {path: (url, digest(data)) for path, url, data in files()})
    for path, _, data in files():
        folder.put(path, data)
    folder.end(gone(site))
    return folder.told()


def gone(site: Site) -> Callable[[File], bool]:
    """Whether an earlier crawl's page is gone from the site. One that could not be had this time is not, nor
    is one that was not asked for, nor any when the crawl did not see all of the site."""
    absent = {page["url"] for page in site.missing if could_not_be_had(page)} | site.not_chosen
    return lambda file: site.whole and file.site == site.start_url and file.url not in absent


def could_not_be_had(page: dict[str, Any]) -> bool:
    """Whether a page may well be there, but was not seen."""
    reason = PageReason(page["reason"])
    if reason is PageReason.DEAD_LINK:
        return False
    return page["state"] == "failed" or reason.wall or reason in NO_TURN


def page_text(page: dict[str, Any], choice: Choice = ALL) -> str:
    """A page's file: its title and its address as front matter, a heading when it has none, its Markdown."""
    markdown = choice.text(page["markdown"].strip("\n"))
    heading = "" if markdown.startswith("# ") or not page["title"] else f"# {bracket_safe(page['title'])}\n\n"
    return f"{front_matter(page['title'], page['url'])}{heading}{markdown}\n"


def index_text(site: Site) -> str:
    """The list of pages in reading order, then the addresses that are missing and why."""
    lines = [f"# {bracket_safe(site.title or site.start_url)}", "", f"Source: <{site.start_url}>", ""]
    lines += nested(site.entries, site.links, site.choice)
    missing = [page for page in site.missing if site.choice.wants(page["url"])]
    left_out = [page["url"] for page in missing if page["reason"] == PageReason.LEFT_OUT]
    if len(missing) > len(left_out):
        lines += ["", "## What is missing", ""]
        told = (page for page in missing if page["reason"] != PageReason.LEFT_OUT)
        lines += [f"- <{page['url']}>: {PageReason(page['reason']).sentence}" for page in told]
    if left_out:
        lines += ["", "## What was left out", "", LEFT_OUT, ""]
        lines += [line.rstrip() for line in left_out_lines(left_out)]
    return "\n".join(lines) + "\n"


def nested(
    entries: list[tuple[str, PurePosixPath]], links: Links = Links.RELATIVE, choice: Choice = ALL
) -> Iterator[str]:
    """The list; a page is below its folder's, and never more than a level below the one before it."""
    above = -1
    for name, path in entries:
        folders = len(path.parent.parts) - (path.name == "index.md")
        above = min(max(folders, 0), above + 1)
        if choice.lists(above):
            yield f"{'  ' * above}- {link_to(name, path, links)}"


def link_to(name: str, path: PurePosixPath, links: Links) -> str:
    """A link in the index."""
    if links is Links.WIKI:
        return wiki_link(path, re.sub(r"[\[\]|]", " ", name))
    return f"[{bracket_safe(name)}]({quote(path.as_posix())})"


def bracket_safe(text: str) -> str:
    """Text inside the brackets of a Markdown link."""
    return re.sub(r"([\\\[\]`*_<>])", r"\\\1", " ".join(text.split()))
