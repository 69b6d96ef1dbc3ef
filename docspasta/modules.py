"""Where the four processes' modules are: the one place that knows.

The repository keeps `services/` and `gateway/` at its top. A wheel installs one package, `docspasta`, with
both inside it (setup.py), because `services` is too common a name to take in anybody's environment. Imports
inside a service are relative, so they work in both places.
"""

from __future__ import annotations

from pathlib import Path

PROCESSES = ("jobs", "crawler", "processor", "gateway")
PACKAGE = Path(__file__).parent
SEARCH_PATH = PACKAGE.parent  # the directory of sys.path in which `docspasta` is


def module_of(process: str, package: Path = PACKAGE) -> str:
    """The module that `python -m` runs for one of the four processes.

    `services.jobs` in the repository, `docspasta.services.jobs` where a wheel was installed.
    """
    name = "gateway" if process == "gateway" else f"services.{process}"
    return f"docspasta.{name}" if (package / "services").is_dir() else name
