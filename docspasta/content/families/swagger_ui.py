"""Swagger UI (5), as a browser draws it where its file is not to be had. What is folded is not in the page:
an operation then has its method, path and summary."""

from ..code import CodeRules
from ..family import Family, Role, Row

ROWS: tuple[Row, ...] = (
    ("span.opblock-summary-method", Role.INLINE),
    ("span.opblock-summary-path", Role.CODE_SPAN),
    ("div.opblock-summary-description", Role.INLINE),
    ("pre.version", Role.INLINE),
    ("div.scheme-container", Role.DROP),
    ("div.topbar", Role.DROP),
)

FAMILY = Family(
    name="swagger-ui",
    signs=("swagger-ui-bundle.js", "swagger-ui.css"),
    content=("div.swagger-ui div:has(> .information-container)", "div.swagger-ui"),
    drop=(
        "a.swagger-ui__skip-link, .copy-to-clipboard, .opblock-control-arrow, .expand-operation, .try-out,"
        " .authorization__btn, .version-stamp, hgroup > a.link, .model-toggle, .models-jump-to-path",
    ),
    rows=ROWS,
    elements=(
        ("button.opblock-summary-control", Role.ROW),
        ("button.models-control", Role.LABEL),
        ("button.model-box-control", Role.LABEL),
    ),
    code=CodeRules("button", "", False),
)
