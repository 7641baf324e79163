"""One server for sync and async clients: in order, at once, and gone when it is stopped."""

import asyncio
import gc
import os
import socket
import ssl
import subprocess
import sys
import textwrap
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPConnection

import aiohttp
import httpx
import pytest
import requests

from integtest.adapters.wire.answer import FOREVER, Answer, Cut
from integtest.adapters.wire.reader import Limits
from integtest.adapters.wire.server import WireServer
from integtest.errors import ListenError, UsageError


def echo(request):
    return Answer(200, (("X-Method", request.method), ("X-Url", request.url)), request.body)


async def slow_echo(request):
    await asyncio.sleep(0.001)
    return echo(request)


HANDLERS = pytest.mark.parametrize("handler", [echo, slow_echo], ids=["sync", "async"])


def get(path, *more):
    return b"".join([b"GET ", path.encode(), b" HTTP/1.1\r\nHost: x\r\n", *(m + b"\r\n" for m in more), b"\r\n"])


@HANDLERS
class TestEveryClientIsServed:
    def test_http_client_keeps_its_connection(self, serve, handler):
        server = serve(handler)
        connection = HTTPConnection(server.host, server.port, timeout=10)
        sockets = set()
        for number in range(5):
            connection.request("POST", f"/{number}?q=%20", body=b"x" * number)
            response = connection.getresponse()
            assert (response.getheader("X-Url"), response.read()) == (f"/{number}?q=%20", b"x" * number)
            sockets.add(connection.sock.getsockname())
        connection.close()
        assert len(sockets) == 1

    def test_http_client_sends_chunks(self, serve, handler):
        server = serve(handler)
        connection = HTTPConnection(server.host, server.port, timeout=10)
        connection.request("POST", "/", body=iter([b"one", b"two"]), encode_chunked=True)
        assert connection.getresponse().read() == b"onetwo"
        connection.close()

    def test_requests(self, serve, handler):
        with requests.Session() as session:
            session.trust_env = False
            url = serve(handler).url
            assert session.put(f"{url}/a", data=b"body").content == b"body"
            head = session.head(f"{url}/a")
            assert (head.headers["X-Method"], head.content) == ("HEAD", b"")
            assert session.get(f"{url}/b").headers["X-Url"] == "/b"

    def test_httpx(self, serve, handler):
        with httpx.Client(base_url=serve(handler).url, trust_env=False) as client:
            assert client.post("/a", content=iter([b"one", b"two"])).content == b"onetwo"
            assert client.request("PURGE", "/a").headers["X-Method"] == "PURGE"

    def test_async_httpx_at_once(self, serve, handler):
        async def main():
            async with httpx.AsyncClient(base_url=serve(handler).url, trust_env=False) as client:
                return await asyncio.gather(*(client.post(f"/{n}", content=b"%d" % n) for n in range(20)))

        assert [r.content for r in asyncio.run(main())] == [b"%d" % n for n in range(20)]

    def test_aiohttp_at_once(self, serve, handler):
        async def one(session, url, number):
            async with session.post(f"{url}/{number}", data=b"%d" % number, expect100=True) as response:
                return await response.read()

        async def main():
            url = serve(handler).url
            async with aiohttp.ClientSession() as session:
                return await asyncio.gather(*(one(session, url, n) for n in range(20)))

        assert asyncio.run(main()) == [b"%d" % n for n in range(20)]

    def test_pipelined_requests_are_answered_in_order(self, serve, connect, handler):
        client = connect(serve(handler))
        client.send(b"".join(get(f"/{n}") for n in range(200)) + get("/last", b"Connection: close"))
        seen = client.rest()
        urls = [line[7:] for line in seen.decode().split("\r\n") if line.startswith("X-Url: ")]
        assert urls == [*(f"/{n}" for n in range(200)), "/last"]

    def test_a_client_that_has_nothing_more_to_send_gets_its_answers(self, serve, connect, handler):
        client = connect(serve(handler))
        client.send(get("/1") + get("/2"))
        client.sock.shutdown(socket.SHUT_WR)
        assert client.rest().count(b"HTTP/1.1 200") == 2

    def test_a_malformed_request_is_refused_after_the_good_ones_before_it(self, serve, connect, handler):
        server = serve(handler)
        client = connect(server)
        client.send(get("/1") + b"oops\r\n\r\n" + get("/2"))
        seen = client.rest()
        assert seen.count(b"HTTP/1.1 ") == 2
        assert b"HTTP/1.1 400 Bad Request" in seen
        assert b'{"error":"malformed request: ' in seen
        assert requests.get(server.url, timeout=10).status_code == 200

    def test_100_continue_is_said_when_it_is_the_requests_turn(self, serve, connect, handler):
        client = connect(serve(handler))
        client.send(
            get("/1") + b"POST /2 HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
            b"Connection: close\r\nContent-Length: 2\r\n\r\n"
        )
        before = client.until(b"HTTP/1.1 100 Continue\r\n\r\n")
        assert before.count(b"HTTP/1.1 200 OK") == 1
        client.send(b"hi")
        assert client.rest().endswith(b"\r\n\r\nhi")

    def test_a_client_that_sends_and_never_reads_does_not_fill_the_memory(self, serve, connect, handler):
        answered = []

        def counted(request):
            answered.append(request)
            return handler(request)

        client = connect(serve(counted))
        client.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.sock.settimeout(0.5)
        request = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n" + b"x" * 100_000
        with suppress(TimeoutError):
            for _ in range(400):
                client.send(request)
            raise AssertionError("the server read everything")
        assert len(answered) < 400


