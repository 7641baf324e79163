"""A server for a test, and a client that speaks bytes."""

import socket
from contextlib import ExitStack

import pytest

from integtest.adapters.wire.server import WireServer


@pytest.fixture
def serve():
    """Starts a server for a handler; all are stopped when the test ends."""
    with ExitStack() as stack:
        yield lambda handler, **options: stack.enter_context(WireServer(handler, **options))


class RawClient:
    """One connection, bytes in and out."""

    def __init__(self, server):
        self.sock = socket.create_connection((server.host, server.port), timeout=10)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, data):
        self.sock.sendall(data)

    def until(self, ending):
        """Everything up to and with `ending`."""
        seen = b""
        while not seen.endswith(ending):
            data = self.sock.recv(1)
            assert data, f"closed after {seen!r}"
            seen += data
        return seen

    def rest(self):
        """Everything until the server closes."""
        seen = b""
        while data := self.sock.recv(65536):
            seen += data
        return seen

    def close(self):
        self.sock.close()


@pytest.fixture
def connect():
    """Opens raw connections; all are closed when the test ends."""
    clients = []

    def opened(server):
        clients.append(RawClient(server))
        return clients[-1]

    yield opened
    for client in clients:
        client.close()
