"""What the operator asks of the jobs service, by a ServiceAccount's token: one job for each resource."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from docspasta.identity.tokens import Signer
from docspasta.serving.channel import open_channel
from docspasta.v1 import jobs_pb2 as pb
from services.operator import asking
from services.operator.resource import Key, Kind, Object, Resource
from services.operator.service import Gone, Refused
from services.operator.service import JobsService as Asked
from tests.stack import Database

from .conftest import DOCS, KEYS, JobsService, User, crawl_some, running_service

KEY = Ed25519PrivateKey.generate()
CLUSTER, ACCOUNT = "https://kubernetes.default.svc", "system:serviceaccount:docspasta:operator"


@pytest.fixture
async def believing(database: Database, redis_url: str) -> AsyncIterator[JobsService]:
    """A jobs service that believes a cluster."""
    pem = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    row = {"issuer": CLUSTER, "kind": "kubernetes", "public_key": pem, "operator": ACCOUNT}
    issuers = json.dumps([*json.loads(KEYS["DOCSPASTA_IDENTITY_ISSUERS"]), row])
    async with running_service(database, redis_url, identity_issuers=issuers) as made:
        yield made


@pytest.fixture
async def asked(believing: JobsService, tmp_path: Path) -> AsyncIterator[Asked]:
    """The jobs service, as the operator asks it."""
    (tmp_path / "token").write_text(Signer(KEY, CLUSTER).sign(ACCOUNT, (), 3600, time.time()) + "\n")
    channel = open_channel(believing.target)
    yield Asked(channel, str(tmp_path / "token"))
    await channel.close()


def resource(kind: Kind, uid: str = "uid-1", **spec: object) -> Resource:
    given: Object = {"url": DOCS, **spec}
    return Resource(Key(kind, "team-a", "docs"), uid, 1, given)


def team(service: JobsService, namespace: str = "team-a") -> User:
    return service.user(f"ns-{namespace}")


async def test_one_resource_has_one_job_of_its_namespace(believing: JobsService, asked: Asked) -> None:
    request = asking.create_job(resource("CrawlJob", settings={"maxPages": 4}))
    first, second = await asked.create_job("team-a", request), await asked.create_job("team-a", request)
    assert first.job_id == second.job_id
    assert (await team(believing).get(first)).settings.max_pages == 4
    with pytest.raises(Gone):
        await asked.job("team-b", first.job_id)
    other = await asked.create_job("team-a", asking.create_job(resource("CrawlJob", "uid-2")))
    assert other.job_id != first.job_id


async def test_paused_resumed_and_deleted_while_it_runs(asked: Asked) -> None:
    job = await asked.create_job("team-a", asking.create_job(resource("CrawlJob")))
    assert (await asked.pause("team-a", job.job_id)).progress.state == pb.JOB_STATE_PAUSED
    assert (await asked.resume("team-a", job.job_id)).progress.state == pb.JOB_STATE_RUNNING
    await asked.delete_job("team-a", job.job_id)
    with pytest.raises(Gone):
        await asked.job("team-a", job.job_id)
    with pytest.raises(Gone):
        await asked.delete_job("team-a", job.job_id)


async def test_a_refusal_says_why_and_whether_it_passes(asked: Asked) -> None:
    with pytest.raises(Refused, match="include_regex") as refused:
        request = asking.create_job(resource("CrawlJob", settings={"includeRegex": ["("]}))
        await asked.create_job("team-a", request)
    assert (refused.value.refusal.reason, refused.value.refusal.passes) == ("Invalid", False)


async def test_a_source_is_found_again_by_its_resource(believing: JobsService, asked: Asked) -> None:
    given = resource("CrawlSource", schedule={"cron": "0 6 * * 1"}, keep=3, maxRemovedPercent=50)
    request = asking.create_source(given)
    first, second = await asked.create_source("team-a", request), await asked.create_source("team-a", request)
    assert first.source_id == second.source_id
    assert (first.keep, first.max_removed_percent, first.schedule.cron) == (3, 50, "0 6 * * 1")
    for _ in range(2):
        await asked.run_source("team-a", asking.run_source(given, first.source_id))
    [run] = (await team(believing).call("ListJobs", pb.ListJobsRequest())).jobs
    changed = resource("CrawlSource", suspend=True, settings={"maxPages": 9})
    source = await asked.update_source("team-a", asking.update_source(changed, first.source_id))
    assert (source.settings.max_pages, source.schedule.suspended or not source.schedule.cron) == (9, True)
    await crawl_some(believing, team(believing), run)
    await asked.delete_source("team-a", first.source_id)
    assert not (await team(believing).call("ListJobs", pb.ListJobsRequest())).jobs
    with pytest.raises(Gone):
        await asked.source("team-a", first.source_id)


async def test_a_token_that_is_no_operators_is_refused(believing: JobsService, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(
        Signer(KEY, CLUSTER).sign("system:serviceaccount:team-a:default", (), 3600, time.time())
    )
    channel = open_channel(believing.target)
    with pytest.raises(Refused) as refused:
        await Asked(channel, str(tmp_path / "token")).job("team-b", "a")
    assert (refused.value.refusal.reason, refused.value.refusal.passes) == ("NotAllowed", True)
    await channel.close()


async def test_a_token_that_is_not_there_yet_is_waited_for(believing: JobsService, tmp_path: Path) -> None:
    channel = open_channel(believing.target)
    with pytest.raises(Refused) as refused:
        await Asked(channel, str(tmp_path / "none")).job("team-a", "a")
    assert (refused.value.refusal.reason, refused.value.refusal.passes) == ("NoToken", True)
    await channel.close()
