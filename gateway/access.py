"""May these callers still watch these jobs? The jobs service is asked in batches, before a stream begins and
every 30 s. Checks of the same moment share one CheckAccess.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

import grpc

from docspasta.domain.cursor import UNKNOWN, Cursor, parse_cursor
from docspasta.rest.words import JOB_STATES
from docspasta.serving.limits import REQUEST_BYTES
from docspasta.v1.jobs_pb2 import AccessCheck, CheckAccessRequest, CheckAccessResponse, JobState

from .services import Caller, Services

BATCH, BATCH_BYTES = 100, REQUEST_BYTES // 2
GRANTED = CheckAccessResponse.ACCESS_GRANTED
NOT_FOUND = CheckAccessResponse.ACCESS_NOT_FOUND
UNAUTHENTICATED = CheckAccessResponse.ACCESS_UNAUTHENTICATED

Asked = tuple[str, str]  # JWT, job id


@dataclass(frozen=True, slots=True)
class Access:
    """An answer; `newest` and `ended` speak of the job when access is granted."""

    access: int
    newest: Cursor = UNKNOWN
    state: int = JobState.JOB_STATE_UNSPECIFIED

    @property
    def granted(self) -> bool:
        """Whether the caller may watch."""
        return self.access == GRANTED

    @property
    def ended(self) -> bool:
        """Whether the job is over."""
        state = JOB_STATES.get(self.state)
        return state is not None and state.ended


class AccessChecks:
    """Batches of checks; equal ones are asked once."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._waiting: dict[Asked, asyncio.Future[Access]] = {}
        self._asking: asyncio.Task[None] | None = None

    async def check(self, token: str, job_id: str) -> Access:
        """Raises grpc.aio.AioRpcError when jobs cannot be asked."""
        asked = (token, job_id)
        future = self._waiting.get(asked)
        if future is None:
            future = self._waiting[asked] = asyncio.get_running_loop().create_future()
            future.add_done_callback(lambda done: done.cancelled() or done.exception())
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask())
        return await asyncio.shield(future)

    async def close(self) -> None:
        """Cut what is being asked."""
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.gather(self._asking, return_exceptions=True)

    async def _ask(self) -> None:
        while self._waiting:
            batch = {asked: self._waiting.pop(asked) for asked in batch_of(self._waiting)}
            try:
                answers = await self._answers(list(batch))
            except grpc.aio.AioRpcError as error:
                for future in batch.values():
                    future.set_exception(error)
            except BaseException:
                for future in batch.values():
                    future.cancel()
                raise
            else:
                for asked, future in batch.items():
                    future.set_result(answers[asked])

    async def _answers(self, asked: list[Asked]) -> dict[Asked, Access]:
        """The answers of one batch. The call itself needs a good credential: one that is refused answers
        its own checks, and the rest is asked with another."""
        answers: dict[Asked, Access] = {}
        while asked:
            token = asked[0][0]
            try:
                answers.update(await self._call(asked, token))
                break
            except grpc.aio.AioRpcError as error:
                if error.code() is not grpc.StatusCode.UNAUTHENTICATED:
                    raise
            answers.update({pair: Access(UNAUTHENTICATED) for pair in asked if pair[0] == token})
            asked = [pair for pair in asked if pair[0] != token]
        return answers

    async def _call(self, asked: list[Asked], token: str) -> dict[Asked, Access]:
        request = CheckAccessRequest(checks=[AccessCheck(credential=t, job_id=j) for t, j in asked])
        found = await self._services.ask(self._services.jobs.CheckAccess, request, Caller(token, {}))
        return {pair: _access(row) for pair, row in zip(asked, found.results, strict=True)}


def batch_of(waiting: Iterable[Asked]) -> list[Asked]:
    """The first checks that one message has room for; one at least."""
    batch: list[Asked] = []
    room = BATCH_BYTES
    for asked in islice(waiting, BATCH):
        room -= len(asked[0])
        if batch and room < 0:
            break
        batch.append(asked)
    return batch


def _access(row: CheckAccessResponse.Result) -> Access:
    return Access(row.access, parse_cursor(row.cursor) or UNKNOWN, row.state)
