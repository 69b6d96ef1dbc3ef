"""The environment of each of the four processes: its own DOCSPASTA_* variables and no other's. Pure.

The crawler, which touches the internet, gets neither Postgres nor the key that makes tickets.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from docspasta.embedded.keys import Keys
from docspasta.modules import PROCESSES, SEARCH_PATH, module_of

SERVICES = ("jobs", "crawler", "processor")
LOOPBACK = "127.0.0.1"
MODULES = {process: module_of(process) for process in PROCESSES}
RENDERER = "renderer"  # a fifth process, where a browser is installed
NO_BROWSER = "none"  # DOCSPASTA_RENDERER_CHROMIUM: as if none were
# On your own machine, for your own sites: no minimum delay between requests, because nobody shares it.
LAPTOP = {
    "DOCSPASTA_CRAWLER_MIN_DELAY": "0",
    "DOCSPASTA_CRAWLER_MAX_CONCURRENCY": "64",
    "DOCSPASTA_FRONTIER_SHARDS": "1",
    "DOCSPASTA_FRONTIER_PAUSE": "1",
    "DOCSPASTA_JOBS_KEEP": str(7 * 86400),
    "DOCSPASTA_GRACE": "5",
}


@dataclass(frozen=True)
class Addresses:
    """The addresses of one stack's parts."""

    app_dsn: str
    maintenance_dsn: str
    redis_url: str
    jobs: str
    crawler: str
    processor: str
    gateway: str  # host:port of HTTP
    renderer: str = ""  # '' where no browser is installed

    def of(self, service: str) -> str:
        """The listen address of one of the four processes, which is also its gRPC target."""
        address: str = getattr(self, service)
        return address


@dataclass(frozen=True)
class Choices:
    """What the person who started the stack chose. `settings` are further DOCSPASTA_* variables.

    `host` is the address that the gateway listens on; the machine's own processes always use 127.0.0.1.
    """

    allow: tuple[str, ...] = ()
    log_level: str = "info"
    settings: Mapping[str, str] = field(default_factory=dict)
    host: str = LOOPBACK


def preloading(directory: Path, inherited: Mapping[str, str]) -> dict[str, str]:
    """The environment of the process that forks the others. It names their directory, and no secret."""
    return {**_outside(inherited), "PYTHONPATH": str(SEARCH_PATH), "DOCSPASTA_DATA_DIR": str(directory)}


def environment_of(
    service: str, addresses: Addresses, keys: Keys, choices: Choices, inherited: Mapping[str, str]
) -> dict[str, str]:
    """The whole environment of one of the four processes."""
    given = {name: value for name, value in inherited.items() if may_be_given(name)}
    own = {
        **LAPTOP,
        "DOCSPASTA_LOG_LEVEL": choices.log_level,
        **given,
        **choices.settings,
        "DOCSPASTA_EMBEDDED": "1",
        **keys.only("DOCSPASTA_IDENTITY_ISSUERS"),
        f"DOCSPASTA_{service.upper()}_LISTEN": listen_of(service, addresses, choices.host),
        **secrets_of(service, addresses, keys),
    }
    if choices.allow:
        own["DOCSPASTA_ALLOW_PRIVATE"] = ",".join(choices.allow)
    return {**_outside(inherited), **own}


def _outside(inherited: Mapping[str, str]) -> dict[str, str]:
    """What is not Docspasta's own."""
    own = {name: value for name, value in inherited.items() if not name.startswith("DOCSPASTA_")}
    return {**own, "PYTHONUNBUFFERED": "1"}


def listen_of(service: str, addresses: Addresses, host: str) -> str:
    """Where a process listens. The gateway alone may be reached from other machines."""
    address = addresses.of(service)
    return f"{host}:{address.rpartition(':')[2]}" if service == "gateway" else address


def may_be_given(name: str) -> bool:
    """Whether a variable that the person set is passed on. Addresses and secrets come from the stack."""
    private = ("_DSN", "REDIS_URL", "_KEY", "_LISTEN", "_ADDRESS", "_ISSUERS", "_TOKEN")
    return name.startswith("DOCSPASTA_") and (name.endswith("_PER_ADDRESS") or not name.endswith(private))


def secrets_of(service: str, addresses: Addresses, keys: Keys) -> dict[str, str]:
    """The addresses and keys that this process needs and others may not have."""
    redis = {"DOCSPASTA_REDIS_URL": addresses.redis_url}
    renderer = {"DOCSPASTA_RENDERER_ADDRESS": addresses.renderer}
    record = {**redis, "DOCSPASTA_POSTGRES_DSN": addresses.app_dsn}
    sealing, tickets = "DOCSPASTA_SEALING_KEY", "DOCSPASTA_TICKET_KEY"
    match service:
        case "jobs":
            own = {
                "DOCSPASTA_POSTGRES_MAINTENANCE_DSN": addresses.maintenance_dsn,
                "DOCSPASTA_CRAWLER_ADDRESS": addresses.crawler,
            }
            return {**record, **own, **keys.only(sealing, tickets, "DOCSPASTA_SIGNING_KEY")}
        case "processor":
            return {**record, **renderer, **keys.only(tickets)}
        case "crawler":
            return {**redis, **renderer, **keys.only(sealing)}
        case "renderer":
            return {}
        case _:
            targets = {
                f"DOCSPASTA_{name.upper()}_ADDRESS": addresses.of(name)
                for name in ("jobs", "crawler", "processor")
            }
            return {**targets, **keys.only("DOCSPASTA_ANONYMOUS_KEY", "DOCSPASTA_BROWSER_KEY")}
