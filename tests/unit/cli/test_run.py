"""What a command's end looks like from outside: sentences and statuses, never a traceback."""

from __future__ import annotations

import subprocess
import sys

import pytest

RUNS = {
    "plain": "from docspasta.cli.run import run_plain\ndef work(): {}\nrun_plain(work)",
    "async": "from docspasta.cli.run import run\nasync def work(): {}\nrun(work())",
}


@pytest.fixture(params=RUNS)
def ran(request):
    """Runs a command whose work is one line; what it said on stderr, and its status."""

    def ran(line: str, *, read: bool = True) -> tuple[str, int]:
        program = [sys.executable, "-c", RUNS[request.param].format(line)]
        pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        with subprocess.Popen(program, text=True, **pipes) as command:
            if not read:
                command.stdout.close()
            command.stdin.close()
            return command.stderr.read(), command.wait(30)

    return ran


def test_a_mistake_of_ours_is_a_sentence(ran):
    told, status = ran("raise ValueError('odd')")
    assert status == 1 and "something went wrong" in told and "odd" in told and "Traceback" not in told


def test_errors_in_groups_are_said(ran):
    line = "from docspasta.embedded.failures import StackFailure as F; raise ExceptionGroup('', [F('no')])"
    assert ran(line) == ("docspasta: no\n", 1)


def test_a_command_says_its_own_status(ran):
    line = "from docspasta.cli.exits import CommandError; raise CommandError('not so', 2)"
    assert ran(line) == ("docspasta: not so\n", 2)


def test_an_interruption_says_nothing(ran):
    assert ran("raise KeyboardInterrupt") == ("", 130)


def test_a_reader_that_went_away_is_nothing_to_speak_of(ran):
    assert ran("import sys; sys.stdin.read(); print('x'); return 0", read=False) == ("", 1)


def test_a_hangup_that_was_ignored_at_the_start_stays_ignored():
    """So `nohup docspasta crawl` outlives its terminal."""
    program = (
        "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
        "from docspasta.cli.run import run\n"
        "async def work():\n import os; os.kill(os.getpid(), signal.SIGHUP); return 0\n"
        "run(work())"
    )
    assert subprocess.run([sys.executable, "-c", program], timeout=60).returncode == 0


@pytest.mark.parametrize("closed", ["2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_closed_streams_are_no_error(closed, tmp_path):
    """Without stderr nothing is said, and no file takes its number."""
    program = "import sys; from docspasta.cli.__main__ import main; sys.argv[1:] = ['version']; main()"
    shell = f'{sys.executable} -c "{program}" {closed}'
    assert subprocess.run(shell, shell=True, timeout=60).returncode == 0


def test_a_document_for_a_closed_stdout_is_refused():
    program = "import sys; from docspasta.cli.__main__ import main; main()"
    shell = f'{sys.executable} -c "{program}" crawl https://docs.example.org/ -o - >&-'
    done = subprocess.run(shell, shell=True, timeout=60, capture_output=True, text=True)
    assert done.returncode == 2 and "stdout is closed" in done.stderr
