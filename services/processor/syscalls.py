"""The system calls that a parsing process keeps once it runs: a seccomp filter for Linux.

Everything else fails with EPERM: no file is opened, no socket, no program is run, no process is made, seen or
signalled, and no memory becomes code. What it has open stays: its socket and the log.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct
import sys
from typing import NamedTuple

PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
ALLOW, DENY = 0x7FFF0000, 0x00050000 | errno.EPERM
LOAD, EQUAL, ANY_BIT, RETURN = 0x20, 0x15, 0x45, 0x06  # of classic BPF, on 32-bit words
NUMBER_AT, ARCHITECTURE_AT, PROTECTION_AT = 0, 4, 32  # in struct seccomp_data; the third argument
PROT_EXEC = 4

KEPT = (
    "read write readv writev close fstat lseek munmap brk mremap madvise rt_sigaction rt_sigprocmask"
    " rt_sigreturn sigaltstack futex clock_gettime clock_nanosleep gettimeofday getrandom setitimer"
    " exit exit_group sched_yield restart_syscall getpid gettid getrusage"
).split()
NEVER_CODE = ("mmap", "mprotect")  # kept for memory that is no code


class Architecture(NamedTuple):
    """How one architecture's kernel calls itself, and the numbers of NEVER_CODE and KEPT, in their order."""

    audit: int
    numbers: tuple[int, ...]


# fmt: off
ARCHITECTURES = {
    "x86_64": Architecture(0xC000003E, (
        9, 10, 0, 1, 19, 20, 3, 5, 8, 11, 12, 25, 28, 13, 14, 15, 131, 202, 228, 230, 96, 318, 38, 60, 231,
        24, 219, 39, 186, 98,
    )),
    "aarch64": Architecture(0xC00000B7, (
        222, 226, 63, 64, 65, 66, 57, 80, 62, 215, 214, 216, 233, 134, 135, 139, 132, 98, 113, 115, 169, 278,
        103, 93, 94, 124, 128, 172, 178, 165,
    )),
}
# fmt: on


class _Program(ctypes.Structure):
    """struct sock_fprog of the kernel."""

    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def filter_of(architecture: Architecture) -> bytes:
    """The BPF program: the architecture's numbers are let pass, memory that is code and the rest are not."""
    guarded, kept = architecture.numbers[: len(NEVER_CODE)], architecture.numbers[len(NEVER_CODE) :]
    rows = [(LOAD, 0, 0, ARCHITECTURE_AT)]
    rest = len(guarded) + len(kept)  # comparisons; behind them stand: deny, the look at code, allow
    rows += [(EQUAL, 0, rest + 1, architecture.audit), (LOAD, 0, 0, NUMBER_AT)]
    rows += [(EQUAL, rest - at, 0, number) for at, number in enumerate(guarded)]
    rows += [(EQUAL, len(kept) - at + 3, 0, number) for at, number in enumerate(kept)]
    rows += [(RETURN, 0, 0, DENY), (LOAD, 0, 0, PROTECTION_AT), (ANY_BIT, 0, 1, PROT_EXEC)]
    rows += [(RETURN, 0, 0, DENY), (RETURN, 0, 0, ALLOW)]
    return b"".join(struct.pack("=HBBI", *row) for row in rows)


def forbid_all_but_reading_and_writing() -> str:
    """Put the filter on this process, which has one thread; it can't be taken off. Returns why the kernel
    would not, '' when the filter is there."""
    architecture = ARCHITECTURES.get(platform.machine())
    if sys.platform != "linux" or architecture is None:
        return f"no filter is written for {sys.platform} on {platform.machine()}"
    code = filter_of(architecture)
    program = _Program(len(code) // 8, code)
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0):
        return f"seccomp: {errno.errorcode.get(ctypes.get_errno(), 'refused')}"
    return ""
