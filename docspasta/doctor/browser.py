"""The browser that draws pages on one machine: which one is installed, or how to get one. A cluster's
renderer is asked for its health (services.py)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from docspasta.chromium import HOW, find

from .findings import Finding, good, note

CLUSTER = (
    "RENDERER_ADDRESS",
    "CRAWLER_ADDRESS",
)  # names of settings that one machine's processes are not given


def judge_browser(given: Mapping[str, str], find: Callable[[str], str] = find) -> list[Finding]:
    """Findings about this machine's browser; none where the processes run elsewhere. `given` are settings
    without their prefix."""
    if any(given.get(name) for name in CLUSTER):
        return []
    asked = given.get("RENDERER_CHROMIUM", "")
    if asked == "none":
        return [good("browser", "pages that need JavaScript are not drawn: DOCSPASTA_RENDERER_CHROMIUM=none")]
    if path := find(asked):
        return [good("browser", f"{path} draws pages that need JavaScript")]
    if asked:
        remedy = "name a browser's program; or leave DOCSPASTA_RENDERER_CHROMIUM empty, and install one"
        return [note("browser", f"there is no {asked!r}: pages that need JavaScript are not drawn", remedy)]
    return [note("browser", "none is installed: pages that need JavaScript are not drawn", HOW)]
