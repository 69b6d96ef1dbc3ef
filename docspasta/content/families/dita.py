"""DITA Open Toolkit, HTML5 and XHTML (pages of 3.6 and 4)."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("div.note", Role.CALLOUT),
    ("div.related-links", Role.DROP),
    ("nav.related-links", Role.DROP),
    ("div.familylinks", Role.DROP),
    ("table.simpletable", Role.NONE),
    ("span.menucascade", Role.NONE),
    ("div.shortdesc", Role.BLOCK),
    ("span.figcap", Role.CAPTION),
    ("span.tablecap", Role.CAPTION),
)

FAMILY = Family(
    name="dita",
    generators=("dita-ot",),
    content=("main > article", "main", "body"),
    rows=ROWS,
    navigation=("nav.toc a[href]", "nav[role=toc] a[href]"),
    code=CodeRules("", "", False),
)
