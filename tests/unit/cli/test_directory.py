"""Where a command keeps its data, for users whom the system hardly knows."""

from __future__ import annotations

import os
import pwd

import pytest

from docspasta.embedded.directory import DataDirectory, DirectoryUnusable, default_directory
from docspasta.embedded.postgres import refused_user


@pytest.fixture
def nameless(monkeypatch):
    def getpwuid(user):
        raise KeyError(f"getpwuid(): uid not found: {user}")

    monkeypatch.setattr(pwd, "getpwuid", getpwuid)
    for name in ("HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)


def test_a_user_without_a_home_is_told_what_to_name(nameless):
    with pytest.raises(DirectoryUnusable, match="--data-dir") as told:
        default_directory()
    assert str(os.getuid()) in str(told.value)


def test_postgres_gets_a_name_for_users_that_have_none(nameless):
    assert refused_user()


def test_sockets_lie_where_a_grpc_address_reads_as_written(tmp_path):
    directory = DataDirectory(tmp_path / "100%25 safe")
    directory.open("test")
    try:
        assert "%" not in str(directory.sockets) and directory.sockets.is_dir()
    finally:
        directory.close()
