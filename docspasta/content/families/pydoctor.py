"""pydoctor (25)."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("div.functionHeader", Role.SIGNATURE),
    ("a.functionHeaderLink", Role.DROP),
    ("a.headerLink", Role.DROP),
    ("div.sourceLink", Role.DROP),
)

FAMILY = Family(
    name="pydoctor",
    generators=("pydoctor",),
    content=("#content", "main"),
    rows=ROWS,
    navigation=("div.sidebar a[href]",),
    code=CodeRules("", "", False),
)
