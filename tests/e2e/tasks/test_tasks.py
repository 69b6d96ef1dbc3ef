"""Ten things that a new user wants, and the steps that each takes: a click, a field, a key, or a command.

| | task | steps in 0.1.0 before | now |
|---|---|---|---|
| 1 | the whole documentation in the clipboard | 3 | 3 |
| 2 | only the guide's pages in the clipboard, and their tokens known | not possible | 4 |
| 3 | a document that is too long, in parts that fit | not possible | 4 |
| 4 | why pages failed, what links to them, and another try for them alone | crawl all again | 2 |
| 5 | why nothing moves | not possible | 0 |
| 6 | back from a delete by mistake | not possible | 2 |
| 7 | a link that shows a colleague this page of the crawl | not possible | 2 |
| 8 | a site crawled by the address as one says it | 2 (the scheme was asked for) | 1 |
| 9 | why pages failed, and another try, in the terminal | 3, and all was crawled again | 2 |
| 10 | the guide under a limit of tokens, without links, as a file | not possible | 1 |
"""

from __future__ import annotations

import http.server
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.e2e.cli.command import Room, interrupt, read_lines, room
from tests.e2e.page.acts import open_page, until, until_ended
from tests.sizes import FULL
from tests.stack import wait_until

pytestmark = pytest.mark.skipif(not FULL, reason="make test-full: ten tasks in a browser and a terminal")
WORDS = "<p>This page says what a reader of documentation wants to know, in enough words to be kept.</p>"
PAGES = ["guide/", "guide/install", "guide/use", "api/", "api/client", "api/server", "flaky/one", "flaky/two"]


