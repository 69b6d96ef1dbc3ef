"""Sphinx, all themes. From alabaster, furo, rtd, pydata, book, classic, shibuya, piccolo, awesome and others,
with autodoc, sphinx-design, sphinx-tabs, sphinx-inline-tabs and copybutton (Sphinx 9.0)."""

from ..code import CodeRules
from ..family import Family, Role, Row

_DOMAINS: tuple[Row, ...] = tuple(
    (f"dl.{name}", Role.MEMBERS)
    for name in (
        "py c cpp js rst php rb go std function class method attribute data exception classmethod"
        " staticmethod"
        " property module describe object macro type enum struct member var option envvar confval directive"
    ).split()
)
ROWS: tuple[Row, ...] = (
    ("dt.sig", Role.SIGNATURE),
    ("dl.field-list", Role.FIELDS),
    ("dl.glossary", Role.NONE),
    ("dl.footnote", Role.NONE),
    ("span.classifier", Role.INLINE),
    *_DOMAINS,
    ("dl.objdesc", Role.MEMBERS),
    ("div.versionadded", Role.BLOCK),
    ("div.versionchanged", Role.BLOCK),
    ("div.versionremoved", Role.BLOCK),
    ("div.deprecated", Role.BLOCK),
    ("span.viewcode-link", Role.DROP),
    ("a.viewcode-back", Role.DROP),
    ("span.math", Role.MATH),
    ("div.math", Role.MATH_BLOCK),
    ("span.eqno", Role.DROP),
    ("a.footnote-reference", Role.NOTE_REF),
    ("aside.footnote", Role.NOTE),
    ("table.footnote", Role.NOTE),
    ("table.citation", Role.LAYOUT),
    ("table.option-list", Role.PARAMETERS),
    ("td.label", Role.NOTE_LABEL),
    ("span.label", Role.NOTE_LABEL),
    ("aside.footnote-list", Role.BLOCK),
    ("aside.topic", Role.BLOCK),
    ("aside.sidebar", Role.BLOCK),
    ("aside.system-message", Role.DROP),
    ("div.contents", Role.DROP),
    ("nav.contents", Role.DROP),
    ("p.topic-title", Role.LABEL),
    ("p.sidebar-title", Role.LABEL),
    ("p.rubric", Role.LABEL),
    ("p.centered", Role.BLOCK),
    ("div.line", Role.LINE),
    ("div.code-block-caption", Role.CAPTION),
    ("span.caption-number", Role.INLINE),
    ("table.hlist", Role.LAYOUT),
    ("table.highlighttable", Role.LAYOUT),
    ("span.linenos", Role.DROP),
    ("button.copybtn", Role.DROP),
    ("label.sd-tab-label", Role.LABEL),
    ("label.tab-label", Role.LABEL),
    ("div.sd-card-title", Role.LABEL),
    ("div.sd-card-header", Role.LABEL),
    ("summary.sd-summary-title", Role.NONE),
    ("div.sphinx-bs", Role.NONE),
    ("div.prev-next-area", Role.DROP),
    ("div.rst-footer-buttons", Role.DROP),
    ("div.related", Role.DROP),
    ("div.sphinxsidebar", Role.DROP),
    ("div.toc-drawer", Role.DROP),
    ("div.sourcelink", Role.DROP),
    ("aside.md-source-file", Role.DROP),  # sphinx-immaterial has these from MkDocs' Material
    ("div.md-source-file", Role.DROP),
    ("nav.md-tags", Role.DROP),
    ("div.ablog-post-title", Role.NONE),
)

FAMILY = Family(
    name="sphinx",
    generators=("sphinx", "docutils"),
    marks=(
        "documentation_options.js",
        'id="documentation_options"',
        "_static/doctools.js",
        'class="reference internal"',
    ),
    content=(
        "article.bd-article|div.body|article[role=main]|div[role=main]|section[role=main]",
        "[role=main]",
        "article.md-content__inner",
        "main",
    ),
    rows=ROWS,
    navigation=('li[class*="toctree-l"] > a[href]',),
    code=CodeRules(".linenos,.lineno", "", False),
)
