"""A wheel whose conversion is compiled gives the same pages, byte for byte, and passes the same tests."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from docspasta.compiled import compiled_modules
from tests.packaging import ROOT, build_wheel
from tests.sizes import FULL

pytestmark = [
    pytest.mark.skipif(not FULL, reason="compiles for minutes; runs in make test-full"),
    pytest.mark.timeout(1200),
]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with what the compiled wheel installs, and the tests beside it."""
    compiler = (sysconfig.get_config_var("CC") or "cc").split()[0]
    if shutil.which(compiler) is None:
        pytest.skip(f"there is no C compiler ({compiler})")
    if not (Path(sysconfig.get_paths()["include"]) / "Python.h").is_file():
        pytest.skip("Python's headers (Python.h) are missing")
    where = tmp_path_factory.mktemp("compiled")
    with zipfile.ZipFile(build_wheel(where, compiled=True)) as archive:
        archive.extractall(where / "installed")
    for name in ("tests", "bench", "pyproject.toml"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, where / "installed" / name)
        if name != "pyproject.toml":
            copy(ROOT / name, where / "sources" / name)
    if (ROOT.parent / "shared").is_dir():
        (where / "shared").symlink_to(ROOT.parent / "shared")
    return where / "installed"


def run(directory: Path, *arguments: str) -> str:
    """What a Python prints for which `directory` is all that there is of the project."""
    named = {"PYTHONPATH": str(directory), "PYTHONDONTWRITEBYTECODE": "1"}
    kept = {name: value for name, value in os.environ.items() if name != "DOCSPASTA_TEST_FULL"}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=directory,
        env={**kept, **named},
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


def test_every_module_of_the_conversion_is_compiled(installed: Path) -> None:
    content = installed / "docspasta" / "content"
    compiled = {path.name.partition(".")[0] for path in compiled_modules(content)}
    assert compiled == {path.stem for path in content.glob("*.py")} - {"__init__"}
    assert "(conversion compiled)" in run(installed, "-m", "docspasta.cli", "version")


def test_it_gives_the_same_pages(installed: Path, tmp_path: Path) -> None:
    read = {}
    for how, directory in (("compiled", installed), ("interpreted", installed.parent / "sources")):
        run(directory, "-m", "tests.converted", str(tmp_path / how))
        read[how] = json.loads((tmp_path / how).read_text())
        assert read[how]["conversion"] == how
    assert len(read["compiled"]["pages"]) > 60
    assert read["compiled"]["pages"] == read["interpreted"]["pages"]


def test_it_passes_the_tests_of_the_conversion(installed: Path) -> None:
    built = [path.name.partition(".")[0] for path in compiled_modules(installed / "docspasta")]
    assert built == ["_counts", "_cuts", "_passes", "_scores", "_terms"]
    in_c = ("test_passes.py", "search/test_in_c.py", "sections/test_cuts_in_c.py")
    tests = ("tests/unit/content", *(f"tests/unit/{name}" for name in in_c))
    said = run(installed, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests)
    assert int(re.search(r"(\d+) passed", said)[1]) > 1_000
