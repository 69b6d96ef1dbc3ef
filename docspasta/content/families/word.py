"""HTML that Word saves (2016, filtered or not)."""

from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("p.MsoTitle", Role.HEADING1),
    ("p.MsoToc*", Role.DROP),
    ("p.MsoHeader", Role.DROP),
    ("p.MsoFooter", Role.DROP),
)

FAMILY = Family(name="word", generators=("microsoft word",), content=("body",), rows=ROWS, fonts=True)
