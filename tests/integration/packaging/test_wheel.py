"""A wheel installs one package, complete, and works where nothing else of the project is."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import venv
import zipfile
from pathlib import Path

import pytest

from docspasta.modules import PROCESSES, module_of
from tests.packaging import ROOT, build_wheel, sources
from tests.sizes import FULL


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def unpacked(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What an installation puts into site-packages."""
    where = tmp_path_factory.mktemp("site-packages")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(where)
    return where


def test_it_holds_one_package_with_every_file(wheel: Path) -> None:
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert {name.split("/")[0] for name in names} == {"docspasta"}
    tracked = [name for name in sources() if name.split("/")[0] in ("docspasta", "services", "gateway")]
    expected = {re.sub(r"^(services|gateway)/", r"docspasta/\1/", name) for name in tracked}
    expected = {name for name in expected if not name.endswith(".c")}  # it is there compiled, or not at all
    assert names == expected
    assert "docspasta/py.typed" in names


def test_modules_are_named_for_where_they_are(unpacked: Path) -> None:
    for process in PROCESSES:
        installed = module_of(process, unpacked / "docspasta")
        assert (unpacked / installed.replace(".", "/") / "__main__.py").is_file()
        assert (ROOT / module_of(process, ROOT / "docspasta").replace(".", "/") / "__main__.py").is_file()


def test_deployed_commands_are_modules_of_the_wheel(unpacked: Path) -> None:
    """Each `python -m MODULE` of the Dockerfile, compose.yaml and the chart."""
    files = [ROOT / "deploy" / "Dockerfile", ROOT / "deploy" / "compose.yaml"]
    files += (ROOT / "charts" / "docspasta" / "templates").rglob("*.*")
    text = "\n".join(path.read_text() for path in files)
    named = set(re.findall(r"""python"?, "?-m"?, "?(docspasta[\w.]*)""", text))
    named |= {module_of(process, unpacked / "docspasta") for process in PROCESSES}
    assert len(named) >= 6
    for module in named:
        path = unpacked / module.replace(".", "/")
        assert path.with_suffix(".py").is_file() or (path / "__main__.py").is_file(), module
    assert not re.search(r"""python"?, "?-m"?, "?(services|gateway)""", text)


def test_its_services_import_away_from_the_repository(unpacked: Path) -> None:
    """Every module of services and gateway under its installed name, where no `services` can be found."""
    modules = [
        ".".join(path.relative_to(unpacked).with_suffix("").parts)
        for where in ("services", "gateway")
        for path in sorted((unpacked / "docspasta" / where).rglob("*.py"))
        if path.name not in ("__init__.py", "__main__.py")
    ]
    assert len(modules) > 40
    code = "import importlib, sys; [importlib.import_module(name) for name in sys.argv[1:]]"
    done = subprocess.run(
        [sys.executable, "-P", "-c", code, *modules],
        cwd=unpacked,
        env={**os.environ, "PYTHONPATH": str(unpacked)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(not FULL, reason="installs 60 packages; runs in make test-full")
def test_an_empty_environment_crawls_the_sample(wheel: Path, tmp_path: Path) -> None:
    """`pip install docspasta` from the wheel, at the locked versions, and nothing else."""
    began = time.monotonic()
    venv.create(tmp_path / "venv", with_pip=True)
    constraints = tmp_path / "constraints.txt"
    pins = re.findall(r"^(\S+==\S+(?: ;[^\\]+)?) \\$", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    constraints.write_text("\n".join(pins) + "\n")
    wanted = f"docspasta @ {wheel.as_uri()}"
    pip = [
        str(tmp_path / "venv" / "bin" / "python"),
        "-m",
        "pip",
        "install",
        "--quiet",
        "-c",
        str(constraints),
    ]
    installed = subprocess.run([*pip, wanted], capture_output=True, text=True)
    if installed.returncode and "CI" not in os.environ and "Could not find a version" in installed.stderr:
        pytest.skip(f"no package index can be reached: {installed.stderr[-300:]}")
    assert installed.returncode == 0, installed.stderr
    outside = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    command = [str(tmp_path / "venv" / "bin" / "docspasta"), "crawl", "--sample"]
    crawled = subprocess.run(
        [*command, "--data-dir", str(tmp_path / "data"), "-o", "sample.md"],
        cwd=tmp_path,
        env=outside,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert crawled.returncode == 0, crawled.stderr
    assert (tmp_path / "sample.md").read_text().count("\n## ") >= 28
    print(f"installed and crawled in {time.monotonic() - began:.1f} s")
