"""What the watchdog still has to end."""

from docspasta.embedded.watchdog import remaining


def test_reaped_programs_are_forgotten():
    lines = ["+ 10 SIGKILL\n", "+ 11 SIGQUIT\n", "- 10\n", "+ 12 SIGKILL\n", "- 99\n"]
    assert remaining(lines) == {11: "SIGQUIT", 12: "SIGKILL"}
