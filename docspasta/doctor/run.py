"""The command: collects findings, prints them, returns the exit status."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping
from typing import Any

from .browser import judge_browser
from .findings import Finding, Level, note, report, wrong
from .postgres import judge_postgres, read_postgres
from .redis import judge_redis, read_redis
from .services import look_at_services
from .settings import PREFIX, judge_settings

Say = Callable[[str], None]


def run(
    *,
    kube: bool = False,
    namespace: str = "default",
    release: str = "docspasta",
    environment: Mapping[str, str] | None = None,
    configuration: Any = None,
    say: Say = print,
) -> int:
    """Examine and report. 0: nothing is wrong, 1: something is, 2: it could not be examined.

    With `kube`, examine a release in a cluster; otherwise what `environment` (DOCSPASTA_*) names.
    `configuration` is the Kubernetes client's, for another cluster than the kubeconfig's.
    """
    try:
        if kube:
            findings = look_at_release(release, namespace, configuration)
        else:
            findings = asyncio.run(look_at_installation(os.environ if environment is None else environment))
    except Unreachable as error:
        say(str(error))
        return 2
    say(report(findings))
    return 1 if any(finding.level is Level.WRONG for finding in findings) else 0


class Unreachable(Exception):
    """The cluster can't be reached; the text says why and what to do."""


def look_at_release(release: str, namespace: str, configuration: Any = None) -> list[Finding]:
    """What is wrong with a release. Raises Unreachable."""
    try:
        from kubernetes.client import ApiException
        from kubernetes.config import ConfigException
        from urllib3.exceptions import HTTPError
    except ImportError as error:
        raise Unreachable(
            "--kube needs the Kubernetes client: pip install 'docspasta[kubernetes]'"
        ) from error
    from .kubernetes import read_release
    from .release import judge_release

    try:
        return judge_release(read_release(release, namespace, configuration))
    except ConfigException as error:
        raise Unreachable(f"no cluster is configured: {error}; see kubectl config view") from error
    except ApiException as error:
        raise Unreachable(
            f"the API server refused: {error.status} {error.reason}; see kubectl auth whoami"
        ) from error
    except (HTTPError, OSError) as error:
        raise Unreachable(f"the API server does not answer: {error}; does kubectl get pods work?") from error


async def look_at_installation(environment: Mapping[str, str]) -> list[Finding]:
    """Settings first, then everything that they name, in parallel."""
    given = {
        name.removeprefix(PREFIX): value for name, value in environment.items() if name.startswith(PREFIX)
    }
    findings = judge_settings(environment) + judge_browser(given)
    cluster = given.get("REDIS_CLUSTER", "").lower() in ("1", "true", "yes", "on")
    asked = [
        _postgres(name, given[name])
        for name in ("POSTGRES_DSN", "POSTGRES_MAINTENANCE_DSN")
        if given.get(name)
    ]
    if given.get("REDIS_URL"):
        asked.append(_redis(given["REDIS_URL"], cluster))
    asked.append(look_at_services(given))
    for found in await asyncio.gather(*asked):
        findings += found
    return findings


async def _postgres(name: str, dsn: str) -> list[Finding]:
    import asyncpg

    from docspasta.store.migrate import MigrationError

    subject = "postgres" if name == "POSTGRES_DSN" else "postgres (maintenance)"
    try:
        return judge_postgres(await read_postgres(dsn), subject)
    except MigrationError as error:
        return [wrong(subject, str(error), "run the version that these migrations belong to")]
    except asyncpg.InvalidAuthorizationSpecificationError as error:
        return [wrong(subject, f"refuses us: {error}", f"check the role and password in {PREFIX}{name}")]
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
        remedy = f"check that it runs, and that {PREFIX}{name} and the network lead to it"
        return [wrong(subject, f"does not answer: {error or type(error).__name__}", remedy)]
    except ValueError as error:
        return [
            wrong(subject, f"{PREFIX}{name} can't be read: {error}", "postgresql://role:password@host/db")
        ]


async def _redis(url: str, cluster: bool) -> list[Finding]:
    from redis.exceptions import AuthenticationError, NoPermissionError, RedisError

    try:
        return judge_redis(await read_redis(url), cluster, "redis")
    except (RedisError, OSError, TimeoutError) as error:
        refused = isinstance(error, AuthenticationError | NoPermissionError) or any(
            word in str(error) for word in ("WRONGPASS", "NOAUTH", "NOPERM", "username-password pair")
        )
        if refused:
            remedy = f"check the user and password in {PREFIX}REDIS_URL, and the user's ACL"
            return [wrong("redis", f"refuses us: {error}", remedy)]
        remedy = f"check that it runs, and that {PREFIX}REDIS_URL and the network lead to it"
        return [wrong("redis", f"does not answer: {error}", remedy)]
    except ValueError as error:
        return [
            note("redis", f"{PREFIX}REDIS_URL can't be read: {error}", "redis://user:password@host:6379/0")
        ]
