"""ESDoc (1.0 and 1.1)."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("div.header-notice", Role.DROP),
    ("div.self-detail", Role.BLOCK),
    ("pre.prettyprint", Role.CODE),
)

FAMILY = Family(
    name="esdoc",
    marks=('data-ice="rootContainer"',),
    content=("div.content",),
    drop=("h3 > span.right-info",),
    rows=ROWS,
    elements=(
        ('h3[data-ice="anchor"]', Role.CODE_HEADING3),
        ('td > div > p:has(> span[data-ice="signature"])', Role.SIGNATURE),
        ('tr > td > span[data-ice="access"]', Role.DROP),
    ),
    navigation=("nav.navigation a[href]",),
    code=CodeRules("", "", False),
)
