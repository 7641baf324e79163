"""Code that uses `requests` meets the same stub without a socket, and nothing else."""

import contextlib
import gzip
import io
import json
import socket
import threading

import pytest
import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

from integtest.adapters.in_process import stub_requests
from integtest.adapters.pact_engine import Engine
from integtest.adapters.wire.server import WireServer
from integtest.adapters.wire.stub import Stub
from integtest.errors import ClosedNetworkError, UsageError
from integtest.model.contract import ContractInfo, HttpInteraction
from integtest.model.matching import Body, RequestPattern, ResponsePattern
from integtest.rules.match import Judge

JUDGE = Judge(Engine())
BASE = "http://identity.test"


def interaction(description, method, path, *, request=b"", response=b"", status=200, **headers):
    return HttpInteraction(
        contract=ContractInfo(consumer="assistant", provider="identity"),
        description=description,
        request=RequestPattern(method=method, path=path, body=body(request)),
        response=ResponsePattern(status=status, body=body(response), headers=headers),
    )


def body(content):
    if not content:
        return Body()
    return Body(state="present", content=content, content_type="application/json")


user = interaction(
    "reads a user", "GET", "/users/1", response=b'{"id": 1}', **{"Set-Cookie": ("a=1; Path=/", "b=2")}
)
create = interaction("creates a user", "POST", "/users", request=b'{"name": "Ada"}', response=b"{}", status=201)
remove = interaction("removes a user", "DELETE", "/users/1", status=204)
moved = interaction("moves on", "GET", "/old", status=302, Location=("http://elsewhere.test/new",))
packed = interaction("packs", "GET", "/packed", response=b'{"a": 1}', **{"Content-Encoding": ("gzip",)})
size = interaction("asks for the size", "HEAD", "/file", **{"Content-Length": ("123",)})


@pytest.fixture
def stub():
    stub = Stub([user, create, remove, moved, packed, size], JUDGE)
    with stub_requests(stub, BASE):
        yield stub


class TestWhatTheStubKnows:
    def test_is_answered_and_counted(self, stub):
        response = requests.get(f"{BASE}/users/1", timeout=1)
        assert (response.status_code, response.json(), stub.calls(user)) == (200, {"id": 1}, 1)
        assert requests.delete(f"{BASE}/users/1", timeout=1).status_code == 204

    @pytest.mark.parametrize(
        "data",
        [
            {"json": {"name": "Ada"}},
            {"data": '{"name": "Ada"}'},
            {"data": b'{"name": "Ada"}'},
            {"data": iter([b'{"name"', b': "Ada"}'])},
            {"data": io.BytesIO(b'{"name": "Ada"}')},
        ],
        ids=["json", "text", "bytes", "stream", "file"],
    )
    def test_may_come_in_any_form_of_body(self, stub, data):
        response = requests.post(f"{BASE}/users", headers={"Content-Type": "application/json"}, timeout=1, **data)
        assert response.status_code == 201
        assert stub.exchanges[0].request.body == b'{"name": "Ada"}'

    def test_has_the_headers_that_the_wire_would_have(self, stub):
        with requests.Session() as session:
            response = session.get(f"{BASE}/users/1", timeout=1)
            assert dict(session.cookies) == {"a": "1", "b": "2"}
        assert response.headers["Content-Length"] == "9"
        assert response.headers["Content-Type"] == "application/json"
        assert stub.exchanges[0].request.header("host") == "identity.test"

    def test_is_decoded_by_the_client(self, stub):
        assert requests.get(f"{BASE}/packed", timeout=1).json() == {"a": 1}
        raw = requests.get(f"{BASE}/packed", timeout=1, stream=True).raw.read(decode_content=False)
        assert gzip.decompress(raw) == b'{"a": 1}'

    def test_answers_head(self, stub):
        response = requests.head(f"{BASE}/file", timeout=1)
        assert (response.headers["Content-Length"], response.content) == ("123", b"")

    @pytest.mark.parametrize("url", ["http://identity.test:80/users/1", "HTTP://Identity.Test/users/1"])
    def test_is_known_by_every_spelling_of_its_url(self, stub, url):
        assert requests.get(url, timeout=1).status_code == 200

    def test_is_judged_as_over_a_socket(self, stub):
        asked = [("GET", "/users/1"), ("GET", "/users/2?x=1"), ("PURGE", "/"), ("POST", "/users")]
        here = [requests.request(m, BASE + path, timeout=1) for m, path in asked]
        other = Stub(stub.interactions, JUDGE)
        with WireServer(other) as server:
            with pytest.raises(ClosedNetworkError):
                requests.get(server.url, timeout=1)
            there = [plain(server, m, path) for m, path in asked]
        assert [(r.status_code, r.content) for r in here] == there


