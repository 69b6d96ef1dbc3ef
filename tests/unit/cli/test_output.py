"""Where documents go: names, partial files, files that are whole or not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from docspasta.cli.exits import CommandError
from docspasta.cli.output import checked_output, partial_name, safe_name, written


def test_a_file_is_whole_or_not_there(tmp_path):
    path = tmp_path / "docs.md"
    path.write_text("before")
    with pytest.raises(ZeroDivisionError), written(path) as file:
        file.write(b"half")
        raise ZeroDivisionError
    assert path.read_text() == "before" and [entry.name for entry in tmp_path.iterdir()] == ["docs.md"]
    with written(path) as file:
        file.write(b"after")
    assert path.read_text() == "after" and [entry.name for entry in tmp_path.iterdir()] == ["docs.md"]


def test_a_file_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "d").mkdir()
    with pytest.raises(CommandError, match=r"d could not be written"), written(tmp_path / "d") as file:
        file.write(b"x")


@pytest.mark.parametrize(
    ("name", "partial"),
    [("docs.md", "docs.partial.md"), ("a.b.txt", "a.b.partial.txt"), ("docs", "docs.partial.md")],
)
def test_partial_names(name, partial):
    assert partial_name(Path("x") / name) == Path("x") / partial


@pytest.mark.parametrize(
    ("offered", "kept"),
    [
        ("docs.md", "docs.md"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\x.md", "x.md"),
        (".bashrc", "bashrc"),
        ("/", "document.md"),
    ],
)
def test_a_server_cannot_choose_the_directory(offered, kept):
    assert safe_name(offered) == kept


def test_what_o_takes(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there").mkdir()
    (tmp_path / "file").write_text("")
    assert checked_output("") == "" and checked_output("-") == "-"
    assert checked_output("new/") == "new/" and checked_output("there") == "there/"
    assert checked_output("docs.md") == "docs.md"
    for wrong in ("missing/docs.md", "file/", "file/docs/"):
        with pytest.raises(CommandError) as error:
            checked_output(wrong)
        assert error.value.status == 2 and wrong in error.value.message
