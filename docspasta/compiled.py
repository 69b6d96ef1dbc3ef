"""Whether the conversion runs compiled (setup.py) or interpreted. Imports nothing of it, so that asking is
cheap."""

from __future__ import annotations

from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

CONTENT = Path(__file__).parent / "content"


def compiled_modules(where: Path = CONTENT) -> list[Path]:
    """The compiled modules in a directory; Python takes each before the source beside it."""
    suffixes = tuple(suffix for suffix in EXTENSION_SUFFIXES if suffix != ".so")
    return sorted(path for path in where.glob("*.so") if path.name.endswith(suffixes))


def conversion() -> str:
    """`compiled` or `interpreted`."""
    return "compiled" if compiled_modules() else "interpreted"
