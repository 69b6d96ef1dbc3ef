"""The Redis ACL user of each service: which keys, channels and commands. Pure.

`docspasta redis-acl` prints these for a users.acl file or ACL SETUSER. A Lua script runs with its caller's
rights, so a user needs the commands inside the scripts it calls; what it may touch is bounded by its keys.

What the crawler's user can't do: read a fetched body or a processor's queue entry's body (bodies are
write-only for it), open, pause or end a job, ring or hear a job's doorbell, see another service's rate
limits, run a script of its own, reach anything outside these keys. Only jobs sends the text of a script
(services/jobs/scripts.py); crawler and processor name it by its hash.

What no ACL can prevent, since hosts are shared by all jobs: a crawler that is taken over reads the queued
URLs of every open job with their tickets, and the jobs' sealed headers (whose key it has); it may drop or
delay URLs. A ticket (an HMAC that the crawler can't make) keeps it from writing a result for other pages than
those it read a ticket of, and maintenance adds again what it drops.
"""

from __future__ import annotations

from dataclasses import dataclass

CONNECTION = ("auth", "hello", "ping", "quit", "client|setname", "client|setinfo", "client|no-evict", "reset")
CLUSTER = (
    "cluster|slots",
    "cluster|shards",
    "cluster|nodes",
    "cluster|info",
    "command",
    "readonly",
    "asking",
)
SCRIPTS = ("evalsha", "time", "exists", "del", "unlink", "pexpire", "persist", "publish")
HASHES = ("hget", "hset", "hmget", "hgetall", "hdel", "hlen", "hexists", "hincrby", "hvals", "hscan")
ZSETS = ("zadd", "zrem", "zrange", "zrevrange", "zrangebyscore", "zscore", "zcard", "zcount")
SETS = ("sadd", "smembers", "spop", "scard", "sscan")
STRINGS = ("get", "set", "mget", "mset", "pttl")
LISTENING = ("subscribe", "unsubscribe")

SHARED = "{f*}:"
JOB = "user:*:job:*:{f*}:"


@dataclass(frozen=True, slots=True)
class Rule:
    """One service's user: key patterns (`%R~` read, `%W~` write, `~` both), channels, commands."""

    name: str
    keys: tuple[str, ...]
    channels: tuple[str, ...]
    commands: tuple[str, ...]

    def rules(self) -> list[str]:
        """The words of ACL SETUSER, without the password."""
        words = ["reset", "on", *self.keys]
        words += [f"&{channel}" for channel in self.channels]
        return [*words, "-@all", *(f"+{command}" for command in self.commands)]

    def line(self, password_sha256: str = "") -> str:
        """A line of a users.acl file; `password_sha256` is 64 hex digits."""
        secret = [f"#{password_sha256}"] if password_sha256 else []
        return " ".join(["user", self.name, *self.rules(), *secret])


CRAWLER = Rule(
    "docspasta-crawler",
    (
        f"~{SHARED}*",
        f"%R~{JOB}state",
        f"~{JOB}queue:*",
        f"~{JOB}tries",
        f"%R~{JOB}asking",
        f"%W~{JOB}retrying",
        f"~{JOB}taken",
        f"%W~{JOB}bodies",
        f"~{JOB}waiting",
    ),
    ("docspasta:*",),
    (*CONNECTION, *CLUSTER, *SCRIPTS, *HASHES, *ZSETS, *STRINGS, *LISTENING),
)
PROCESSOR = Rule(
    "docspasta-processor",
    (
        f"~{SHARED}*",
        f"~{JOB}state",
        f"~{JOB}queue:*",
        f"~{JOB}hosts",
        f"~{JOB}tries",
        f"~{JOB}asking",
        f"~{JOB}taken",
        f"~{JOB}bodies",
        f"~{JOB}waiting",
        f"~{JOB}retrying",
    ),
    ("docspasta:*", "user:*:job:*:version"),
    (*CONNECTION, *CLUSTER, *SCRIPTS, *HASHES, *ZSETS, *SETS, *STRINGS, *LISTENING),
)
JOBS = Rule(
    "docspasta-jobs",
    (f"~{SHARED}*", f"~{JOB}*", "~rate:*"),
    ("docspasta:*", "user:*:job:*:version"),
    (
        *CONNECTION, *CLUSTER, *SCRIPTS, *HASHES, *ZSETS, *SETS, *STRINGS, *LISTENING,
        "script|load", "script|exists", "scan", "memory|usage", "info",
    ),
)  # fmt: skip
SERVICES = {"crawler": CRAWLER, "processor": PROCESSOR, "jobs": JOBS}


def render() -> str:
    """All users as a users.acl file, which can hold no comments. Nobody can sign in until each service's line
    gets its `>password` (or `#` and the password's SHA-256)."""
    return "user default off\n" + "\n".join(rule.line() for rule in SERVICES.values()) + "\n"
