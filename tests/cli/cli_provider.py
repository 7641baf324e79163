"""Providers that do as a test wants: real sockets on loopback."""

import json
import socket
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

GOOD = {"id": 42, "plan": "basic"}


@contextmanager
def provider(user=GOOD, *, content_type="application/json", body=None, status=200):
    """An HTTP provider of users; `body` replaces what it answers. Yields its URL."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            data = body if body is not None else json.dumps([] if self.path == "/users" else user).encode()
            self.send_response(status)
            self.send_header("content-type", content_type)
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_POST = do_GET

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


@contextmanager
def raw_provider(answer: bytes | None):
    """Accepts connections and sends `answer`, then closes; None sends nothing and stays."""
    done = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)

        def serve():
            kept = []
            while not done.is_set():
                try:
                    client, _ = server.accept()
                except OSError:
                    continue
                if answer is None:
                    kept.append(client)
                    continue
                with client:
                    client.settimeout(1)
                    try:
                        client.recv(65536)
                        client.sendall(answer)
                    except OSError:
                        pass

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}"
        finally:
            done.set()
            thread.join()


def nobody() -> str:
    """An address where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"http://127.0.0.1:{server.getsockname()[1]}"
