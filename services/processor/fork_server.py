"""Starts parsing processes: python -m services.processor.fork_server BYTES. It reads no page itself.

It imports the converter once and forks a parsing process for each user's turn, which costs milliseconds. A
parsing process that a page took over sees that page and others of the same user, until it is ended.

Standard input is a socket. `+` comes with one end of a new socket: end the process there was, start one that
talks there. `-` only ends it. Each is answered with two numbers: the new process's id, or 0, and how the old
one ended (a negative signal number, or its exit status). When the socket ends, all end.
"""

from __future__ import annotations

import codecs
import encodings
import json
import os
import pkgutil
import resource
import signal
import socket
import struct
import sys
import traceback

from docspasta import gc_tuning

from .hardening import end_with, forbid_looking_in, forbid_new_privileges, leave_network_and_user
from .parsing import serve
from .syscalls import forbid_all_but_reading_and_writing

OWN_BYTES = 128 * 1024 * 1024  # of the interpreter and the parser themselves
ANSWER = struct.Struct(">ii")
START, END = b"+", b"-"


def run(control: socket.socket, filtered: bool) -> None:
    """Answer until `control` ends. `filtered`: whether the kernel takes the filter of system calls."""
    child = 0
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, 1, 1)
        status = ended(child)
        child = 0
        if not message:
            return
        if message == START and descriptors:
            child = fork(control, descriptors[0], filtered)
        control.sendall(ANSWER.pack(child, status))


def ended(child: int) -> int:
    """End a process and wait for its end; how it ended, 0 for none."""
    if not child:
        return 0
    os.kill(child, signal.SIGKILL)  # one that has ended stays so: it was not waited for yet
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def fork(control: socket.socket, descriptor: int, filtered: bool) -> int:
    """A new parsing process that talks over `descriptor`; its id."""
    parent = os.getpid()
    if child := os.fork():
        os.close(descriptor)
        return child
    status = 1
    try:
        end_with(parent)
        os.dup2(descriptor, control.detach())
        os.close(descriptor)
        forbid_processes()
        if filtered:
            forbid_all_but_reading_and_writing()
        with os.fdopen(0, "rb", closefd=False) as source, os.fdopen(0, "wb", closefd=False) as sink:
            serve(source, sink)
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


def forbid_processes() -> None:
    """Let this process start no other."""
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


def filter_works() -> bool:
    """Whether the kernel takes the filter, tried in a process of its own. If not, the log says so, once."""
    reading, writing = os.pipe()
    if not (child := os.fork()):
        os.write(writing, forbid_all_but_reading_and_writing().encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as said:
        why = said.read()
    os.waitpid(child, 0)
    if why:
        event = "parsing processes run without a filter of system calls"
        print(json.dumps({"level": "warning", "event": event, "why": why}), file=sys.stderr, flush=True)
    return not why


def import_codecs() -> None:
    """Have every codec that a page may name: a parsing process can open no file."""
    for module in pkgutil.iter_modules(encodings.__path__):
        try:
            codecs.lookup(module.name)
        except LookupError:
            continue


def main(memory: int) -> None:
    """Bound the data (RLIMIT_DATA) of this process and its children, give up what is not needed, and run."""
    limit = memory + OWN_BYTES
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    forbid_new_privileges()
    import_codecs()
    os.dup2(2, 1)  # whatever prints, prints to the log
    leave_network_and_user()
    forbid_looking_in()
    filtered = filter_works()
    gc_tuning.collect_rarely()
    run(socket.socket(fileno=0), filtered)


if __name__ == "__main__":
    main(int(sys.argv[1]))
