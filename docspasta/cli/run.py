"""Runs a command's coroutine: errors become sentences, Ctrl-C and SIGTERM become its cancellation."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from typing import Any, NoReturn

from docspasta.cli.exits import FAILED, INTERRUPTED, USAGE, CommandError
from docspasta.cli.saying import say

DEBUG = "DOCSPASTA_DEBUG"


def run(work: Coroutine[Any, Any, int]) -> NoReturn:
    """Run to the end and exit with its status."""
    run_plain(lambda: asyncio.run(interruptible(work)))


def run_plain(work: Callable[[], int]) -> NoReturn:
    """Run work that needs no event loop, and exit with its status. A traceback is shown only on request."""
    try:
        status = work()
        sys.stdout.flush()
    except (asyncio.CancelledError, KeyboardInterrupt):
        status = INTERRUPTED
    except Exception as failed:
        status = failure(first(failed))
    sys.exit(status)


async def interruptible(work: Coroutine[Any, Any, int]) -> int:
    """Each Ctrl-C, SIGTERM or hang-up cancels the work once more; it may finish in an orderly way.

    A signal that was ignored at the start stays ignored: that is how `nohup` works.
    """
    task = asyncio.ensure_future(work)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:
            loop.add_signal_handler(number, task.cancel)
    return await task


def failure(error: BaseException) -> int:
    """Say what went wrong, and give the exit status. A closed pipe is no error to speak of."""
    from docspasta.embedded.failures import StackFailure

    if isinstance(error, BrokenPipeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python complains at its end
        return FAILED
    if isinstance(error, CommandError):
        message, status = error.message, error.status
    elif isinstance(error, StackFailure):
        message, status = str(error), FAILED
    else:
        message, status = sentence_of(error)
    complain(message)
    return status


def first(group: BaseException) -> BaseException:
    """The first error inside nested groups."""
    while isinstance(group, BaseExceptionGroup):
        group = group.exceptions[0]
    return group


def sentence_of(error: BaseException) -> tuple[str, int]:
    """What to say about an error of a call, and the exit status. A bug is shown whole on request."""
    import grpc

    from docspasta.cli.wrong_values import option_of
    from docspasta.errors import DocspastaError, InvalidArgument
    from docspasta.serving.status import error_of

    if isinstance(error, grpc.aio.AioRpcError):
        error = error_of(error)
    if isinstance(error, InvalidArgument):
        return "\n".join(f"{option_of(field)}: {sentence}" for field, sentence in error.violations), USAGE
    if isinstance(error, DocspastaError):
        return error.message, FAILED
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        return f"{where}{error.strerror or error}", FAILED
    if os.environ.get(DEBUG):
        raise error
    what = f"{type(error).__name__}: {error}"
    return f"something went wrong inside docspasta ({what}). {DEBUG}=1 shows where.", FAILED


def complain(message: str) -> None:
    """Say on stderr what went wrong."""
    say(f"docspasta: {message}")