def plain(server, method, path):
    """The same request over a real socket, past `requests`."""
    from http.client import HTTPConnection

    connection = HTTPConnection(server.host, server.port, timeout=10)
    connection.request(method, path, headers={"Content-Length": "0"} if method == "POST" else {})
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return response.status, content


class TestWhatItDoesNotKnow:
    def test_is_a_miss_that_names_the_nearest(self, stub):
        response = requests.get(f"{BASE}/user/1", timeout=1)
        assert (response.status_code, response.json()["nearest"]) == (500, "reads a user")
        assert "reads a user" in stub.report()

    @pytest.mark.parametrize(
        "url",
        [
            "http://other.test/users/1",
            "https://identity.test/users/1",
            "http://identity.test:8080/users/1",
            "http://identity.test.evil.example/users/1",
            "http://identity.test@evil.example/users/1",
        ],
    )
    def test_never_leaves_the_process_when_it_goes_elsewhere(self, stub, url):
        with pytest.raises(ClosedNetworkError) as error:
            requests.get(url, timeout=1)
        told = str(error.value)
        assert "GET" in told
        assert '"reads a user"' in told
        assert BASE in told
        assert "another host" in stub.report()

    def test_is_not_sent_even_if_somebody_listens(self, stub):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.settimeout(0.05)
            with pytest.raises(ClosedNetworkError):
                requests.get(f"http://127.0.0.1:{listener.getsockname()[1]}/users/1", timeout=1)
            with pytest.raises(TimeoutError):
                listener.accept()

    def test_is_not_reached_by_a_redirect(self, stub):
        with pytest.raises(ClosedNetworkError, match="elsewhere"):
            requests.get(f"{BASE}/old", timeout=1)

    def test_is_not_reached_by_retries_or_sessions_of_ones_own(self, stub):
        with requests.Session() as session:
            session.mount("http://", HTTPAdapter(max_retries=Retry(3, backoff_factor=0)))
            with pytest.raises(ClosedNetworkError):
                session.get("http://other.test/", timeout=1)

    def test_is_not_hidden_by_code_that_catches_everything(self, stub):
        with contextlib.suppress(Exception):
            requests.get("http://other.test/x", timeout=1)
        assert "http://other.test/x" in stub.report()

    def test_is_told_without_secrets(self, stub):
        with pytest.raises(ClosedNetworkError) as error:
            requests.get("http://user:hunter2hunter2@other.test/?access_token=abcdef0123456789", timeout=1)
        assert "hunter2" not in str(error.value) + stub.report()
        assert "abcdef0123456789" not in str(error.value) + stub.report()


def test_the_network_opens_again_afterwards():
    stub = Stub([user], JUDGE)
    with WireServer(Stub([user], JUDGE)) as server:
        with stub_requests(stub, BASE), pytest.raises(ClosedNetworkError):
            requests.get(f"{server.url}/users/1", timeout=10)
        assert requests.get(f"{server.url}/users/1", timeout=10).json() == {"id": 1}


def test_an_error_of_the_test_itself_comes_out_as_it_is():
    with pytest.raises(KeyError, match="mine"), stub_requests(Stub([user], JUDGE), BASE):
        raise KeyError("mine")


@pytest.mark.parametrize("url", ["", "/users", "identity.test", "http://", "http://a:b"])
def test_a_base_url_must_be_absolute(url):
    with pytest.raises(UsageError, match="absolute"), stub_requests(Stub([user], JUDGE), url):
        raise AssertionError("not reached")


def test_threads_share_the_stub(stub):
    def ask():
        for _ in range(20):
            json.loads(requests.get(f"{BASE}/users/1", timeout=1).content)

    workers = [threading.Thread(target=ask) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert stub.calls(user) == 80
