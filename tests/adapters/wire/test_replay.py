"""The replaying server: any client meets what was recorded, wherever that was."""

import gzip
import json
import socket

import httpx
import pytest
import requests

from integtest.adapters.wire.replay import ANYWHERE, Replay
from integtest.adapters.wire.server import WireServer
from integtest.model.http import Exchange, Frame, Request, Response, TransportFailure
from integtest.rules.secrets import Scrubber

PLACE = "https://idp.staging.example"


def exchange(path="/", *headers, method="GET", status=200, body=b"", sent=b"", sends=(), error=None, **more):
    """One recording of the provider at PLACE."""
    request = Request(method=method, url=PLACE + path, headers=(("Host", "idp.staging.example"), *sends), body=sent)
    response = Response(status=status, headers=headers, body=body, **more) if status else None
    return Exchange(request=request, response=response, error=error, latency=0.01)


@pytest.fixture
def replay(serve):
    """Starts a server for recordings; it and its address."""

    def start(*exchanges, **options):
        handler = Replay(exchanges, **options)
        server = serve(handler)
        handler.at(server.url)
        return handler, server.url

    return start


TEXT = ("Content-Type", "text/plain")
JSON = ("Content-Type", "application/json")


def test_a_recording_answers_whatever_scheme_host_and_port_it_was_made_at(replay):
    handler, url = replay(exchange("/a?x=1", TEXT, body=b"hello"))
    assert httpx.get(f"{url}/a?x=1").text == "hello"
    assert (handler.played, handler.missed, handler.unplayed) == (1, 0, ())


def test_redirects_links_and_cookies_keep_the_client_here(replay):
    cookie = ("Set-Cookie", "sid=1; Domain=idp.staging.example; Secure; Path=/")
    linked = json.dumps({"next": f"{PLACE}/page/2"}).encode()
    _, url = replay(
        exchange("/start", ("Location", f"{PLACE}/page/1"), cookie, status=302),
        exchange("/page/1", JSON, ("Content-Length", str(len(linked))), body=linked),
        exchange("/page/2", JSON, ("Content-Encoding", "gzip"), body=gzip.compress(linked)),
    )
    with requests.Session() as client:
        said = client.get(f"{url}/start")
        assert said.json() == {"next": f"{url}/page/2"}
        assert said.request.headers["cookie"] == "sid=1"
        assert client.get(said.json()["next"]).json() == {"next": f"{url}/page/2"}


def test_a_miss_names_the_nearest_recording_and_what_differs_and_shows_no_secret(replay):
    handler, url = replay(exchange("/orders?page=1", JSON, body=b"[]"))
    said = httpx.get(f"{url}/orders?page=2&api_key=planted-key-123456")
    assert said.status_code == 501
    told = said.json()
    assert told["nearest"] == f"GET {PLACE}/orders?page=1"
    assert "query page: recorded 1, sent 2" in told["differences"]
    assert "planted-key" not in said.text
    assert (handler.played, handler.missed) == (0, 1)


def test_each_recording_plays_once_in_order_or_the_last_again_and_again(replay):
    two = [exchange("/n", TEXT, body=b"1"), exchange("/n", TEXT, body=b"2")]
    _, url = replay(*two)
    assert [httpx.get(f"{url}/n").text for _ in range(2)] == ["1", "2"]
    assert "played already" in httpx.get(f"{url}/n").json()["reason"]
    _, url = replay(*two, matching=ANYWHERE.model_copy(update={"repeats": True}))
    assert [httpx.get(f"{url}/n").text for _ in range(4)] == ["1", "2", "2", "2"]


def test_frames_come_one_by_one_in_their_chunks(replay):
    frames = tuple(Frame(at=n / 100, data=b"data: %d\n\n" % n) for n in range(3))
    whole = b"".join(f.data for f in frames)
    headers = (("Content-Type", "text/event-stream"), ("Transfer-Encoding", "chunked"))
    _, url = replay(exchange("/s", *headers, body=whole, frames=frames), latency=1)
    with httpx.stream("GET", f"{url}/s") as said:
        assert list(said.iter_raw()) == [f.data for f in frames]


