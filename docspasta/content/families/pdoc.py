"""pdoc (16). The source of each member, which a button unfolds, is left out: it is the project's code."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("div.attr", Role.SIGNATURE),
    ("a.headerlink", Role.DROP),
    ("div.pdoc-alert", Role.ADMONITION),
)

FAMILY = Family(
    name="pdoc",
    generators=("pdoc ",),
    content=("main.pdoc", "main"),
    drop=("label.view-source-button, input.view-source-toggle-state ~ div.pdoc-code",),
    rows=ROWS,
    navigation=("nav.pdoc a[href]",),
    code=CodeRules("", "", False),
)
