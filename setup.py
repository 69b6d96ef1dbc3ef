"""What a wheel holds: one top-level package, `docspasta`, with `services` and `gateway` inside it.

All else about the project is in pyproject.toml. The packages are found here, because pyproject.toml could
only list each of them by hand. Directories of data (pages of the sample, migrations) count as packages too.
"""

from setuptools import find_namespace_packages, setup

BESIDE = ("services", "gateway")  # at the top of the repository, inside `docspasta` in a wheel


def packages(name: str) -> list[str]:
    """A package and all that is in it."""
    found: list[str] = find_namespace_packages(include=[name, f"{name}.*"], exclude=["*.__pycache__"])
    return found


setup(
    packages=[*packages("docspasta"), *(f"docspasta.{name}" for one in BESIDE for name in packages(one))],
    package_dir={f"docspasta.{one}": one for one in BESIDE},
)
