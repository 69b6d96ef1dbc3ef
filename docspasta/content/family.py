"""What a family of documentation sites is: rows of selectors, as data. The rows are in `families/`.

A row is (selector, role). The selector is one compound: a tag name or nothing, then `.class`es, any of which
may end in `*` for a prefix (`.codeBlockTitle_*`). The first row that fits an element gives its role.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import IntEnum, auto
from typing import Final

from .code import CodeRules
from .tags import LAST, TAGS


class Role(IntEnum):
    """What an element is to the walk, beyond what its tag says."""

    NONE = 0
    DROP = auto()  # not content: chrome, buttons, permalinks
    PERMALINK = auto()  # dropped, unless it holds the text of its heading
    BLOCK = auto()  # a block of its own, though its tag is inline
    INLINE = auto()  # runs on in the text, though its tag is a block
    ADMONITION = auto()  # its classes say which
    CALLOUT = auto()  # an admonition by the words of its classes; its title may have no sign of its own
    TITLE = auto()  # an admonition's title
    CODE = auto()  # a block of code, though its tag is not <pre>
    JSON_TREE = auto()  # JSON as nested lists: a block of code
    CODE_SPAN = auto()  # code inside a line, though its tag is not <code>
    CAPTION = auto()  # a file name or title above code or a figure
    LABEL = auto()  # a label of what follows: rubric, tab
    HEADING1 = auto()  # a heading, though its tag is not h1-h6
    HEADING2 = auto()
    HEADING3 = auto()
    HEADING4 = auto()
    CODE_HEADING = auto()  # a heading that is a signature: one code span
    CODE_HEADING3 = auto()  # the same, of level 3 whatever its tag
    TABLIST = auto()  # the labels of the panels that follow
    TAB = auto()  # a label that stands in no list of them
    PERHAPS_TABS = auto()  # the same, when as many boxes follow as it has labels
    PANELS = auto()  # its children are the panels
    PANEL = auto()  # a tab's content
    SIGNATURE = auto()  # an API signature, one line of code
    SIGNATURE_SPAN = auto()  # the same inside a line or a term
    MEMBERS = auto()  # a definition list of signatures
    FIELDS = auto()  # a definition list of fields: parameters, returns
    MATH = auto()  # TeX inside a line
    MATH_BLOCK = auto()  # TeX, displayed
    NOTE_REF = auto()  # a footnote's reference
    NOTES = auto()  # a list of footnotes
    NOTE = auto()  # a footnote
    NOTE_LABEL = auto()  # a footnote's own number, which its reference says already
    DETAILS = auto()  # folded away, with a summary
    LAYOUT = auto()  # a table that only arranges
    OVERVIEW = auto()  # a table that arranges, whose headings are labels: an overview of what follows
    LAYOUT_LIST = auto()  # a list that only arranges
    PARAMETERS = auto()  # a table whose rows are parameters: a list
    PARAMETERS_BOX = auto()  # a box whose first table is one of parameters
    GRID = auto()  # a table made of blocks: as many to a row as there are heads
    ROW = auto()  # a block whose child blocks stand in one line
    LINE = auto()  # one line of a block of lines
    QUOTE = auto()
    CHECKED = auto()  # a task that is done
    UNCHECKED = auto()
    CHECKLIST = auto()  # a list of tasks whose items begin with a character that says whether they are done
    BUTTON = auto()  # a button, though its tag is none
    LIST = auto()  # a list, though its tag is none
    ITEM = auto()  # an item of one
    ARIA_TABLE = auto()  # a table of boxes that ARIA names
    ARIA_ROW = auto()
    ARIA_CELL = auto()
    ARIA_HEAD = auto()  # a cell that is a heading
    APART = auto()  # a badge or the like: never one word with what stands beside it
    APART_WORD = auto()  # a type, a mark or the like: no part of the word that stands before it
    PERHAPS_CODE = auto()  # a theme calls it a block of code
    PREFORMATTED = auto()  # lines and blanks are kept, though its tag is not <pre>
    LANGUAGE_TEXT = auto()  # a script that writes a word, another in each programming language
    LINES = auto()  # its line ends are kept, in a text
    SPREAD = auto()  # what stands in it are boxes beside each other, whatever their tags
    LABELLED = auto()  # a component that its own label stands above
    PICTURE = auto()  # a picture, though its tag is not <img>
    EMBEDDED = auto()  # what is embedded, though its tag is not <iframe> or the like
    PERHAPS_SIGNATURE = auto()  # a theme calls it a signature
    PERHAPS_HIDDEN = auto()  # a class hides it, unless a script shows it
    TRANSPARENT = auto()  # neither block nor text, whatever its other classes


Row = tuple[str, Role]

_PART: Final = re.compile(r"([.#]?)([\w:@/-]+)(\*?)")


@dataclass(frozen=True)
class Rule:
    """One row, ready to be asked."""

    tag: int  # 0 for any
    classes: tuple[str, ...]
    prefixes: tuple[str, ...]
    role: Role

    def fits(self, tag: int, classes: set[str]) -> bool:
        """Whether an element with this tag and these classes is meant."""
        if self.tag and self.tag != tag:
            return False
        if not classes.issuperset(self.classes):
            return False
        return all(any(name.startswith(prefix) for name in classes) for prefix in self.prefixes)


def rule(row: Row) -> Rule:
    """A row of a family's file, read."""
    tag = 0
    classes: list[str] = []
    prefixes: list[str] = []
    for kind, name, star in _PART.findall(row[0]):
        if not kind:
            tag = TAGS.get(name, -1)
        else:
            (prefixes if star else classes).append(name)
    return Rule(tag, tuple(classes), tuple(prefixes), row[1])


