"""Named SQL: a `.sql` file holds statements, each under `-- name --` and a line that says its purpose.

    -- lock_job --
    -- Take the job's row for writing.
    SELECT ...

`load("record.sql").lock_job` is the text of that statement. Nothing here talks to a database.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

_NAME = re.compile(r"^-- ([a-z][a-z0-9_]*) --$", re.MULTILINE)


class Statements:
    """The statements of one file, by attribute or by name. An unknown name is an AttributeError."""

    def __init__(self, file: str, texts: dict[str, str]) -> None:
        self.file = file
        self.texts = texts

    def __getattr__(self, name: str) -> str:
        try:
            return self.texts[name]
        except KeyError:
            raise AttributeError(f"{self.file} has no statement {name!r}") from None

    def __getitem__(self, name: str) -> str:
        return self.texts[name]


def parse(file: str, text: str) -> Statements:
    """The statements of `text`. Raises ValueError for a name twice or a statement without a purpose."""
    parts = _NAME.split(text)
    texts: dict[str, str] = {}
    for name, body in zip(parts[1::2], parts[2::2], strict=True):
        if name in texts:
            raise ValueError(f"{file}: statement {name!r} stands there twice")
        if not body.lstrip("\n").startswith("-- "):
            raise ValueError(f"{file}: statement {name!r} has no line that says its purpose")
        texts[name] = body.strip()
    return Statements(file, texts)


@cache
def load(file: str) -> Statements:
    """The statements of a file of this package, read once."""
    return parse(file, files("docspasta.store").joinpath(file).read_text(encoding="utf-8"))
