"""gi-docgen, for libraries with GObject introspection (2021.1 and 2023.1)."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("a.srclink", Role.DROP),
    ("a.anchor", Role.DROP),
)

FAMILY = Family(
    name="gi-docgen",
    marks=("GNOME/gi-docgen",),
    signs=("devhelp-hidden", "urlmap.js"),
    content=("#main",),
    drop=("#main > header > h3",),
    rows=ROWS,
    elements=(("#main > header > h1 > a", Role.TRANSPARENT),),
    navigation=("nav.sidebar a[href]",),
    code=CodeRules("", "", False),
)
