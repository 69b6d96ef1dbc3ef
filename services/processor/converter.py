"""Which converter this is: two processes with the same version make the same page of the same bytes."""

from __future__ import annotations

import sys
from functools import cache
from hashlib import blake2b
from importlib.metadata import version as version_of
from importlib.resources import files
from importlib.resources.abc import Traversable

PACKAGES = ("docspasta", __package__)  # whose code decides what a page becomes, or calls what does
LIBRARIES = ("selectolax", "ada-url")


@cache
def converter_version() -> bytes:
    """A digest of all code that a conversion may run.

    A release that changes no page's Markdown changes it, too: pages are converted once more, which is safe.
    """
    digest = blake2b(digest_size=16)
    for package in PACKAGES:
        for name, text in sorted(_sources(files(package), "")):
            digest.update(f"{name}\n{len(text)}\n".encode() + text)
    libraries = [f"{name} {version_of(name)}" for name in LIBRARIES]
    digest.update("\n".join([*libraries, sys.version]).encode())
    return digest.digest()


def _sources(directory: Traversable, prefix: str) -> list[tuple[str, bytes]]:
    """Every Python file below, by its path."""
    found = []
    for entry in directory.iterdir():
        name = f"{prefix}/{entry.name}"
        if entry.is_dir():
            found += _sources(entry, name)
        elif entry.name.endswith(".py"):
            found.append((name, entry.read_bytes()))
    return found
