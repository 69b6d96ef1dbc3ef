"""Commands in README and docs/ are commands: each is parsed as it is written, and none is run."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.main import get_command

from docspasta.cli.app import EXAMPLES, app

ROOT = Path(__file__).parents[3]
PAGES = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "deploy/README.md", "charts/docspasta/README.md"]
COMMAND = re.compile(r"(?m)^(?:.*\$\(|.*- run: )?[ \t]*(?:\$ )?docspasta (.*)$")
SPAN = re.compile(r"`docspasta ([a-z][^`\n]*)`")  # in a sentence: options may stand without the rest
COMMANDS = get_command(app)
SHELL = re.compile(r"\s#|\s\||\s>|\s&&|\)$|;|\s{2,}")  # what follows is not the command's


def code_of(text: str) -> str:
    """The blocks of code of some Markdown: fenced, or indented."""
    fenced = re.findall(r"(?ms)^ *```[^\n]*\n(.*?)^ *```", text)
    return "\n".join([*fenced, *re.findall(r"(?m)^    .*$", text)])


def commands() -> list[tuple[str, str, bool]]:
    """(file, what stands behind `docspasta`, whether it is whole) of each command that is documented."""
    files = [*(ROOT / name for name in PAGES), *sorted((ROOT / "docs").glob("*.md"))]
    texts = [(path.name, path.read_text()) for path in files]
    found = [(name, line, True) for name, text in texts for line in COMMAND.findall(code_of(text))]
    found += [("--help", line, True) for line in COMMAND.findall(EXAMPLES)]
    return list(
        dict.fromkeys(found + [(name, span, False) for name, text in texts for span in SPAN.findall(text)])
    )


@pytest.mark.parametrize(("file", "line", "whole"), commands())
def test_a_documented_command_is_one(file, line, whole, monkeypatch):
    monkeypatch.setenv("DOCSPASTA_CONFIG", "")
    command, words = COMMANDS, shlex.split(SHELL.split(line)[0])
    while hasattr(command, "commands") and words and not words[0].startswith("-"):
        names = words.pop(0).split("|")
        assert set(names) <= set(command.commands), f"{file}: docspasta {line}"
        command, whole = command.commands[names[0]], whole and len(names) == 1
    options = {option for one in command.params for option in one.opts} | {"-h", "--help"}
    words_before = words[: words.index("--")] if "--" in words else words
    typed = {word.partition("=")[0] for word in words_before if re.match("--?[a-z]", word)}
    assert typed <= options, f"{file}: docspasta {line}"
    if whole and words and not typed & {"-h", "--help", "--install-completion"}:
        command.make_context(command.name, words)


def test_there_are_many():
    assert len(commands()) > 60
