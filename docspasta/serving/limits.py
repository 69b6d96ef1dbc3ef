"""Time limits, in one tested table: seconds by RPC. A stream may last as long as its connection. Pure."""

from __future__ import annotations

DEFAULT = 10.0

SECONDS: dict[str, float] = {
    "/docspasta.v1.JobsService/CreateJob": 10.0,
    "/docspasta.v1.JobsService/DeleteJob": 30.0,
    "/docspasta.v1.JobsService/CancelJob": 30.0,
    "/docspasta.v1.JobsService/RetryJob": 30.0,
    "/docspasta.v1.JobsService/GetOutline": 30.0,
    "/docspasta.v1.JobsService/GetSelection": 60.0,
    "/docspasta.v1.JobsService/GrepJob": 60.0,
    "/docspasta.v1.JobsService/FinishJob": 30.0,
    "/docspasta.v1.PushesService/PushPages": 30.0,
    "/docspasta.v1.SearchService/Search": 60.0,  # the first search of a job builds its index
    "/docspasta.v1.IdentityService/ExchangeToken": 5.0,
    "/docspasta.v1.IdentityService/ExchangeNamespace": 5.0,
    "/docspasta.v1.CrawlerService/SendDelivery": 25.0,  # 15 s a try, and the wait for a place
}

# Streams: at most the connection's age (DOCSPASTA_MAX_CONNECTION_AGE) unless named here.
STREAM_SECONDS: dict[str, float] = {
    "/docspasta.v1.CrawlerService/FetchPages": 300.0,
    "/docspasta.v1.ProcessorService/ConvertPage": 60.0,
}

CHUNK_BYTES = 256 * 1024
MESSAGE_BYTES = 4 * 1024 * 1024  # of an answer
# Of a request. It is read in one step of the loop; one that is nothing but empty fields takes longest.
REQUEST_BYTES = 128 * 1024
REQUEST_BYTES_OF: dict[str, int] = {
    "/docspasta.v1.CrawlerService/FetchPages": 224 * 1024,  # 100 URLs of 2 KiB, and their headers
}
PART_BYTES = CHUNK_BYTES + 8 * 1024  # of a message of a stream: a chunk of a body, or what goes before it
MOST_ITEMS = 2_000  # of a list in a request


def seconds(method: str, streaming: bool, max_connection_age: float) -> float:
    """How long a call of `method` may take."""
    if streaming:
        return STREAM_SECONDS.get(method, max_connection_age)
    return SECONDS.get(method, DEFAULT)
