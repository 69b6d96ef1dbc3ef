"""Redoc, built into one page (redoc-cli 0.13). Each build makes new class names, except for a few."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("div.redoc-json", Role.JSON_TREE),
    ("span.http-verb", Role.INLINE),
    ("span.property-name", Role.CODE_SPAN),
    ("div.menu-content", Role.DROP),
)

FAMILY = Family(
    name="redoc",
    signs=("redoc-wrap", "redoc.standalone.js"),
    content=("div.api-content",),
    drop=("p:has(> a[download]), div:has(> button + button)",),
    rows=ROWS,
    elements=(
        ("button:has(> span.http-verb)", Role.LABEL),
        ("button:has(> strong)", Role.ROW),
        ('td[kind="field"] > div', Role.INLINE),
        ('table:has(td[kind="field"])', Role.PARAMETERS),
    ),
    navigation=("div.menu-content a[href]",),
    code=CodeRules("button", "", False),
)
