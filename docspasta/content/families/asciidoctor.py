"""Asciidoctor's own pages and Antora's, which hold the same blocks (Asciidoctor 2.0)."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("div.admonitionblock.latest", Role.DROP),  # "there is a newer version" of Spring's UI
    ("div.toc", Role.DROP),
    ("div.toc2", Role.DROP),
    ("aside.toc", Role.DROP),
    ("div.details", Role.DROP),
    ("div.title", Role.CAPTION),
    ("caption.title", Role.NONE),
    ("div.admonitionblock", Role.ADMONITION),
    ("td.icon", Role.DROP),
    ("div.colist", Role.PARAMETERS_BOX),
    ("div.hdlist", Role.PARAMETERS_BOX),
    ("div.stemblock", Role.MATH_BLOCK),
    ("sup.footnote", Role.NOTE_REF),
    ("div.footnote", Role.NOTE),
    ("i.fa-check-square-o", Role.CHECKED),
    ("i.fa-square-o", Role.UNCHECKED),
    ("ul.checklist", Role.CHECKLIST),
    ("i.conum", Role.DROP),
    ("a.anchor", Role.DROP),
    ("div.toolbar", Role.DROP),
    ("div.source-toolbox", Role.DROP),
    ("div.tablist", Role.TABLIST),
    ("div.tabpanel", Role.PANEL),
    ("nav.pagination", Role.DROP),
    ("div.breadcrumbs-container", Role.DROP),
    ("nav.breadcrumbs", Role.DROP),
    ("p.page-author", Role.NONE),
    ("div.edit-this-page", Role.DROP),
)

FAMILY = Family(
    name="asciidoctor",
    generators=("asciidoctor", "antora"),
    marks=('<div class="sectionbody">',),
    content=("article.doc", "#header, #content, #footnotes"),
    rows=ROWS,
    navigation=(".nav-menu a.nav-link[href]",),
    code=CodeRules(".linenos,.lineno,table", "", True),
)
