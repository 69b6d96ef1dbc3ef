"""SECURITY.md: each defence names where it is shown, and that exists."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "SECURITY.md").read_text()


def defences() -> list[list[str]]:
    """The rows of the table: attack, what stops it, what shows that."""
    table = TEXT.partition("## Defences\n")[2].partition("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in table.splitlines() if line.startswith("| ")]
    return rows[1:]


def proofs(cell: str) -> list[str]:
    """The paths and modules that a cell names. A file without its directory lies beside the one before it."""
    found: list[str] = []
    for name in re.findall(r"`([^`]+)`", cell):
        beside = found and "/" not in name and name.endswith(".py")
        found.append(f"{Path(found[-1]).parent}/{name}" if beside else name)
    return found


def shows_something(proof: str) -> bool:
    """Whether it is a file of tests, a directory that holds some, or a module of made-up input."""
    if proof.startswith("python -m "):
        return find_spec(proof.removeprefix("python -m ")) is not None
    path = ROOT / proof
    files = [path] if path.is_file() else sorted(path.rglob("test_*.py"))
    return proof.startswith("tests/") and any("def test_" in file.read_text() for file in files)


def test_each_defence_is_shown_by_tests_that_exist() -> None:
    assert len(defences()) > 25
    for attack, _, cell in defences():
        assert proofs(cell), f"nothing shows: {attack}"
        for proof in proofs(cell):
            assert shows_something(proof), f"{proof} shows nothing: {attack}"


def test_what_the_page_names_elsewhere_exists() -> None:
    for name in re.findall(r"`([\w/.-]+/[\w/.-]+)`", TEXT):
        if name.startswith(("tests/", "docspasta/", "services/", "gateway/", "docs/")):
            assert (ROOT / name).exists(), name
    commands = re.findall(r"python -m (tests\.[\w.]+\w)", TEXT)
    assert commands and all(find_spec(command) for command in commands), commands
    targets = set(re.findall(r"`make ([\w-]+)`", TEXT))
    assert targets <= set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)), targets


def test_what_is_made_up_has_each_kind_that_is_named() -> None:
    """globs, robots.txt, sitemaps, selectors, pages, Markdown with components, assembly, stored facts."""
    assert "python -m tests.fuzz.<target>" in TEXT
    named = ("globs", "robots", "sitemaps", "selectors", "content", "mdx", "assembly", "facts")
    assert all(find_spec(f"tests.fuzz.{name}") for name in named)
