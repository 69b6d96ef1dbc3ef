"""pdoc (16) and pdoc3 (0.11). The source of each member, which a button or a summary unfolds, is left out:
it is the project's code."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("div.attr", Role.SIGNATURE),
    ("code.name", Role.SIGNATURE_SPAN),
    ("details.source", Role.DROP),
    ("div.git-link-div", Role.DROP),
    ("a.headerlink", Role.DROP),
    ("div.pdoc-alert", Role.ADMONITION),
)

FAMILY = Family(
    name="pdoc",
    generators=("pdoc ", "pdoc3 "),
    content=("main.pdoc", "article#content", "main"),
    drop=("label.view-source-button, input.view-source-toggle-state ~ div.pdoc-code",),
    rows=ROWS,
    navigation=("nav.pdoc a[href]", "#sidebar a[href]"),
    code=CodeRules("", "", False),
)
