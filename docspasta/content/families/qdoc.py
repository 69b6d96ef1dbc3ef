"""QDoc (Qt 5.15), with the template of its offline pages."""

from ..code import CodeRules
from ..family import Family, Role

FAMILY = Family(
    name="qdoc",
    signs=("qtdocheader",),
    content=("div.mainContent", "div.content"),
    drop=("div.sidebar",),
    rows=(
        ("h3.fn", Role.CODE_HEADING3),
        ("h3.flags", Role.CODE_HEADING3),
        ("div.footer", Role.DROP),
    ),
    navigation=("div.navigationbar a[href]",),
    code=CodeRules("", "", False),
)
