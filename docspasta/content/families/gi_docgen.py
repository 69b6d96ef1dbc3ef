"""gi-docgen, for libraries with GObject introspection (2023.1)."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("span.sep", Role.INLINE),
    ("a.srclink", Role.DROP),
    ("a.anchor", Role.DROP),
)

FAMILY = Family(
    name="gi-docgen",
    marks=("GNOME/gi-docgen",),
    content=("#main",),
    drop=("#main > header > h3",),
    rows=ROWS,
    navigation=("nav.sidebar a[href]",),
    code=CodeRules("", "", False),
)
