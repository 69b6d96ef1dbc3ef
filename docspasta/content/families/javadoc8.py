"""javadoc's standard doclet of Java 7 to 12, whose pages are nested lists of class blockList (1.8)."""

from ..code import CodeRules
from ..family import Family, Role, Row

_CONTAINERS = "|".join(
    f"div.{name}Container" for name in ("content", "classUse", "constantValues", "serializedForm", "index")
)
ROWS: tuple[Row, ...] = (
    ("ul.blockList", Role.LAYOUT_LIST),
    ("ul.blockListLast", Role.LAYOUT_LIST),
    ("ul.inheritance", Role.LAYOUT_LIST),
    ("div.subTitle", Role.DROP),
    ("h2.title", Role.HEADING1),
    ("span.tableTab", Role.DROP),
    ("span.activeTableTab", Role.DROP),
    ("span.tabEnd", Role.DROP),
    ("span.deprecatedLabel", Role.LABEL),
    ("span.deprecationLabel", Role.LABEL),
    ("div.deprecationBlock", Role.QUOTE),
    ("div.fixedNav", Role.DROP),
    ("div.navPadding", Role.DROP),
)

FAMILY = Family(
    name="javadoc8",
    marks=('<ul class="blockList', '<li class="blockList'),
    content=("main", f"div.header & {_CONTAINERS}", "body"),
    drop=("table > caption", "div.topNav, div.subNav, div.bottomNav"),
    rows=ROWS,
    elements=(
        ("div.summary h3, div.details h3", Role.HEADING2),
        ("div.details h4", Role.HEADING3),
        ("li.blockList > dl", Role.FIELDS),
    ),
    navigation=(
        "div.indexContainer a[href]",
        "table.overviewSummary td.colFirst a[href]",
        "table.typeSummary td.colFirst a[href]",
    ),
    code=CodeRules("", "", False),
)
