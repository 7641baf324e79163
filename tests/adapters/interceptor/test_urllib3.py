"""What is urllib3's, requests's and botocore's own: retries, redirects, reading, pools, proxies, tunnels."""

import io
import socket
import ssl
import threading
from contextlib import suppress
from enum import Enum

import botocore.config
import botocore.exceptions
import botocore.session
import pytest
import requests
import trustme
import urllib3
from memory_tape import MemoryTape
from requests.adapters import HTTPAdapter

from integtest.adapters.interceptor import urllib3_played, urllib3_seam, use
from integtest.adapters.interceptor.urllib3_sent import head_of
from integtest.errors import ClosedNetworkError
from integtest.model.http import Exchange, Frame, Request, Response, TransportFailure

BASE = "http://api.test"
LINES = b"first\nsecond\nthird"


def known(path, status=200, *, base=BASE, method="GET", headers=(), body=b"", frames=(), latency=None, error=None):
    response = None if error else Response(status=status, headers=headers, body=body, frames=frames)
    return Exchange(
        request=Request(method=method, url=base + path), response=response, latency=latency, error=error
    )


def chunks(*pieces):
    fields = (("Transfer-Encoding", "chunked"),)
    return known(
        "/", headers=fields, body=b"".join(pieces), frames=tuple(Frame(at=0.0, data=piece) for piece in pieces)
    )


def test_retries_meet_each_recorded_answer(offline):
    offline()
    refused = TransportFailure(kind="refused", phase="connect")
    tape = MemoryTape([known("/", error=refused), known("/", 503), known("/", 200, body=b"at last")])
    with use(tape), requests.Session() as session:
        session.mount(
            "http://", HTTPAdapter(max_retries=urllib3.Retry(5, status_forcelist=[503], backoff_factor=0))
        )
        assert session.get(BASE + "/").text == "at last"
    assert not tape.library.unplayed


def test_a_miss_is_never_retried(offline):
    offline()
    pools = urllib3.PoolManager(retries=urllib3.Retry(5, backoff_factor=0))
    with use(MemoryTape()) as tape, pools, pytest.raises(ClosedNetworkError):
        pools.request("GET", BASE + "/")
    assert len(tape.asked) == 1


def test_redirects_and_cookies_stay_with_the_client(offline):
    offline()
    moved = known(
        "/old", 302, headers=(("Location", "/new"), ("Set-Cookie", "a=1; Path=/"), ("Set-Cookie", "b=2; Path=/"))
    )
    with use(MemoryTape([moved, known("/new", body=b"here")])) as tape, requests.Session() as session:
        response = session.get(BASE + "/old")
        assert (response.text, [one.status_code for one in response.history]) == ("here", [302])
        assert session.cookies.get_dict() == {"a": "1", "b": "2"}
    assert tape.asked[1].header("cookie") == "a=1; b=2"


@pytest.mark.parametrize("preload", [True, False])
def test_a_body_is_read_in_every_way_there_is(offline, preload):
    offline()

    def asked():
        response = pools.request("GET", BASE + "/", preload_content=preload)
        assert response.status == 200
        return response

    with use(MemoryTape([known("/", body=LINES)], repeats=True)), urllib3.PoolManager() as pools:
        assert asked().data == LINES
        assert pools.request("GET", BASE + "/").data == LINES
        if preload:
            return
        assert asked().read() == LINES
        assert asked().read(5) == b"first"
        assert list(asked()) == [b"first\n", b"second\n", b"third"]
        assert list(asked().stream(6)) == [b"first\n", b"second", b"\nthird"]
        buffer = bytearray(5)
        assert asked().readinto(buffer) == 5
        assert bytes(buffer) == b"first"
        assert io.BufferedReader(asked()).read() == LINES
        lasting = asked()
        lasting.auto_close = False
        assert io.TextIOWrapper(lasting).readlines() == ["first\n", "second\n", "third"]
        if hasattr(urllib3.HTTPResponse, "read1"):  # since 2.1
            assert asked().read1(100) == LINES


