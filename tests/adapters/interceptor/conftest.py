"""Servers to record from, and the certainty that nothing is sent."""

import http.server
import queue
import socket
import struct
import threading
import time

import pytest
from drivers import DRIVERS


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers by its server's `routes`: a path to a function of this handler."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *args):
        pass

    def _any(self):
        length = int(self.headers.get("content-length") or 0)
        chunked = "chunked" in (self.headers.get("transfer-encoding") or "")
        self.body = self._chunks() if chunked else self.rfile.read(length)
        self.server.seen.append((self.command, self.path, self.body))
        self.server.heads.append(self.headers)
        self.server.routes[self.path.partition("?")[0]](self)

    do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = do_OPTIONS = do_PATCH = _any

    def _chunks(self):
        body = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def answer(self, status=200, body=b"", headers=(), reason=None):
        self.send_response(status, reason)
        for name, value in headers:
            self.send_header(name, value)
        if status >= 200 and status not in (204, 304):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def stream(self, frames, gap=0.0, headers=(("Content-Type", "text/event-stream"),), end=True):
        """Chunked; with `end=False` the connection closes in the middle."""
        self.send_response(200)
        for name, value in (*headers, ("Transfer-Encoding", "chunked")):
            self.send_header(name, value)
        self.end_headers()
        for frame in frames:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(frame), frame))
            time.sleep(gap)
        if end:
            self.wfile.write(b"0\r\n\r\n")
        else:
            self.close_connection = True

    def raw(self, data):
        """These bytes instead of an answer, and the end of the connection."""
        self.wfile.write(data)
        self.close_connection = True

    def reset(self, *before):
        """The client reads what comes before, then a reset."""
        for data in before:
            self.wfile.write(data)
            time.sleep(0.05)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()
        self.rfile.close()

    def stall(self, *before):
        """The client reads what comes before, then nothing until it goes away."""
        for data in before:
            self.wfile.write(data)
        self.close_connection = True
        self.rfile.read(1)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, routes):
        super().__init__(("127.0.0.1", 0), Handler)
        self.routes = routes
        self.seen = []
        self.heads = []

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request, client_address):
        """Clients that go away are part of the tests."""


@pytest.fixture
def serve():
    """Starts a server for a table of routes; all are stopped when the test ends."""
    running = []

    def start(routes):
        server = Server(routes)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        running.append((server, thread))
        return server

    yield start
    for server, thread in running:
        server.shutdown()
        server.server_close()
        thread.join(5)


@pytest.fixture
def offline(monkeypatch):
    """From its call on, connecting a socket or looking up a name fails the test."""
    tried = []

    def refuse(*args, **kwargs):
        tried.append(args)
        raise AssertionError(f"the network was touched: {args}")

    def close():
        for name in ("connect", "connect_ex"):
            monkeypatch.setattr(socket.socket, name, refuse)
        for name in ("getaddrinfo", "gethostbyname", "create_connection"):
            monkeypatch.setattr(socket, name, refuse)

    yield close
    assert not tried


@pytest.fixture(params=sorted(DRIVERS))
def driver(request):
    return DRIVERS[request.param]


@pytest.fixture
def outsider():
    """Runs functions in a thread that was started before any tape was opened."""
    jobs, answers = queue.Queue(), queue.Queue()

    def serve():
        while (job := jobs.get()) is not None:
            try:
                answers.put(job())
            except Exception as error:
                answers.put(error)

    thread = threading.Thread(target=serve)
    thread.start()

    def run(job):
        jobs.put(job)
        return answers.get(timeout=10)

    yield run
    jobs.put(None)
    thread.join()
