"""The chart of the definitions: its upgrade, its uninstallation, and what the resources see of both."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Any

import yaml

from tests.cluster.control_plane import ControlPlane

from .conftest import CRDS, crawl_job, release_of_definitions

NEWEST = "keepHtml"  # a setting that the older definitions do not know


def older(target: Path) -> Path:
    """The chart as it would have been before a setting was added."""
    shutil.copytree(CRDS, target)
    for path in (target / "templates").glob("crawl*.yaml"):
        loaded = yaml.safe_load(path.read_text())
        [version] = loaded["spec"]["versions"]
        spec = version["schema"]["openAPIV3Schema"]["properties"]["spec"]["properties"]
        del spec["settings"]["properties"][NEWEST]
        path.write_text(yaml.safe_dump(loaded))
    return target


async def until(control_plane: ControlPlane, resource: Any, *, taken: bool) -> None:
    """Return when the API server takes a resource, or refuses it: it follows definitions in its own time."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            await control_plane.apply(resource)
        except AssertionError as error:
            assert NEWEST in str(error)
            now = False
        else:
            now = True
        if now == taken:
            return
        if now:
            await control_plane.kubectl("delete", "crawl", "after", "-n", "team-a")
    raise AssertionError(f"{resource['metadata']['name']} is {'refused' if taken else 'taken'} for a minute")


async def test_resources_outlive_an_upgrade_and_the_release(
    control_plane: ControlPlane, tmp_path: Path
) -> None:
    """docs/operator.md: upgrade the definitions first; what is uninstalled is taken over again."""
    await release_of_definitions(control_plane, "upgrade", str(older(tmp_path / "older")))
    await control_plane.apply(crawl_job("before", settings={"maxPages": 5}))
    new = crawl_job("after", settings={NEWEST: True})
    await until(control_plane, new, taken=False)
    await release_of_definitions(control_plane, "upgrade", str(CRDS))
    await until(control_plane, new, taken=True)
    await release_of_definitions(control_plane, "uninstall")
    kept = await control_plane.kubectl("get", "crawljobs", "-n", "team-a", "-o", "name")
    assert set(kept.split()) == {f"crawljob.docspasta.dev/{name}" for name in ("before", "after")}
    await release_of_definitions(control_plane, "install", str(CRDS))
    await control_plane.kubectl("delete", "crawljobs", "--all", "-n", "team-a")