@dataclass(frozen=True)
class Family:
    """One family of generators.

    generators  starts of <meta name=generator>, lower case
    marks       text in the HTML; any of them names the family when no generator does. One that begins with ^
                stands in the first 1,000 bytes: the others cost a search of each page that nothing names
    signs       class names, ids and file names near the start of the head or the body; any of them names the
                family when no mark does. One pass asks for those of all families
    content     CSS of the content, the first that is there; one with a comma names several parts, in order
    drop        CSS of what is taken out before the walk (only what a row cannot say: costs a query each)
    rows        roles by tag and class
    elements    roles by CSS, for what a row cannot say (an id, an attribute, a place): a query each
    navigation  CSS of the documentation's own navigation
    code        what its highlighter puts into code
    fonts       whether fonts and weights of its styles alone tell what is code, bold and italic
    """

    name: str
    generators: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()
    content: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    elements: tuple[Row, ...] = ()
    navigation: tuple[str, ...] = ()
    code: CodeRules = field(default_factory=CodeRules)
    fonts: bool = False


@dataclass
class Roles:
    """The roles of one family's elements, remembered by tag and class attribute (they repeat endlessly)."""

    rules: tuple[Rule, ...]
    known: list[dict[str, Role]] = field(default_factory=lambda: [{} for _ in range(LAST + 1)])  # by tag
    custom: dict[str, Role] = field(default_factory=dict)  # of custom elements, by name
    by_class: dict[str, list[tuple[int, Rule]]] = field(default_factory=dict)
    by_prefix: list[tuple[int, Rule]] = field(default_factory=list)
    otherwise: Callable[[int, set[str]], Role] | None = None  # the role where no row fits

    def __post_init__(self) -> None:
        for number, each in enumerate(self.rules):
            if each.classes:
                self.by_class.setdefault(each.classes[0], []).append((number, each))
            else:
                self.by_prefix.append((number, each))

    def of(self, tag: int, text: str | None) -> Role:
        """The role of an element with this tag and class attribute."""
        if not text:
            return Role.NONE
        tag = min(tag, LAST)
        known = self.known[tag].get(text)
        return known if known is not None else self.find(tag, text)

    def find(self, tag: int, text: str) -> Role:
        """The role of an element that is not `known` yet."""
        classes = set(text.split())
        possible = list(self.by_prefix)
        for name in classes:
            possible.extend(self.by_class.get(name, ()))
        possible.sort(key=lambda pair: pair[0])
        role = next((each.role for _, each in possible if each.fits(tag, classes)), None)
        if role is None:
            role = self.otherwise(tag, classes) if self.otherwise is not None else Role.NONE
        known = self.known[tag]
        if len(known) > 5_000:  # a page that makes up class names must not fill the memory
            known.clear()
        known[text] = role
        return role


def roles(*tables: Iterable[Row], otherwise: Callable[[int, set[str]], Role] | None = None) -> Roles:
    """The roles that rows give, earlier tables first; `otherwise` is asked where no row fits."""
    rows = [row for table in tables for row in table]
    custom = {
        selector: role
        for selector, role in reversed(rows)
        if selector.isidentifier() is False and selector.replace("-", "").isalnum() and selector not in TAGS
    }
    return Roles(tuple(rule(row) for row in rows if row[0] not in custom), custom=custom, otherwise=otherwise)
