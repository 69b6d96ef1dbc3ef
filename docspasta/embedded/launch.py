"""Runs before a program of the stack: registers itself with the watchdog, then becomes that program.

    python -I -S launch.py REGISTER_FD SIGNAL [--unprivileged] -- PROGRAM ARGUMENT...

It writes to the watchdog's pipe before the program starts, and closes the pipe when it does. So there is no
moment at which the command can be killed and leave a program that the watchdog doesn't know.
Keep the imports few: this file runs before each program, and start-up waits for it.
"""

import os
import sys

CLONE_NEWUSER = 0x10000000
NOBODY = 65534


def register(descriptor: int, signal_name: str) -> None:
    """Start a session of our own (the command handles a terminal's Ctrl-C) and tell the watchdog."""
    os.setsid()
    os.set_inheritable(descriptor, False)
    os.write(descriptor, f"+ {os.getpid()} {signal_name}\n".encode())


def become_nobody() -> None:
    """Appear as nobody in a user namespace: Postgres refuses root and users without a name; files keep
    their owner."""
    import ctypes

    user, group = os.geteuid(), os.getegid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWUSER) != 0:
        number = ctypes.get_errno()
        sys.exit(
            f"PostgreSQL does not run as user {user} (root, or without an entry in the password database), "
            f"and this machine does not allow a user namespace ({os.strerror(number)}). "
            "Run docspasta as an ordinary user instead."
        )
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{NOBODY} {user} 1"),
        ("gid_map", f"{NOBODY} {group} 1"),
    ):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)


def main(arguments: list[str]) -> None:
    """Register, become nobody when asked to, and become the program."""
    split = arguments.index("--")
    options, program = arguments[:split], arguments[split + 1 :]
    register(int(options[0]), options[1])
    if "--unprivileged" in options:
        become_nobody()
    os.execv(program[0], program)  # noqa: S606 - the program is chosen by the stack, never by a user


if __name__ == "__main__":
    main(sys.argv[1:])
