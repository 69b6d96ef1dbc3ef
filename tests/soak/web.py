"""Sites of the soak, each on a loopback address of its own, and a name server that does not answer."""

from __future__ import annotations

import ctypes
import socket
import struct
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterable, Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from socketserver import ThreadingMixIn

NAME_SERVER = "127.0.0.98"
NEW_MOUNTS = 0x00020000
Body = bytes | Iterable[bytes]
Answer = tuple[int, Mapping[str, str], Body]
Site = Callable[[str, str], Answer]  # path, host


class Server(ThreadingMixIn, HTTPServer):
    """A thread a connection; many attackers connect at once."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 256

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is no news."""


def serve(address: str, port: int, site: Site) -> Server:
    """Serve a site on `address` until the process ends; `port` 0 takes a free one."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 60

        def do_GET(self) -> None:
            status, headers, body = site(self.path, self.headers.get("Host") or "")
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if isinstance(body, bytes):
                self.send_header("Content-Length", str(len(body)))
            else:
                self.send_header("Connection", "close")
            self.end_headers()
            for part in (body,) if isinstance(body, bytes) else body:
                self.wfile.write(part)
                self.wfile.flush()

        def log_message(self, *_: object) -> None:
            """Nothing: there are many."""

    server = Server((address, port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def own_name_server() -> bool:
    """Let this process and what it starts ask a name server on loopback that answers no name below
    `slow.test`, and 127.9.9.9 for others; it takes root and Linux. Whether it is so."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(NEW_MOUNTS):
        return False
    directory = Path(tempfile.mkdtemp(prefix="soak-"))
    conf = directory / "resolv.conf"
    conf.write_text(f"nameserver {NAME_SERVER}\noptions timeout:5 attempts:2\n")
    mounts = [["--make-rprivate", "/"], ["--bind", str(conf), "/etc/resolv.conf"]]
    if any(subprocess.run(["mount", *mount], check=False).returncode for mount in mounts):
        return False
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind((NAME_SERVER, 53))
    threading.Thread(target=_answer, args=(server,), daemon=True).start()
    return True


def _answer(server: socket.socket) -> None:
    while True:
        question, client = server.recvfrom(2_048)
        end = question.find(b"\0", 12) + 5
        if b"\x04slow\x04test" in question.lower() or end < 17:
            continue
        wanted = question[end - 4 : end - 2] == b"\0\1"  # an A record
        head = question[:2] + struct.pack(">HHHHH", 0x8180, 1, int(wanted), 0, 0)
        record = b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, 0, 4) + socket.inet_aton("127.9.9.9")
        server.sendto(head + question[12:end] + (record if wanted else b""), client)
