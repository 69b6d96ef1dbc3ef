"""The Markdown of a page's content: walked, looked at for what nobody sees, and walked once more where there
is some."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from .contents_list import LITTLE, unhide_lists
from .detect_family import Chosen
from .elements import BY_ROLE
from .main_content import Found
from .page import Options
from .page_rules import PageRules
from .query import css
from .resolve import Resolver
from .tags import HEADINGS
from .walk import Walk, skip
from .writer import PageWriter, Written

_SHORT: Final = 500  # characters of a page that may hold nothing but the list of the pages below it
# Everything in the Markdown that anybody sees in ASCII; what is left may hold what nobody does.
_SEEN: Final = bytes([10, *range(32, 127)])
# What a byte of the Markdown is: 0 between words, 1 in a word, 2 a control character in a word.
_CONTROL: Final = 2
_KINDS = bytes(0 if byte in b" \n" else _CONTROL if byte < 32 or byte == 127 else 1 for byte in range(256))
_C0: Final = bytes({*range(32), 127} - {9, 10})  # but for tab and newline
_C1: Final = re.compile(rb"\xc2[\x80-\x9f]")
_UNSEEN: Final = re.compile(
    rb"[\x00-\x1f\x7f]|\xc2[\x80-\x84\x86-\x9f\xad]|\xcd\x8f|\xd8\x9c|\xe1(?:\x85[\x9f\xa0]|\x9e[\xb4\xb5]|\xa0[\x8b-\x8f])"
    rb"|\xe2\x80[\x8b-\x8f\xaa-\xae]|\xe2\x81[\xa0-\xaf]|\xe3\x85\xa4|\xee|\xef[\x80-\xa3]|\xef\xb8[\x80-\x8d]"
    rb"|\xef\xbb\xbf|\xef\xbe\xa0|\xef\xbf[\xb0-\xbb]|\xf0\x9b\xb2|\xf0\x9d\x85|[\xf3\xf4]"
)


class WrittenText(NamedTuple):
    """The Markdown of a page: as it was written, as UTF-8, the same without the targets of its links, and the
    kind of each of its bytes."""

    written: Written
    encoded: bytes
    own: bytes
    kinds: bytes


def text_of(
    found: Found, rules: PageRules, chosen: Chosen, resolver: Resolver, options: Options
) -> WrittenText:
    """Write the Markdown of what was found."""
    walk, writer = _walk(found, rules)
    written = writer.finish()
    if _says_little(written[0]) and _keep_contents(found, chosen, resolver, options, written[0]):
        walk, writer = _walk(found, rules)
        written = writer.finish()
    encoded = written[0].encode("utf-8", "replace")
    kinds = encoded.translate(_KINDS)
    odd = encoded if _CONTROL in kinds else "".join(writer.foreign).encode("utf-8", "replace")
    if _controls(odd) or (_unseen(odd) and _unseen(_outside_code(walk, writer, written[0]))):
        writer = _walk(found, rules, careful=True)[1]
        written = writer.finish()
        encoded = written[0].encode("utf-8", "replace")
        kinds = encoded.translate(_KINDS)
    own = encoded if not writer.placed else writer.without_targets().encode("utf-8", "replace")
    return WrittenText(written, encoded, own, kinds)


def _controls(encoded: bytes) -> bool:
    """Whether this Markdown holds control characters, which no terminal should see, in code neither."""
    return len(encoded) != len(encoded.translate(None, _C0)) or _C1.search(encoded) is not None


def _unseen(encoded: bytes) -> bool:
    """Whether this Markdown may hold characters that nobody sees."""
    return _UNSEEN.search(encoded.translate(None, _SEEN)) is not None


def _outside_code(walk: Walk, writer: PageWriter, markdown: str) -> bytes:
    """The Markdown without its code, whose text is kept as it is."""
    return _outside(walk.code_spans, _outside(writer.fences, markdown)).encode("utf-8", "replace")


def _outside(code: list[str], markdown: str) -> str:
    """The Markdown without these pieces of it, which are in its order. One that is not found ends the search:
    what is left is then looked at."""
    pieces, at = [], 0
    for piece in code:
        begin = markdown.find(piece, at)
        if begin < 0:
            break
        pieces.append(markdown[at:begin])
        at = begin + len(piece)
    return "".join((*pieces, markdown[at:]))


def _says_little(markdown: str) -> bool:
    return len(markdown) < _SHORT and len(markdown.split()) < LITTLE


def _keep_contents(found: Found, chosen: Chosen, resolver: Resolver, options: Options, markdown: str) -> bool:
    """For a page that holds nothing but the list of the pages below it: let that list be read as a list.
    Whether there is one."""
    if not chosen.family.name:
        return unhide_lists(found, resolver)
    if len(markdown.split()) >= options.min_words:
        return False
    boxes = [menu.box for menu in chosen.navigation if menu.box]
    lists = [node for root in found.roots for box in boxes for node in css(root, box)]
    for node in lists:
        node.attrs["class"] = ""
    return bool(lists)


def _walk(found: Found, rules: PageRules, careful: bool = False) -> tuple[Walk, PageWriter]:
    """Walk the content. Hardly any page holds characters that nobody sees, so the first walk does not look
    for them; when its Markdown turns out to hold some, the walk is done again, carefully."""
    rules.careful = careful
    writer = PageWriter()
    walk = Walk(rules, writer)
    if found.chrome:
        walk.overrides.update((node.mem_id, skip) for node in found.chrome)
    if rules.by_element:
        walk.overrides.update((node.mem_id, opens) for node, opens in rules.by_element)
    if found.roles:
        walk.overrides.update((node.mem_id, BY_ROLE.get(role, skip)) for node, role in found.roles)
    for root in found.roots:
        attributes = root.attributes
        name = attributes.get("id")
        if name:
            writer.anchor(name)
        opened = rules.by_tag[root.tag_id](walk, root, attributes) if root.tag_id in HEADINGS else None
        walk.run(root)
        if isinstance(opened, tuple):
            opened[0](walk, opened[1])
        walk.flush()
    return walk, writer
