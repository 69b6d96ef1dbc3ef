"""The language of a code block, from what its HTML says: class, data-lang, an ancestor, a doctest."""

from __future__ import annotations

import re
from functools import lru_cache

from selectolax.lexbor import LexborNode

from .tags import TAGS

_TD = TAGS["td"]
_CLASS = re.compile(
    r"(?:^|\s)(?:language|lang|highlight-source|highlight-text|highlight|brush|hljs-language|src)(?:-|:\s*)"
    r"([\w+#.*/-]+)"
)
_KNOWN = frozenset(
    "python python3 py pycon ipython ipython3 bash sh shell console zsh fish powershell bat javascript js"
    " jsx ts"
    " typescript tsx json json5 jsonc yaml yml toml ini html css scss less xml svg c cpp c++ csharp java"
    " kotlin"
    " scala groovy go rust ruby perl php swift objc sql graphql http nginx apache dockerfile docker"
    " makefile cmake"
    " diff patch lua r julia haskell elixir erlang clojure lisp scheme ocaml fsharp dart zig nix vim tex"
    " latex"
    " markdown md rst text plaintext jinja django terraform hcl proto"
    " protobuf asm wasm matlab fortran".split()
)
_NOT_A_LANGUAGE = frozenset(
    "text plain plaintext txt none default guess nohighlight notranslate output"
    " undefined null unknown ansi".split()
)
_NOISE = frozenset("wrapper block toolbar group lines line title copy caption container button".split())
_SOURCE = re.compile(
    r"(?:^|\s)(?:sourceCode|listing|highlight|programlisting|prettyprint|hljs|literal-block|src)\s+"
    r"([\w+#-]+)"
)


def language_of(pre: LexborNode, code: LexborNode | None) -> str:
    """The info string for the code in `pre`, lower case; '' when nothing says one."""
    node = code if code is not None else pre
    for depth in range(10):
        if depth == 5 and not _in_cell(pre):
            return ""
        if depth:
            up = pre if depth == 1 and code is not None else node.parent
            if up is None:
                return ""
            node = up
        attributes = node.attributes
        if not attributes:
            continue
        name = attributes.get("data-lang") or attributes.get("data-language")
        if name:
            return _info(name)
        classes = attributes.get("class")
        if classes:
            name = class_language(classes, depth < 3 or "highlight" in classes.split())
            if name:
                return _info(name)
    return ""


def _in_cell(pre: LexborNode) -> bool:
    """Whether a block stands in a table beside its line numbers: then its language stands further up."""
    up = pre.parent
    for _ in range(3):
        if up is None or up.tag_id == _TD:
            break
        up = up.parent
    return up is not None and up.tag_id == _TD


@lru_cache(maxsize=1024)
def _info(name: str) -> str:
    """A language's name as an info string: one word, lower case; '' for what is no language."""
    name = _clean(name)
    return "" if name in _NOT_A_LANGUAGE else name


@lru_cache(maxsize=4096)
def class_language(classes: str, near: bool = True) -> str:
    """The language that a class attribute names, or ''."""
    if not classes:
        return ""
    if "doctest" in classes and "doctest" in classes.split():
        return "pycon"
    for found in _CLASS.finditer(classes):
        if found[1] not in _NOISE:
            return found[1]
    if near:
        source = _SOURCE.search(classes)
        if source is not None and source[1].lower() in _KNOWN:
            return source[1]
        for name in classes.split():
            if name in _KNOWN and name not in ("text", "code"):
                return name
    return ""


def _clean(name: str) -> str:
    name = name.strip().lower().split(",")[0].split(" ")[0]
    return re.sub(r"[^\w+#./*-]", "", name).strip("-.")[:32]
