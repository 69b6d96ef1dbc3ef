"""A parsing process that a page took over: hostile code runs in the place of the parser, and gets nowhere."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from services.processor.conversion import Conversion
from services.processor.fork_server import ANSWER, START
from services.processor.parsing_server import ROOT
from services.processor.wire import Body

GOOD = b"<title>T</title><main><h1>Title</h1><p>Some words that are worth keeping here.</p></main>"

# Each is tried in the parsing process, where `secret` is a file of the processor's user and `parent` its id.
ATTEMPTS = {
    "read a file": "open(secret).read()",
    "read the password file": "open('/etc/passwd').read()",
    "write a file": "open(secret + '.x', 'w')",
    "list a directory": "os.listdir('/')",
    "know that a file is there": "os.stat(secret)",
    "read the processor's environment": "open(f'/proc/{parent}/environ').read()",
    "read the processor's memory": "open(f'/proc/{parent}/mem', 'rb')",
    "read its own maps": "open('/proc/self/maps').read()",
    "connect": "socket.socket(socket.AF_INET, socket.SOCK_STREAM)",
    "ask a name server": "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
    "reach another process by a socket": "socket.socket(socket.AF_UNIX)",
    "make a pair of sockets": "socket.socketpair()",
    "fork": "os.fork()",
    "run a program": "subprocess.run(['/bin/true'])",
    "replace itself": "os.execv('/bin/true', ['true'])",
    "signal the processor": "os.kill(parent, 0)",
    "signal everybody": "os.kill(-1, 0)",
    "start a thread": "threading.Thread(target=print).start()",
    "share memory": "multiprocessing.shared_memory.SharedMemory(create=True, size=10)",
    "become another user": "os.setuid(0)",
    "take limits off": "resource.setrlimit(resource.RLIMIT_NPROC, (9, 9))",
    "make memory code": "mmap.mmap(-1, 4096, prot=mmap.PROT_EXEC | mmap.PROT_WRITE)",
    "trace the processor": "call('ptrace', 16, parent, 0, 0)",
    "read another process's memory": "call('process_vm_readv', parent, 0, 0, 0, 0, 0)",
    "make a namespace": "call('unshare', 0x10000000)",
    "look like another": "call('prctl', 4, 1, 0, 0, 0)",
}
HOSTILE = """
import ctypes, json, mmap, multiprocessing.shared_memory, os, resource, socket, subprocess, sys, threading
from services.processor import fork_server

libc = ctypes.CDLL(None, use_errno=True)
secret, parent, attempts = json.loads(sys.argv[1])

def call(name, *arguments):
    if getattr(libc, name)(*arguments) == -1:
        raise OSError(ctypes.get_errno(), name)

def take_over(source, sink):
    came = {}
    for name, code in attempts.items():
        try:
            eval(code)
            came[name] = "done"
        except (OSError, RuntimeError, ValueError) as error:
            came[name] = type(error).__name__
    sink.write(json.dumps(came).encode())

fork_server.serve = take_over
fork_server.main(2**30)
"""


@contextmanager
def taken_over(secret: Path) -> Iterator[bytes]:
    """What the hostile code in a parsing process says that it came to."""
    ours, theirs = socket.socketpair()
    data, child = socket.socketpair()
    asked = json.dumps([str(secret), os.getpid(), ATTEMPTS])
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-P", "-c", HOSTILE, asked]
    with ours, data, theirs:
        server = subprocess.Popen(command, stdin=theirs.fileno(), env=environment)
        try:
            with child:
                socket.send_fds(ours, [START], [child.fileno()])
            for end in (ours, data):
                end.settimeout(60)
            assert ANSWER.unpack(ours.recv(ANSWER.size))[0] > 0
            said = b""
            while part := data.recv(65_536):
                said += part
            yield said
        finally:
            server.kill()
            server.wait(30)


@pytest.mark.skipif(sys.platform != "linux", reason="the filter is Linux's")
def test_hostile_code_reaches_nothing(tmp_path: Path) -> None:
    secret = tmp_path / "keys.json"
    secret.write_text("the key of tickets")
    secret.chmod(0o600)
    with taken_over(secret) as said:
        came = json.loads(said)
    assert came.keys() == ATTEMPTS.keys()
    assert not {name for name, what in came.items() if what == "done"}


async def test_a_parsing_process_has_one_user_s_pages() -> None:
    conversion = Conversion(1, 5.0, 2**29, 10**7)
    seen = {}
    try:
        for user in ("ann", "ann", "bob", "ann"):
            (page,) = await conversion.convert(user, [Body(GOOD, "https://docs.example.org/")])
            assert page and "worth keeping" in page.markdown
            seen.setdefault(conversion.processes[0].pid, []).append(user)
    finally:
        await conversion.stop()
    assert list(seen.values()) == [["ann", "ann"], ["bob"], ["ann"]]


async def test_a_process_may_be_asked_while_it_is_warmed() -> None:
    """As it is when pages wait already at the start."""
    conversion = Conversion(2, 5.0, 2**29, 10**7)
    body = Body(GOOD, "https://docs.example.org/")
    try:
        async with asyncio.timeout(30):
            both = await asyncio.gather(conversion.warm(), conversion.convert("ann", [body, body]))
        assert [page and page.reason for page in both[1]] == ["", ""]
    finally:
        await conversion.stop()


async def test_pages_in_every_coding_of_text_are_read_though_no_file_is_opened() -> None:
    conversion = Conversion(1, 5.0, 2**29, 10**7)
    text = "<title>T</title><main><p>Слова, которые стоит сохранить здесь.</p></main>"
    codecs = (
        "koi8-r",
        "windows-1251",
        "iso-8859-5",
        "x-mac-cyrillic",
        "gb18030",
        "euc-jp",
        "utf-16-le",
        "none",
    )
    codecs = codecs[:-1]
    names = {"x-mac-cyrillic": "mac-cyrillic"}
    bodies = [Body(text.encode(names.get(c, c)), f"https://docs.example.org/{c}", c) for c in codecs]
    try:
        pages = await conversion.convert("ann", bodies)
        unknown = await conversion.convert("ann", [Body(GOOD, "https://docs.example.org/", "no-such-coding")])
    finally:
        await conversion.stop()
    assert [page.url for page in pages if page is None or "Слова" not in page.markdown] == []
    assert unknown[0] and "worth keeping" in unknown[0].markdown
