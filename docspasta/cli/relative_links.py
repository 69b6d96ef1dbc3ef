"""Links between pages that are files of one directory: absolute addresses become relative paths. Pure."""

from __future__ import annotations

import os.path
import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from urllib.parse import quote

FENCE = re.compile(r"^ *(?:> ?| {0,3}(?:[-*+]|\d+[.)]) +)*(`{3,}|~{3,})")
# A code span is matched first, so that what looks like a link inside one stays as it is.
CODE_OR_LINK = re.compile(
    r"(?P<ticks>`+)(?!`).*?(?<!`)(?P=ticks)(?!`)"
    r"|(?P<open>\]\(<?)(?P<url>https?://[^\s<>()#]*(?:\([^\s<>()#]*\)[^\s<>()#]*)*)"
)


def relative_links(markdown: str, here: PurePosixPath, files: Mapping[str, PurePosixPath]) -> str:
    """The Markdown of the file `here`, its links to `files` (by URL) made relative. Code is left alone."""
    lines = []
    fence = ""
    for line in markdown.split("\n"):
        mark = FENCE.match(line)
        if fence:
            if mark and mark[1].startswith(fence) and not line[mark.end() :].strip():
                fence = ""
        elif mark:
            fence = mark[1]
        else:
            line = CODE_OR_LINK.sub(lambda found: replaced(found, here, files), line)
        lines.append(line)
    return "\n".join(lines)


def replaced(found: re.Match[str], here: PurePosixPath, files: Mapping[str, PurePosixPath]) -> str:
    """What stands in the place of a code span or a link's beginning."""
    target = files.get(found["url"] or "")
    if target is None:
        return found[0]
    return found["open"] + quote(os.path.relpath(target, here.parent).replace(os.sep, "/"))
