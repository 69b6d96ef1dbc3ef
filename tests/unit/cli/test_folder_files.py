"""A folder that a site was crawled into before: what is replaced and removed, and what is somebody's."""

from __future__ import annotations

import hashlib
import json

import pytest

from docspasta.cli.folder_files import RECORD, FolderFiles
from docspasta.cli.pages_directory import Site, to_directory

START = "https://a/"


async def crawl(folder, *paths, whole=True, start=START, missing=()):
    async def pages():
        for path in paths:
            url = f"{start}{path}"
            yield {"state": "processed", "url": url, "title": path, "markdown": f"# {path}\n\nText.\n"}
        for path, state, reason in missing:
            yield {"url": f"{start}{path}", "state": state, "reason": reason, "httpStatus": 0}

    return await to_directory(folder, Site("Docs", start, whole), pages())


def names(folder):
    return sorted(f.relative_to(folder).as_posix() for f in folder.rglob("*") if f.is_file())


async def test_files_of_pages_that_are_gone_are_removed_and_told(tmp_path):
    assert await crawl(tmp_path, "one", "old/two", "old/deep/three") == []
    (tmp_path / "mine.md").write_text("mine")
    (tmp_path / "old" / "notes.txt").write_text("mine")
    said = await crawl(tmp_path, "one")
    assert said == ["Removed the files of 2 pages that are gone: old/deep/three.md, old/two.md"]
    assert names(tmp_path) == [RECORD, "index.md", "mine.md", "old/notes.txt", "one.md"]
    assert not (tmp_path / "old" / "deep").exists(), "what is empty goes"


async def test_a_file_that_somebody_changed_stays(tmp_path):
    await crawl(tmp_path, "one", "two")
    (tmp_path / "two.md").write_text("my notes")
    assert await crawl(tmp_path, "one") == ["two.md stays: its page is gone, but the file was changed."]
    assert (tmp_path / "two.md").read_text() == "my notes"


async def test_what_somebody_wrote_in_a_pages_place_is_moved_aside(tmp_path):
    (tmp_path / "one.md").write_text("first")
    said = await crawl(tmp_path, "one")
    assert said == ["one.md is not as docspasta wrote it; it is kept as one.bak.md."]
    (tmp_path / "one.md").write_text("second")
    await crawl(tmp_path, "one")
    assert (tmp_path / "one.bak.md").read_text() == "first"
    assert (tmp_path / "one.bak-2.md").read_text() == "second"
    assert await crawl(tmp_path) == ["Removed the files of 1 page that is gone: one.md"]
    assert {"one.bak.md", "one.bak-2.md"} <= set(names(tmp_path))


@pytest.mark.parametrize(
    "later",
    [
        {"whole": False},
        {"missing": [("two", "failed", "timeout")]},
        {"missing": [("two", "skipped", "challenge")]},
        {"start": "https://b/"},
    ],
    ids=["a limit", "a failure", "a wall", "another site"],
)
async def test_a_page_that_may_still_be_there_keeps_its_file(tmp_path, later):
    await crawl(tmp_path, "one", "two")
    assert await crawl(tmp_path, "one", **later) == [] and (tmp_path / "two.md").exists()
    said = await crawl(tmp_path, "one")
    assert said == ["Removed the files of 1 page that is gone: two.md"], "it is known as ours, still"


async def test_a_dead_link_is_gone(tmp_path):
    await crawl(tmp_path, "one", "two")
    await crawl(tmp_path, "one", missing=[("two", "failed", "dead_link")])
    assert not (tmp_path / "two.md").exists()


async def test_a_site_that_lost_most_of_its_pages_is_not_believed(tmp_path):
    await crawl(tmp_path, *(f"p{number}" for number in range(30)))
    (said,) = await crawl(tmp_path, "p1")
    assert said.startswith("29 of the 31 files from before have no page on the site now.")
    assert len(names(tmp_path)) == 32


async def test_a_file_that_is_as_it_should_be_is_not_touched(tmp_path):
    await crawl(tmp_path, "one", "two")
    before = {name: (tmp_path / name).stat().st_mtime_ns for name in ("one.md", "two.md", "index.md")}
    inodes = {name: (tmp_path / name).stat().st_ino for name in before}
    await crawl(tmp_path, "one", "two")
    assert inodes == {name: (tmp_path / name).stat().st_ino for name in before}
    assert before == {name: (tmp_path / name).stat().st_mtime_ns for name in before}


async def test_a_crawl_that_was_killed_while_it_wrote_takes_nothing_for_somebodys(tmp_path):
    await crawl(tmp_path, "one")
    folder, new = FolderFiles.of(tmp_path), b"new text"
    folder.begin(START, {"one.md": (f"{START}one", hashlib.sha256(new).hexdigest())})
    folder.put("one.md", new)  # and here it is killed
    assert await crawl(tmp_path, "one") == []
    assert names(tmp_path) == [RECORD, "index.md", "one.md"]


@pytest.mark.parametrize("path", ["../secret.md", "/etc/secret.md", "a/../../secret.md", ""])
async def test_a_record_that_leads_elsewhere_removes_nothing(tmp_path, path):
    folder, secret = tmp_path / "folder", tmp_path / "secret.md"
    folder.mkdir()
    secret.write_text("secret")
    row = {"site": START, "url": f"{START}x", "hashes": [hashlib.sha256(b"secret").hexdigest()]}
    (folder / RECORD).write_text(json.dumps({"files": {path: row}}))
    await crawl(folder, "one")
    assert secret.exists()


async def test_a_record_that_leads_through_a_link_removes_nothing(tmp_path):
    folder, elsewhere = tmp_path / "folder", tmp_path / "elsewhere"
    folder.mkdir()
    elsewhere.mkdir()
    (elsewhere / "secret.md").write_text("secret")
    (folder / "link").symlink_to(elsewhere)
    row = {"site": START, "url": f"{START}x", "hashes": [hashlib.sha256(b"secret").hexdigest()]}
    (folder / RECORD).write_text(json.dumps({"files": {"link/secret.md": row}}))
    await crawl(folder, "one")
    assert (elsewhere / "secret.md").exists()


@pytest.mark.parametrize("text", ["", "[]", '{"files": []}', '{"files": {"one.md": 3}}', "\0"])
async def test_a_record_that_cannot_be_read_is_none(tmp_path, text):
    (tmp_path / RECORD).write_text(text)
    assert await crawl(tmp_path, "one") == []
