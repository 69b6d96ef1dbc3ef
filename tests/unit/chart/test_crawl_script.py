"""The script of `helm test`, when a job never moves: it ends in time, and says where the job stands."""

from __future__ import annotations

import http.server
import json
import os
import subprocess
import sys
import threading
import time
from typing import Any

from tests.unit.chart import helm

JOB = {"state": "running", "processed": 0, "discovered": 1, "wait": None}
LINKS = {"self": "/job", "stream": "/stream", "markdown": "/markdown"}


class Gateway(http.server.BaseHTTPRequestHandler):
    """Takes a crawl; its stream has nothing but heartbeats."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(202, {"links": LINKS})

    def do_GET(self) -> None:
        if self.path == "/job":
            self._answer(200, JOB)
            return
        self.send_response(200)
        self.end_headers()
        try:
            for _ in range(1000):
                self.wfile.write(b": heartbeat\n\n")
                self.wfile.flush()
                time.sleep(0.02)
        except OSError:
            pass  # the script has gone

    def _answer(self, status: int, content: Any) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def test_a_job_that_does_not_move_is_a_sentence_in_time() -> None:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Gateway) as gateway:
        threading.Thread(target=gateway.serve_forever, daemon=True).start()
        own = {
            "GATEWAY": f"http://127.0.0.1:{gateway.server_address[1]}",
            "SITE": "http://localhost/",
            "LISTEN": "127.0.0.1:0",
            "SECONDS": "0.5",
            "PYTHONPATH": str(helm.ROOT),
        }
        script = [sys.executable, str(helm.CHART / "files" / "crawl_test.py")]
        done = subprocess.run(
            script, env={**os.environ, **own}, capture_output=True, text=True, timeout=60, check=False
        )
        gateway.shutdown()
    assert done.returncode == 1
    assert (
        "did not end within 0.5 seconds; it is running, 0 of 1 pages are done; look at the logs"
        in done.stderr
    )
