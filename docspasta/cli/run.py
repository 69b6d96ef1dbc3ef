"""Runs a command's coroutine: errors become sentences, Ctrl-C and SIGTERM become its cancellation."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from typing import Any, NoReturn

from docspasta.cli.exits import FAILED, INTERRUPTED, USAGE, CommandError

DEBUG = "DOCSPASTA_DEBUG"


def run(work: Coroutine[Any, Any, int]) -> NoReturn:
    """Run to the end and exit with its status. Never a traceback for what a person can cause."""
    try:
        status = asyncio.run(interruptible(work))
    except CommandError as error:
        complain(error.message)
        status = error.status
    except asyncio.CancelledError:
        status = INTERRUPTED
    except BrokenPipeError:
        status = FAILED
        sys.stderr.close()
    sys.exit(status)


def run_plain(work: Callable[[], int]) -> NoReturn:
    """Run what needs no event loop, and exit with its status."""
    try:
        status = work()
    except CommandError as error:
        complain(error.message)
        status = error.status
    except KeyboardInterrupt:
        status = INTERRUPTED
    except BrokenPipeError:
        status = FAILED
        sys.stderr.close()
    sys.exit(status)


async def interruptible(work: Coroutine[Any, Any, int]) -> int:
    """Each Ctrl-C, SIGTERM or hang-up cancels the work once more; it may finish in an orderly way."""
    task = asyncio.ensure_future(translated(work))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, task.cancel)
    return await task


async def translated(work: Coroutine[Any, Any, int]) -> int:
    """The work, with the errors of the stack and of gRPC as CommandError."""
    from docspasta.embedded.failures import StackFailure

    try:
        return await work
    except CommandError:
        raise
    except Exception as failed:
        error = first(failed)
        if isinstance(error, CommandError):
            raise error from failed
        if isinstance(error, StackFailure):
            raise CommandError(str(error)) from failed
        raise CommandError(*sentence_of(error)) from failed


def first(group: BaseException) -> BaseException:
    """The first error inside nested groups."""
    while isinstance(group, BaseExceptionGroup):
        group = group.exceptions[0]
    return group


def sentence_of(error: BaseException) -> tuple[str, int]:
    """What to say about an error of a call, and the exit status. A bug of ours is shown whole on request."""
    import grpc

    from docspasta.errors import DocspastaError, InvalidArgument
    from docspasta.serving.status import error_of

    if isinstance(error, grpc.aio.AioRpcError):
        error = error_of(error)
    if isinstance(error, InvalidArgument):
        return "\n".join(f"{field}: {sentence}" for field, sentence in error.violations), USAGE
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
    print(f"docspasta: {message}", file=sys.stderr, flush=True)
