"""DocspastaError <-> gRPC status, in this one place. Details follow google.rpc (error_details.proto)."""

from __future__ import annotations

from typing import Any

import grpc
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.duration_pb2 import Duration
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, RetryInfo
from google.rpc.status_pb2 import Status

from docspasta import errors

CODES: dict[type[errors.DocspastaError], grpc.StatusCode] = {
    errors.InvalidArgument: grpc.StatusCode.INVALID_ARGUMENT,
    errors.Unauthenticated: grpc.StatusCode.UNAUTHENTICATED,
    errors.PermissionDenied: grpc.StatusCode.PERMISSION_DENIED,
    errors.NotFound: grpc.StatusCode.NOT_FOUND,
    errors.AlreadyExists: grpc.StatusCode.ALREADY_EXISTS,
    errors.Aborted: grpc.StatusCode.ABORTED,
    errors.FailedPrecondition: grpc.StatusCode.FAILED_PRECONDITION,
    errors.ResourceExhausted: grpc.StatusCode.RESOURCE_EXHAUSTED,
    errors.Unavailable: grpc.StatusCode.UNAVAILABLE,
}
ERRORS = {code: kind for kind, code in CODES.items()}
DETAILS_KEY = "grpc-status-details-bin"


def code_of(error: errors.DocspastaError) -> grpc.StatusCode:
    """The gRPC code of an error; INTERNAL for one that the table lacks."""
    return CODES.get(type(error), grpc.StatusCode.INTERNAL)


def details_of(error: errors.DocspastaError) -> bytes:
    """The serialised google.rpc.Status of an error, for the trailing metadata `grpc-status-details-bin`."""
    # The whole message is the status's own; all metadata together has room for some 8 KiB (gRPC's default).
    status = Status(code=code_of(error).value[0], message=error.message[:200])
    _pack(status, ErrorInfo(reason=error.reason, domain="docspasta"))
    if isinstance(error, errors.InvalidArgument):
        rows = [BadRequest.FieldViolation(field=f, description=s) for f, s in error.violations]
        _pack(status, BadRequest(field_violations=rows))
    if error.retry_after:
        nanos = int(error.retry_after % 1 * 1e9)
        _pack(status, RetryInfo(retry_delay=Duration(seconds=int(error.retry_after), nanos=nanos)))
    return bytes(status.SerializeToString())


def _pack(status: Status, detail: Any) -> None:
    box = AnyMessage()
    box.Pack(detail)
    status.details.append(box)


def error_of(call: grpc.aio.AioRpcError) -> errors.DocspastaError:
    """The DocspastaError that a failed call carries; trouble on the way becomes Unavailable."""
    kind = ERRORS.get(call.code(), errors.Unavailable)
    info, violations, retry_after = _unpack(call)
    message = call.details() or call.code().name
    if kind is errors.InvalidArgument:
        return errors.InvalidArgument(violations or [("request", message)])
    return kind(message, reason=info, retry_after=retry_after)


def _unpack(call: grpc.aio.AioRpcError) -> tuple[str, list[tuple[str, str]], float]:
    reason, violations, retry_after = "", [], 0.0
    raw = dict(call.trailing_metadata() or ()).get(DETAILS_KEY)
    for box in Status.FromString(raw).details if isinstance(raw, bytes) else ():
        info, bad, retry = ErrorInfo(), BadRequest(), RetryInfo()
        if box.Unpack(info):
            reason = info.reason
        elif box.Unpack(bad):
            violations = [(row.field, row.description) for row in bad.field_violations]
        elif box.Unpack(retry):
            retry_after = retry.retry_delay.seconds + retry.retry_delay.nanos / 1e9
    return reason, violations, retry_after
