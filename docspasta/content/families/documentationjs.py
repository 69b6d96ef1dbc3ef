"""documentation.js (14), which reads JSDoc's comments: one page, a section each, its members folded away."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("div.prose-big", Role.LABEL),
    ("div.pre", Role.SIGNATURE),
    ("a.caret-right", Role.DROP),
    ("div.toggle-target", Role.BLOCK),
    ("div.toggle-sibling", Role.CODE_HEADING),
    ("span.code.bold", Role.CODE_SPAN),
)

FAMILY = Family(
    name="documentationjs",
    marks=("^<body class='documentation ",),
    content=("#split-right",),
    drop=("div.toggle-sibling a.icon", "section a.fr"),
    rows=ROWS,
    navigation=("#toc a[href]",),
    code=CodeRules("", "", False),
)
