"""tests/README.md shows the sizes that the proofs really run at."""

from pathlib import Path

from tests.readme import readme


def test_the_readme_is_current():
    path = Path(__file__).parents[1] / "README.md"
    assert path.read_text() == readme(), "run: python -m tests.readme > tests/README.md"
