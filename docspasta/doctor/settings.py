"""Judges DOCSPASTA_* variables by themselves: names, values, keys that must match each other. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from pydantic import ValidationError

from docspasta import settings
from docspasta.identity.issuers import Issuer, key_id, parse_issuers
from docspasta.identity.tickets import decode_key

from .findings import Finding, good, note, wrong

CLASSES = (settings.Jobs, settings.Crawler, settings.Processor, settings.Gateway, settings.Renderer)
# Read by commands, not by a process.
COMMANDS = {
    "POSTGRES_OWNER_DSN",
    "DATA_DIR",
    "SERVER",
    "TOKEN",
    "CA",
    "REQUIRE_SHARED",
    "TEST_FULL",
    "SHARED",
}
PREFIX = "DOCSPASTA_"
SIGNERS = {"SIGNING_KEY": "internal", "ANONYMOUS_KEY": "anonymous", "BROWSER_KEY": "browser"}


def judge_settings(environment: Mapping[str, str]) -> list[Finding]:
    """Everything that can be said about the variables alone."""
    given = {
        name.removeprefix(PREFIX): value for name, value in environment.items() if name.startswith(PREFIX)
    }
    if not given:
        remedy = "run it where the settings are: kubectl exec deploy/docspasta-jobs -- docspasta doctor"
        return [note("settings", "no DOCSPASTA_ variable is set, so only the defaults were checked", remedy)]
    checks = (_names, _values, _symmetric_keys, _signing_keys, _public_url, _postgres, _redis, _crawler)
    found = [finding for check in checks for finding in check(given)]
    return found or [good("settings", f"{len(given)} variables, all known and valid")]


def _names(given: Mapping[str, str]) -> Iterator[Finding]:
    known = {name.upper() for cls in CLASSES for name in cls.model_fields} | COMMANDS
    for name in sorted(given.keys() - known):
        near = difflib.get_close_matches(name, known, 1)
        remedy = f"did you mean {PREFIX}{near[0]}?" if near else "see docs/settings.md"
        yield note(f"{PREFIX}{name}", "there is no such setting; it has no effect", remedy)


def _values(given: Mapping[str, str]) -> Iterator[Finding]:
    seen: set[str] = set()
    for cls in CLASSES:
        own = {name: given[name.upper()] for name in cls.model_fields if name.upper() in given}
        try:
            cls(**own)  # type: ignore[arg-type]
        except ValidationError as error:
            for row in error.errors(include_url=False, include_input=False):
                name = str(row["loc"][0]).upper()
                if name not in seen:
                    seen.add(name)
                    yield wrong(f"{PREFIX}{name}", row["msg"], "see docs/settings.md")


def _symmetric_keys(given: Mapping[str, str]) -> Iterator[Finding]:
    for name in ("SEALING_KEY", "TICKET_KEY"):
        if name in given:
            try:
                decode_key(f"{PREFIX}{name}", given[name])
            except ValueError as error:
                yield wrong(f"{PREFIX}{name}", str(error), "make one: openssl rand -base64 32")
    if "SEALING_KEY" in given and given["SEALING_KEY"] == given.get("TICKET_KEY"):
        sentence = (
            "is the same as DOCSPASTA_TICKET_KEY, but crawlers have the first and must not have the second"
        )
        yield wrong(f"{PREFIX}SEALING_KEY", sentence, "make two: openssl rand -base64 32")


def _issuers(given: Mapping[str, str]) -> dict[str, Issuer]:
    first, further = given.get("IDENTITY_ISSUERS", "[]"), given.get("IDENTITY_FURTHER_ISSUERS", "[]")
    return parse_issuers(first, given.get("IDENTITY_AUDIENCE", "docspasta"), further)


def _signing_keys(given: Mapping[str, str]) -> Iterator[Finding]:
    """Each private key's public key must be among the issuers, or what it signs is not accepted."""
    subject = f"{PREFIX}IDENTITY_ISSUERS"
    try:
        issuers = _issuers(given)
    except ValueError as error:
        yield wrong(subject, str(error), "it is a JSON list; see docs/settings.md")
        return
    if "IDENTITY_ISSUERS" in given and not issuers:
        yield wrong(subject, "names no issuer, so nobody could sign in", "see docs/operations.md, Install")
    for name, kind in SIGNERS.items():
        if given.get(name):
            yield from _fits(name, given[name], kind, issuers)


