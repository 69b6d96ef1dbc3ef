"""RDoc with its own theme, Darkfish (6.4). The source of each method, which a click unfolds, is left out: it
is the project's code."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("div.method-heading", Role.SIGNATURE),
    ("div.method-source-code", Role.DROP),
)

FAMILY = Family(
    name="rdoc",
    generators=("rdoc",),
    marks=("RDoc Documentation</title>", "rdoc_rel_prefix"),
    content=("main[role=main]|div#documentation", "main"),
    drop=('span.method-click-advice, a[href="#top"]',),
    rows=ROWS,
    navigation=("nav[role=navigation] a[href]",),
    code=CodeRules("", "", False),
)
