"""A renderer on a machine that gives its browser no sandbox: one that has no user namespaces."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from docspasta.chromium import find
from tests.sizes import FULL

# In a user namespace of its own a process may forbid any below: what a hardened kernel, or a container's
# seccomp profile, does to all. The parent writes who is who in it, so that `nobody` is there.
WITHOUT_NAMESPACES = """
import ctypes, os, sys
ready, go = os.pipe(), os.pipe()
child = os.fork()
if child == 0:
    assert ctypes.CDLL(None).unshare(0x10000000) == 0
    os.write(ready[1], b"x")
    os.read(go[0], 1)
    open("/proc/sys/user/max_user_namespaces", "w").write("0")
    os.execv(sys.executable, [sys.executable, "-m", "services.renderer"])
os.read(ready[0], 1)
for kind in "ug":
    open(f"/proc/{child}/{kind}id_map", "w").write("0 0 65535")
os.write(go[1], b"x")
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.skipif(not find(), reason="no Chromium is installed: apt-get install chromium")
@pytest.mark.skipif(not FULL, reason="starts a renderer; runs in make test-full")
@pytest.mark.skipif(os.getuid() != 0, reason="needs root to take namespaces away")
def test_a_renderer_does_not_start_without_a_sandbox_for_its_browser(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "DOCSPASTA_RENDERER_CHROMIUM": "",
        "DOCSPASTA_RENDERER_LISTEN": f"unix:{tmp_path}/renderer.sock",
    }
    ended = subprocess.run(
        [sys.executable, "-c", WITHOUT_NAMESPACES],
        env=environment,
        capture_output=True,
        text=True,
        timeout=180,
    )
    if "Operation not permitted" in ended.stderr or "No space left" in ended.stderr:
        pytest.skip("this machine lets no test make a user namespace")
    assert "finds no sandbox" in ended.stderr and "DOCSPASTA_RENDERER_SANDBOX=none" in ended.stderr
    assert ended.returncode == 1
    assert not (tmp_path / "renderer.sock").exists()
