"""Crystal's docs (1.6, a page of 1.10, the compiler's templates). Links to the source are left out."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("div.signature", Role.SIGNATURE),
    ("a.signature", Role.CODE_SPAN),
    ("a.method-permalink", Role.DROP),
    ("a.anchor", Role.DROP),
    ("div.sidebar", Role.DROP),
    ("ul.superclass-hierarchy", Role.NONE),
    ("ul.list-summary", Role.NONE),
    ("dt.entry-const", Role.NONE),
)

FAMILY = Family(
    name="crystal",
    generators=("crystal docs",),
    content=("div.main-content",),
    drop=("div.entry-detail > br + div, div.signature > a.method-permalink",),
    rows=ROWS,
    navigation=("div.types-list a[href]",),
    code=CodeRules("", "", False),
)