def test_chunks_come_as_they_were(offline):
    offline()
    pieces = [b"first\n", b"second\nthi", b"rd"]
    with use(MemoryTape([chunks(*pieces)], repeats=True)), urllib3.PoolManager() as pools:
        response = pools.request("GET", BASE + "/", preload_content=False)
        assert list(response.read_chunked()) == pieces
        assert pools.request("GET", BASE + "/").data == LINES
        if hasattr(urllib3.HTTPResponse, "read1"):
            assert pools.request("GET", BASE + "/", preload_content=False).read1() == pieces[0]
    with use(MemoryTape([chunks(*pieces)], repeats=True)):
        assert list(requests.get(BASE + "/", stream=True).iter_content(None)) == pieces
        assert list(requests.get(BASE + "/", stream=True).iter_lines()) == LINES.split()
        assert requests.get(BASE + "/").content == LINES


def test_connections_return_to_their_pool(offline):
    offline()
    with (
        use(MemoryTape([known("/", body=LINES)], repeats=True)),
        urllib3.HTTPConnectionPool("api.test", maxsize=1, block=True) as pool,
    ):
        for _ in range(3):
            assert pool.request("GET", "/", pool_timeout=0.1).data == LINES
            response = pool.request("GET", "/", preload_content=False, pool_timeout=0.1)
            response.read()
            response = pool.request("GET", "/", preload_content=False, pool_timeout=0.1)
            response.release_conn()
            response = pool.request("GET", "/", preload_content=False, pool_timeout=0.1)
            response.drain_conn()
            response.close()


def test_recorded_latency_passes_up_to_what_the_client_waits(offline, monkeypatch):
    slept = []
    monkeypatch.setattr(urllib3_seam.time, "sleep", slept.append)
    monkeypatch.setattr(urllib3_played.time, "sleep", slept.append)
    offline()
    late = (Frame(at=0.0, data=b"a"), Frame(at=60.0, data=b"b"))
    tape = MemoryTape(
        [known("/fast", latency=4.0), known("/slow", latency=40.0), known("/", body=b"ab", frames=late)],
        latency=0.5,
    )
    with use(tape):
        assert requests.get(BASE + "/fast", timeout=3).status_code == 200
        with pytest.raises(requests.ReadTimeout):
            requests.get(BASE + "/slow", timeout=3)
        with pytest.raises(requests.ConnectionError, match="Read timed out"):
            requests.get(BASE + "/", timeout=3)
    assert slept == [2.0, 3, 3]


@pytest.fixture
def proxy(serve):
    """A forward proxy that also tunnels; `tunnels` counts the tunnels."""
    server = serve({})
    server.tunnels = []

    class Routes(dict):
        def __missing__(self, path):
            return lambda handler: handler.answer(200, b"by proxy")

    server.routes = Routes()

    def connect(handler):
        server.tunnels.append(handler.path)
        host, _, port = handler.path.partition(":")
        with socket.create_connection((host, int(port))) as onward:
            handler.send_response(200)
            handler.end_headers()
            _pump(handler.connection, onward)
        handler.close_connection = True

    server.RequestHandlerClass.do_CONNECT = connect
    return server


def _pump(one, two):
    def copy(source, sink):
        with suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)

    other = threading.Thread(target=copy, args=(two, one), daemon=True)
    other.start()
    copy(one, two)
    other.join(5)


def test_a_forward_proxy_is_recorded_under_the_url_asked_for(proxy, offline):
    with use(MemoryTape(recording=True)) as tape:
        seen = requests.get("http://far.test/x", proxies={"http": proxy.url})
    offline()
    with use(tape.rewound()):
        again = requests.get("http://far.test/x", proxies={"http": proxy.url})
    assert seen.text == again.text == "by proxy"
    assert tape.kept[0].request.url == "http://far.test/x"


@pytest.fixture
def secure(serve):
    """An HTTPS server and what trusts it."""
    authority = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
    server = serve({"/": lambda h: h.answer(200, b"private", [("Set-Cookie", "t=1")])})
    server.socket = context.wrap_socket(server.socket, server_side=True)
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    return f"https://127.0.0.1:{server.server_port}/", trust


