"""Which browser is installed on this machine: for the renderer, and for who says that there is none."""

from __future__ import annotations

import shutil
from pathlib import Path

PROGRAMS = (
    "chromium-headless-shell",
    "/usr/lib/chromium/chromium",
    "/usr/lib64/chromium-browser/chromium-browser",
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
HOW = "install Debian's chromium-headless-shell, or any Chromium or Chrome"


def find(asked: str = "") -> str:
    """The browser's program: the one that was asked for, or one that is installed; '' for none."""
    for name in (asked,) if asked else PROGRAMS:
        if found := shutil.which(name):
            return str(Path(found).resolve()) if not _is_script(found) else found
    return ""


def _is_script(path: str) -> bool:
    with open(path, "rb") as file:
        return file.read(2) == b"#!"
