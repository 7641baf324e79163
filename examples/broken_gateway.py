"""A model gateway that broke on purpose: it stands before a real one and changes its answers.

Run as `python -m examples.broken_gateway UPSTREAM`; it prints its address, and ends when its input does.
"""

from __future__ import annotations

import json
import sys
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    """Passes everything on and back, but for what it breaks."""

    protocol_version = "HTTP/1.1"
    upstream = ""

    def do_GET(self) -> None:
        """A GET, passed on."""
        self._pass_on(None)

    def do_POST(self) -> None:
        """A POST, passed on."""
        self._pass_on(self.rfile.read(int(self.headers.get("Content-Length", 0))))

    def _pass_on(self, body: bytes | None) -> None:
        headers = {"Content-Type": self.headers.get("Content-Type", "application/json")}
        request = urllib.request.Request(self.upstream + self.path, body, headers, method=self.command)
        with urllib.request.urlopen(request, timeout=30) as reply:
            data, kind = reply.read(), reply.headers.get("Content-Type", "")
        if "json" in kind:
            data = json.dumps(self._break(json.loads(data))).encode()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    @staticmethod
    def _break(reply: dict) -> dict:  # type: ignore[type-arg]
        """A new version of the gateway: no list of models any more, and a finish reason of its own."""
        reply.pop("data", None)
        for choice in reply.get("choices", []):
            choice["finish_reason"] = "eos"
        return reply

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 the base class's name
        """Say nothing."""


def main() -> None:
    """Serve on a free port of loopback until standard input closes."""
    Handler.upstream = sys.argv[1].rstrip("/")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    sys.stdin.read()
    server.shutdown()


if __name__ == "__main__":
    main()
