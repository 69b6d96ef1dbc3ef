"""CheckAccess: may these callers still watch these jobs? Asked before each subscription and every 30 s."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from docspasta.domain import Cursor, JobKey
from docspasta.errors import InvalidArgument, Unauthenticated
from docspasta.identity import Caller
from docspasta.proto_enums import job_state_value
from docspasta.store import jobs as store
from docspasta.store.epoch import read_epoch
from docspasta.v1.jobs_pb2 import AccessCheck, CheckAccessRequest, CheckAccessResponse

from .handler import Context, Handler

MAX_CHECKS = 1000
Result = CheckAccessResponse.Result
GRANTED, NOT_FOUND, UNAUTHENTICATED = (
    CheckAccessResponse.ACCESS_GRANTED,
    CheckAccessResponse.ACCESS_NOT_FOUND,
    CheckAccessResponse.ACCESS_UNAUTHENTICATED,
)


class Access(Handler):
    """Each check carries its own credential; that of the call itself decides nothing."""

    async def CheckAccess(self, request: CheckAccessRequest, context: Context) -> CheckAccessResponse:
        if len(request.checks) > MAX_CHECKS:
            raise InvalidArgument(
                [("checks", f"{len(request.checks)} are too many; ask {MAX_CHECKS} at once.")]
            )
        callers = await self.callers(request.checks)
        jobs = await self.jobs(request.checks, callers)
        results = [
            result(caller, jobs.get(JobKey(caller.user_id, check.job_id)) if caller else None)
            for check, caller in zip(request.checks, callers, strict=True)
        ]
        return CheckAccessResponse(results=results)

    async def callers(self, checks: Sequence[AccessCheck]) -> list[Caller | None]:
        """Who each credential names, None for one that is not good (or may not read)."""
        seen: dict[str, Caller | None] = {}
        for check in checks:
            if check.credential not in seen:
                seen[check.credential] = await self.caller(check.credential)
        return [seen[check.credential] for check in checks]

    async def caller(self, credential: str) -> Caller | None:
        try:
            caller = await self.resources.verifier.verify(credential)
        except Unauthenticated:
            return None
        return caller if "read" in caller.scopes else None

    async def jobs(
        self, checks: Sequence[AccessCheck], callers: Sequence[Caller | None]
    ) -> dict[JobKey, Result]:
        """What is granted of the jobs that the callers may see, one statement a user."""
        wanted: defaultdict[str, set[str]] = defaultdict(set)
        for check, caller in zip(checks, callers, strict=True):
            if caller is not None and "\0" not in check.job_id:
                wanted[caller.user_id].add(check.job_id)
        granted = {}
        for user_id, job_ids in wanted.items():
            async with self.resources.pool.transaction(user_id, snapshot=True) as connection:
                epoch = await read_epoch(connection)
                for job in await store.job_versions(connection, user_id, sorted(job_ids)):
                    cursor = str(Cursor(epoch, job.version))
                    state = job_state_value(job.state)
                    granted[JobKey(user_id, job.job_id)] = Result(access=GRANTED, state=state, cursor=cursor)
        return granted


def result(caller: Caller | None, granted: Result | None) -> Result:
    """One check's answer."""
    if caller is None:
        return Result(access=UNAUTHENTICATED)
    return granted or Result(access=NOT_FOUND)
