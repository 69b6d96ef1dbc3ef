"""`make install`: a `docspasta` command of this checkout, and a link that replaces nobody else's."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from docspasta import __version__
from tests.packaging import ROOT


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    """An environment in which all is installed already."""
    made = tmp_path / "env" / ".venv"
    (made / "bin").mkdir(parents=True)
    python = made / "bin" / "python"
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    (made / ".runtime").touch()
    return made


def install(environment: Path, bindir: Path | str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        ["make", "-s", "-C", str(ROOT), "install", f"VENV={environment}", f"BINDIR={bindir}"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done


def test_the_command_runs_from_anywhere(environment: Path, tmp_path: Path) -> None:
    bindir = tmp_path / "bin"
    said = install(environment, bindir).stderr
    assert f"Linked the command docspasta into {bindir}" in said and "PATH" in said
    (tmp_path / "services").mkdir()  # a folder of that name in the working directory is not imported
    done = subprocess.run(
        [str(bindir / "docspasta"), "version"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.stdout.startswith(f"docspasta {__version__}"), done.stderr
    assert install(environment, bindir).stderr == ""


def test_a_command_that_is_not_ours_stays(environment: Path, tmp_path: Path) -> None:
    other = tmp_path / "docspasta"
    other.write_text("#!/bin/sh\n")
    assert "stays" in install(environment, tmp_path).stderr
    assert other.read_text() == "#!/bin/sh\n"


def test_the_link_of_another_checkout_is_replaced(environment: Path, tmp_path: Path) -> None:
    another = tmp_path / "another" / ".venv" / "bin" / "docspasta"
    another.parent.mkdir(parents=True)
    another.touch()
    (tmp_path / "docspasta").symlink_to(another)
    install(environment, tmp_path)
    assert (tmp_path / "docspasta").readlink() == environment / "bin" / "docspasta"
    assert another.exists()


def test_a_directory_that_cannot_be_written_is_said(environment: Path) -> None:
    assert "cannot be written; the command is" in install(environment, "/proc/nowhere").stderr
    assert install(environment, "").stderr == ""
    assert os.access(environment / "bin" / "docspasta", os.X_OK)
