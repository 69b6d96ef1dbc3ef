"""The line of links to a page's neighbours that plain manuals have at their edges, in no box of its own:
Next, Up, Previous, Contents, as words or as pictures. It knows nothing but the two ends of an element.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from .tags import BLOCKS, COMMENT, TAGS, TEXT, tag_set

_A, _IMG, _ADDRESS, _HR, _P = (TAGS[name] for name in ("a", "img", "address", "hr", "p"))
_LINES = tag_set("p center div table tbody tr td th hr")  # blocks in which such a line stands, or that end it
_MARKS = r"[\s|\[\]()<>«»‹›←→↑↓·•:,*/\\–—_-]*"
_NEXT = (
    r"next|weiter|suivante?|siguiente|seguinte|próxim[ao]|successiv[oa]|avanti|volgende|далее|вперёд"
    r"|下一?[页頁章节節篇]|次へ?|다음"
)
_PREVIOUS = (
    r"prev(?:ious)?|zurück|précédente?|anterior|precedente|indietro|vorige|назад"
    r"|上一?[页頁章节節篇]|前へ?|이전"
)
_AROUND = (
    r"up(?: one level)?|back|top|home|first|last|contents|table of contents|toc|(?:\w+ )?index|start|forward"
    r"|(?:child )?(?:sub)?sections|nach oben|inhalt|\w*verzeichnis|retour|sommaire|table des matières"
    r"|subir|índice|indice|inhoud|вверх|содержание|оглавление|目[录錄次]|首[页頁]|戻る|목차"
)
_PART = r"(?: (?:page|chapter|section|topic|lesson|part|group|node))?"
_LABEL = re.compile(rf"{_MARKS}(?:(?:{_NEXT}|{_PREVIOUS}|{_AROUND}){_PART}{_MARKS})+", re.I)
_NO_WORD = re.compile(_MARKS)
_NUMBER = re.compile(rf"{_MARKS}(?:\d{{1,3}}(?:\.\d{{1,3}})*|[A-Z]){_MARKS}")  # of a chapter
_IS_NEXT = re.compile(rf"{_MARKS}(?:{_NEXT})", re.I)
_IS_PREVIOUS = re.compile(rf"{_MARKS}(?:{_PREVIOUS})", re.I)
_LONGEST = 160  # characters of a link's text behind its label
_MOST = 150  # nodes of a line of links
_FEWEST = 2  # links that are a line of them
_LOOKED_AT = 60  # nodes at each end of the content


@dataclass(slots=True)
class Pager:
    """The lines of links at a page's edges: their nodes, and where they lead, as it is written."""

    nodes: list[LexborNode] = field(default_factory=list)
    next: str = ""
    previous: str = ""

    def add(self, line: _Line) -> None:
        """Take in one more line."""
        self.nodes += line.nodes
        self.next = self.next or line.next
        self.previous = self.previous or line.previous


@dataclass(slots=True)
class _Line:
    """A line of links, as far as it is read."""

    nodes: list[LexborNode] = field(default_factory=list)
    label: str = ""  # what was said since the last link
    links: int = 0
    next: str = ""
    previous: str = ""

    @property
    def is_pager(self) -> bool:
        """Whether it leads to a neighbour, and elsewhere."""
        return self.links >= _FEWEST and bool(self.next or self.previous)

    def says(self, text: str) -> bool:
        """Take a piece of text; whether it is part of such a line."""
        if _NO_WORD.fullmatch(text) or (self.links and _NUMBER.fullmatch(text)):
            return True
        self.label = text
        return len(text) <= _LONGEST and _LABEL.fullmatch(text) is not None

    def leads(self, text: str, href: str) -> bool:
        """Take a link; whether it is part of such a line."""
        named = text if _LABEL.fullmatch(text) else self.label or _of_arrows(text)
        if not named and self.links and _NUMBER.fullmatch(text):
            named = text
        self.label = ""
        if not named or len(text) > _LONGEST:
            return False
        self.links += 1
        if _IS_NEXT.match(named):
            self.next = self.next or href
        elif _IS_PREVIOUS.match(named):
            self.previous = self.previous or href
        return True


def _of_arrows(text: str) -> str:
    """What a link that says nothing but arrows leads to: `<<`, `›`."""
    if not text or _NO_WORD.fullmatch(text) is None:
        return "top" if text == "?" else ""
    return "previous" if set(text) & set("<«‹←") else "next" if set(text) & set(">»›→") else ""


def find_pager(top: LexborNode, chrome: list[LexborNode]) -> Pager:
    """The lines of links at the beginning and at the end of an element that holds a page's content, with the
    rules beside them. What is known to be `chrome` may stand before and behind them; behind the last one, or
    behind a rule, also whose the page is."""
    found = Pager()
    known = {node.mem_id for node in chrome}
    children = _first_children(top)
    first = _line(children, known)
    if len(first.nodes) == len(children):
        return found
    children = _last_children(top)
    end = _before_name(children)
    last = _line_at_end(children[:end], known)
    if not last.is_pager:
        end = _before_imprint(children)
        last = _line_at_end(children[:end], known)
    found.add(first if first.is_pager else _rules(_first_children(top), known))
    found.add(last if last.is_pager else _rules(children[:end][::-1], known))
    if end and found.nodes and found.nodes[-1].mem_id == children[end - 1].mem_id:
        found.nodes += children[end:]
    return found


