"""What a wheel holds: one top-level package, `docspasta`, with `services` and `gateway` inside it.

All else about the project is in pyproject.toml. The packages are found here, because pyproject.toml could
only list each of them by hand. Directories of data (pages of the sample, migrations) count as packages too.

The conversion is compiled by mypyc where mypy and a C compiler are there, and with it the passes over bytes
that are written in C. The same source runs interpreted where they are not. DOCSPASTA_COMPILE=0 never
compiles, 1 fails where it can't, auto (as without it) tries.
"""

import os
import shutil
import sys
import sysconfig
from pathlib import Path

from setuptools import Extension, find_namespace_packages, setup

BESIDE = ("services", "gateway")  # at the top of the repository, inside `docspasta` in a wheel
# But for packages' __init__.
COMPILED = (
    "docspasta/content/*.py",
    "docspasta/document/edges.py",
    "docspasta/search/*.py",
    "docspasta/sections/*.py",
)
IN_C = ("_counts", "_cuts", "_passes", "_scores", "_terms")  # docspasta/passes.py takes all of them or none
BUILDS = {"bdist_wheel", "build", "build_ext", "editable_wheel", "install"}  # commands that build something
# What is imported from elsewhere is any object to the compiler, so nothing of it has to be installed.
MYPY = ["--config-file=", "--ignore-missing-imports", "--follow-imports=silent", "--explicit-package-bases"]
MYPY += ["--no-incremental", "--no-warn-no-return"]


def packages(name: str) -> list[str]:
    """A package and all that is in it."""
    found: list[str] = find_namespace_packages(include=[name, f"{name}.*"], exclude=["*.__pycache__"])
    return found


def missing() -> str:
    """What compiling needs and is not there; '' for nothing."""
    compiler = (sysconfig.get_config_var("CC") or "cc").split()[0]
    if shutil.which(compiler) is None:
        return f"a C compiler ({compiler})"
    if not (Path(sysconfig.get_paths()["include"]) / "Python.h").is_file():
        return "Python's headers (Python.h)"
    try:
        import mypyc.build  # noqa: F401
    except ImportError:
        return "mypy"
    return ""


def compiled() -> list[Extension]:
    """The extension modules: none where the source is to run as it is."""
    wanted = os.environ.get("DOCSPASTA_COMPILE", "auto")
    if wanted not in ("0", "1", "auto"):
        raise SystemExit(f"DOCSPASTA_COMPILE is {wanted!r}: it may be 0, 1 or auto.")
    if wanted == "0" or BUILDS.isdisjoint(sys.argv):
        return []
    if lacking := missing():
        if wanted == "1":
            raise SystemExit(f"DOCSPASTA_COMPILE=1, but {lacking} is missing.")
        print(f"The conversion is not compiled, for {lacking} is missing: it runs slower.", file=sys.stderr)
        return []
    from mypyc.build import mypycify

    files = sorted(str(path) for pattern in COMPILED for path in Path().glob(pattern))
    files = [name for name in files if not name.endswith("__init__.py")]
    found: list[Extension] = mypycify([*MYPY, *files], opt_level="2", debug_level="0", group_name="docspasta")
    # Their loops become vectors at this level.
    in_c = [
        Extension(f"docspasta.{name}", [f"docspasta/{name}.c"], extra_compile_args=["-O3"]) for name in IN_C
    ]
    return [*found, *in_c]


setup(
    packages=[*packages("docspasta"), *(f"docspasta.{name}" for one in BESIDE for name in packages(one))],
    package_dir={f"docspasta.{one}": one for one in BESIDE},
    ext_modules=compiled(),
)
