"""Runs beside the command, in a session of its own, and ends what the command started once it is gone.

    python -I -S watchdog.py < register

It reads `+ PID SIGNAL` (a program began) and `- PID` (it was reaped) from a pipe whose writing end only
the command holds. The end of the pipe means that the command is dead, however it died: each program left
gets its signal, its whole process group too, and SIGKILL when it has not gone after a grace.
It works alike on Linux and macOS, which has no parent-death signal.
"""

import os
import signal
import sys
import time
from collections.abc import Iterable

GRACE = 8.0  # seconds between a program's own signal and SIGKILL


def remaining(lines: Iterable[str]) -> dict[int, str]:
    """Programs that began and were not reaped: process id to signal name."""
    programs: dict[int, str] = {}
    for line in lines:
        sign, *fields = line.split()
        if sign == "+":
            programs[int(fields[0])] = fields[1]
        else:
            programs.pop(int(fields[0]), None)
    return programs


def send(process: int, number: int) -> bool:
    """Signal the group that the program leads; False when nothing of it is left."""
    try:
        os.killpg(process, number)
    except ProcessLookupError:
        return False
    except PermissionError:  # macOS says so of a group that holds only zombies
        return False
    return True


def runs(process: int) -> bool:
    """Whether the program still runs. One that nobody reaps (a container without an init) does not."""
    try:
        with open(f"/proc/{process}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return not os.path.isdir("/proc/self") and send(process, 0)


def main() -> None:
    """Wait for the end of the register, then end what is left."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    programs = remaining(sys.stdin)
    for process, name in programs.items():
        send(process, getattr(signal, name))
    until = time.monotonic() + GRACE
    while programs := {process: name for process, name in programs.items() if runs(process)}:
        if time.monotonic() > until:
            break
        time.sleep(0.02)
    for process in programs:
        send(process, signal.SIGKILL)


if __name__ == "__main__":
    main()