def _first_children(top: LexborNode) -> list[LexborNode]:
    found: list[LexborNode] = []
    child = top.first_child
    while child is not None and len(found) < _LOOKED_AT:
        found.append(child)
        child = child.next
    return found


def _last_children(top: LexborNode) -> list[LexborNode]:
    """In their order."""
    found: list[LexborNode] = []
    child = top.last_child
    while child is not None and len(found) < _LOOKED_AT:
        found.append(child)
        child = child.prev
    return found[::-1]


def _rules(children: list[LexborNode], known: set[int]) -> _Line:
    """The rules that these elements begin with: they part nothing."""
    at = 0
    while at < len(children) and (
        children[at].tag_id == _HR or children[at].mem_id in known or _is_blank(children[at])
    ):
        at += 1
    rules = [node for node in children[:at] if node.tag_id == _HR]
    return _Line(rules)


def _is_blank(node: LexborNode) -> bool:
    return node.tag_id == COMMENT or (node.tag_id == TEXT and not (node.text_content or "").strip())


def _before_imprint(children: list[LexborNode]) -> int:
    """How many of a page's last elements stand before those that say whose it is."""
    end = len(children)
    while end and _is_imprint(children[end - 1]):
        end -= 1
    return end


def _before_name(children: list[LexborNode]) -> int:
    """The same, where a manual's name stands above an <address>, between rules."""
    end = len(children)
    while end and (_is_imprint(children[end - 1]) or children[end - 1].tag_id == _HR):
        end -= 1
    if end and any(node.tag_id == _ADDRESS for node in children[end:]) and _is_short(children[end - 1]):
        end -= 1
        while end and _is_blank(children[end - 1]):
            end -= 1
        if end and children[end - 1].tag_id == _HR:
            return end
    return 0


def _is_short(node: LexborNode) -> bool:
    """Whether a paragraph is as short as a manual's name."""
    return node.tag_id == _P and len(node.text_lexbor() or "") < _LONGEST / 2


def _is_imprint(node: LexborNode) -> bool:
    """Whether an element says whose the page is, or nothing."""
    return node.tag_id == _ADDRESS or _is_blank(node)


def _line(children: list[LexborNode], known: set[int]) -> _Line:
    """The line that these elements begin with. What is known to be no content may stand in it."""
    line = _Line()
    for child in children:
        mark = (line.label, line.links, line.next, line.previous)
        if not _take(line, child):
            line.label, line.links, line.next, line.previous = mark
            if child.mem_id not in known:
                break
        line.nodes.append(child)
    return line


def _line_at_end(children: list[LexborNode], known: set[int]) -> _Line:
    """The line that these elements end with: from the last place at which a line may begin."""
    at = len(children)
    while at and (children[at - 1].mem_id in known or _take(_Line(label="-"), children[at - 1])):
        at -= 1
    while at < len(children):
        line = _line(children[at:], known)
        if len(line.nodes) == len(children) - at:
            return line
        at += 1
    return _Line()


def _take(line: _Line, node: LexborNode) -> bool:
    """Take an element; whether all of it is part of such a line."""
    for each in _pieces(node):
        if each is None:
            return False
        if each.tag_id == TEXT:
            if not line.says(each.text_content or ""):
                return False
        elif (href := each.attributes.get("href")) is None:
            if not line.says(_words(each)):
                return False
        elif not line.leads(_words(each), href):
            return False
    return True


def _pieces(node: LexborNode) -> Iterator[LexborNode | None]:
    """The texts outside of links, and the links, in an element; None where anything else begins."""
    stack: list[LexborNode | None] = []
    here: LexborNode | None = node
    count = 0
    while here is not None:
        tag = here.tag_id
        count += 1
        if count > _MOST or (tag in BLOCKS and tag not in _LINES):
            yield None
            return
        inner: LexborNode | None = None
        if tag in (TEXT, _A):
            yield here
        elif tag == _IMG and (here.attributes.get("alt") or "").strip():
            yield None  # a picture of its own
            return
        elif tag != COMMENT:
            inner = here.first_child
        if here.mem_id != node.mem_id:
            stack.append(here.next)
        here = inner
        while here is None and stack:
            here = stack.pop()


def _words(link: LexborNode) -> str:
    """What a link says: its text, or what its pictures do."""
    text = " ".join((link.text_lexbor() or "").split())
    if text:
        return text
    pictures = [child for child in link.iter() if child.tag_id == _IMG]
    return " ".join((each.attributes.get("alt") or "").strip() for each in pictures).strip()
