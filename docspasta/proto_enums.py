"""The domain's words and the proto's enums, one for the other. A test holds that neither has a word more."""

from __future__ import annotations

from docspasta.domain import JobLimit, JobState, PageReason, PageState
from docspasta.v1 import jobs_pb2, page_pb2


def job_state(value: jobs_pb2.JobState.ValueType) -> JobState:
    """The state of a proto's value. Raises ValueError for JOB_STATE_UNSPECIFIED and unknown numbers."""
    return JobState(jobs_pb2.JobState.Name(value).removeprefix("JOB_STATE_").lower())


def job_state_value(state: JobState) -> jobs_pb2.JobState.ValueType:
    """The proto's value of a state."""
    return _JOB_STATES[state]


def job_limit_value(limit: JobLimit) -> jobs_pb2.JobLimit.ValueType:
    """The proto's value of a limit; unspecified for NONE."""
    return jobs_pb2.JobLimit.Value(f"JOB_LIMIT_{limit.upper() or 'UNSPECIFIED'}")


def page_state(value: page_pb2.PageState.ValueType) -> PageState:
    """The state of a proto's value. Raises ValueError for PAGE_STATE_UNSPECIFIED and unknown numbers."""
    return PageState(page_pb2.PageState.Name(value).removeprefix("PAGE_STATE_").lower())


def page_state_value(state: PageState) -> page_pb2.PageState.ValueType:
    """The proto's value of a state."""
    return _PAGE_STATES[state]


def page_reason(value: page_pb2.PageReason.ValueType) -> PageReason:
    """The reason of a proto's value; NONE for unspecified. Raises ValueError for unknown numbers."""
    return PageReason(page_pb2.PageReason.Name(value).removeprefix("PAGE_REASON_").lower() if value else "")


def page_reason_value(reason: PageReason) -> page_pb2.PageReason.ValueType:
    """The proto's value of a reason; unspecified for NONE."""
    return _PAGE_REASONS[reason]


_JOB_STATES = {state: jobs_pb2.JobState.Value(f"JOB_STATE_{state.upper()}") for state in JobState}
_PAGE_STATES = {state: page_pb2.PageState.Value(f"PAGE_STATE_{state.upper()}") for state in PageState}
_PAGE_REASONS = {
    reason: page_pb2.PageReason.Value(f"PAGE_REASON_{reason.upper() or 'UNSPECIFIED'}")
    for reason in PageReason
}
