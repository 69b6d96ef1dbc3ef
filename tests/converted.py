"""What the pages of the golden files and of the public set come to: python -m tests.converted FILE.

Writes JSON: how the conversion ran, and a hash of each whole page, by its name.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench import quality
from docspasta.compiled import conversion
from docspasta.content import read_page

GOLDEN = Path(__file__).parent / "golden"


def bodies(unpacked: Path) -> Iterator[tuple[str, bytes, str]]:
    """(name, body, URL) of each page; those of the public set where it is there."""
    for path in sorted(GOLDEN.glob("*/*.html")):
        name = f"{path.parent.name}/{path.stem}"
        yield name, path.read_bytes(), f"https://kitchen.example.org/docs/{name}.html"
    if quality.shared() is not None:
        for kind, data in quality.unpack(unpacked).items():
            for page in quality.pages(data):
                yield f"{kind}/{page['combo']}/{page['page']}", quality.body_of(data, page), page["url"]


def hashes() -> dict[str, str]:
    """A hash of everything that is known of each page."""
    with tempfile.TemporaryDirectory() as unpacked:
        return {
            name: hashlib.blake2b(repr(read_page(body, url)).encode("utf-8", "replace")).hexdigest()
            for name, body, url in bodies(Path(unpacked))
        }


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps({"conversion": conversion(), "pages": hashes()}))
