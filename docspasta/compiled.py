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


def stale_modules(where: Path = CONTENT) -> list[Path]:
    """Compiled modules whose source was written more than a minute after them: what is edited has no say."""
    sources = (
        (path, path.with_name(path.name.partition(".")[0] + ".py")) for path in compiled_modules(where)
    )
    return [path for path, source in sources if source.stat().st_mtime > path.stat().st_mtime + 60]


def conversion() -> str:
    """`compiled` or `interpreted`."""
    return "compiled" if compiled_modules() else "interpreted"
