"""Clients that no seam sees: they do not reach the network past a cassette that plays."""

from __future__ import annotations

import asyncio
import http.client
import socket
import threading
import urllib.request
import xmlrpc.client
from concurrent.futures import ThreadPoolExecutor

import pytest
from memory_tape import MemoryTape

from integtest.adapters.interceptor import use
from integtest.adapters.tape import CassetteTape
from integtest.errors import ClosedNetworkError
from integtest.model.http import Exchange, Request, Response

OUTSIDE = "192.0.2.7"  # RFC 5737: nobody's.
OK = Response(status=200, body=b"recorded")


@pytest.fixture
def listener():
    """A listening socket, with how many connections came."""
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.02)
    came, over = [], threading.Event()

    def accept():
        while not over.is_set():
            try:
                came.append(server.accept()[0])
            except TimeoutError:
                continue

    thread = threading.Thread(target=accept)
    thread.start()
    yield server.getsockname()[1], came
    over.set()
    thread.join()
    for one in (server, *came):
        one.close()


def tape_of(path, *urls, **options):
    """A tape that plays GETs of these URLs."""
    from integtest.adapters.files import atomic_write
    from integtest.codecs.cassette_yaml import dumps
    from integtest.model.cassette import Cassette

    held = [Exchange(request=Request(method="GET", url=url), response=OK) for url in urls]
    atomic_write(path, dumps(Cassette(exchanges=held)))
    return CassetteTape(path, **options)


def by_socket(host, port):
    socket.create_connection((host, port), timeout=1).close()


def by_connect_ex(host, port):
    with socket.socket() as one:
        one.settimeout(1)
        one.connect_ex((host, port))


def by_asyncio(host, port):
    asyncio.run(asyncio.wait_for(asyncio.open_connection(host, port), 1))


def in_a_thread(host, port):
    with ThreadPoolExecutor(1) as pool:
        pool.submit(by_socket, host, port).result()


WAYS = [by_socket, by_connect_ex, by_asyncio, in_a_thread]


@pytest.mark.parametrize("connect", WAYS)
def test_a_client_outside_the_seams_is_refused_and_told_what_to_do(tmp_path, connect):
    with use(tape_of(tmp_path / "a.yaml", "http://api.test/")) as tape:
        with pytest.raises(
            ClosedNetworkError, match=r"(?s)connect to 192\.0\.2\.7:443.*integtest serve"
        ) as refused:
            connect(OUTSIDE, 443)
        assert tape.refused == [refused.value.message]
    assert "a.yaml" in str(refused.value)


def test_a_name_is_not_looked_up_for_it(tmp_path):
    with (
        use(tape_of(tmp_path / "a.yaml", "http://api.test/")),
        pytest.raises(ClosedNetworkError, match=r"look up nowhere\.invalid"),
    ):
        socket.create_connection(("nowhere.invalid", 80))


@pytest.mark.parametrize("connect", WAYS)
def test_this_machine_is_reached_as_ever(tmp_path, listener, connect):
    port, _ = listener
    with use(tape_of(tmp_path / "a.yaml", "http://api.test/")) as tape:
        connect("localhost", port)
    assert not tape.refused


@pytest.mark.parametrize("connect", WAYS)
def test_a_server_here_that_the_cassette_holds_is_not(tmp_path, listener, connect):
    port, came = listener
    with (
        use(tape_of(tmp_path / "a.yaml", f"http://127.0.0.1:{port}/")),
        pytest.raises(ClosedNetworkError, match="was not let through"),
    ):
        connect("127.0.0.1", port)
    assert not came


def test_hosts_that_the_project_names_are_reached(tmp_path):
    with use(tape_of(tmp_path / "a.yaml", reach=["192.0.2.*"])), socket.socket() as one:
        one.setblocking(False)
        assert one.connect_ex((OUTSIDE, 9)) > 0  # Under way, or no route: it was tried.


def test_while_recording_it_passes_and_is_told(tmp_path):
    with use(CassetteTape(tmp_path / "new.yaml", "all")) as tape, socket.socket() as one:
        one.setblocking(False)
        one.connect_ex((OUTSIDE, 5432))
    assert tape.passed == ("test_guarding reached 192.0.2.7:5432 unseen, which no cassette holds",)


def test_a_thread_without_context_asks_every_open_tape(outsider):
    with use(MemoryTape()), use(MemoryTape(sealed=True)) as second:
        assert isinstance(outsider(lambda: by_connect_ex(OUTSIDE, 443)), ClosedNetworkError)
    assert second.unseen_by == [((OUTSIDE,), 443, "test_guarding")]


def test_sockets_are_patched_only_while_a_tape_is_open():
    before = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo
    with use(MemoryTape()):
        assert socket.socket.connect is not before[0]
    assert (socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo) == before


CLIENTS = {
    "urllib.request": lambda url: urllib.request.urlopen(url, timeout=1).read(),
    "xmlrpc": lambda url: xmlrpc.client.ServerProxy(url).ping(),
}


@pytest.mark.parametrize("client", CLIENTS)
def test_clients_on_http_client_are_refused_before_they_connect(tmp_path, listener, client):
    port, came = listener
    with (
        use(tape_of(tmp_path / "a.yaml", f"http://127.0.0.1:{port}/held")),
        pytest.raises(ClosedNetworkError, match="not in the cassette"),
    ):
        CLIENTS[client](f"http://127.0.0.1:{port}/other")
    assert not came


def test_a_connection_outlives_its_tape_and_the_tape_its_connection(serve):
    server = serve({"/": lambda h: h.answer(200, b"live")})
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port)

    def get():
        connection.request("GET", "/")
        return connection.getresponse().read()

    with use(MemoryTape([Exchange(request=Request(method="GET", url=server.url + "/"), response=OK)])):
        assert get() == b"recorded"
    assert get() == b"live"
    with use(MemoryTape([Exchange(request=Request(method="GET", url=server.url + "/"), response=OK)])):
        assert get() == b"recorded"
    assert len(server.seen) == 1
    connection.close()


def test_a_subclass_that_connects_by_itself_is_left_alone(serve):
    server = serve({"/": lambda h: h.answer(200, b"live")})

    class Own(http.client.HTTPConnection):
        def connect(self):
            self.sock = socket.create_connection(("127.0.0.1", server.server_port))

    with use(MemoryTape()) as tape:
        connection = Own("unix.socket")
        connection.request("GET", "/")
        assert connection.getresponse().read() == b"live"
        connection.close()
    assert not tape.asked
