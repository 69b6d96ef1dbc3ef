"""LDoc (a page and a manual of 1.5, the template of 1.5)."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("dl.function", Role.MEMBERS),
    ("table.function_list", Role.NONE),
    ("span.parameter", Role.CODE_SPAN),
    ("div.section-header", Role.NONE),
)

FAMILY = Family(
    name="ldoc",
    signs=("ldoc.css", "ldoc_fixed.css", "ldoc_one.css", "ldoc_pale.css", "ldoc_new.css", "product_logo"),
    content=("#content",),
    drop=('dl.function > dt > a[style*="float"]',),  # "line 12": where the source is
    rows=ROWS,
    navigation=("#navigation a[href]",),
    code=CodeRules("", "", False),
)