def test_an_address_across_two_frames_leads_here_too(replay):
    whole = f"data: {PLACE}/x\n\n".encode()
    frames = (Frame(at=0, data=whole[:15]), Frame(at=0, data=whole[15:]))
    _, url = replay(exchange("/s", ("Content-Type", "text/event-stream"), body=whole, frames=frames))
    assert httpx.get(f"{url}/s").text == f"data: {url}/x\n\n"


@pytest.mark.parametrize("headers", [(("Content-Length", "100"),), (("Transfer-Encoding", "chunked"),)])
def test_a_body_that_broke_off_breaks_off_again(replay, headers):
    _, url = replay(exchange("/cut", TEXT, *headers, body=b"half", complete=False))
    with httpx.stream("GET", f"{url}/cut") as said, pytest.raises(httpx.RemoteProtocolError):
        for piece in said.iter_raw():
            assert piece == b"half"


@pytest.mark.parametrize(
    ("kind", "raised"),
    [
        ("timeout", httpx.ReadTimeout),
        ("closed", httpx.RemoteProtocolError),
        ("reset", httpx.ReadError),
        ("refused", httpx.ReadError),
        ("dns", httpx.ReadError),
    ],
)
def test_a_recorded_failure_is_met_at_the_socket(replay, kind, raised):
    handler, url = replay(exchange("/x", status=0, error=TransportFailure(kind=kind)))
    with pytest.raises(raised):
        httpx.get(f"{url}/x", timeout=httpx.Timeout(10, read=0.5))
    assert handler.played == 1


def test_a_reset_in_a_body_is_a_reset_again(replay):
    failure = TransportFailure(kind="reset", phase="read")
    _, url = replay(exchange("/x", TEXT, ("Content-Length", "9"), body=b"half", complete=False, error=failure))
    with socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])), timeout=10) as sock:
        sock.sendall(b"GET /x HTTP/1.1\r\nHost: x\r\n\r\n")
        with pytest.raises(ConnectionResetError):
            while sock.recv(65536):
                pass


@pytest.mark.parametrize("framing", [("Content-Length", "1234"), ("Transfer-Encoding", "chunked")])
def test_an_answer_to_head_leaves_the_connection_usable(replay, framing):
    _, url = replay(exchange("/x", TEXT, framing, method="HEAD"), exchange("/y", TEXT, body=b"next"))
    with httpx.Client() as client:
        assert client.head(f"{url}/x").headers[framing[0]] == framing[1]
        assert client.get(f"{url}/y").text == "next"


def test_binary_and_coded_bodies_come_back_byte_for_byte(replay):
    body, packed = bytes(range(256)) * 40, gzip.compress(b'{"a": 1}', mtime=3)
    _, url = replay(
        exchange("/b", ("Content-Type", "image/png"), body=body),
        exchange("/z", JSON, ("Content-Encoding", "gzip"), body=packed),
    )
    assert httpx.get(f"{url}/b").content == body
    with httpx.stream("GET", f"{url}/z") as said:
        assert b"".join(said.iter_raw()) == packed


def test_a_client_with_other_secrets_finds_what_an_allow_list_left_of_its_request(replay):
    sent = json.dumps({"user": "ada@example.org", "note": "call me", "n": 3}).encode()
    bearer = ("Authorization", "Bearer planted-token-12345678")
    real = exchange("/login", JSON, method="POST", sent=sent, sends=(JSON, bearer), body=b'{"ok": true}')
    scrubbed = Scrubber().exchange(real).exchange
    assert b"ada@example.org" not in scrubbed.request.body
    _, url = replay(scrubbed)
    other = {"user": "bob@example.org", "note": "call me now", "n": 3}
    assert httpx.post(f"{url}/login", json=other, headers={"Authorization": "Bearer x"}).json() == {"ok": True}
    assert httpx.post(f"{url}/login", json=other | {"more": 1}).status_code == 501


def test_every_request_is_told_in_a_line_without_secrets():
    lines = []
    handler = Replay([exchange("/a", TEXT, body=b"x")], told=lines.append)
    with WireServer(handler) as server:
        handler.at(server.url)
        httpx.get(f"{server.url}/a")
        httpx.get(f"{server.url}/a?token=planted-token-987654")
    assert lines[0] == "GET /a -> 200"
    assert "missed" in lines[1]
    assert "planted" not in "".join(lines)
