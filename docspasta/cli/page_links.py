"""Links between pages that are files of one directory, as the program wants them that reads it. Pure.

Absolute addresses become relative paths; for programs that know headings but no HTML ids, the part behind `#`
becomes a heading; for those that link by `[[name]]`, so does the link.
"""

from __future__ import annotations

import os.path
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote, unquote

from docspasta.document.code_spans import code_spans

CONTAINER = re.compile(r" *(?:>|(?:[-*+]|\d{1,9}[.)])(?= ))")  # a quote's or a list item's marker
FENCE = re.compile(r" *(`{3,}|~{3,})")
ADDRESS = r"(?P<url>https?://[^\s<>()#]*(?:\([^\s<>()#]*\)[^\s<>()#]*)*)"
FRAGMENT = r"(?P<fragment>#[^\s<>()]*(?:\([^\s<>()]*\)[^\s<>()]*)*)?"
LINK = re.compile(rf"(?P<open>\]\(<?){ADDRESS}{FRAGMENT}")
PLAIN_LINK = re.compile(rf"(?<!!)\[(?P<text>[^\[\]|`\\]*)\]\({ADDRESS}{FRAGMENT}(?: \"[^\"\\]*\")?\)")
UNLINKABLE = re.compile(r"[:#|^\\\r\n]|%%|\[\[|\]\]")  # what Obsidian takes out of a heading that is linked


class Links(StrEnum):
    """How the files of a folder link each other."""

    RELATIVE = "relative"  # `[Units](../units.md#dry)`, with the ids that the site's pages have
    HEADINGS = "headings"  # `[Units](../units.md#Dry%20pasta)`
    WIKI = "wiki"  # `[[units#Dry pasta|Units]]`


@dataclass(frozen=True)
class Files:
    """Where each page is, by its address, and which heading its ids stand below."""

    paths: dict[str, PurePosixPath] = field(default_factory=dict)
    headings: dict[str, dict[str, str]] = field(default_factory=dict)

    def add(self, url: str, path: PurePosixPath, headings: Sequence[Mapping[str, Any]]) -> None:
        """A page."""
        self.paths[url] = path
        if known := linked_headings(headings):
            self.headings[url] = known

    def heading(self, url: str, fragment: str) -> str:
        """The heading that a link's part behind `#` leads to, '' for the page as a whole."""
        return self.headings.get(url, {}).get(unquote(fragment.removeprefix("#")), "")


def linked_headings(headings: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The heading of each id, as it is linked: where its text stands twice on a page, with the ones above."""
    texts = [UNLINKABLE.sub(" ", heading["text"]) for heading in headings]
    texts = [" ".join(text.split()) for text in texts]
    known: dict[str, str] = {}
    above: list[int] = []
    seen: set[str] = set()
    for index, heading in enumerate(headings):
        while above and headings[above[-1]]["level"] >= heading["level"]:
            above.pop()
        above.append(index)
        told = "#".join(texts[place] for place in above) if texts[index] in seen else texts[index]
        seen.add(texts[index])
        known.update({html_id: told for html_id in heading["ids"] if told})
    return known


def linked(markdown: str, here: PurePosixPath, files: Files, kind: Links = Links.RELATIVE) -> str:
    """The Markdown of the file `here`, its links to other files made those of the folder. Code is left alone.

    Every step is linear in the text: pages come from strangers.
    """
    lines = []
    fence = ""
    for line in markdown.split("\n"):
        mark = fence_mark(line)
        if fence:
            if mark and mark[1].startswith(fence) and not line[mark.end() :].strip():
                fence = ""
        elif mark:
            fence = mark[1]
        else:
            line = linked_line(line, here, files, kind)
        lines.append(line)
    return "\n".join(lines)


def fence_mark(line: str) -> re.Match[str] | None:
    """The fence that a line begins with, behind the markers of quotes and list items."""
    at = 0
    while marker := CONTAINER.match(line, at):
        at = marker.end()
    return FENCE.match(line, at)


def linked_line(line: str, here: PurePosixPath, files: Files, kind: Links) -> str:
    """One line of text with its links made the folder's, those in code spans excepted."""
    pipe = "\\|" if line.lstrip(" >").startswith("|") else "|"  # in a table it would end the cell
    parts, at = [], 0
    for start, end in [*code_spans(line).spans, (len(line), len(line))]:
        text = line[at:start]
        if kind is Links.WIKI:
            text = PLAIN_LINK.sub(lambda found: wiki(found, files, pipe), text)
        parts += [LINK.sub(lambda found: replaced(found, here, files, kind), text), line[start:end]]
        at = end
    return "".join(parts)


def replaced(found: re.Match[str], here: PurePosixPath, files: Files, kind: Links) -> str:
    """The beginning of a link, with a relative path when its target is one of the files."""
    target, fragment = files.paths.get(found["url"]), found["fragment"] or ""
    if target is None:
        return found[0]
    if kind is not Links.RELATIVE and fragment:
        heading = files.heading(found["url"], fragment)
        fragment = f"#{quote(heading, safe='#')}" if heading else ""
    return found["open"] + quote(os.path.relpath(target, here.parent).replace(os.sep, "/")) + fragment


def wiki(found: re.Match[str], files: Files, pipe: str = "|") -> str:
    """A link as `[[path#Heading|text]]` when its target is one of the files."""
    target = files.paths.get(found["url"])
    if target is None:
        return found[0]
    heading = files.heading(found["url"], found["fragment"] or "")
    return wiki_link(target, found["text"], heading, pipe)


def wiki_link(target: PurePosixPath, text: str, heading: str = "", pipe: str = "|") -> str:
    """`[[path#Heading|text]]`."""
    place = target.with_suffix("").as_posix() + (f"#{heading}" if heading else "")
    return f"[[{place}{pipe}{text}]]" if text else f"[[{place}]]"
