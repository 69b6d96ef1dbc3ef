"""Help: sections, defaults, examples, and nothing imported that it doesn't need."""

from __future__ import annotations

import subprocess
import sys

import pytest

from docspasta.compiled import conversion


def told(*arguments: str) -> str:
    """What the command line prints, and the modules that it has imported by then."""
    program = (
        "import sys, atexit; atexit.register(lambda: print(*sys.modules, file=sys.stderr))\n"
        "from docspasta.cli.__main__ import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, timeout=30
    )
    assert done.returncode == 0, done.stderr
    heavy = {"rich", "grpc", "asyncpg", "selectolax"} & set(done.stderr.split())
    assert not heavy, f"{heavy} makes every start slower"
    return done.stdout


def test_commands_stand_in_sections_with_examples():
    text = told("--help")
    assert text.index("\nCommands:") < text.index("\nAdministration:") < text.index("\n  migrate ")
    assert "  docspasta crawl https://docs.example.org/guide/ " in text
    assert "..." not in text.replace("[ARGS]...", ""), "no sentence is cut"


def test_the_options_of_crawl_stand_in_sections_with_defaults():
    text = told("crawl", "-h")
    titles = ["Result:", "What is crawled:", "How politely:", "Where it runs:", "Examples:", "Exit status:"]
    assert [text.index(f"\n{title}") for title in titles] == sorted(text.index(f"\n{t}") for t in titles)
    assert text.startswith("Usage: docspasta crawl [OPTIONS] [URL]\n") and "\n  URL  Where" in text
    for default in ("[default: 10,000]", "[default: 0.2]", "[default: 2]", "[default: 10]"):
        assert default in text


@pytest.mark.parametrize("arguments", [("--version",), ("version",)])
def test_the_version(arguments):
    said = told(*arguments)
    assert said.startswith("docspasta ") and f"(conversion {conversion()})" in said
