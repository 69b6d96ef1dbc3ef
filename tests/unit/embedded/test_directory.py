"""The data directory's home, its lock and what it publishes."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from docspasta.embedded.directory import DataDirectory, DirectoryUnusable, default_directory


def test_the_xdg_state_home_is_used_when_absolute(monkeypatch):
    monkeypatch.setenv("HOME", "/home/somebody")
    monkeypatch.setenv("XDG_STATE_HOME", "/state")
    assert default_directory() == Path("/state/docspasta")
    monkeypatch.setenv("XDG_STATE_HOME", "relative")
    assert default_directory() == Path("/home/somebody/.local/state/docspasta")


def test_a_dead_stacks_state_is_not_a_stack(tmp_path):
    directory = DataDirectory(tmp_path)
    directory.state.write_text(json.dumps({"process": 2**22 + 1, "ready": True, "sockets": "/"}))
    assert directory.read_state() == {}


def test_what_a_killed_run_left_is_cleared_but_nothing_else(tmp_path):
    precious = tmp_path / "precious"
    precious.mkdir()
    directory = DataDirectory(tmp_path / "data")
    directory.path.mkdir()
    directory.state.write_text(json.dumps({"process": 1, "sockets": str(precious)}))
    (directory.path / "run").mkdir()
    directory.open()
    assert precious.is_dir()
    assert directory.read_state() == {
        "process": os.getpid(),
        "sockets": str(directory.sockets),
        "ready": False,
        "kind": "",
    }
    directory.close()
    assert not directory.state.exists()


def test_an_unusable_directory_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(DirectoryUnusable, match="--data-dir"):
        DataDirectory(tmp_path / "file" / "data").open()
