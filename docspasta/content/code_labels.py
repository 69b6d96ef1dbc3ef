"""Short lines beside a block of code that name its language, and nothing else: the fence says it already."""

from __future__ import annotations

from selectolax.lexbor import LexborNode

from .languages import language_of
from .tags import COMMENT, HEADINGS, TAGS, TEXT, UNSEEN, tag_set

_CODE = TAGS["code"]
_NOT_LABELS = frozenset(HEADINGS) | tag_set("p pre li dt a")
_MOST = 24  # characters of a language's name
_NODES = 60  # of a label, each looked at twice
_NEAR = 3  # elements looked at on each side
_SAME = {
    "javascript": "js", "typescript": "ts", "python3": "python", "py": "python", "yml": "yaml", "c++": "cpp",
    "c#": "csharp", "cs": "csharp", "objective-c": "objc", "objectivec": "objc", "shell": "bash",
    "sh": "bash", "console": "bash", "zsh": "bash", "shellscript": "bash", "powershell": "ps1",
    "markdown": "md", "ruby": "rb", "rust": "rs", "kotlin": "kt", "golang": "go", "markup": "html",
    "xml": "html", "docker": "dockerfile", "plaintext": "text", "plain": "text",
}  # fmt: skip


def code_labels(pre: LexborNode) -> list[LexborNode]:
    """The elements before and behind a block of code, or the box that is its own, that name its language."""
    language = language_of(pre, _first_code(pre))
    if not language:
        return []
    same = _plain(language)
    found, node = [], pre
    for _ in range(2):
        texts = [(each, _label(each)) for each in _beside(node)]
        found += [each for each, text in texts if _plain(text) == same]
        if found or any(len(text) > _MOST for _, text in texts):
            return found
        if node.parent is None:
            return found
        node = node.parent
    return found


def _first_code(pre: LexborNode) -> LexborNode | None:
    child = pre.first_child
    return child if child is not None and child.tag_id == _CODE else None


def _beside(node: LexborNode) -> list[LexborNode]:
    """The next elements on both sides, up to text or to one that is no label."""
    found: list[LexborNode] = []
    for forward in (False, True):
        here = node
        for _ in range(2 * _NEAR):
            other = here.next if forward else here.prev
            if other is None:
                break
            here = other
            if here.tag_id == COMMENT or (here.tag_id == TEXT and not (here.text_content or "").strip()):
                continue
            if here.tag_id == TEXT or here.tag_id in _NOT_LABELS:
                break
            found.append(here)
    return found


def _label(node: LexborNode) -> str:
    """The text of a small element without its buttons; a long one for a large element."""
    parts: list[str] = []
    stack: list[LexborNode | None] = [node.first_child]
    for _ in range(_NODES):
        here = stack.pop() if stack else None
        if here is None:
            if not stack:
                return "".join(parts).strip()
            continue
        stack.append(here.next)
        if here.tag_id == TEXT:
            parts.append(here.text_content or "")
        elif here.tag_id not in UNSEEN:
            stack.append(here.first_child)
    return "x" * (_MOST + 1)


def _plain(name: str) -> str:
    """A language's name as it is compared: lower case, without spaces, one of several that mean the same."""
    name = "".join(name.lower().split())
    return _SAME.get(name, name)