class Site(http.server.ThreadingHTTPServer):
    """A site with a guide and an API; two of its pages are refused until it is `well`."""

    well = False

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Answer(http.server.BaseHTTPRequestHandler):
    server: Site

    def log_message(self, *args: object) -> None:
        return

    def do_GET(self) -> None:
        name = self.path.strip("/")
        if self.path == "/slow":
            return self.send(429, "", {"Retry-After": "30"})
        if name and self.path.lstrip("/") not in PAGES:
            return self.send(404, "")
        if name.startswith("flaky") and not self.server.well:
            return self.send(403, "")
        title = name.replace("/", " ") or "The manual"
        links = "".join(f'<a href="/{page}">{page}</a> ' for page in PAGES)
        body = f"<title>{title}</title><nav>{links}</nav><main><h1>{title}</h1>{WORDS * 40}</main>"
        return self.send(200, body, {"Content-Type": "text/html"})

    def send(self, status: int, body: str, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for header, value in {**(headers or {}), "Content-Length": str(len(body))}.items():
            self.send_header(header, value)
        self.end_headers()
        self.wfile.write(body.encode())


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    serving = Site(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=serving.serve_forever, daemon=True)
    thread.start()
    yield serving
    serving.shutdown()
    serving.server_close()
    thread.join(10)


@pytest.fixture(scope="module")
def machine(site: Site) -> Iterator[Room]:
    """A person's machine, where `docspasta up` runs; `address` is the page's."""
    with room() as made:
        up = made.start("up", "--port", "0", "--allow", site.origin.removeprefix("http://"))
        assert up.stdout is not None and up.stderr is not None
        lines = read_lines(up.stdout)
        wait_until(lambda: lines or up.poll() is not None, 60, "it is up")
        made.address = lines[0].strip()  # type: ignore[attr-defined]
        yield made
        interrupt(up)


class Person:
    """Somebody at the page, whose steps are counted."""

    def __init__(self, tab: Any) -> None:
        self.tab, self.steps = tab, 0

    def click(self, what: Any) -> None:
        self.steps += 1
        what.click()

    def type(self, what: Any, text: str) -> None:
        self.steps += 1
        what.fill(text)

    def press(self, key: str) -> None:
        self.steps += 1
        self.tab.keyboard.press(key)

    def button(self, name: str) -> None:
        self.click(self.tab.get_by_role("button", name=name, exact=False).first)

    def crawl(self, url: str, delay: bool = True) -> None:
        self.type(self.tab.locator("#address"), url)
        self.press("Enter")


@pytest.fixture
def someone(tab: Any, machine: Room) -> Person:
    open_page(tab, machine.address)  # type: ignore[attr-defined]
    return Person(tab)


def clipboard(tab: Any) -> str:
    return str(tab.evaluate("navigator.clipboard.readText()"))


def counted(person: Person, task: int, act: Callable[[], None]) -> None:
    """The steps of one task of the table above, which says the same."""
    before = person.steps
    act()
    said(task, person.steps - before)


def said(task: int, steps: int) -> None:
    """Print a task and its steps, for whoever runs this with -s. Fails when the table says otherwise."""
    row = next(line for line in str(__doc__).splitlines() if line.startswith(f"| {task} |"))
    _, _, words, _, now, _ = (cell.strip() for cell in row.split("|"))
    print(f"{task:>2}. {words}: {steps} steps")
    assert steps == int(now), row


def test_the_page(someone: Person, site: Site, machine: Room) -> None:
    tab, address = someone.tab, machine.address  # type: ignore[attr-defined]

    def whole() -> None:
        someone.crawl(site.origin)
        until_ended(tab)
        someone.button("Copy Markdown")
        until(tab, "document.querySelector('.actions .says').innerText.startsWith('Copied')")

    counted(someone, 1, whole)
    assert "## guide install" in clipboard(tab) and "complete: false" in clipboard(tab)
    assert tab.locator(".state").first.inner_text() == "Incomplete", "a quarter of it failed"

    def again() -> None:
        someone.click(tab.locator("details.failures.failed summary"))
        tab.wait_for_selector(".failures.failed .found")
        assert "HTTP 403" in tab.locator(".failures.failed").inner_text()
        site.well = True
        someone.button("Retry 2 failed pages")
        until(tab, "document.querySelector('.state').innerText === 'Done'")

    counted(someone, 4, again)

    def guide() -> None:
        someone.click(tab.locator(".card h2 a").first)
        tab.wait_for_selector('[role="tree"] .row')
        someone.button("Select none")
        someone.click(tab.locator('[role="treeitem"]', has_text="guide").locator(".box").first)
        until(tab, "document.querySelector('.budget p').innerText.includes('3 pages')")
        someone.click(tab.locator(".takeaway .copy button").first)
        until(tab, "document.querySelector('.copy .says').innerText.startsWith('Copied')")

    counted(someone, 2, guide)
    assert "guide use" in clipboard(tab) and "## api" not in clipboard(tab)
    assert "tokens" in tab.locator(".budget b").inner_text()

    def link() -> None:
        someone.click(tab.locator('[role="treeitem"] .fold').first)
        someone.click(tab.locator('[role="treeitem"]', has_text="guide install").first)
        until(tab, "document.querySelector('.preview h2').innerText === 'guide install'")

    counted(someone, 7, link)
    colleague = tab.context.new_page()
    colleague.goto(tab.url)
    until(colleague, "document.querySelector('.preview h2')?.innerText === 'guide install'")
    colleague.close()

    def parts() -> None:
        someone.button("Select all")
        someone.type(tab.get_by_label("Token limit"), "3000")
        someone.button("Split into")
        tab.wait_for_selector(".parts li")
        someone.button("Copy part 1")
        until(
            tab,
            "[...document.querySelectorAll('.parts .says')].some(n => n.innerText.startsWith('Copied'))",
        )

    counted(someone, 3, parts)
    assert 'part: "1 of ' in clipboard(tab)

    open_page(tab, address)

    def held() -> None:
        until(tab, "document.querySelector('.held')?.innerText.includes('asked us to slow down (HTTP 429)')")
        assert "Next try in" in tab.locator(".held").inner_text()

    someone.crawl(f"{site.origin}/slow")
    counted(someone, 5, held)
    tab.get_by_role("button", name="Cancel").first.click()
    tab.wait_for_selector('.card[data-state="cancelled"]')

    def undo() -> None:
        someone.button("Delete")
        someone.button("Undo")

    counted(someone, 6, undo)
    assert tab.locator('.card[data-state="cancelled"]').count() == 1


def test_the_terminal(site: Site, machine: Room) -> None:
    site.well = False
    host = site.origin.removeprefix("http://")
    commands: list[tuple[str, ...]] = []

    def run(*words: str) -> Any:
        commands.append(words)
        return machine.run(*words)

    done = run("crawl", host, "-o", "all.md")
    said(8, len(commands))
    assert done.returncode == 3 and (machine.path / "all.md").exists(), done.stderr
    assert "jobs retry" in done.stderr

    commands.clear()
    told = run("jobs", "show", "latest").stdout
    assert "HTTP 403" in told and f"linked from {site.origin}/" in told
    site.well = True
    again = run("jobs", "retry", "latest", "-o", "all.md")
    said(9, len(commands))
    assert again.returncode == 0, again.stderr
    assert "Trying 2 of 9 pages again" in again.stderr
    assert "complete: true" in (machine.path / "all.md").read_text()

    wanted = ("--select", "/guide/**", "--max-tokens", "2k", "--no-links", "-o", "guide.md")
    commands.clear()
    done = run("crawl", host, *wanted)
    said(10, len(commands))
    assert done.returncode == 0, done.stderr
    text = (machine.path / "guide.md").read_text()
    assert "guide install" in text and "## api" not in text and "](http" not in text
    assert len(text) / 4 < 2500
