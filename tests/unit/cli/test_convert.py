"""`docspasta convert`, as a process: one file, standard input, a batch, and what goes wrong."""

from __future__ import annotations

import subprocess
import sys

HTML = (
    "<html><body><main><h1>Title</h1><p>Some words that make a page, "
    "<a href='b.html'>link</a>.</p></main></body></html>"
)


def convert(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-m", "docspasta.cli", "convert", *arguments]
    return subprocess.run(program, input=given, capture_output=True, text=True, timeout=60)


def test_standard_input():
    done = convert("--url", "https://a/x/", given=HTML)
    assert done.returncode == 0 and done.stderr == ""
    assert done.stdout.startswith("# Title\n") and "(https://a/x/b.html)" in done.stdout


def test_a_short_page_is_a_page(tmp_path):
    (tmp_path / "hello.html").write_text("<h1>Hello</h1>")
    done = convert(str(tmp_path / "hello.html"))
    assert (done.returncode, done.stdout) == (0, "# Hello\n"), done.stderr


def test_a_file_to_a_file(tmp_path):
    (tmp_path / "a.html").write_text(HTML)
    done = convert(str(tmp_path / "a.html"), "--url", "https://a/", "-o", str(tmp_path / "a.md"))
    assert (done.returncode, done.stdout) == (0, "")
    assert (tmp_path / "a.md").read_text().startswith("# Title\n")


def test_a_batch_goes_on_after_a_missing_file(tmp_path):
    (tmp_path / "a.html").write_text(HTML)
    listing = tmp_path / "list"
    listing.write_text(
        f"{tmp_path}/none.html\thttps://a/\t{tmp_path}/none.md\n{tmp_path}/a.html\thttps://a/\t{tmp_path}/deep/a.md\n"
    )
    done = convert("--batch", str(listing))
    assert done.returncode == 1 and "none.html" in done.stderr and "Traceback" not in done.stderr
    assert (tmp_path / "deep" / "a.md").read_text().startswith("# Title\n")


def test_a_malformed_list_converts_nothing(tmp_path):
    listing = tmp_path / "list"
    listing.write_text("a b c\n")
    done = convert("--batch", str(listing))
    assert done.returncode == 2 and f"{listing}:1" in done.stderr


def test_a_missing_file_is_named(tmp_path):
    done = convert(str(tmp_path / "none.html"))
    assert done.returncode == 1 and "none.html" in done.stderr and "Traceback" not in done.stderr


def test_a_list_that_is_no_text_is_a_sentence(tmp_path):
    (tmp_path / "list").write_bytes(b"\xff\xfe\t\t\n")
    done = convert("--batch", str(tmp_path / "list"))
    assert done.returncode == 2 and "UTF-8" in done.stderr and "Traceback" not in done.stderr
