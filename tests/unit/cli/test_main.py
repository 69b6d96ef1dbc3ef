"""What the command line does before it reads its arguments."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from docspasta.cli.__main__ import main


def test_a_removed_current_directory_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    os.rmdir(gone)
    with pytest.raises(SystemExit) as ended:
        main()
    monkeypatch.chdir(tmp_path)
    assert ended.value.code == 2
    assert "the current directory was removed" in capsys.readouterr().err
