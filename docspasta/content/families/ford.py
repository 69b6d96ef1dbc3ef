"""FORD, for Fortran (7). Its graphs are pictures, and each page ends with the source of what it is about."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("a.graph-help", Role.DROP),
    ("div.modal", Role.DROP),
    ("table.graph", Role.DROP),
)

FAMILY = Family(
    name="ford",
    marks=('github.com/Fortran-FOSS-Programmers/ford">FORD',),
    content=("div.row > h1 & #text", "#text"),
    drop=("section:has(> h2 > #src), div.card:has(div.depgraph), div.card:has(table.graph)",),
    rows=ROWS,
    elements=(
        ("div.hidden-xs + #text > h2:first-child", Role.CODE_HEADING),
        ("div.codesum h3", Role.CODE_HEADING),
        ("#text ul.list-group", Role.LAYOUT_LIST),
    ),
    navigation=("#sidebar-toc a[href]", "#sidebar a[href]", "#navbar a[href]"),
    code=CodeRules("", "", True),
)
