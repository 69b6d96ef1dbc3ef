"""Short lines beside a block of code that name its language, and nothing else: the fence says it already."""

from __future__ import annotations

from selectolax.lexbor import LexborNode

from .beside_code import MOST, beside, label_text, language_beside
from .languages import language_of
from .tags import TAGS

_CODE = TAGS["code"]
_SAME = {
    "javascript": "js", "typescript": "ts", "python3": "python", "py": "python", "yml": "yaml", "c++": "cpp",
    "c#": "csharp", "cs": "csharp", "objective-c": "objc", "objectivec": "objc", "shell": "bash",
    "sh": "bash", "console": "bash", "zsh": "bash", "shellscript": "bash", "powershell": "ps1",
    "markdown": "md", "ruby": "rb", "rust": "rs", "kotlin": "kt", "golang": "go", "markup": "html",
    "xml": "html", "docker": "dockerfile", "plaintext": "text", "plain": "text",
}  # fmt: skip


def code_labels(pre: LexborNode) -> list[LexborNode]:
    """The elements before and behind a block of code, or the box that is its own, that name its language."""
    language = language_of(pre, _first_code(pre)) or language_beside(pre)
    if not language:
        return []
    same = _plain(language)
    found, node = [], pre
    for _ in range(2):
        texts = [(each, label_text(each)) for each in beside(node)]
        found += [each for each, text in texts if _plain(text) == same]
        if found or any(len(text) > MOST for _, text in texts):
            return found
        if node.parent is None:
            return found
        node = node.parent
    return found


def _first_code(pre: LexborNode) -> LexborNode | None:
    child = pre.first_child
    return child if child is not None and child.tag_id == _CODE else None


def _plain(name: str) -> str:
    """A language's name as it is compared: lower case, without spaces, one of several that mean the same."""
    name = "".join(name.lower().split())
    return _SAME.get(name, name)
