"""pkg.go.dev, and pkgsite run elsewhere (static/doc and static/frontend of 2026)."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("textarea.Documentation-exampleCode", Role.CODE),
    ("textarea.code", Role.CODE),
    ("a.Documentation-source", Role.TRANSPARENT),
    ("a.Documentation-idLink", Role.DROP),
    ("a.UnitDoc-idLink", Role.DROP),
    ("a.UnitReadme-idLink", Role.DROP),
    ("a.UnitFiles-idLink", Role.DROP),
    ("a.UnitDirectories-idLink", Role.DROP),
    ("img.go-Icon", Role.DROP),
    ("p.Documentation-empty", Role.DROP),
    ("div.Documentation-exampleButtonsContainer", Role.DROP),
    ("span.Documentation-declarationLink", Role.DROP),
    ("div.UnitBuildContext-titleContext", Role.DROP),
    ("div.UnitDirectories-toggles", Role.DROP),
    ("div.UnitDirectories-mobileSynopsis", Role.DROP),
    ("div.UnitOutline", Role.DROP),
    ("div.go-Message", Role.NONE),
    ("span.Documentation-deprecatedTag", Role.INLINE),
    ("span.Documentation-sinceVersion", Role.INLINE),
)

FAMILY = Family(
    name="pkgsite",
    signs=("go-Header", "go-Main-header", "UnitHeader-titleHeading"),
    content=("h1.UnitHeader-titleHeading & article.go-Main-article", "main"),
    drop=(
        # A heading of which there is nothing on this page.
        "h3:has(+ section > p.Documentation-empty:only-child),"
        " pre.Documentation-exampleOutputContainer[hidden]",
    ),
    rows=ROWS,
    navigation=("table.UnitDirectories-table a[href]",),
    code=CodeRules("button", "", False),
)
