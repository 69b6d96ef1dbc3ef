"""The figures of the whole installation, as each jobs replica reads them."""

from __future__ import annotations

import pytest
from redis.exceptions import AuthenticationError

from docspasta.telemetry import metrics
from services.jobs.gauges import Gauges

from .conftest import JobsService, User


async def test_a_reading_says_what_is_queued_and_what_redis_refused(service: JobsService, user: User) -> None:
    figures = Gauges(service.maintenance_pool, service.queues.frontier, at_once_a_host=2, running_limit=4)
    await user.create()
    await figures.read()
    refused = metrics.redis_refused.labels("auth")._value.get()
    assert metrics.jobs.labels("running")._value.get() == 1
    assert metrics.frontier_urls.labels("queued")._value.get() == 1
    with pytest.raises(AuthenticationError):
        await service.queues.client.execute_command("AUTH", "nobody", "wrong")
    await figures.read()
    assert metrics.redis_refused.labels("auth")._value.get() > refused  # the client tries more than once
