"""`docspasta.toml`: found near the working directory, and filled in below what was typed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from docspasta.cli import app as face
from docspasta.cli.config import BadConfig, find_config, read_config

FILE = """
[crawl]
delay = 0.5
exclude = ["/old/**"]

[sites.uv]
url = "docs.astral.sh/uv/"
output = "uv.md"
max-pages = 50
include = ["/uv/guides/**"]
"""


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs `crawl` with arguments; what it would have been asked to do, or its output."""
    from docspasta.cli import run, start

    (tmp_path / "docspasta.toml").write_text(FILE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DOCSPASTA_CONFIG", raising=False)
    seen: dict[str, Any] = {}
    monkeypatch.setattr(start, "start", lambda target, url, **wanted: seen.update(url=url, **wanted))
    monkeypatch.setattr(run, "run", lambda work: None)

    def ask(*arguments: str) -> Any:
        seen.clear()
        done = CliRunner().invoke(face.app, ["crawl", *arguments])
        return dict(seen) if done.exit_code == 0 else done.output

    return ask


def test_a_site_is_crawled_by_its_name(asked: Any) -> None:
    told = asked("uv")
    assert (told["url"], told["output"]) == ("docs.astral.sh/uv/", "uv.md")
    settings = told["settings"]
    assert (settings["max_pages"], settings["delay"]) == (50, 0.5)
    assert settings["include"] == ["/uv/guides/**"] and settings["exclude"] == ["/old/**"]


def test_what_is_typed_wins(asked: Any) -> None:
    told = asked("uv", "--max-pages", "7", "-o", "other.md", "--include", "/x")
    assert (told["output"], told["settings"]["max_pages"]) == ("other.md", 7)
    assert told["settings"]["include"] == ["/x"]
    other = asked("https://docs.example.org/")
    assert other["url"] == "https://docs.example.org/" and other["settings"]["max_pages"] is None
    assert other["settings"]["delay"] == 0.5


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[crawl]\nmax-page = 3", "did you mean max-pages"),
        ("[crawl]\nmax-pages = 'many'", "max-pages"),
        ("[crawl]\ntoken = 'secret'", "no option 'token'"),
        ("[site.uv]\nurl = 'x'", "there is no [site]"),
        ("[sites.uv]\noutput = 'x'", "needs a url"),
        ("[crawl", "docspasta.toml"),
    ],
)
def test_mistakes_are_named(asked: Any, tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "docspasta.toml").write_text(text)
    told = "".join(asked("docs.example.org").split())
    assert "".join(words.split()) in told.replace("│", "")


def test_the_nearest_file_of_the_repository_holds(tmp_path: Path) -> None:
    inside = tmp_path / "repository" / "docs"
    inside.mkdir(parents=True)
    (tmp_path / "docspasta.toml").write_text("")
    assert find_config(inside, {}) == tmp_path / "docspasta.toml"
    (tmp_path / "repository" / ".git").mkdir()
    assert find_config(inside, {}) is None
    assert find_config(inside, {"DOCSPASTA_CONFIG": "x.toml"}) == Path("x.toml")
    assert find_config(tmp_path, {"DOCSPASTA_CONFIG": ""}) is None
    with pytest.raises(BadConfig, match=r"x\.toml"):
        read_config(tmp_path / "x.toml")
