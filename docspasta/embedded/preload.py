"""Imports what the processes of a stack run, and becomes each of them by a fork: they share the memory of
what was imported, and start sooner.

    python -P -m docspasta.embedded.preload SOCKET_FD MODULE...

For each message on the socket, which names a module, comes the answer with a pidfd of the process that runs
it. With the message come three files: the watchdog's pipe (see launch.py), the log, and the environment as
JSON, which the fork alone reads: this process never holds a secret. It ends when the command does.
"""

from __future__ import annotations

import gc
import importlib.util
import json
import os
import runpy
import signal
import socket
import sys
from contextlib import suppress
from typing import NamedTuple

LONGEST = 4_096  # bytes of a message
FILES = 3


class Start(NamedTuple):
    """What a fork becomes. Numbers are file descriptors."""

    module: str
    register: int
    log: int
    environment: int


def main(arguments: list[str]) -> None:
    """Fork until the command is gone; in a fork, become what was asked for."""
    channel = socket.socket(fileno=int(arguments[0]))
    for name in (name for module in arguments[1:] for name in imports(module)):
        importlib.import_module(name)
    gc.collect()
    gc.freeze()  # a collection in a fork would copy every page that it looks at
    signal.signal(signal.SIGCHLD, _reap)
    start = _next(channel)
    if start is not None:
        _become(start)


def _next(channel: socket.socket) -> Start | None:
    """In a fork: what it becomes. None at the end."""
    while True:
        message, files, _, _ = socket.recv_fds(channel, LONGEST, FILES)
        if not message:
            return None
        start = Start(message.decode(), *files)
        # No fork is reaped before its pidfd was opened.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
        process = os.fork()
        if process == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
            channel.close()
            return start
        forked = os.pidfd_open(process)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
        socket.send_fds(channel, [str(process).encode()], [forked])
        for number in (forked, *files):
            os.close(number)


def _reap(*_: object) -> None:
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _become(start: Start) -> None:
    """Run the module as `python -m` does."""
    os.setsid()
    os.write(start.register, f"+ {os.getpid()} SIGKILL\n".encode())
    os.close(start.register)
    with open(start.environment, "rb") as file:
        environment = json.load(file)
    os.environ.clear()
    os.environ.update(environment)
    for number in (1, 2):
        os.dup2(start.log, number)
    os.close(start.log)
    sys.argv = [start.module]
    show_as([sys.executable, "-P", "-m", start.module])
    for name in imports(start.module):
        sys.modules.pop(name, None)  # it runs once more, as the main module
    runpy.run_module(start.module, run_name="__main__", alter_sys=True)


def imports(module: str) -> list[str]:
    """What is imported for `python -m`, so that no module runs: of a package what its __main__ imports."""
    found = importlib.util.find_spec(module)
    is_package = found is not None and found.submodule_search_locations is not None
    return [f"{module}.__main__"] if is_package else []


def show_as(command: list[str]) -> None:
    """Let this process be listed as a command, as far as there is room for it. Linux."""
    import ctypes

    with open("/proc/self/stat") as file:
        begin, end = map(int, file.read().rpartition(")")[2].split()[45:47])
    text = "\0".join(command).encode()[: end - begin - 1]
    ctypes.memmove(begin, text.ljust(end - begin, b"\0"), end - begin)


if __name__ == "__main__":
    main(sys.argv[1:])
