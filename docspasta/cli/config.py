"""`docspasta.toml`: options of crawl that a project keeps, and sites by name.

    [crawl]
    delay = 0.5

    [sites.uv]
    url = "docs.astral.sh/uv/"
    output = "docs/uv.md"
    include = ["/uv/guides/**"]

`docspasta crawl uv` then crawls that site. What is typed wins over a site's options, and these over [crawl].
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from docspasta.cli.sections import SectionedCommand

NAME = "docspasta.toml"
VARIABLE = "DOCSPASTA_CONFIG"  # another file; empty: none
NOT_KEPT = frozenset(
    {"help", "sample", "token", "webhook-secret"}
)  # a secret does not belong into a file that is committed


class BadConfig(Exception):
    """The file can't be used; the message names it and the key."""


@dataclass(frozen=True)
class Config:
    """What a file holds. Options go by their names on the command line, without the dashes in front."""

    path: Path
    crawl: Mapping[str, Any] = field(default_factory=dict)
    sites: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def find_config(start: Path, environment: Mapping[str, str]) -> Path | None:
    """The file that holds for a directory: its own, or that of the nearest directory above it within the same
    repository; or the one that DOCSPASTA_CONFIG names."""
    named = environment.get(VARIABLE)
    if named is not None:
        return Path(named) if named else None
    for directory in (start, *start.parents):
        if (directory / NAME).is_file():
            return directory / NAME
        if (directory / ".git").exists():
            return None
    return None


def read_config(path: Path) -> Config:
    """The file. Raises BadConfig."""
    import tomllib

    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadConfig(f"{path}: {error}") from error
    if odd := sorted(found.keys() - {"crawl", "sites"}):
        raise BadConfig(f"{path}: there is no [{odd[0]}]; write [crawl], or [sites.NAME]")
    sites = found.get("sites", {})
    for name, site in sites.items():
        if not isinstance(site, dict) or not isinstance(site.get("url"), str):
            raise BadConfig(f'{path}: [sites.{name}] needs a url, such as url = "docs.example.org"')
    return Config(path, found.get("crawl", {}), sites)


class ConfiguredCommand(SectionedCommand):
    """A command whose options may come from `docspasta.toml`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse what was typed; then once more, with what the file says of the rest before it."""
        rest: list[str] = super().parse_args(ctx, list(args))
        path = find_config(Path.cwd(), os.environ)
        if path is None or ctx.resilient_parsing:
            return rest
        try:
            config = read_config(path)
            site = config.sites.get(ctx.params.get("url") or "", {})
            more = self.further(ctx, config, {**config.crawl, **site})
        except BadConfig as error:
            ctx.fail(str(error))
        rest = super().parse_args(ctx, [*more, *args])
        ctx.params["url"] = site.get("url", ctx.params["url"])
        return rest

    def further(self, ctx: Any, config: Config, options: Mapping[str, Any]) -> list[str]:
        """The options that were not typed, as they would be. Raises BadConfig."""
        known = {
            option.removeprefix("--"): parameter
            for parameter in self.params
            for option in parameter.opts
            if option.startswith("--") and parameter.name not in NOT_KEPT
        }
        found: list[str] = []
        for name, value in options.items():
            if name == "url":
                continue
            if name not in known:
                near = get_close_matches(name, known, 1)
                hint = f"; did you mean {near[0]}?" if near else ""
                raise BadConfig(f"{config.path}: crawl has no option {name!r}{hint}")
            if not was_typed(ctx, known[name]):
                found += as_typed(name, value)
        return found


def was_typed(ctx: Any, parameter: Any) -> bool:
    """Whether an option comes from the command line or its variable, not from a default."""
    source = ctx.get_parameter_source(parameter.name)
    return source is not None and not source.name.startswith("DEFAULT")


def as_typed(name: str, value: Any) -> list[str]:
    """A key and its value as words of a command line: one for a switch, several for a list."""
    if isinstance(value, bool):
        return [f"--{name}"] if value else []
    values = value if isinstance(value, list) else [value]
    return [f"--{name}={one}" for one in values]
