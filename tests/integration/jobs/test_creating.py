"""CreateJob: accepted at once, idempotent, limited, and told to the frontier."""

from __future__ import annotations

from docspasta.v1.jobs_pb2 import JobState

from .conftest import JobsService, User


async def test_a_job_is_accepted_and_its_urls_are_queued(service: JobsService, user: User) -> None:
    job = await user.create("https://docs.example.org/guide")
    assert job.progress.state == JobState.JOB_STATE_RUNNING
    assert (job.progress.discovered, job.progress.queued, job.progress.discovering) == (1, 1, 0)
    counts = await service.queues.frontier.counts(user.key(job))
    assert (counts.state, counts.queued) == ("open", 1)
