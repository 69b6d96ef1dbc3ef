"""How good the Markdown is: the public set and the soup, scored by ../shared/quality, printed as a table.

    python -m bench.quality [--json FILE]

The soup is the same pages with class names and landmarks destroyed: a site of no known family.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from docspasta.content import read_page

ROOT = Path(__file__).resolve().parents[1]
SETS = ("public", "soup")


def shared() -> Path | None:
    """The shared benchmark's directory, or None when it is absent."""
    path = Path(os.environ.get("DOCSPASTA_SHARED", ROOT.parent / "shared")) / "quality"
    return path if (path / "score.py").is_file() and (path / "public" / "set.tar.xz").is_file() else None


def _run(*arguments: object) -> None:
    subprocess.run([sys.executable, *map(str, arguments)], check=True, capture_output=True)


def unpack(where: Path) -> dict[str, Path]:
    """Both sets, unpacked under `where`."""
    tools = shared()
    if tools is None:
        raise FileNotFoundError("../shared/quality is absent, or quality in DOCSPASTA_SHARED")
    shutil.unpack_archive(tools / "public" / "set.tar.xz", where / "public")
    _run(tools / "variants.py", "soup", where / "public", where / "soup")
    return {name: where / name for name in SETS}


def pages(where: Path) -> list[dict[str, Any]]:
    """The pages of an unpacked set: combo, page, url."""
    manifest: dict[str, Any] = json.loads((where / "manifest.json").read_text())
    return list(manifest["pages"])


def body_of(where: Path, page: dict[str, Any]) -> bytes:
    """The HTML of one page."""
    path: Path = where / "html" / page["combo"] / f"{page['page']}.html"
    return path.read_bytes()


def convert(where: Path, out: Path) -> None:
    """Write the Markdown of every page of a set."""
    for page in pages(where):
        target = out / page["combo"] / f"{page['page']}.md"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(read_page(body_of(where, page), page["url"]).markdown, encoding="utf-8")


def measure(where: Path) -> dict[str, dict[str, Any]]:
    """The scores of both sets: {set: {"combos": ..., "total": ..., "pages": ...}}."""
    results = {}
    for name, path in unpack(where).items():
        convert(path, where / f"{name}-out")
        report = where / f"{name}.json"
        _run(shared() / "score.py", path, where / f"{name}-out", "--json", report)  # type: ignore[operator]
        results[name] = json.loads(report.read_text())
    return results


COLUMNS = "text P R chrome code lang head link table admon list overall".split()


def table(result: dict[str, Any]) -> str:
    """One set's scores, a line a combination of theme and generator."""
    lines = [f"{'':20}" + "".join(f"{column:>8}" for column in COLUMNS)]
    for name, row in [*sorted(result["combos"].items()), ("mean", result["total"])]:
        cells = ["       -" if row.get(column) is None else f"{row[column]:8.3f}" for column in COLUMNS]
        lines.append(f"{name:20}" + "".join(cells))
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="write the scores here too")
    arguments = parser.parse_args()
    if shared() is None:
        print("../shared/quality is absent: the quality of the Markdown cannot be measured here.")
        return 0
    with tempfile.TemporaryDirectory() as where:
        results = measure(Path(where))
    for name in SETS:
        print(f"{name}: {results[name]['total']['overall']:.4f}\n{table(results[name])}\n")
    if arguments.json:
        arguments.json.write_text(
            json.dumps({name: results[name]["total"] for name in SETS}, indent=1) + "\n"
        )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
