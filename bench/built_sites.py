"""python -m bench.built_sites: pages that a browser draws, beside those that the same site's server renders.

    python -m bench.built_sites next nuxt angular react --folder /tmp/built

The sources are in bench/built: thirteen pages, built twice with the framework itself, in client-side mode and
rendered by its server (npm installs it; minutes, the first time). The pages of the first are drawn by the
renderer, those of the second fetched; a page is equal when the Markdown of both is.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from docspasta.chromium import find
from docspasta.content import Page, read_page
from docspasta.egress.policy import EgressSettings
from docspasta.egress.sessions import Egress
from docspasta.v1.renderer_pb2 import RenderPageRequest
from services.renderer.browser import Browser, Browsers, Program
from services.renderer.service import RendererServicer

SITE = "https://line.example"  # where both are said to be
SOURCES = Path(__file__).parent / "built"
NOBODY_ASKED = {"NEXT_TELEMETRY_DISABLED": "1", "NUXT_TELEMETRY_DISABLED": "1", "NG_CLI_ANALYTICS": "false"}
ROUTES = (
    "import('./content.mjs').then(m => m.pages.map(p => console.log('/docs/' + p.slug)), console.log('/'))"
)


@dataclass(frozen=True)
class Framework:
    """How a site is built in both ways: npm's packages, and for each way a command and what it leaves."""

    packages: tuple[str, ...]
    client: tuple[str, str]
    server: tuple[str, str]


ANGULAR = "core common compiler platform-browser platform-server router ssr build cli compiler-cli".split()
FRAMEWORKS = {
    "next": Framework(
        ("next@15", "react@19", "react-dom@19"),
        ("CLIENT=1 npx next build", "out"),
        ("npx next build", "out"),
    ),
    "nuxt": Framework(
        ("nuxt@3",), ("CLIENT=1 npx nuxt generate", ".output/public"), ("npx nuxt generate", ".output/public")
    ),
    "angular": Framework(
        (*(f"@angular/{name}@19" for name in ANGULAR), "rxjs@7", "typescript@5.8", "zone.js@0.15"),
        ("npx ng build --configuration client", "out-client"),
        ("npx ng build --configuration server", "out-server/browser"),
    ),
    "react": Framework(
        ("vite@7", "@vitejs/plugin-react@5", "react@19", "react-dom@19", "react-router-dom@7"),
        ("npx vite build", "dist"),
        (
            "npx vite build && npx vite build --ssr server.jsx --outDir dist-ssr && node ssr.mjs",
            "dist-server",
        ),
    ),
}


def build(name: str, folder: Path) -> tuple[Path, Path]:
    """The folders of both builds, which are kept. Raises CalledProcessError, its output in build.log."""
    framework, at = FRAMEWORKS[name], folder / name
    if (at / "built-server").exists():
        return at / "built-client", at / "built-server"
    shutil.copytree(SOURCES / name, at, dirs_exist_ok=True)
    shutil.copy(SOURCES / "content.mjs", at)
    if not (at / "package.json").exists():
        (at / "package.json").write_text('{"private": true, "type": "module"}')
    if not (at / "node_modules").exists():
        run("npm install --no-audit --no-fund --ignore-scripts " + " ".join(framework.packages), at)
    run(f'node -e "{ROUTES}" > routes.txt', at)
    built = []
    for mode, (command, left) in (("client", framework.client), ("server", framework.server)):
        for old in (".next", "out", ".nuxt", ".output", "dist", "dist-server", f"built-{mode}"):
            shutil.rmtree(at / old, ignore_errors=True)
        run(command, at)
        shutil.copytree(at / left, at / f"built-{mode}")
        built.append(at / f"built-{mode}")
    return built[0], built[1]


def run(command: str, at: Path) -> None:
    """A shell's command, with what it says in build.log."""
    with (at / "build.log").open("a") as log:
        subprocess.run(
            command,
            shell=True,
            cwd=at,
            env={**os.environ, **NOBODY_ASKED},
            stdout=log,
            stderr=log,
            check=True,
        )


class Served(SimpleHTTPRequestHandler):
    """Files, pages without their suffix, and the one shell of a site for every address that has no file."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def send_head(self) -> Any:
        """The file of the address."""
        asked = self.path.partition("?")[0]
        where = Path(self.translate_path(asked))
        if not where.exists() and "." not in where.name:
            page = where.with_name(where.name + ".html")
            self.path = f"{asked.rstrip('/')}.html" if page.exists() else "/index.html"
        return super().send_head()


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The origin of a site of these files."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Served, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


def fetched(folder: Path, paths: list[str]) -> dict[str, Page]:
    """Path -> the page as its server sends it."""
    with serving(folder) as origin:
        return {path: read_page(urlopen(origin + path).read(), SITE + path) for path in paths}


async def drawn(folder: Path, paths: list[str]) -> dict[str, Page]:
    """Path -> the page as a browser draws it."""
    egress = Egress(EgressSettings())
    browsers = Browsers(lambda: Browser.start(Program(find(), "Docspasta")))
    servicer, found = RendererServicer(browsers, egress), {}
    try:
        with serving(folder) as origin:
            for path in paths:
                request = RenderPageRequest(url=origin + path, private_origin=origin)
                parts = servicer.RenderPage(request, None)  # type: ignore[arg-type]
                found[path] = read_page(b"".join([part.chunk async for part in parts]), SITE + path)
    finally:
        await browsers.close()
        await egress.close()
    return found


def compare(name: str, folder: Path) -> bool:
    """Build, draw, fetch, print what is equal: whether at least 95 % of the pages are."""
    client, server = build(name, folder)
    paths = (folder / name / "routes.txt").read_text().split()
    shells, wanted = fetched(client, paths), fetched(server, paths)
    found = asyncio.run(drawn(client, paths))
    equal = [path for path in paths if wanted[path].words and found[path].markdown == wanted[path].markdown]
    shell = sum(page.reason == "needs_javascript" for page in shells.values())
    print(
        f"{name:8} {len(equal)} of {len(paths)} pages equal; {shell} say that they need a browser", flush=True
    )
    for path in paths:
        if path not in equal:
            print(
                f"  {path}\n  drawn  {found[path].markdown!r:.500}\n  served {wanted[path].markdown!r:.500}"
            )
    return len(equal) >= 0.95 * len(paths)


def main() -> int:
    """See the module. 1 when a site falls short."""
    parser = argparse.ArgumentParser(prog="python -m bench.built_sites")
    parser.add_argument("names", nargs="*", choices=[*FRAMEWORKS, []], help=", ".join(FRAMEWORKS))
    parser.add_argument("--folder", type=Path, required=True, help="where they are built; kept")
    asked = parser.parse_args()
    for needed, there in (("npm", shutil.which("npm")), ("a Chromium", find())):
        if not there:
            print(f"skipped: {needed} is not installed")
            return 0
    asked.folder.mkdir(parents=True, exist_ok=True)
    enough = [compare(name, asked.folder.resolve()) for name in asked.names or FRAMEWORKS]
    return 0 if all(enough) else 1


if __name__ == "__main__":
    sys.exit(main())
