"""What the documents name is there: files, links, commands of the Makefile."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TRACKED = subprocess.run(
    ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
).stdout.splitlines()
PLACES = "".join(f"/{place}\n" for path in TRACKED for place in (path, *Path(path).parents))
ROOMS = "|".join(sorted({re.escape(path.split("/")[0]) for path in TRACKED if "/" in path}))
DOCUMENTS = [
    path for path in TRACKED if path.endswith(".md") and not path.startswith(("tests/", "docspasta/"))
]
FILE = re.compile(r"\w[\w./-]*\.(py|sql|lua|proto|yaml|toml|ini|tpl)")
PEOPLES_OWN = {"docspasta.toml"}  # files that a person writes
ROOM = re.compile(rf"({ROOMS})/[\w./-]*")


def quoted(text: str) -> list[str]:
    """What stands in backticks, outside fenced blocks."""
    return re.findall(r"`([^`\n]+)`", re.sub(r"(?ms)^```.*?^```", "", text))


def missing_files(text: str) -> list[str]:
    """Quoted names of files and rooms of this tree that are not there; a name may be a path's last part."""
    named = {name for name in quoted(text) if FILE.fullmatch(name) or ROOM.fullmatch(name)} - PEOPLES_OWN
    return sorted(name for name in named if f"/{name.rstrip('/')}\n" not in PLACES)


def missing_links(document: str, text: str) -> list[str]:
    """Links to files of this tree that are not there."""
    targets = [target for target in re.findall(r"\]\(([^)#\s]+)", text) if "://" not in target]
    return [target for target in targets if not (ROOT / document).parent.joinpath(target).exists()]


def missing_targets(text: str) -> list[str]:
    """`make` commands that the Makefile has not."""
    known = set(re.findall(r"(?m)^([a-z-]+):", (ROOT / "Makefile").read_text()))
    said = re.findall(r"(?m)(?:`|^    |^\$ )make ([a-z-]+)", text)
    return [name for name in said if name not in known]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_what_a_document_names_is_there(document):
    text = (ROOT / document).read_text()
    assert missing_files(text) == []
    assert missing_links(document, text) == []
    assert missing_targets(text) == []


def test_what_is_not_there_is_found():
    text = "`gateway/nothing.py` [a](none.md) `make nothing` `nothing.py` `gateway/app.py` `make lint`"
    assert missing_files(text) == ["gateway/nothing.py", "nothing.py"]
    assert missing_links("README.md", text) == ["none.md"]
    assert missing_targets(text) == ["nothing"]


# Words that a native reader stumbles over, with what to say instead.
STRANGE = {
    "whoever": "the one who, or the passive",
    "for ever": "forever",
    "anew": "again",
    "mend": "fix",
    "he who": "the user who",
    "hitherto": "so far",
}


@pytest.mark.parametrize("document", [path for path in DOCUMENTS if path != "CHANGELOG.md"])
def test_a_document_uses_plain_words(document):
    text = (ROOT / document).read_text().lower()
    assert {word: plain for word, plain in STRANGE.items() if re.search(rf"\b{word}\b", text)} == {}
