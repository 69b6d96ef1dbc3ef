import os
import signal
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer


class Ready(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()


signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
host, port = os.environ["DOCSPASTA_GATEWAY_LISTEN"].split(":")
HTTPServer((host, int(port)), Ready).serve_forever()
