"""What changed from one run of a source to another as Markdown for people, piece by piece. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from docspasta.comparison import diff_lines
from docspasta.content.escape import escape, link_destination, visible

TITLES = {
    "added": "New pages",
    "moved": "Moved pages",
    "changed": "Changed pages",
    "removed": "Removed pages",
    "failed": "Pages that could not be had this time",
    "stale": "Pages that could not be had and keep their last text",
}
FENCE = re.compile(r"`{3,}")


def opening(name: str, earlier: str, later: str, counts: dict[str, int]) -> str:
    """The title, which runs are compared, and how many pages changed in which way."""
    said = ", ".join(f"{counts.get(kind, 0):,} {kind}" for kind in TITLES)
    between = f"from run `{earlier}` to run `{later}`" if earlier else f"in run `{later}`, the first one"
    title = escape(visible(" ".join(name.split())))
    return f"# What changed in {title}\n\nSeen {between}: {said}, {counts.get('same', 0):,} unchanged.\n"


def heading(kind: str) -> str:
    """The heading of the pages that changed in one way."""
    return f"\n## {TITLES[kind]}\n\n"


def link(title: str, url: str) -> str:
    """A link to a page, by its title."""
    text = visible(" ".join(title.split())) or url
    opens, where, closes = link_destination(url)
    return f"[{escape(text, link=True)}]({opens}{where}{closes})"


def item(title: str, url: str, more: str = "") -> str:
    """A page in a list."""
    return f"- {link(title, url)}{more}\n"


def changed(title: str, url: str, old: str, new: str) -> str:
    """A page whose text or title changed, with a diff of its Markdown."""
    lines = list(diff_lines(old, new))
    if not lines:
        return f"### {link(title, url)}\n\nIts title changed, or its address inside the text.\n\n"
    return f"### {link(title, url)}\n\n" + "".join(_fenced(lines)) + "\n"


def _fenced(lines: list[str]) -> Iterator[str]:
    longest = max((len(run) for line in lines for run in FENCE.findall(line)), default=2)
    fence = "`" * (longest + 1)
    yield f"{fence}diff\n"
    yield from (f"{line}\n" for line in lines)
    yield f"{fence}\n"
