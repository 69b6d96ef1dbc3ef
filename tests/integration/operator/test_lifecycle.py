"""CrawlJob and CrawlSource on a real API server: definitions, rights, life, namespaces, kills."""

from __future__ import annotations

import signal

import pytest

from docspasta.serving.channel import call_metadata
from docspasta.v1.jobs_pb2 import GetJobRequest
from docspasta.v1.jobs_pb2_grpc import JobsServiceStub
from tests.cluster.control_plane import ControlPlane

from .conftest import ACCOUNT, HOME, Crawls, crawl_job

CRAWL = ("crawl", "docs", "-n", "team-a")


def has(type_: str, status: str = "True"):  # type: ignore[no-untyped-def]
    """Whether a resource has this condition."""

    def found(one):  # type: ignore[no-untyped-def]
        conditions = one.get("status", {}).get("conditions", ())
        return any(c["type"] == type_ and c["status"] == status for c in conditions)

    return found


async def test_a_crawl_from_apply_to_delete(crawls: Crawls) -> None:
    cluster = crawls.cluster
    await crawls.make("docs", settings={"maxPages": 40})
    await cluster.kubectl("wait", "--for=condition=Accepted", "crawl/docs", "-n", "team-a", "--timeout=100s")
    [job_id] = await crawls.jobs()
    await crawls.crawl(job_id)
    await cluster.kubectl("wait", "--for=condition=Complete", "crawl/docs", "-n", "team-a", "--timeout=100s")
    head, row = (await cluster.kubectl("get", *CRAWL)).splitlines()
    assert head.split() == ["NAME", "STATE", "DONE", "FOUND", "FAILED", "AGE"]
    assert row.split()[:2] == ["docs", "Completed"]
    wide = await cluster.kubectl("get", *CRAWL, "-o", "wide")
    assert "https://docs.example.org/" in wide and job_id in wide
    one = await cluster.read(*CRAWL, "--show-managed-fields")
    assert one["status"]["documentURL"] == f"https://d.example.org/api/v5/jobs/{job_id}/markdown"
    managers = {
        (m["manager"], m["operation"], m.get("subresource")) for m in one["metadata"]["managedFields"]
    }
    assert ("docspasta-operator", "Apply", "status") in managers
    events = await cluster.kubectl("describe", "crawl", "docs", "-n", "team-a")
    assert "JobCreated" in events and "CrawlCompleted" in events
    await cluster.kubectl("delete", *CRAWL, "--timeout=100s")
    assert await crawls.jobs() == []


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        ({"url": "docs.example.org"}, "write it like https://docs.example.org/"),
        ({"url": None}, 'missing required field "url"'),
        ({"settings": {"maxPages": 0}}, "should be greater than or equal to 1"),
        ({"settings": {"maxPages": "many"}}, 'expected "integer"'),
        ({"settings": {"headers": {"a": "b"}}}, "headers"),
        ({"deletePolicy": "Orphan"}, "Unsupported value"),
        ({"ttlSecondsAfterFinished": -1}, "should be greater than or equal to 0"),
    ],
)
async def test_the_api_server_refuses_what_is_no_crawl(
    control_plane: ControlPlane, spec: dict, sentence: str
) -> None:
    assert sentence in await control_plane.apply(crawl_job("docs", **spec), fails=True)


@pytest.mark.parametrize(
    "change", [{"url": "https://b.example/"}, {"settings": {"maxPages": 3}}, {"deletePolicy": "Retain"}]
)
async def test_a_crawl_is_one_crawl(control_plane: ControlPlane, change: dict) -> None:
    await control_plane.apply(crawl_job("docs", HOME))
    refused = await control_plane.apply(crawl_job("docs", HOME, **change), fails=True)
    assert "a CrawlJob is one crawl" in refused
    await control_plane.apply(crawl_job("docs", HOME, suspend=True, ttlSecondsAfterFinished=5))
    await control_plane.kubectl("delete", "crawl", "docs", "-n", HOME)


async def test_suspend_pauses_and_resumes(crawls: Crawls) -> None:
    await crawls.make("docs")
    await crawls.until(lambda one: one.get("status", {}).get("state") == "Running", *CRAWL)
    await crawls.make("docs", suspend=True)
    await crawls.until(lambda one: one["status"]["state"] == "Suspended", *CRAWL)
    await crawls.make("docs", suspend=False)
    await crawls.until(lambda one: one["status"]["state"] == "Running", *CRAWL)
    assert len(await crawls.jobs()) == 1


