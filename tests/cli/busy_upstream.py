"""A provider under load: every kind of body, each of its own content, and clients that note what they finished."""

import gzip
import http.client
import random
import socket
import threading
import time
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

KINDS = ("json", "chunked", "sse", "gzip", "binary", "large", "close", "empty")


def content(path: str) -> bytes:
    """What the provider answers, before any coding."""
    kind = path.split("/")[1]
    if kind == "sse":
        return b"".join(b"data: %s part %d\n\n" % (path.encode(), n) for n in range(4))
    if kind == "binary":
        return random.Random(path).randbytes(5_000)
    if kind == "large":
        return random.Random(path).randbytes(300_000)
    return b"" if kind == "empty" else b'{"path": "%s", "note": "quite ordinary"}' % path.encode()


class Busy(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        kind, body = self.path.split("/")[1], content(self.path)
        types = {"sse": "text/event-stream", "binary": "application/octet-stream", "large": "image/png"}
        self.send_response(200)
        self.send_header("Content-Type", types.get(kind, "application/json"))
        if kind == "gzip":
            body = gzip.compress(body, mtime=0)
            self.send_header("Content-Encoding", "gzip")
        if kind in ("chunked", "sse"):
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            size = len(body) // 4
            for piece in (body[:size], body[size : 2 * size], body[2 * size : 3 * size], body[3 * size :]):
                self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
            self.wfile.write(b"0\r\n\r\n")
            return
        if kind == "close":
            self.close_connection = True
        else:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def busy_upstream():
    """Gives its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Busy)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


class Clients:
    """Some at once, each asking for paths that nobody else asks for, until the server is gone."""

    def __init__(self, url: str, names: str, count: int = 3) -> None:
        self.finished: list[str] = []
        self._where = urlsplit(url)
        self._threads = [threading.Thread(target=self._ask, args=(f"{names}-{n}",)) for n in range(count)]
        for thread in self._threads:
            thread.start()

    def gone(self) -> list[str]:
        """The paths whose answers came whole, once all clients have seen the end."""
        for thread in self._threads:
            thread.join(30)
            assert not thread.is_alive()
        return self.finished

    def _ask(self, name: str) -> None:
        with suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection(self._where.hostname, self._where.port, timeout=20)
            for number in range(10_000):
                path = f"/{KINDS[number % len(KINDS)]}/{name}/{number}"
                connection.request("GET", path)
                answer = connection.getresponse()
                body = answer.read()
                plain = gzip.decompress(body) if answer.getheader("Content-Encoding") else body
                if answer.status == 200 and plain == content(path):
                    self.finished.append(path)


def wait_until(there, seconds: float = 20.0) -> None:
    """Until `there()`; a test that waits in vain fails here."""
    deadline = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.005)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])