def test_every_byte_alone_makes_the_same_request(serve, connect):
    client = connect(serve(lambda r: Answer(body=r.url.encode() + b" " + r.body, defaults=False)))
    data = b"POST /slow HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
    for byte in data:
        client.send(bytes([byte]))
    assert client.until(b"abc") == b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n/slow abc"


def test_large_bodies_go_both_ways(serve):
    body = os.urandom(1000) * 20_000
    connection = HTTPConnection("127.0.0.1", serve(echo).port, timeout=30)
    connection.request("POST", "/", body=body)
    assert connection.getresponse().read() == body
    connection.close()


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_over_the_limit_is_refused_and_the_client_can_read_why(serve, chunked):
    url = serve(echo, limits=Limits(body=100_000)).url
    body = b"x" * 3_000_000
    response = requests.post(url, data=iter([body]) if chunked else body, timeout=10)
    assert (response.status_code, response.json()) == (413, {"error": "the request's body is over 100000 bytes"})


def test_http_1_0_gets_its_answer_and_a_closed_connection(serve, connect):
    client = connect(serve(echo))
    client.send(b"GET / HTTP/1.0\r\n\r\n")
    assert b"\r\nConnection: close\r\n" in client.rest()


def test_http_1_0_may_keep_its_connection(serve, connect):
    client = connect(serve(echo))
    for _ in range(2):
        client.send(b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        assert b"\r\nConnection: keep-alive\r\n" in client.until(b"\r\n\r\n")


def test_hundreds_of_connections_at_once(serve, connect):
    server = serve(slow_echo)
    clients = [connect(server) for _ in range(300)]
    for number, client in enumerate(clients):
        client.send(get(f"/{number}", b"Connection: close"))
    assert all(f"X-Url: /{n}\r\n".encode() in c.rest() for n, c in enumerate(clients))


def test_threads_are_served_at_once(serve):
    url = serve(slow_echo).url

    def ask(number):
        return requests.post(f"{url}/{number}", data=b"%d" % number, timeout=10).content

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(80))) == [b"%d" % n for n in range(80)]


class TestAHandlerThatFails:
    @pytest.mark.parametrize("is_async", [False, True])
    def test_is_an_answer_500_and_the_server_lives_on(self, serve, is_async):
        def broken(request):
            raise KeyError("missing")

        async def broken_later(request):
            raise KeyError("missing")

        server = serve(broken_later if is_async else broken)
        for _ in range(2):
            response = requests.get(server.url, timeout=10)
            assert response.status_code == 500
            assert response.json() == {"error": "the server's handler raised KeyError: 'missing'"}
        assert [type(e) for e in server.errors] == [KeyError, KeyError]

    def test_to_answer_with_an_answer_is_told(self, serve):
        server = serve(lambda _: "200 OK")
        assert requests.get(server.url, timeout=10).status_code == 500


class TestAHandlerMayAnswerEarly:
    def test_before_any_request(self, serve, connect):
        class Greeter:
            def connected(self, number):
                return Answer(head=b"", body=b"220 go away\r\n") if number == 1 else None

            def __call__(self, request):
                return echo(request)

        server = serve(Greeter())
        assert connect(server).rest() == b"220 go away\r\n"
        assert requests.get(server.url, timeout=10).status_code == 200

    def test_with_a_reset_at_once(self, serve, connect):
        class Refuser:
            def connected(self, number):
                return Answer(cut=Cut(0), finish="reset")

            def __call__(self, request):
                raise AssertionError("not reached")

        with pytest.raises(ConnectionResetError):
            connect(serve(Refuser())).rest()

    def test_before_the_body(self, serve, connect):
        class Doorman:
            def accepted(self, request):
                return Answer(401, body=b"who?") if request.header("authorization") is None else None

            def __call__(self, request):
                return echo(request)

        server = serve(Doorman())
        client = connect(server)
        client.send(b"POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 10\r\n\r\n")
        seen = client.rest()
        assert seen.startswith(b"HTTP/1.1 401")
        assert b"100 Continue" not in seen
        assert requests.post(server.url, data="x", auth=("a", "b"), timeout=10).content == b"x"


