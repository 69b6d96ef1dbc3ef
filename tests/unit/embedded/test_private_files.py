"""The data directory: what is in it is its owner's alone, even where the directory was there before."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from docspasta.embedded.directory import DataDirectory


@pytest.fixture
def loose_umask() -> Iterator[None]:
    """A process whose new files everybody may read."""
    before = os.umask(0o000)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_directory_that_others_may_read_shows_them_nothing(tmp_path: Path, loose_umask: None) -> None:
    """A directory with mode 0755 may hold more than ours: it keeps its mode, what we put in it does not."""
    path = tmp_path / "data"
    (path / "logs").mkdir(parents=True)  # as an earlier version left it
    path.chmod(0o755)
    directory = DataDirectory(path)
    directory.open("up")
    try:
        assert mode(path) == 0o755
        directory.write_state({"gateway": "http://127.0.0.1:1"})
        for inside in path.iterdir():
            assert mode(inside) == (0o700 if inside.is_dir() else 0o600), inside
        assert {"lock", "stack.json", "logs", "valkey", "run"} == {inside.name for inside in path.iterdir()}
    finally:
        directory.close()


def test_a_new_directory_is_private(tmp_path: Path, loose_umask: None) -> None:
    directory = DataDirectory(tmp_path / "new" / "data")
    directory.open("crawl")
    try:
        assert mode(directory.path) == 0o700
    finally:
        directory.close()
