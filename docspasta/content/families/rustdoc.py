"""rustdoc (1.95). The lists of auto traits and blanket implementations, which are the same words on
every type,
are left out."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("details.toggle", Role.BLOCK),
    ("summary.hideme", Role.DROP),
    ("h2.code-header", Role.CODE_HEADING),
    ("h3.code-header", Role.CODE_HEADING),
    ("h4.code-header", Role.CODE_HEADING),
    ("h5.code-header", Role.CODE_HEADING),
    ("a.anchor", Role.DROP),
    ("a.doc-anchor", Role.DROP),
    ("a.src", Role.DROP),
    ("span.rightside", Role.DROP),
    ("a.tooltip", Role.DROP),
    ("a.test-arrow", Role.DROP),
    ("span.sub-heading", Role.DROP),
    ("div.rustdoc-breadcrumbs", Role.DROP),
    ("rustdoc-toolbar", Role.DROP),
    ("span.structfield", Role.BLOCK),
    ("span.variant", Role.BLOCK),
    ("div.warning", Role.ADMONITION),
    ("div.stab", Role.BLOCK),
    ("span.stab", Role.INLINE),
    ("div.example-links", Role.DROP),
)

FAMILY = Family(
    name="rustdoc",
    generators=("rustdoc",),
    content=("#main-content", "main"),
    drop=(
        "#synthetic-implementations, #synthetic-implementations-list,"
        "#blanket-implementations, #blanket-implementations-list",
    ),
    rows=ROWS,
    navigation=("nav.sidebar a[href]",),
    code=CodeRules("[data-nosnippet],.code-attribute", "", False),
)