class TestOnlyThisMachineIsServed:
    @pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.1", "example.org", "", "127.0.0.1.nip.io"])
    def test_any_other_host_is_refused(self, host):
        with pytest.raises(UsageError, match="this machine alone") as error:
            WireServer(echo, host)
        assert error.value.hint

    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.0.0.2"])
    def test_loopback_is_served(self, serve, host):
        if sys.platform == "darwin" and host == "127.0.0.2":
            pytest.skip("macOS has one loopback address")
        server = serve(echo, host=host)
        assert server.url.startswith(f"http://{host}:")
        assert requests.get(server.url, timeout=10).status_code == 200

    def test_ipv6(self, serve):
        try:
            server = serve(echo, host="::1")
        except ListenError:
            pytest.skip("this machine has no IPv6")
        assert server.url.startswith("http://[::1]:")
        assert requests.get(server.url, timeout=10).status_code == 200


class TestItComesAndGoes:
    def test_a_port_in_use_is_told(self, serve):
        port = serve(echo).port
        with pytest.raises(ListenError, match=f"port {port}") as error:
            WireServer(echo, port=port).start()
        assert "port 0" in str(error.value)

    @pytest.mark.parametrize("port", [-1, 65_536])
    def test_an_impossible_port_is_told(self, port):
        with pytest.raises(ListenError):
            WireServer(echo, port=port).start()

    def test_starting_and_stopping_twice_does_no_harm(self):
        server = WireServer(echo).start()
        url = server.url
        assert server.start().url == url
        server.stop()
        server.stop()
        with pytest.raises(requests.ConnectionError):
            requests.get(url, timeout=10)

    def test_it_may_be_started_again(self):
        server = WireServer(echo)
        for _ in range(2):
            with server:
                assert requests.get(server.url, timeout=10).status_code == 200

    def test_its_address_is_known_only_while_it_runs(self):
        server = WireServer(echo)
        with pytest.raises(ListenError, match="not running"):
            _ = server.url

    def test_nothing_is_left_behind(self, connect):
        before = threads(), open_files()
        for _ in range(5):
            with WireServer(lambda r: Answer(hold=FOREVER) if r.url == "/hold" else echo(r)) as server:
                idle, busy, half = connect(server), connect(server), connect(server)
                busy.send(get("/hold"))
                half.send(b"GET / HT")
                assert requests.get(server.url, timeout=10).status_code == 200
            assert idle.rest() == b""
            for client in (idle, busy, half):
                client.close()
        gc.collect()
        assert (threads(), open_files()) == before

    def test_a_handler_is_closed_on_the_servers_own_loop(self):
        class Closing:
            closed = None

            def __call__(self, request):
                self.loop = asyncio.get_running_loop()
                return Answer()

            async def aclose(self):
                self.closed = asyncio.get_running_loop() is self.loop

        handler = Closing()
        with WireServer(handler) as server:
            requests.get(server.url, timeout=10)
        assert handler.closed

    def test_a_handler_may_stop_its_server(self):
        stopped = threading.Event()

        def handler(request):
            server.stop()
            stopped.set()
            return Answer()

        with WireServer(handler) as server:
            with suppress(requests.ConnectionError):
                requests.get(server.url, timeout=10)
            assert stopped.is_set()

    def test_a_handler_that_blocks_is_named_when_the_server_cannot_stop(self, monkeypatch, connect):
        monkeypatch.setattr("integtest.adapters.wire.server._PATIENCE", 0.05)
        reached, release = threading.Event(), threading.Event()

        def handler(request):
            reached.set()
            release.wait(10)
            return Answer()

        server = WireServer(handler).start()
        connect(server).send(get("/"))
        assert reached.wait(10)
        (worker,) = [t for t in threading.enumerate() if t.name == f"integtest-wire-{server.port}"]
        with pytest.raises(ListenError, match="its handler blocks"):
            server.stop()
        release.set()
        worker.join(10)
        assert not worker.is_alive()

    def test_a_process_ends_even_if_its_server_was_never_stopped(self):
        code = """
            from integtest.adapters.wire.server import WireServer
            from integtest.adapters.wire.answer import Answer
            server = WireServer(lambda r: Answer()).start()
            print(server.port)
        """
        seen = run_python(code)
        assert (seen.returncode, seen.stderr) == (0, "")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
