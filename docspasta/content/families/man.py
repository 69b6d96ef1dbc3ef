"""Manual pages: mandoc, groff -Thtml, man2html."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("a.permalink", Role.TRANSPARENT),
    ("table.head", Role.DROP),
    ("table.foot", Role.DROP),
    ("div.head", Role.DROP),
    ("div.foot", Role.DROP),
    ("table.Nm", Role.SIGNATURE),
)

FAMILY = Family(
    name="man",
    generators=("groff -thtml", "mandoc"),
    marks=('class="manual-text"', "man2html"),
    content=("div.manual-text, main.manual-text", "body"),
    rows=ROWS,
    code=CodeRules("", "", False),
)
