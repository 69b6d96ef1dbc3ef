"""A stack that Firecrawl's clients are pointed at, and the packages that are them."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import pytest_asyncio

from docspasta.identity.installation import LOCAL_ISSUER
from docspasta.identity.tokens import Signer
from docspasta.sample.server import serving
from tests.npm import installed
from tests.ports import free_port
from tests.stack import RunningStack

CLIENT, MCP = "firecrawl@4.42.0", "firecrawl-mcp@3.26.0"
LANGCHAIN = "langchain-firecrawl==0.1.0"
# LlamaIndex's readers, its core, and what that wants when it is imported: all that it depends on is 250 MB.
LLAMAINDEX = (
    *("llama-index-readers-web==0.7.0", "llama-index-core==0.14.25", "llama-index-instrumentation==0.6.0"),
    *("llama-index-workflows==2.26.1", "banks==2.5.1", "dataclasses-json==0.6.7", "deprecated==1.3.1"),
    *("filetype==1.2.0", "fsspec==2026.9.0", "griffelib==2.4.1", "marshmallow==3.26.2", "pillow==13.0.0"),
    *("mypy-extensions==1.2.0", "sqlalchemy==2.1.9", "tenacity==9.2.1", "tinytag==2.3.2", "tqdm==4.70.1"),
    *("typing-inspect==0.9.0", "wrapt==2.5.2"),
)
OPEN_JOBS = 15  # of one user


@dataclass(frozen=True)
class Served:
    """Where the gateway and the sample site are, and a token for it."""

    stack: RunningStack
    gateway: str
    token: str
    site: str
    more_port: int  # a further site may be served on it

    def token_of(self, user: str) -> str:
        """A token of a user's."""
        signer = Signer.from_pem(self.stack.keys["LOCAL_KEY"], LOCAL_ISSUER)
        return signer.sign(user, ("read", "write"), 1800, time.time())


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(start_stack: Callable[..., RunningStack]) -> AsyncIterator[Served]:
    async with serving() as site:
        allowed, more = site.removeprefix("http://"), free_port()
        stack = start_stack(
            docspasta_allow_private=f"{allowed},127.0.0.1:{more}",
            docspasta_crawler_ports=f"80,443,{allowed.rpartition(':')[2]},{more}",
            docspasta_crawler_min_delay="0",
            docspasta_crawler_delay="0",
            docspasta_jobs_open_per_user=str(OPEN_JOBS),
        )
        served = Served(stack, stack.gateway, "", site, more)
        yield replace(served, token=served.token_of("local"))


@pytest.fixture(scope="module")
def npm_client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with the npm package of the client, and our programs."""
    return with_programs(tmp_path_factory.mktemp("npm"), CLIENT)


@pytest.fixture(scope="module")
def npm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with the MCP server."""
    return with_programs(tmp_path_factory.mktemp("npm"), CLIENT, MCP)


def with_programs(where: Path, *packages: str) -> Path:
    """The directory with packages from npm, and our programs."""
    installed(where, *packages)
    for program in Path(__file__).parent.glob("*.mjs"):
        shutil.copy(program, where)
    return where


@pytest.fixture(scope="module")
def langchain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with LangChain's loader; skips aloud where no registry answers."""
    return from_pip(tmp_path_factory.mktemp("langchain"), LANGCHAIN)


@pytest.fixture(scope="module")
def llamaindex(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with LlamaIndex's readers of websites; skips aloud where no registry answers."""
    return from_pip(tmp_path_factory.mktemp("llamaindex"), "--no-deps", *LLAMAINDEX)


def from_pip(where: Path, *packages: str) -> Path:
    """The directory, with packages in it."""
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "-q",
        "--no-compile",
        "--target",
        str(where),
        *packages,
    ]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    except subprocess.TimeoutExpired:
        pytest.skip(f"pip did not install {packages} within 300 s")
    if done.returncode:
        pytest.skip(f"pip cannot install {packages}: {done.stderr[-300:]}")
    return where
