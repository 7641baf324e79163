"""What is httpx's and httpx2's own: hooks, auth, redirects, transports, pools, time-outs."""

import asyncio
import time

import httpx
import httpx2
import pytest
import trio
from memory_tape import MemoryTape

from integtest.adapters.interceptor import httpx_bodies, use
from integtest.errors import ClosedNetworkError
from integtest.model.http import Exchange, Frame, Request, Response, TransportFailure

BASE = "http://api.test"


@pytest.fixture(params=[httpx, httpx2], ids=["httpx", "httpx2"])
def lib(request):
    return request.param


def known(path, status=200, *, method="GET", headers=(), body=b"", latency=None, frames=(), error=None, sent=b""):
    response = None if error else Response(status=status, headers=headers, body=body, frames=frames)
    return Exchange(
        request=Request(method=method, url=BASE + path, body=sent), response=response, error=error, latency=latency
    )


def test_redirects_auth_flows_and_hooks_see_single_exchanges(lib, offline):
    offline()
    moved = known("/old", 302, headers=(("Location", "/new"), ("Set-Cookie", "seen=1")))
    tape = MemoryTape([moved, known("/new", 401), moved, known("/new", 200, body=b"in")])
    statuses = []

    class Retry(lib.Auth):
        def auth_flow(self, request):
            response = yield request
            if response.status_code == 401:
                request.headers["Authorization"] = "Bearer fresh"
                yield request

    with (
        use(tape),
        lib.Client(
            auth=Retry(),
            follow_redirects=True,
            event_hooks={"response": [lambda r: statuses.append(r.status_code)]},
        ) as client,
    ):
        response = client.get(BASE + "/old")
    assert (response.text, statuses) == ("in", [302, 401, 302, 200])
    assert [answer.status_code for answer in response.history] == [401, 302]
    assert tape.asked[0].header("cookie") is None
    assert tape.asked[1].header("cookie") == "seen=1"
    assert tape.asked[3].header("authorization") == "Bearer fresh"


def test_a_retrying_transport_gets_each_recorded_answer(lib, offline):
    offline()

    class Retrying(lib.BaseTransport):
        def __init__(self):
            self.inner = lib.HTTPTransport(retries=2)

        def handle_request(self, request):
            while True:
                response = self.inner.handle_request(request)
                if response.status_code != 503:
                    return response
                response.close()

    with (
        use(MemoryTape([known("/", 503), known("/", 503), known("/", 200, body=b"at last")])),
        lib.Client(transport=Retrying()) as client,
    ):
        assert client.get(BASE + "/").text == "at last"


def test_the_apps_own_transports_are_left_alone(lib, offline):
    async def asgi(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"from the app"})

    def wsgi(environ, start_response):
        start_response("200 OK", [])
        return [b"from the app"]

    async def ask_asgi():
        async with lib.AsyncClient(transport=lib.ASGITransport(app=asgi)) as client:
            return (await client.get(BASE)).text

    offline()
    with use(MemoryTape()) as tape:
        assert asyncio.run(ask_asgi()) == "from the app"
        for transport in (
            lib.WSGITransport(app=wsgi),
            lib.MockTransport(lambda _: lib.Response(200, text="from the app")),
        ):
            with lib.Client(transport=transport) as client:
                assert client.get(BASE).text == "from the app"
    assert not tape.asked


def test_replaying_takes_no_connection_from_the_pool(lib, offline):
    offline()
    limits = lib.Limits(max_connections=1, max_keepalive_connections=0)
    with (
        use(MemoryTape([known("/")], repeats=True)),
        lib.Client(limits=limits, timeout=lib.Timeout(1, pool=0.01)) as client,
    ):
        open_ones = [client.send(client.build_request("GET", BASE), stream=True) for _ in range(20)]
        assert client.get(BASE).status_code == 200
        for response in open_ones:
            response.close()


@pytest.fixture
def slept(monkeypatch):
    """How long was slept, without sleeping."""
    times = []
    monkeypatch.setattr(httpx_bodies.time, "sleep", times.append)
    return times


def test_recorded_latency_passes_at_its_factor(lib, offline, slept):
    offline()
    frames = (Frame(at=0.0, data=b"a"), Frame(at=2.0, data=b"b"))
    tape = MemoryTape([known("/", body=b"ab", frames=frames, latency=3.0)], latency=0.5)
    with use(tape), lib.Client(timeout=None) as client, client.stream("GET", BASE + "/") as response:
        assert list(response.iter_raw()) == [b"a", b"b"]
    headers, second = slept
    assert headers == 1.5
    assert 0.9 < second <= 1.0


def test_more_latency_than_a_client_waits_is_its_own_time_out(lib, offline, slept):
    offline()
    frames = (Frame(at=0.0, data=b"a"), Frame(at=9.0, data=b"b"))
    tape = MemoryTape([known("/slow", latency=9.0), known("/", body=b"ab", frames=frames)], latency=1.0)
    with use(tape), lib.Client(timeout=2.0) as client:
        with pytest.raises(lib.ReadTimeout):
            client.get(BASE + "/slow")
        with client.stream("GET", BASE + "/") as response, pytest.raises(lib.ReadTimeout):
            response.read()
    assert slept == [2.0, 2.0]


def test_trio_is_served_too(offline):
    offline()

    async def ask():
        async with httpx.AsyncClient() as client:
            return (await client.get(BASE + "/")).text

    with use(MemoryTape([known("/", body=b"ok")])):
        assert trio.run(ask) == "ok"


def test_credentials_in_a_url_are_not_part_of_the_request(lib, offline):
    offline()
    with use(MemoryTape([known("/a")])) as tape, lib.Client() as client:
        client.get("http://user:secret@api.test/a#part")
    assert tape.asked[0].url == BASE + "/a"
    assert "secret" not in tape.asked[0].url


def test_a_recorded_error_names_its_request_as_a_real_one_does(lib, offline):
    offline()
    error = TransportFailure(kind="timeout", phase="connect")
    with (
        use(MemoryTape([known("/", error=error)])),
        lib.Client() as client,
        pytest.raises(lib.ConnectTimeout) as raised,
    ):
        client.get(BASE + "/")
    assert str(raised.value.request.url) == BASE + "/"


def test_websocket_upgrades_go_their_own_way_while_recording_and_are_refused_while_replaying(lib, serve, offline):
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket"}
    server = serve({"/": lambda h: h.answer(426)})
    with use(MemoryTape(recording=True)) as tape, lib.Client() as client:
        assert client.get(server.url + "/", headers=upgrade).status_code == 426
    assert not tape.kept
    offline()
    with use(MemoryTape()), lib.Client() as client, pytest.raises(ClosedNetworkError):
        client.get(server.url + "/", headers=upgrade)


def test_latency_and_duration_are_measured_from_the_request(lib, serve):
    def slow(handler):
        time.sleep(0.05)
        handler.stream([b"a", b"b"], 0.05)

    server = serve({"/": slow})
    with use(MemoryTape(recording=True)) as tape, lib.Client() as client:
        client.get(server.url + "/")
    kept = tape.kept[0]
    assert kept.latency >= 0.04
    assert kept.duration >= kept.latency + kept.response.frames[-1].at
