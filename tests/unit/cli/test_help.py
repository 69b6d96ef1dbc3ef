"""Help: sections, defaults, examples, and nothing imported that it doesn't need."""

from __future__ import annotations

import os
import resource
import subprocess
import sys

import pytest

from docspasta.cli.help_text import TEXT, built_help, kept_help
from docspasta.compiled import conversion

ENTRY = "import sys; sys.argv = ['docspasta', '--help']; from docspasta.cli.__main__ import main; main()"


def told(*arguments: str) -> str:
    """What the command line prints, and the modules that it has imported by then."""
    program = (
        "import sys, atexit; atexit.register(lambda: print(*sys.modules, file=sys.stderr))\n"
        "from docspasta.cli.__main__ import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, timeout=60
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


def test_the_kept_help_is_what_the_commands_say_now():
    """After a change: python -m docspasta.cli.help_text > docspasta/cli/help.txt"""
    with open(TEXT, encoding="utf-8") as file:
        assert file.read() == built_help()


def test_a_narrow_terminal_has_the_help_wrapped_for_it(monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    assert kept_help(["--help"]) is None
    assert max(map(len, told("--help").partition("Examples:")[0].splitlines())) <= 60
    monkeypatch.setenv("COLUMNS", "80")
    assert kept_help(["--help"]) is not None and kept_help(["crawl", "--help"]) is None


def cpu_seconds(program: str, runs: int = 5) -> float:
    """What so many processes take of a CPU: a busy machine changes the time of a clock, not this."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    for _ in range(runs):
        subprocess.run(
            [sys.executable, "-c", program],
            check=True,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "COLUMNS": "80"},
        )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def test_help_costs_little_more_than_python_itself():
    for _ in range(4):  # a virtual machine that is stopped counts that as work, too
        bare, with_help = cpu_seconds("pass"), cpu_seconds(ENTRY)
        if with_help < 4 * bare:
            break
    assert with_help < 4 * bare, f"{with_help / 5:.3f} s of CPU; python -c pass takes {bare / 5:.3f} s"


def test_the_options_of_crawl_stand_in_sections_with_defaults():
    text = told("crawl", "-h")
    titles = ["Output:", "Scope:", "Politeness:", "Connection:", "Examples:", "Exit status:"]
    assert [text.index(f"\n{title}") for title in titles] == sorted(text.index(f"\n{t}") for t in titles)
    assert text.startswith("Usage: docspasta crawl [OPTIONS] [URL]\n") and "\n  URL  Where" in text
    for default in ("[default: 10,000]", "[default: 0.2]", "[default: 2]", "[default: 10]"):
        assert default in text


@pytest.mark.parametrize("arguments", [("--version",), ("version",)])
def test_the_version(arguments):
    said = told(*arguments)
    assert said.startswith("docspasta ") and f"(conversion {conversion()})" in said