def test_a_tunnel_is_opened_to_record_and_not_to_replay(proxy, secure, offline):
    url, trust = secure

    def ask():
        with urllib3.ProxyManager(proxy.url, ssl_context=trust) as pools:
            return [pools.request("GET", url).data for _ in range(2)]

    with use(MemoryTape(recording=True)) as tape:
        assert ask() == [b"private"] * 2
    assert len(proxy.tunnels) == 1, "the connection was kept"
    with use(MemoryTape(loopback=False)):
        assert ask() == [b"private"] * 2
    assert len(proxy.tunnels) == 2
    offline()
    with use(tape.rewound()):
        assert ask() == [b"private"] * 2
    assert len(proxy.tunnels) == 2
    assert tape.kept[0].request.url == url


def test_a_proxy_that_cannot_be_reached_is_replayed_as_one(secure, offline):
    url, trust = secure
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        proxy = f"http://127.0.0.1:{unused.getsockname()[1]}"

        def ask():
            with (
                urllib3.ProxyManager(proxy, ssl_context=trust, retries=False) as pools,
                pytest.raises(urllib3.exceptions.ProxyError) as raised,
            ):
                pools.request("GET", url)
            return type(raised.value)

        with use(MemoryTape(recording=True)) as tape:
            ask()
        offline()
        with use(tape.rewound()):
            ask()


def test_https_is_recorded_and_replayed_without_tls(secure, offline):
    url, trust = secure
    with use(MemoryTape(recording=True)) as tape, urllib3.PoolManager(ssl_context=trust) as pools:
        seen = pools.request("GET", url)
    offline()
    with use(tape.rewound()), urllib3.PoolManager(ssl_context=trust) as pools:
        again = pools.request("GET", url)
    assert (seen.data, list(seen.headers.items())) == (again.data, list(again.headers.items()))


def s3(url, tries=3):
    """A client with credentials that are nobody's."""
    session = botocore.session.get_session()
    config = botocore.config.Config(
        retries={"total_max_attempts": tries, "mode": "standard"}, s3={"addressing_style": "path"}
    )
    return session.create_client(
        "s3",
        region_name="us-east-1",
        endpoint_url=url,
        aws_access_key_id="nobody",
        aws_secret_access_key="nothing",
        config=config,
    )


def test_botocore_is_recorded_and_replayed(serve, offline):
    stored = {}

    def bucket(handler):
        if handler.command == "PUT":
            stored["body"] = handler.body
            handler.answer(200, b"", [("ETag", '"1"')])
        else:
            handler.answer(200, b"kept in a bucket", [("ETag", '"1"')])

    server = serve({"/bucket/key": bucket})

    def run():
        client = s3(server.url)
        client.put_object(Bucket="bucket", Key="key", Body=io.BytesIO(b"kept in a bucket"))
        answer = client.get_object(Bucket="bucket", Key="key")
        return (
            answer["ETag"],
            answer["Body"].read(),
            list(client.get_object(Bucket="bucket", Key="key")["Body"].iter_chunks(5)),
        )

    with use(MemoryTape(recording=True)) as tape:
        seen = run()
    assert b"kept in a bucket" in stored["body"]
    assert b"kept in a bucket" in tape.kept[0].request.body
    offline()
    with use(tape.rewound()):
        assert run() == seen
    assert seen[1] == b"kept in a bucket"


def test_botocore_tells_of_a_miss_after_the_tries_it_is_allowed(offline):
    offline()
    with use(MemoryTape()) as tape, pytest.raises(botocore.exceptions.HTTPClientError, match="is in no cassette"):
        s3("http://s3.test", tries=2).get_object(Bucket="bucket", Key="key")
    assert len(tape.asked) == 2


def test_a_method_that_is_an_enums_member_is_recorded_as_its_text():
    class Verb(str, Enum):  # noqa: UP042 its str() is not its text
        GET = "GET"

    head = head_of(urllib3.HTTPConnectionPool("api.test"), Verb.GET, "/x", {"A": Verb.GET})
    assert (type(head.method), head.method) == (str, "GET")
    assert [type(part) for part in head.headers[0]] == [str, str]
