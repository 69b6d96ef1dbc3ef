"""Doctum, and Sami, which it comes from (Doctum 5)."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("div.namespace-breadcrumbs", Role.DROP),
    ("p.no-description", Role.DROP),
    ("pre.examples", Role.CODE),
    ("table.table-condensed", Role.PARAMETERS),
)

FAMILY = Family(
    name="doctum",
    signs=("doctum.css", "doctum.js", "sami.css", "sami.js"),
    content=("#page-content",),
    drop=("div.location",),
    rows=ROWS,
    elements=(
        ("div.method-item h3", Role.CODE_HEADING3),
        ("#page-content > h2 + div.container-fluid > div.row > div.type", Role.CODE_SPAN),
        ("#page-content > h2 + div.container-fluid > div.row", Role.ROW),
    ),
    navigation=("#api-tree a[href]", "#site-nav a[href]"),
    code=CodeRules("", "", True),
)