class TestAForkedChild:
    CODE = r"""
        import os, socket, sys, time, warnings
        warnings.simplefilter("error")
        from integtest.adapters.wire.server import WireServer
        from integtest.adapters.wire.answer import Answer
        server = WireServer(lambda r: Answer(body=b"hi", finish="close" if r.url == "/bye" else "auto")).start()
        address = (server.host, server.port)
        def ask(sock, path):
            sock.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        def read(sock, all=False):
            seen = b""
            while all or not seen.endswith(b"hi"):
                data = sock.recv(9999)
                if not data:
                    break
                seen += data
            return seen
        kept = socket.create_connection(address, timeout=5)
        ask(kept, "/")
        read(kept)
        ready, go = os.pipe(), os.pipe()
        child = os.fork()
        if child == 0:
            kept.close()
            server.stop()
            os.write(ready[1], b"x")
            os.read(go[0], 1)
            os._exit(0)
        os.read(ready[0], 1)
    """

    def run(self, code):
        seen = run_python(self.CODE + code + "\n        os.write(go[1], b'x'); os.waitpid(child, 0)\n")
        assert (seen.returncode, seen.stderr) == (0, "")
        return seen.stdout

    def test_does_not_stop_its_parents_server(self):
        assert (
            self.run(r"""
        ask(kept, "/"); read(kept)
        with socket.create_connection(address, timeout=5) as sock:
            ask(sock, "/")
            print(read(sock)[-2:])
        server.stop(); kept.close()""")
            == "b'hi'\n"
        )

    def test_does_not_hold_its_parents_connections_open(self):
        assert (
            self.run(r"""
        ask(kept, "/bye")
        print(read(kept, all=True)[-2:])
        server.stop(); kept.close()""")
            == "b'hi'\n"
        )

    def test_does_not_hold_its_parents_port_open(self):
        assert (
            self.run(r"""
        server.stop(); kept.close()
        try:
            socket.create_connection(address, timeout=5).close()
        except ConnectionRefusedError:
            print("refused")""")
            == "refused\n"
        )


class TestTLS:
    def test_clients_that_trust_its_authority_are_served(self, serve):
        server = serve(echo, tls=True)
        assert server.url.startswith("https://127.0.0.1:")
        assert requests.post(server.url, data=b"x", verify=server.ca_file, timeout=10).content == b"x"
        context = ssl.create_default_context(cafile=server.ca_file)
        with httpx.Client(verify=context, trust_env=False) as client:
            assert client.post(server.url, content=b"y").content == b"y"
            assert client.post(server.url.replace("127.0.0.1", "localhost"), content=b"z").content == b"z"

    def test_others_refuse_it(self, serve):
        server, other = serve(echo, tls=True), serve(echo, tls=True)
        with pytest.raises(requests.exceptions.SSLError):
            requests.get(server.url, timeout=10, verify=other.ca_file)

    def test_an_answer_may_be_cut_by_a_reset(self, serve, connect):
        server = serve(lambda _: Answer(body=b"hello", cut=Cut(2, "body"), finish="reset"), tls=True)
        client = connect(server)
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        context = ssl.create_default_context(cafile=server.ca_file)
        secured = context.wrap_bio(incoming, outgoing, server_hostname="localhost")
        while True:
            try:
                secured.do_handshake()
                break
            except ssl.SSLWantReadError:
                client.send(outgoing.read())
                incoming.write(client.sock.recv(65536))
        secured.write(get("/"))
        client.send(outgoing.read())
        with pytest.raises(ConnectionResetError):
            while data := client.sock.recv(65536):
                incoming.write(data)
        assert (secured.read(9999) + secured.read(9999)).endswith(b"\r\n\r\nhe")

    def test_nothing_is_left_behind_not_even_a_half_made_handshake(self, connect):
        before = threads(), open_files()
        with WireServer(echo, tls=True) as server:
            ca_file = server.ca_file
            silent, garbled = connect(server), connect(server)
            garbled.send(b"GET / HTTP/1.1\r\n\r\n")
            assert requests.get(server.url, verify=ca_file, timeout=10).status_code == 200
        assert silent.rest() == b""
        silent.close()
        garbled.close()
        gc.collect()
        assert (threads(), open_files()) == before
        assert not os.path.exists(ca_file)


def test_no_resource_is_left_to_the_garbage_collector():
    code = r"""
        import gc, socket, warnings
        from integtest.adapters.wire.server import WireServer
        from integtest.adapters.wire.answer import Answer, FOREVER
        for tls in (False, True):
            with WireServer(lambda r: Answer(hold=FOREVER), tls=tls) as server:
                sock = socket.create_connection((server.host, server.port))
                sock.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                sock.recv(1)
            sock.close()
            gc.collect()
    """
    seen = run_python(code, "-X", "dev", "-W", "error")
    assert (seen.returncode, seen.stderr) == (0, "")


def run_python(code, *options):
    return subprocess.run(
        [sys.executable, *options, "-c", textwrap.dedent(code)], capture_output=True, text=True, timeout=60
    )


def threads():
    return {t.name for t in threading.enumerate() if t.name.startswith("integtest")}


def open_files():
    if not os.path.isdir("/proc/self/fd"):
        return None
    return len(os.listdir("/proc/self/fd"))