def _fits(name: str, pem: str, kind: str, issuers: Mapping[str, Issuer]) -> Iterator[Finding]:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    subject, make = f"{PREFIX}{name}", "make one: openssl genpkey -algorithm ed25519"
    try:
        key = load_pem_private_key(pem.encode(), None)
    except (ValueError, TypeError):
        yield wrong(subject, "is not a private key in PEM", make)
        return
    if not isinstance(key, Ed25519PrivateKey):
        yield wrong(subject, "is not an Ed25519 key", make)
        return
    believed = {kid for issuer in issuers.values() if issuer.kind == kind for kid in issuer.keys}
    if key_id(key.public_key()) not in believed:
        remedy = f"add its public key (openssl pkey -pubout) to the issuer of kind {kind}"
        yield wrong(
            subject, "its public key is not among the issuers, so what it signs is not accepted", remedy
        )


def _public_url(given: Mapping[str, str]) -> Iterator[Finding]:
    url = given.get("GATEWAY_PUBLIC_URL", "")
    if "GATEWAY_LISTEN" not in given or given.get("EMBEDDED"):
        return
    subject = f"{PREFIX}GATEWAY_PUBLIC_URL"
    if not url:
        remedy = "set the address that browsers see, https://docs.example.org"
        told = "is empty, so cookies are not Secure and names other than localhost are refused"
        yield note(subject, told, remedy)
    elif urlsplit(url).scheme != "https" and urlsplit(url).hostname not in ("localhost", "127.0.0.1"):
        yield wrong(subject, f"{url} is not https: cookies would be sent unencrypted", "put TLS in front")


def _postgres(given: Mapping[str, str]) -> Iterator[Finding]:
    for name in ("POSTGRES_DSN", "POSTGRES_MAINTENANCE_DSN"):
        if name not in given:
            continue
        parts = urlsplit(given[name])
        if parts.scheme not in ("postgres", "postgresql"):
            yield wrong(
                f"{PREFIX}{name}", "is not a postgresql:// address", "postgresql://role:password@host/db"
            )
        elif parts.username in ("postgres", "docspasta_owner"):
            sentence = f"connects as {parts.username}: row-level security would not apply"
            yield wrong(
                f"{PREFIX}{name}", sentence, "connect as docspasta_app, or docspasta_tend for maintenance"
            )
        elif parts.hostname not in (None, "localhost", "127.0.0.1") and "sslmode=" not in parts.query:
            remedy = "add sslmode=verify-full (and sslrootcert=…) unless the network is trusted"
            yield note(f"{PREFIX}{name}", "has no sslmode: TLS is used if offered, but not verified", remedy)


def _redis(given: Mapping[str, str]) -> Iterator[Finding]:
    url = given.get("REDIS_URL")
    if url is None:
        return
    parts = urlsplit(url)
    if parts.scheme not in ("redis", "rediss", "unix"):
        yield wrong(
            f"{PREFIX}REDIS_URL", "is not a redis://, rediss:// or unix:// address", "docs/settings.md"
        )
    elif parts.scheme != "unix" and parts.hostname not in ("localhost", "127.0.0.1") and not parts.username:
        remedy = "give each service a Redis user of its own (docs/operations.md, Install)"
        yield note(f"{PREFIX}REDIS_URL", "has no user, so every service may do everything in Redis", remedy)


def _crawler(given: Mapping[str, str]) -> Iterator[Finding]:
    if given.get("EMBEDDED"):
        return
    for network in filter(None, given.get("ALLOW_PRIVATE", "").split(",")):
        if network.strip() in ("0.0.0.0/0", "::/0", "10.0.0.0/8", "127.0.0.0/8"):
            remedy = "name only the hosts or small networks that you mean"
            yield wrong(f"{PREFIX}ALLOW_PRIVATE", f"{network} opens a whole network to crawls", remedy)
    if given.get("CRAWLER_PORTS") == "*":
        yield note(
            f"{PREFIX}CRAWLER_PORTS", "every port may be fetched", "name the ports of the sites: 80,443"
        )
    if "CRAWLER_LISTEN" in given and not given.get("CRAWLER_CONTACT"):
        remedy = "set an address that site owners can contact; it is in the User-Agent"
        yield note(f"{PREFIX}CRAWLER_CONTACT", "is empty", remedy)
    if "CRAWLER_LISTEN" in given and given.keys() & {"POSTGRES_DSN", "TICKET_KEY", "SIGNING_KEY"}:
        held = ", ".join(sorted(given.keys() & {"POSTGRES_DSN", "TICKET_KEY", "SIGNING_KEY"}))
        sentence = f"the crawler has {held}; it touches the internet and must not have them"
        yield wrong("crawler", sentence, "give each process only its own variables")
