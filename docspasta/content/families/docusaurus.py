"""Docusaurus, classic theme (3.10; class names are those of CSS modules, so prefixes)."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("div.theme-admonition", Role.ADMONITION),
    ("div.admonitionHeading_*", Role.TITLE),
    ("div.admonition-heading", Role.TITLE),
    ("div.codeBlockTitle_*", Role.CAPTION),
    ("div.theme-doc-toc-mobile", Role.DROP),
    ("div.theme-doc-toc-desktop", Role.DROP),
    ("nav.theme-doc-breadcrumbs", Role.DROP),
    ("span.theme-doc-version-badge", Role.DROP),
    ("footer.theme-doc-footer", Role.DROP),
    ("div.theme-doc-footer", Role.DROP),
    ("a.theme-edit-this-page", Role.DROP),
    ("nav.pagination-nav", Role.DROP),
    ("div.buttonGroup_*", Role.DROP),
)

FAMILY = Family(
    name="docusaurus",
    generators=("docusaurus",),
    marks=("docusaurus_skipToContent", "__docusaurus"),
    content=("div.theme-doc-markdown", "main article", "main"),
    rows=ROWS,
    navigation=("nav.menu a.menu__link[href]", "aside a.menu__link[href]"),
    code=CodeRules("", "", True),
)
