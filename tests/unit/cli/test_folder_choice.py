"""`-o DIR/` with `--select`, `--no-links` and `--contents`: some pages as files, no other file touched."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from docspasta.cli.exits import CommandError
from docspasta.cli.folder_choice import Choice
from docspasta.cli.pages_directory import Site, to_directory

LINKS = "[A](https://a/guide/a) and [D](https://a/api/d#x), `[A](https://a/guide/a)`"
ADDRESSES = ["https://a/", "https://a/guide/", "https://a/guide/a", "https://a/api/d"]


async def pages() -> AsyncIterator[dict[str, Any]]:
    for url in ADDRESSES:
        yield {"state": "processed", "url": url, "title": f"At {url[9:]}", "markdown": LINKS}
    for url in ("https://a/guide/gone", "https://a/api/gone"):
        yield {"state": "failed", "url": url, "reason": "dns", "httpStatus": 0}


async def written(directory: Path, choice: Choice) -> list[str]:
    return await to_directory(directory, Site("Docs", "https://a/", choice=choice), pages())


async def test_only_the_selected_pages_are_files_and_links_to_others_lead_to_the_site(tmp_path: Path) -> None:
    assert await written(tmp_path, Choice(("/guide/**",))) == ["Written: 2 of 4 pages."]
    files = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.md"))
    assert files == ["guide/a.md", "guide/index.md", "index.md"]
    text = (tmp_path / "guide/index.md").read_text()
    assert "[A](a.md) and [D](https://a/api/d#x), `[A](https://a/guide/a)`" in text
    index = (tmp_path / "index.md").read_text()
    assert "(guide/a.md)" in index and "home.md" not in index
    assert "https://a/guide/gone" in index and "https://a/api/gone" not in index


async def test_a_page_that_is_not_selected_keeps_its_file(tmp_path: Path) -> None:
    await written(tmp_path, Choice())
    assert await written(tmp_path, Choice(("/guide/**",))) == ["Written: 2 of 4 pages."]
    assert (tmp_path / "api/d.md").exists() and (tmp_path / "home.md").exists()


async def test_without_links_the_words_stay_and_code_is_left_alone(tmp_path: Path) -> None:
    await written(tmp_path, Choice(links=False))
    assert "A and D, `[A](https://a/guide/a)`" in (tmp_path / "guide/a.md").read_text()


@pytest.mark.parametrize(("levels", "listed"), [(None, 4), (1, 2), (0, 0)])
async def test_the_list_has_so_many_levels(tmp_path: Path, levels: int | None, listed: int) -> None:
    await written(tmp_path, Choice(levels=levels))
    lines = (tmp_path / "index.md").read_text().splitlines()
    assert sum(line.lstrip().startswith("- [") for line in lines) == listed


async def test_when_no_page_is_selected_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No page of the job's 4 is selected"):
        await written(tmp_path / "out", Choice(("/guid/**",)))
    assert not (tmp_path / "out").exists()
