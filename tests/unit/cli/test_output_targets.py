"""`-o` onto what is no plain file: devices, pipes and links are written through, never replaced."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from docspasta.cli.exits import CommandError
from docspasta.cli.output import checked_output, longest_name, partial_name, written


def write(path, text=b"document"):
    with written(path) as file:
        file.write(text)


def test_a_pipe_is_written_through(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()), daemon=True)
    reader.start()
    assert checked_output(str(pipe)) == str(pipe)
    write(pipe)
    reader.join(10)
    assert read == [b"document"] and stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_device_is_written_through_and_its_directory_need_not_be_writable(monkeypatch):
    null = Path(os.devnull)
    assert checked_output(str(null)) == str(null)
    replaced = []
    monkeypatch.setattr(Path, "replace", lambda *names: replaced.append(names))
    write(null)
    assert not replaced and stat.S_ISCHR(null.stat().st_mode)


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "real.md").write_text("before")
    (tmp_path / "there").mkdir()
    link, dangling = tmp_path / "link.md", tmp_path / "dangling.md"
    link.symlink_to("real.md")
    dangling.symlink_to("there/new.md")
    write(link)
    write(dangling)
    assert link.is_symlink() and (tmp_path / "real.md").read_text() == "document"
    assert dangling.is_symlink() and (tmp_path / "there" / "new.md").read_text() == "document"


def test_permissions_stay(tmp_path):
    path = tmp_path / "docs.md"
    path.write_text("before")
    path.chmod(0o640)
    write(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_two_writers_of_one_file_do_not_meet(tmp_path):
    path = tmp_path / "docs.md"
    with written(path) as first, written(path) as second:
        first.write(b"first")
        second.write(b"second")
    assert path.read_bytes() == b"first" and [entry.name for entry in tmp_path.iterdir()] == ["docs.md"]


def test_a_name_that_is_too_long_is_refused_before_the_crawl(tmp_path):
    longest = longest_name(tmp_path)
    with pytest.raises(CommandError, match=f"at most {longest}"):
        checked_output(str(tmp_path / ("x" * (longest + 1))))
    name = "文" * (longest // 3)
    write(partial_name(tmp_path / name))
    assert next(entry.name for entry in tmp_path.iterdir()).endswith(".partial.md")
