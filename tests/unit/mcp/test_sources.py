"""Sources, their versions, changes, crawls and resources, over a jobs service that is made up."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import grpc
import pytest

from docspasta.mcp import crawls
from docspasta.mcp.calls import call
from docspasta.mcp.jobs import ToolError
from docspasta.mcp.resources import address_of, named_by
from docspasta.mcp.sources import Source, documented_version
from docspasta.v1 import jobs_pb2 as pb
from docspasta.v1 import sources_pb2 as sources
from docspasta.v1.search_pb2 import SearchedJob, SearchHit, SearchResponse


def job_of(letter: str, day: int, url: str, **more: Any) -> pb.Job:
    """A job whose id is a letter 24 times, crawled on a day of November."""
    progress = pb.Progress(
        state=more.pop("state", pb.JOB_STATE_COMPLETED), processed=3, discovered=4, tokens=9
    )
    job = pb.Job(job_id=letter * 24, settings=pb.JobSettings(url=url), progress=progress, **more)
    job.created_at.FromDatetime(datetime(2026, 11, day, 10, tzinfo=UTC))
    job.finished_at.FromDatetime(datetime(2026, 11, day, 11, tzinfo=UTC))
    return job


class FakeJobs:
    """Two sources, of which one has three runs, and a crawl of its own that was made twice."""

    def __init__(self) -> None:
        url, older = "https://docs.example.org/3.12/", "https://docs.example.org/3.11/"
        days = {"c": 9, "b": 5, "a": 1}
        self.runs = [job_of(letter, day, url, source_id="5" * 24) for letter, day in days.items()]
        self.old = job_of("d", 2, older, source_id="6" * 24)
        self.alone = [job_of("f", 8, "https://alone.example/"), job_of("e", 3, "https://alone.example/")]
        self.jobs = [*self.runs, self.old, *self.alone]
        self.asked: list[tuple[str, Any]] = []

    async def ask(self, method: str, request: Any) -> Any:
        self.asked.append((method, request))
        return getattr(self, f"_{method}")(request)

    def _ListSources(self, request: Any) -> Any:
        new = {"settings": self.runs[0].settings, "newest_job_id": "c" * 24, "current_job_id": "c" * 24}
        old = {"settings": self.old.settings, "current_job_id": "d" * 24, "newest_job_id": "d" * 24}
        return sources.ListSourcesResponse(
            sources=[
                sources.Source(source_id="6" * 24, name="example old", **old),
                sources.Source(source_id="5" * 24, name="example", **new),
                sources.Source(source_id="7" * 24, name="never"),
            ]
        )

    def _ListJobs(self, request: Any) -> Any:
        return pb.ListJobsResponse(jobs=self.jobs)

    def _ListRuns(self, request: Any) -> Any:
        return sources.ListRunsResponse(jobs=[job for job in self.jobs if job.source_id == request.source_id])

    def _GetJob(self, request: Any) -> Any:
        return pb.GetJobResponse(job=next(job for job in self.jobs if job.job_id == request.job_id))

    def _GetSelection(self, request: Any) -> Any:
        return pb.GetSelectionResponse(under="/")

    def _DiffRuns(self, request: Any) -> Any:
        change = sources.PageChange(
            kind=sources.PageChange.KIND_MOVED, url="https://x/new", title="A", old_url="https://x/old"
        )
        return sources.DiffRunsResponse(moved=1, unchanged=2, changes=[change])

    def _RunSource(self, request: Any) -> Any:
        return sources.RunSourceResponse(job=self._begun("https://docs.example.org/3.12/"))

    def _CreateJob(self, request: Any) -> Any:
        return pb.CreateJobResponse(job=self._begun(request.settings.url))

    def _begun(self, url: str) -> pb.Job:
        job = job_of("9", 20, url, state=pb.JOB_STATE_RUNNING)
        done = job_of("9", 20, url)
        done.progress.processed, done.progress.discovered = 7, 7
        self.jobs.append(done)  # what it is when it is looked at again
        return job

    def _Search(self, request: Any) -> Any:
        job_id = (list(request.job_ids) or ["c" * 24])[0]
        hit = SearchHit(
            job_id=job_id, url="https://docs.example.org/3.12/a", title="A", text="Text.", anchor="x"
        )
        return SearchResponse(hits=[hit], jobs=[SearchedJob(job_id=job_id, complete=True)])

    def stream(self, method: str, request: Any) -> Any:
        raise AssertionError(method)


async def said(name: str, jobs: FakeJobs | None = None, **given: Any) -> str:
    return (await call(jobs or FakeJobs(), name, given)).text


async def test_sources_are_listed_once_each_with_their_versions() -> None:
    lines = (await said("list_sources")).splitlines()[2:-1]
    assert [line[2] for line in lines] == ["6", "5", "f", "7"]
    one = next(line for line in lines if line.startswith("- " + "5" * 24))
    assert "example" in one and "version 3.12" in one and "crawled 2026-11-09" in one
    assert f"other versions: {'b' * 24} 2026-11-05, {'a' * 24} 2026-11-01" in one
    assert any("never" in line and "nothing to read yet" in line for line in lines)
    assert (await said("list_sources", query="alone")).count("\n- ") == 1


@pytest.mark.parametrize(
    ("source", "version", "run"),
    [
        ("example", "", "c"),
        ("5" * 24, "", "c"),
        ("555", "", "c"),
        ("exam", "", "c"),  # the shortest name
        ("docs.example.org/3.12", "", "c"),
        ("latest", "", "c"),
        ("b" * 24, "", "b"),  # a run that is named is that run
        ("example", "current", "c"),
        ("example", "previous", "b"),
        ("example", "bbbbbb", "b"),
        ("example", "2026-11-05", "b"),
        ("example", "2026-11-08", "b"),
        ("example", "2026-11-09T10:00:00Z", "c"),
        ("docs.example.org", "3.11", "d"),
        ("docs.example.org", "v3.12", "c"),
        ("alone", "", "f"),
        ("alone", "previous", "e"),
        ("alone", "2026-11-03", "e"),
    ],
)
async def test_a_version_of_a_source_is_read(source: str, version: str, run: str) -> None:
    jobs = FakeJobs()
    await said("get_outline", jobs, source=source, version=version)
    assert jobs.asked[-1][1].job_id == run * 24


@pytest.mark.parametrize(
    ("source", "version", "words"),
    [
        ("example", "2.7", "documents '2.7'"),
        ("example", "3.1", "documents '3.1'"),  # 3.12 and 3.11 are others
        ("example", "2026-10-01", "has no run"),
        ("example", "abcdef", "has no run"),
        ("nobody", "3.12", "list_sources"),
        ("nobody", "", "list_sources"),
        ("never", "", "refresh_source"),
    ],
)
async def test_a_version_that_is_not_there_is_named_with_those_that_are(
    source: str, version: str, words: str
) -> None:
    with pytest.raises(ToolError, match=words):
        await said("get_outline", source=source, version=version)


async def test_a_search_is_in_a_version_and_tells_it() -> None:
    jobs = FakeJobs()
    answer = await call(jobs, "search_docs", {"query": "x", "source": "example", "version": "previous"})
    assert next(list(asked.job_ids) for name, asked in jobs.asked if name == "Search") == ["b" * 24]
    assert f"(source {'5' * 24}, version 3.12, run {'b' * 24}, crawled 2026-11-05, " in answer.text
    (link,) = answer.links
    assert named_by(link.uri) == ("5" * 24, "https://docs.example.org/3.12/a#x")
    with pytest.raises(ToolError, match="name the source"):
        await said("search_docs", query="x", version="previous")


async def test_changes_are_told_since_the_run_before_a_day() -> None:
    for since, earlier, words in (
        ("", "b", "2026-11-05"),
        ("2026-11-05", "a", "2026-11-01"),
        ("2026-11-07", "b", "2026-11-05"),
        ("2026-10-01", "a", "No run is kept from before that day"),
        ("aaaaaa", "a", "2026-11-01"),
    ):
        jobs = FakeJobs()
        text = await said("changes", jobs, source="example", since=since)
        asked = jobs.asked[-1][1]
        assert (asked.from_job_id, asked.to_job_id) == (earlier * 24, "c" * 24)
        assert (
            words in text
            and "1 moved, " in text
            and "- moved: A <https://x/new> (was <https://x/old>)" in text
        )
    assert "Nothing was crawled since" in await said("changes", source="example", since="2026-11-20")
    for source, since, words in (("alone", "", "crawl of its own"), ("example", "ffffff", "has no run")):
        with pytest.raises(ToolError, match=words):
            await said("changes", source=source, since=since)


@pytest.mark.parametrize(
    ("name", "given", "method"),
    [
        ("crawl_docs", {"url": "https://new.example/"}, "CreateJob"),
        ("refresh_source", {"source": "example"}, "RunSource"),
        ("refresh_source", {"source": "never"}, "RunSource"),
        ("refresh_source", {"source": "alone"}, "CreateJob"),
    ],
)
async def test_a_crawl_tells_how_far_it_is_until_its_end(
    monkeypatch: pytest.MonkeyPatch, name: str, given: dict[str, Any], method: str
) -> None:
    monkeypatch.setattr(crawls, "PAUSE", 0.0)
    told: list[tuple[float, float]] = []

    async def tell(done: float, total: float, words: str) -> None:
        told.append((done, total))

    jobs = FakeJobs()
    answer = await call(jobs, name, given, tell)
    assert method in [asked for asked, _ in jobs.asked]
    assert "completed" in answer.text and "7 pages done" in answer.text
    assert told == [(3, 4), (7, 7)]
    answer = await call(FakeJobs(), name, {**given, "wait": 0}, tell)
    assert "running" in answer.text or "completed" in answer.text


async def test_what_cannot_be_crawled_again_is_said() -> None:
    jobs = FakeJobs()
    jobs.alone[0].header_names.append("Authorization")
    with pytest.raises(ToolError, match="headers"):
        await said("refresh_source", jobs, source="alone")

    class Busy(FakeJobs):
        def _RunSource(self, request: Any) -> Any:
            metadata = grpc.aio.Metadata()
            code = grpc.StatusCode.FAILED_PRECONDITION
            raise grpc.aio.AioRpcError(code, metadata, metadata, details="A run of this source is under way")

    with pytest.raises(ToolError, match="under way"):
        await said("refresh_source", Busy(), source="example")


def test_addresses_of_resources_name_what_they_were_made_of() -> None:
    source = Source("5" * 24, "x", job_of("a", 1, "https://docs.example.org/"))
    for url in ("https://docs.example.org/a b/%20?q=1&r=ä#s", "https://docs.example.org/"):
        assert named_by(address_of(source, url, "").uri) == ("5" * 24, url)
    assert named_by("docspasta://abc") == ("abc", "")
    for wrong in (
        "https://docs.example.org/",
        "docspasta://",
        "docspasta:///x",
        "docspasta://a/" + "x" * 9_000,
    ):
        assert named_by(wrong) is None


def test_the_version_of_a_documentation_is_read_from_its_address() -> None:
    assert documented_version("https://docs.python.org/3.12/library/") == "3.12"
    assert documented_version("https://docs.djangoproject.com/en/5.0/") == "5.0"
    assert documented_version("https://x.example/guide/") == ""
