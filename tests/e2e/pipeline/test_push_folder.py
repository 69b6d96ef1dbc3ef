"""`docspasta push` of a folder gives the document that a crawl of it over a web server gives, to the byte."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import http.server
import os
import random
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from docspasta.cli.connection import Target
from docspasta.cli.crawling import CrawlOptions
from docspasta.cli.pushing import push
from docspasta.cli.start import settings_of
from docspasta.identity.installation import LOCAL_ISSUER
from docspasta.identity.tokens import Signer
from docspasta.v1.jobs_pb2 import CreateJobRequest, JobSettings
from tests.sizes import size

from .conftest import Client


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """The folder at the web server of Python's own library; its origin."""
    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join(10)


def build(folder: Path, draw: random.Random, pages: int) -> None:
    """A folder of pages in directories, each linked from an earlier one, by every spelling of its address."""
    names = ["index.html"]
    for number in range(1, pages):
        directory = names[draw.randrange(len(names))].rpartition("/")[0]
        kind = draw.choice(("page", "page", "index", "other"))
        inside = f"{directory}/" if directory else ""
        last = {"page": f"p{number}.html", "index": f"d{number}/index.html", "other": f"ä ö{number}.htm"}[
            kind
        ]
        names.append(f"{inside}{last}")
    links: dict[str, list[str]] = {name: [] for name in names}
    for at, name in enumerate(names[1:], 1):
        for other in {names[draw.randrange(at)], names[draw.randrange(len(names))]}:
            links[other].append(link(draw, other, name))
    for name, linked in links.items():
        write(folder / name, draw, name, linked)


def link(draw: random.Random, page: str, name: str) -> str:
    """One way to link from a page to a file."""
    spellings = [name, name, f"{name}#part", f"{name}?from=a"]
    if name.endswith("/index.html"):
        spellings += [name.removesuffix("index.html"), name.removesuffix("/index.html")] * 2
    chosen = draw.choice(spellings)
    if draw.random() < 0.3:
        return f"/{chosen}"
    up = os.path.relpath("/" + chosen, "/" + os.path.dirname(page))
    return up + "/" if chosen.endswith("/") else up


def write(path: Path, draw: random.Random, name: str, links: list[str]) -> None:
    rows = "".join(f'<li>This leads <a href="{each}">to {each}</a> from here</li>' for each in links)
    words = " ".join(draw.choice(("jar", "shelf", "naïve", "larder", "opened")) for _ in range(40))
    text = (
        f'<html><head><meta charset="{{0}}"><title>{name}</title></head><body><main><h1>{name}</h1>'
        f'<p id="part">{words}</p><ul>{rows}</ul></main></body></html>'
    )
    charset = draw.choice(("utf-8", "utf-8", "latin-1"))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.replace("{0}", charset).encode(charset))


async def test_a_folder_pushed_is_a_folder_crawled(client: Client, tmp_path: Path) -> None:
    seed = int(os.environ.get("SEED", random.SystemRandom().randrange(2**32)))
    print(f"SEED={seed}")
    folder, output = tmp_path / "site", tmp_path / "pushed.md"
    await asyncio.to_thread(build, folder, random.Random(seed), size("pages of a pushed folder"))
    signer = Signer.from_pem(client.stack.keys["LOCAL_KEY"], LOCAL_ISSUER)
    token = signer.sign(client.user, ("read", "write"), 300, time.time())
    with served(folder) as origin:
        settings = JobSettings(url=f"{origin}/", private_origin=origin, delay=0.0, concurrency=8)
        crawled = await client.job_of("CreateJob", CreateJobRequest(settings=settings))
        await client.ended(crawled, 100)
    target = Target(server=client.stack.addresses["jobs"], token=token)
    options = CrawlOptions(settings_of("", []), str(output), quiet=True)
    assert await push(target, [str(folder)], origin, options) == 0
    assert output.read_bytes() == await client.document(crawled)
