"""Every key of Redis, its type and its lifetime. Pure; docs/redis.md is rendered from here
(`python -m docspasta.queues.keys > docs/redis.md`).

A host's shard is a hash of its name modulo `frontier_shards`; `{fNN}` is the hash tag that keeps a shard's
keys in one slot of a Redis Cluster. Only the braces of the shard, and of a rate's user, are literal.
"""
# ruff: noqa: E501 (the table reads better in long lines)

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass

from docspasta.domain import JobKey

WORK = "docspasta:work"
PAGES = "docspasta:pages"
ROBOTS = "docspasta:robots"
ENDED_KEPT = 3600.0  # seconds that the marker `ended` stays
NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class Key:
    """One kind of key: its name, its type, what it holds, and when it goes."""

    name: str
    type: str
    holds: str
    lifetime: str


JOB = "user:<user>:job:<job>:"
KEYS = (
    Key("{fNN}:installed", "string", "`<identity> <made ms> <held until ms>` of this shard", "no end; a shard without it gives nothing out"),
    Key("{fNN}:due", "zset", "user -> when the first of its hosts is due (ms, a lower bound)", "while the user has something queued"),
    Key("{fNN}:due:<user>", "zset", "host -> when it is due for the user (ms, a lower bound)", "while the user has something queued there"),
    Key("{fNN}:pace:<host>", "string", "the host's pace and turns: next start (ms), turns, open requests (that of a URL is its lease, with its expiry), and what it or a job wished for (Crawl-delay, factor, parked, a gentler job's next start)", "while a job has its turns there, then an hour or two after the last use"),
    Key("{fNN}:held", "hash", "user, or share of an address's anonymous users -> leases held by crawlers", "a field while above 0"),
    Key("{fNN}:pages", "zset", "user -> its turn in the pages queue", "while the user has pages waiting"),
    Key("{fNN}:pages:<user>", "zset", "job -> its turn in the pages queue", "while the job has pages waiting"),
    Key("{fNN}:pages:leases", "zset", "`user/job/page` -> expiry of a processor's lease (ms)", "a member until completed, released or expired"),
    Key("{fNN}:pages:bytes", "hash", "`user/job` -> bytes of results waiting or being recorded", "a field while above 0"),
    Key("{fNN}:stopped", "string", "crawlers stopped for too many waiting bytes; its deletion rings", "60 s, or until bytes are freed"),
    Key("{fNN}:address:<address>", "hash", "token -> expiry of a request to a resolved address; `b` somebody waits", "two leases and a minute after the last use"),
    Key("{fNN}:robots:<origin>", "string", "the robots verdict of an origin, for the crawler to read", "the verdict's lifetime"),
    Key("{fNN}:robots-lock:<origin>", "string", "token of the crawler that fetches robots.txt", "its lease (35 s)"),
    Key(JOB + "{fNN}:state", "hash", "`s` open, paused or ended; `delay`, `open`, `crawl` (JSON, request headers sealed), `trace`", "the job's life; ended: an hour"),
    Key(JOB + "{fNN}:hosts", "set", "hosts that the job has used in this shard", "the job's life"),
    Key(JOB + "{fNN}:queue:<host>", "zset", "`<page> <flags> <ticket> <path>` of a URL, leased or not -> not before (ms)", "while something is queued; a URL until it is completed"),
    Key(JOB + "{fNN}:tries", "hash", "page -> `<attempts> <losses>` of a URL that was tried before", "until it is completed"),
    Key(JOB + "{fNN}:asking", "hash", "page -> `[etag, last modified, doubted, alternates...]`: by what a URL is asked for, and what beside it", "until it is recorded"),
    Key(JOB + "{fNN}:retrying", "string", "`<until ms> <attempts> <HTTP status> <reason> <host>` of the URL that was put off last", "until a few seconds after it is tried again"),
    Key(JOB + "{fNN}:taken", "hash", "page -> record of a URL that is fetched", "until it is recorded"),
    Key(JOB + "{fNN}:bodies", "hash", "page -> the result: 4 bytes length, JSON header, body (as the site coded it, or a zstd frame from 16 KiB on)", "until it is recorded"),
    Key(JOB + "{fNN}:waiting", "zset", "page -> since when it waits for a processor (ms)", "until a processor takes it"),
    Key("rate:{<user>}", "string", "when the user's bucket of requests is full again (ms, GCRA); used by the jobs service alone", "until then"),
)  # fmt: skip
CHANNELS = (
    (WORK, "a shard has something due earlier than was known; the message is the shard"),
    (PAGES, "a shard has a page waiting; the message is the shard"),
    (ROBOTS, "a robots verdict was stored or its lock given up; the message is the origin"),
    ("user:<user>:job:<job>:version", "a job has a new state version; the message is the version"),
)


def shard_of(host: str, shards: int) -> int:
    """The shard of a host (or of a resolved address)."""
    return zlib.crc32(host.encode()) % shards


def tag(shard: int) -> str:
    """`{fNN}:`, the beginning of a shard's shared keys."""
    return f"{{f{shard:02d}}}:"


def job_prefix(job: JobKey, shard: int) -> str:
    """The beginning of a job's keys in a shard."""
    return f"user:{job.user_id}:job:{job.job_id}:{tag(shard)}"


def job_name(job: JobKey) -> str:
    """`user/job`, as entries of shared structures carry it. ValueError for ids that no key may hold."""
    if not NAME.fullmatch(job.user_id) or not NAME.fullmatch(job.job_id):
        raise ValueError(f"{job!r}: user and job ids are 1 to 64 of letters, digits, '_' and '-'")
    return f"{job.user_id}/{job.job_id}"


def job_of(name: str) -> JobKey:
    """The job of `user/job`."""
    user, _, job = name.partition("/")
    return JobKey(user, job)


def rate_key(user_id: str) -> str:
    """The key of a user's bucket of requests; the user is its hash tag."""
    return f"rate:{{{user_id}}}"


def version_channel(job: JobKey) -> str:
    """The doorbell's channel of a job."""
    return f"user:{job.user_id}:job:{job.job_id}:version"


def render() -> str:
    """docs/redis.md."""
    lines = [
        "# Redis: every key",
        "",
        "Rendered from `docspasta/queues/keys.py`. Redis holds only what can be rebuilt from Postgres.",
        "`{fNN}` is the shard of a host: a Redis Cluster's hash tag. Times are milliseconds of the server.",
        "",
        "| key | type | holds | lifetime |",
        "|---|---|---|---|",
    ]
    lines += [f"| `{key.name}` | {key.type} | {key.holds} | {key.lifetime} |" for key in KEYS]
    lines += ["", "## Channels", "", "| channel | says |", "|---|---|"]
    lines += [f"| `{name}` | {says} |" for name, says in CHANNELS]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(render(), end="")
