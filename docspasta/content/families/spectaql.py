"""SpectaQL (3), for GraphQL: one page, whose every entry leads back to its group."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("div.operation-group-name", Role.DROP),
    ("div.definition-group-name", Role.DROP),
)

FAMILY = Family(
    name="spectaql",
    signs=("spectaql.min.css",),
    content=("#docs",),
    drop=("a.powered-by",),
    rows=ROWS,
    navigation=("#nav a[href]",),
    code=CodeRules("", "", False),
)
