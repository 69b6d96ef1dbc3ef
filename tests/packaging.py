"""The wheel of this checkout, built as a release builds it, and what ought to be in it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
BUILT_FROM = ("pyproject.toml", "setup.py", "README.md", "LICENSE", "docspasta", "services", "gateway")
BUILD = "import sys; from setuptools import build_meta; print(build_meta.build_wheel(sys.argv[1]))"


def sources() -> list[str]:
    """The paths of the files that a wheel is built from: tracked, or new and not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "--", *BUILT_FROM],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    return sorted(name for name in listed if (ROOT / name).is_file())


def build_wheel(directory: Path, *, compiled: bool = False) -> Path:
    """Build a wheel from a copy of the sources in `directory`, which it leaves there too. To compile it takes
    minutes."""
    copy = directory / "sources"
    for name in sources():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, copy / name)
    built = subprocess.run(
        [sys.executable, "-c", BUILD, str(directory)],
        cwd=copy,
        env={**os.environ, "DOCSPASTA_COMPILE": "1" if compiled else "0"},
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert built.returncode == 0, built.stderr
    (wheel,) = directory.glob("*.whl")
    return wheel
