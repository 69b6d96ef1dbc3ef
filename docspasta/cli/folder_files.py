"""The files that `-o DIR/` wrote into a folder: what a later crawl may replace and remove, and nothing else.

`.docspasta.json` in the folder has the hash of each. A file with another hash is somebody's: it is never
removed, and what would take its place moves it aside.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from docspasta.cli.output import written

RECORD = ".docspasta.json"
FEW, MOST_GONE = 10, 0.5  # of more files than that, no larger part is removed at once
TOLD = 5  # files that are named; of more, how many


class File(NamedTuple):
    """A file that a crawl wrote. `url` is '' for the index; `site` is where the crawl started."""

    site: str
    url: str
    hashes: list[str]  # SHA-256 of the bytes; two while the file is being replaced


@dataclass
class FolderFiles:
    """The files of one folder, by their paths in it."""

    directory: Path
    known: dict[str, File] = field(default_factory=dict)
    fresh: dict[str, File] = field(default_factory=dict)
    removed: list[str] = field(default_factory=list)
    edited: list[str] = field(default_factory=list)  # of pages that are gone, changed by somebody
    spared: int = 0  # files of pages that seem to be gone: too many to believe it
    aside: list[tuple[str, str]] = field(default_factory=list)  # somebody's file, and where it is now

    @classmethod
    def of(cls, directory: Path) -> FolderFiles:
        """What is recorded in the folder; nothing when there is no record, or none that can be read."""
        try:
            rows = json.loads((directory / RECORD).read_bytes())["files"]
            known = {path: File(row["site"], row["url"], list(row["hashes"])) for path, row in rows.items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            known = {}
        return cls(directory, {path: file for path, file in known.items() if inside(path)})

    def begin(self, site: str, files: dict[str, tuple[str, str]]) -> None:
        """Say which files will be written, `(url, hash)` by path, before the first one is: whoever is
        interrupted has written nothing that the record does not know."""
        self.fresh = {path: File(site, url, [hashed]) for path, (url, hashed) in files.items()}
        both = {**self.known, **self.fresh}
        for path in self.known.keys() & self.fresh.keys():
            both[path] = self.fresh[path]._replace(hashes=[*self.known[path].hashes, *files[path][1:]])
        self.record(both)

    def put(self, path: str, data: bytes) -> None:
        """Write a file, unless it is as it should be. Somebody's file in its place is moved aside."""
        place = self.directory / path
        found = hash_of(place)
        if found == digest(data):
            return
        ours = self.known[path].hashes if path in self.known else []
        if found and found not in ours:
            other = free_name(place)
            place.rename(other)
            self.aside.append((path, other.name))
        with written(place) as file:
            file.write(data)

    def end(self, gone: Callable[[File], bool]) -> None:
        """Remove the files of pages that are gone, and record what there is."""
        names = {path.casefold() for path in self.fresh}
        earlier = {path: file for path, file in self.known.items() if path.casefold() not in names}
        leaving = [path for path, file in earlier.items() if gone(file)]
        if len(leaving) > max(FEW, MOST_GONE * len(self.known)):
            self.spared, leaving = len(leaving), []
        for path in leaving:
            self.remove(path, earlier.pop(path))
        self.record({**earlier, **self.fresh})

    def remove(self, path: str, file: File) -> None:
        """Remove a file as it was written, and the folders that are empty then; somebody's stays."""
        place = self.directory / path
        found = hash_of(place)
        if not found:
            return
        ours = place.resolve() == self.directory.resolve() / path  # not where a link leads
        if not ours or found not in file.hashes:
            self.edited.append(path)
            return
        place.unlink()
        self.removed.append(path)
        for folder in list(place.parents)[: len(PurePosixPath(path).parents) - 1]:
            if any(folder.iterdir()):
                break
            folder.rmdir()

    def record(self, files: dict[str, File]) -> None:
        """Write the record."""
        rows: dict[str, Any] = {path: files[path]._asdict() for path in sorted(files)}
        with written(self.directory / RECORD) as out:
            out.write(json.dumps({"files": rows}, ensure_ascii=False, indent=0).encode() + b"\n")

    def told(self) -> list[str]:
        """What was done to files that were there, in sentences."""
        lines = [
            f"{path} is not as docspasta wrote it; it is kept as {name}." for path, name in self.aside[:TOLD]
        ]
        lines += more(len(self.aside), "moved aside")
        if self.removed:
            names = ", ".join(self.removed[:TOLD])
            pages = "1 page that is" if len(self.removed) == 1 else f"{len(self.removed):,} pages that are"
            lines.append(f"Removed the files of {pages} gone: {names}{', …' * (len(self.removed) > TOLD)}")
        if self.spared:
            lines.append(
                f"{self.spared:,} of the {len(self.known):,} files from before have no page on the site now. "
                "So many may be a fault of the site, so they stay; for a fresh start, delete the folder."
            )
        lines += [f"{path} stays: its page is gone, but the file was changed." for path in self.edited[:TOLD]]
        return lines + more(len(self.edited), "kept, for they were changed")


def more(count: int, done: str) -> list[str]:
    """How many are not named."""
    return [f"{count - TOLD:,} more were {done}."] if count > TOLD else []


def inside(path: str) -> bool:
    """Whether a recorded path stays in its folder."""
    pure = PurePosixPath(path)
    return bool(pure.parts) and not pure.is_absolute() and ".." not in pure.parts and "\0" not in path


def digest(data: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()


def hash_of(place: Path) -> str:
    """The hash of a file that is there, '' for none."""
    try:
        return digest(place.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return ""


def free_name(place: Path) -> Path:
    """`units.bak.md` for `units.md`, `units.bak-2.md` when that is taken."""
    name, number = place.with_name(f"{place.stem}.bak{place.suffix}"), 1
    while name.exists():
        number += 1
        name = place.with_name(f"{place.stem}.bak-{number}{place.suffix}")
    return name
