"""The language of a code block, from what its HTML says: attributes, classes, a box around it, a doctest.

A box that holds more than the block says nothing by a bare class name: `markdown` is what many themes call
the box of their whole text.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from selectolax.lexbor import LexborNode

from .element_text import short_text
from .tags import TAGS, TEXT, tag_set

_TD: Final = TAGS["td"]
_CLASS: Final = re.compile(
    r"(?:^|\s)(?:language|lang|highlight-source|highlight-text|highlight|brush|hljs-language|src"
    r"|mw-highlight-lang)(?:-|:\s*)([\w+#.*/-]+)"
)
# Hl-ipython3; the rest must be known.
_SHORT: Final = re.compile(r"(?:^|\s)(?:hl|sh|code|syntax)[-_]([\w+#-]+)")
_BRUSH: Final = re.compile(r"brush:\s*([\w+#.-]+)")
# Attributes that name a language, on any element; and those that do so on the block itself alone.
_NAMES: Final = (
    "data-lang", "data-language", "data-code-language", "data-code-lang", "data-enlighter-language",
    "data-syntax", "data-lexer",
)  # fmt: skip
_OWN_NAMES: Final = ("syntax", "language", "lang")
_ATTRIBUTES: Final = frozenset((*_NAMES, *_OWN_NAMES, "data-syntaxhighlighter-params"))
_SPOKEN: Final = frozenset(
    "en de fr es it pt nl ru zh ja ko pl sv fi da nb no tr ar he uk el hu ro bg hr sk sl vi th hi id".split()
)  # what people speak: <html lang>, not a language of code
_PARTS: Final = tag_set("table tbody tr td")
_BLOCKS: Final = tag_set("p pre h1 h2 h3 h4 h5 h6 ul ol blockquote")
_ALONE: Final = 12  # siblings looked at
_LABEL: Final = 40  # characters of a file name or a button beside a block
_KNOWN: Final = frozenset(
    "python python2 python3 py py3 pycon ipython ipython2 ipython3 bash sh shell console zsh fish powershell"
    " pwsh ps1 bat cmd javascript js mjs jsx ts tsx typescript json json5 jsonc jsonl yaml yml toml ini html"
    " css scss sass less xml svg c cpp c++ csharp java kotlin kt scala groovy go golang rust rs ruby rb"
    " perl php swift objc objective-c sql mysql postgresql plsql graphql http nginx apache dockerfile docker"
    " makefile cmake meson diff patch lua r julia haskell hs elixir iex erlang clojure lisp elisp"
    " scheme racket ocaml reasonml fsharp dart zig nim crystal nix vim tex latex markdown md mdx rst"
    " asciidoc adoc text plaintext jinja jinja2 django twig liquid handlebars erb terraform hcl proto"
    " protobuf asm nasm wasm wat matlab octave fortran pascal delphi ada vb vbnet tcl awk prolog solidity vue"
    " svelte astro elm purescript coffeescript coffee glsl hlsl wgsl cuda cython gdscript applescript"
    " agda idris lean coq gleam odin raku cobol abap qml nushell"
    " mermaid plantuml graphviz bnf ebnf abnf bicep jsonnet rego starlark bazel".split()
)
_NOT_A_LANGUAGE: Final = frozenset(
    "text plain plaintext txt none default guess nohighlight notranslate output"
    " undefined null unknown ansi".split()
)
# What languages are called in labels, where their info string is another word.
_CALLED: Final = {
    "c#": "csharp", "f#": "fsharp", "objective c": "objc", "shell session": "console", "terminal": "console",
    "command line": "console", "protocol buffers": "protobuf", "node.js": "js", "vb.net": "vbnet",
    "plain text": "text", "html+jinja": "jinja", "visual basic": "vb", "emacs lisp": "elisp",
}  # fmt: skip
_NOISE = frozenset("wrapper block toolbar group lines line title copy caption container button".split())
_SOURCE: Final = re.compile(
    r"(?:^|\s)(?:sourceCode|listing|highlight|programlisting|prettyprint|hljs|literal-block|src)\s+"
    r"([\w+#-]+)"
)


def language_of(pre: LexborNode, code: LexborNode | None) -> str:
    """The info string for the code in `pre`, lower case; '' when nothing says one."""
    node, inside = code if code is not None else pre, pre
    for depth in range(10):
        if depth == 5 and not _in_cell(pre):
            return ""
        if depth:
            up = pre if depth == 1 and code is not None else node.parent
            if up is None:
                return ""
            node, inside = up, node
        attributes = node.attributes
        if not attributes:
            continue
        own = depth == 0 or node.mem_id == pre.mem_id
        name = "" if _ATTRIBUTES.isdisjoint(attributes) else _named(attributes, own)
        classes = attributes.get("class")
        if not name and classes:
            name = class_language(classes, False)
            if not name and (bare := class_language(classes)) and (own or _is_box_of(bare, inside)):
                name = bare
        if name:
            return _info(name)
    return ""


def is_language(word: str) -> bool:
    """Whether a word, in lower case, is what a language of code is called."""
    return word in _KNOWN or word in _CALLED


def language_of_label(text: str) -> str:
    """The language that a label beside a block names: `Python`, `Shell Session`; '' for any other text."""
    name = " ".join(text.lower().split())
    return _CALLED.get(name) or (name if name in _KNOWN else "")


def _named(attributes: dict[str, str | None], own: bool) -> str:
    """The language that an attribute names, or ''. `own`: they are the block's, not those of a box."""
    for key in _NAMES:
        if value := attributes.get(key):
            return value
    brush = _BRUSH.search(attributes.get("data-syntaxhighlighter-params") or "")
    if brush is not None:
        return brush[1]
    for key in _OWN_NAMES if own else ():
        value = (attributes.get(key) or "").strip()
        if value and value.lower().partition("-")[0] not in _SPOKEN:
            return value
    return ""


def _is_box_of(bare: str, inside: LexborNode) -> bool:
    """Whether a box that a language's name is a class of is one of this block: `markdown` is what themes call
    all that was written in it."""
    return bare not in ("markdown", "md") and _is_alone(inside)


def _is_alone(node: LexborNode) -> bool:
    """Whether nothing but labels and buttons stands beside a node, so that the box around it is its own."""
    parent = node.parent
    child = parent.first_child if parent is not None else None
    for _ in range(_ALONE):
        if child is None:
            return True
        if child.mem_id != node.mem_id and child.tag_id not in _PARTS:
            text = (child.text_content if child.tag_id == TEXT else short_text(child)) or ""
            if len(text.strip()) > _LABEL or child.tag_id in _BLOCKS:
                return False
        child = child.next
    return False


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
def class_language(classes: str, bare: bool = True) -> str:
    """The language that a class attribute names, or ''. `bare`: a class that is a language's name counts."""
    if not classes:
        return ""
    if "doctest" in classes and "doctest" in classes.split():
        return "pycon"
    for found in _CLASS.finditer(classes):
        if found[1] not in _NOISE and found[1].lower() not in _SPOKEN:
            return found[1]
    for found in _SHORT.finditer(classes):
        if found[1].lower() in _KNOWN:
            return found[1]
    if bare:
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
