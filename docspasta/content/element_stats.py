"""What every element of a page holds: text, links, headings. The finder of content asks nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from .tags import BLOCKS, HEADINGS, TAGS, TEXT, UNSEEN, tag_set

_A, _PRE, _CODE_TAG = TAGS["a"], TAGS["pre"], TAGS["code"]
_SKIPPED = UNSEEN | tag_set("nav footer form label")


@dataclass(slots=True)
class Stats:
    """What one element holds: characters outside links and in them, links, those that lead into the page."""

    node: LexborNode
    tag: int
    parent: int
    text: int = 0
    linked: int = 0
    links: int = 0
    inner: int = 0
    headings: int = 0
    end: int = 0  # number of the first element after it


def measure(root: LexborNode) -> list[Stats]:
    """The measures of `root` and every element in it that can hold content, in document order."""
    stats = [Stats(root, root.tag_id, -1)]
    stack: list[tuple[LexborNode | None, int, int]] = []
    node, here, link = root.first_child, 0, 0  # link: 0 none, 1 to elsewhere, 2 into the page
    while True:
        while node is None:
            if not stack:
                _sum_up(stats)
                return stats
            stats[here].end = len(stats)
            node, here, link = stack.pop()
        tag = node.tag_id
        if tag == TEXT:
            size = len((node.text_content or "").strip())
            if size:
                own = stats[here]
                if link:
                    own.linked += size
                else:
                    own.text += size
            node = node.next
            continue
        if tag in _SKIPPED or (tag == _CODE_TAG and link == 0 and _counted(node, stats[here])):
            node = node.next
            continue
        inside = link
        number = here
        if tag == _A:
            inside = 2 if (node.attributes.get("href") or "#").startswith("#") else 1
            stats[here].links += 1
            stats[here].inner += inside - 1
        elif tag in BLOCKS:
            number = len(stats)
            stats.append(Stats(node, tag, here))
            if tag in HEADINGS:
                stats[number].headings = 1
            if tag == _PRE:
                stats[number].text = min(len(node.text_lexbor().strip()), 2000)
                stats[number].end = number + 1
                node = node.next
                continue
        stack.append((node.next, here, link))
        node, here, link = node.first_child, number, inside


def _counted(node: LexborNode, own: Stats) -> bool:
    own.text += len(node.text_lexbor())
    return True


def _sum_up(stats: list[Stats]) -> None:
    stats[0].end = len(stats)
    for number in range(len(stats) - 1, 0, -1):
        own = stats[number]
        if own.end == 0:
            own.end = number + 1
        up = stats[own.parent]
        up.text += own.text
        up.linked += own.linked
        up.links += own.links
        up.inner += own.inner
        up.headings += own.headings


def children_of(stats: list[Stats], number: int) -> list[int]:
    """The block children of an element, by number."""
    found, at, end = [], number + 1, stats[number].end
    while at < end:
        found.append(at)
        at = stats[at].end
    return found