async def test_a_time_after_its_end(crawls: Crawls) -> None:
    await crawls.make("docs", ttlSecondsAfterFinished=0)
    await crawls.until(has("Accepted"), *CRAWL)
    await crawls.crawl((await crawls.jobs())[0])
    await crawls.cluster.kubectl("wait", "--for=delete", "crawl/docs", "-n", "team-a", "--timeout=100s")
    assert await crawls.jobs() == []


async def test_the_token_of_a_namespace_reads_its_jobs_and_no_others(crawls: Crawls) -> None:
    await crawls.make("docs")
    await crawls.until(has("Accepted"), *CRAWL)
    request = GetJobRequest(job_id=(await crawls.jobs())[0])
    stub = JobsServiceStub(crawls.team("team-a").channel)
    for namespace, found in (("team-a", True), ("team-b", False), (HOME, False)):
        token = await crawls.cluster.token(namespace, "default", "docspasta")
        try:
            await stub.GetJob(request, metadata=call_metadata(token), timeout=60)
        except Exception as error:
            assert not found, error
            assert "no such job" in str(error)
        else:
            assert found
    token = await crawls.cluster.token("team-a", "default")  # for the API server, not for us
    with pytest.raises(Exception, match="UNAUTHENTICATED"):
        await stub.GetJob(request, metadata=call_metadata(token), timeout=60)


async def test_its_rights_end_where_the_chart_says(crawls: Crawls) -> None:
    account = f"--as=system:serviceaccount:{HOME}:{ACCOUNT}"
    for verb, what, allowed in (
        ("patch", "crawljobs.docspasta.dev/status", True),
        ("delete", "crawljobs.docspasta.dev", True),
        ("create", "events.events.k8s.io", True),
        ("create", "crawljobs.docspasta.dev", False),
        ("delete", "crawlsources.docspasta.dev", False),
        ("get", "secrets", False),
        ("list", "pods", False),
        ("create", "serviceaccounts/token", False),
        ("impersonate", "serviceaccounts", False),
    ):
        asked = ("auth", "can-i", verb, what, "-n", "team-a", account)
        if allowed:
            assert "yes" in await crawls.cluster.kubectl(*asked)
        else:
            await crawls.cluster.kubectl(*asked, fails=True)


async def test_a_gone_docspasta_blocks_no_namespace(crawls: Crawls) -> None:
    cluster = crawls.cluster
    await cluster.kubectl("create", "namespace", "team-c")
    await crawls.make("docs", "team-c")
    named = ("crawl", "docs", "-n", "team-c")
    await crawls.until(has("Accepted"), *named)
    crawls.operator.end(signal.SIGTERM)
    crawls.operator.environment["DOCSPASTA_JOBS_ADDRESS"] = "127.0.0.1:9"  # nobody is there
    crawls.operator.start()
    await cluster.kubectl("delete", "namespace", "team-c", "--timeout=100s")


async def test_another_replica_takes_over(crawls: Crawls) -> None:
    await crawls.make("docs")
    await crawls.until(has("Accepted"), *CRAWL)
    crawls.another()
    assert crawls.operator.end(signal.SIGTERM) == 0  # it gives the lease back
    await crawls.make("more")
    await crawls.until(has("Accepted"), "crawl", "more", "-n", "team-a")
    lease = await crawls.cluster.read("lease", f"{ACCOUNT}-turn", "-n", HOME)
    assert str(crawls.others[0].process.pid) in lease["spec"]["holderIdentity"]


async def test_a_source_is_run_and_follows_its_resource(crawls: Crawls) -> None:
    source = ("crawlsource", "docs", "-n", "team-a")
    given = {"schedule": {"cron": "0 6 * * 1"}, "keep": 3, "settings": {"maxPages": 40}}
    await crawls.cluster.apply(crawl_job("docs", kind="CrawlSource", **given))
    one = await crawls.until(lambda found: found.get("status", {}).get("newestJobID"), *source)
    await crawls.crawl(one["status"]["newestJobID"])
    one = await crawls.until(has("Ready"), *source)
    assert one["status"]["currentJobID"] in one["status"]["documentURL"]
    assert one["status"]["nextRunTime"] and one["status"]["schedule"]
    await crawls.cluster.apply(crawl_job("docs", kind="CrawlSource", **{**given, "suspend": True}))
    await crawls.until(lambda found: found["status"]["appliedGeneration"] == 2, *source)
    [source_of] = await crawls.sources()
    assert source_of.schedule.suspended
    await crawls.cluster.kubectl("delete", *source, "--timeout=100s")
    assert (await crawls.sources(), await crawls.jobs()) == ([], [])
