"""When the seams are put into the clients, and what becomes of other tools that patch the same places."""

import functools
import subprocess
import sys
import textwrap
from importlib.metadata import version
from pathlib import Path

import httpx
import pytest
import requests
import urllib3
from memory_tape import MemoryTape

from integtest.adapters.interceptor import seen_clients, use
from integtest.errors import ClosedNetworkError
from integtest.model.http import Exchange, Request, Response

URL = "http://api.test/"
OK = Exchange(request=Request(method="GET", url=URL), response=Response(status=200, body=b"recorded"))


def python(script):
    """Runs a script in a fresh interpreter that finds the helpers of these tests; its output, errors included."""
    run = [sys.executable, "-c", textwrap.dedent(script)]
    ended = subprocess.run(
        run, capture_output=True, text=True, timeout=60, env={"PYTHONPATH": str(Path(__file__).parent)}, check=False
    )
    return ended.stdout + ended.stderr


def test_opening_a_tape_imports_no_client():
    out = python("""
        import sys
        from memory_tape import MemoryTape
        from integtest.adapters.interceptor import use
        with use(MemoryTape()):
            print([name for name in ("httpx", "httpx2", "urllib3", "requests", "aiohttp", "anyio") if name in sys.modules])
    """)
    assert out == "[]\n"


@pytest.mark.parametrize(
    "client",
    [
        "import httpx; httpx.get(url)",
        "import httpx2; httpx2.get(url)",
        "import requests; requests.get(url)",
        "import urllib3; urllib3.request('GET', url)",
        "import urllib.request; urllib.request.urlopen(url)",
        "import aiohttp, asyncio\nasync def main():\n    async with aiohttp.ClientSession() as s: await s.get(url)\nasyncio.run(main())",
    ],
    ids=lambda script: script.split()[1].strip(";,"),
)
def test_a_client_imported_while_a_tape_is_open_meets_it(client):
    out = python(f"""
import sys
from memory_tape import MemoryTape
from integtest.adapters.interceptor import use
from integtest.errors import ClosedNetworkError
url = "http://api.test/"
with use(MemoryTape()):
    try:
        exec({client!r})
    except ClosedNetworkError:
        print("refused")
""")
    assert out == "refused\n"


def test_nothing_is_patched_before_a_tape_is_opened():
    out = python("""
        import httpx, urllib3, aiohttp, threading
        import integtest.adapters.interceptor
        for function in (httpx.HTTPTransport.handle_request, httpx.AsyncHTTPTransport.handle_async_request,
                         urllib3.HTTPConnectionPool._make_request, aiohttp.ClientSession._request, threading.Thread.start):
            print(function.__module__.split(".")[0], end=" ")
    """)
    assert out == "httpx httpx urllib3 aiohttp threading "


def test_a_seam_is_put_in_once():
    for _ in range(3):
        with use(MemoryTape()):
            pass
    for owner, name in ((httpx.HTTPTransport, "handle_request"), (urllib3.HTTPConnectionPool, "_make_request")):
        assert not hasattr(getattr(owner, name).__wrapped__, "__wrapped__")


def test_a_seam_that_a_tool_took_away_is_put_back_by_the_next_tape(monkeypatch):
    with use(MemoryTape()):
        pass
    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", httpx.HTTPTransport.handle_request.__wrapped__)
    with use(MemoryTape([OK])):
        assert httpx.get(URL).text == "recorded"


def test_a_tool_on_top_of_a_seam_keeps_its_place(monkeypatch):
    with use(MemoryTape()):
        pass
    calls = []
    below = httpx.HTTPTransport.handle_request

    @functools.wraps(below)
    def spied(transport, request):
        calls.append(str(request.url))
        return below(transport, request)

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", spied)
    with use(MemoryTape([OK])) as tape:
        assert httpx.get(URL).text == "recorded"
        assert httpx.HTTPTransport.handle_request is spied
    assert calls == [URL]
    assert len(tape.asked) == 1


def test_a_request_that_meets_a_seam_twice_is_recorded_once(monkeypatch, serve):
    url = serve({"/": lambda h: h.answer(200, b"live")}).url + "/"
    with use(MemoryTape()):
        pass
    for owner, name in ((httpx.HTTPTransport, "handle_request"), (urllib3.HTTPConnectionPool, "_make_request")):
        below = getattr(owner, name)
        monkeypatch.setattr(owner, name, lambda *args, below=below, **options: below(*args, **options))
    with use(MemoryTape(recording=True)) as tape:
        assert httpx.get(url).text == requests.get(url).text == "live"
    assert (len(tape.asked), len(tape.kept)) == (2, 2)


def test_a_subclass_with_a_network_transport_below_meets_the_tape():
    class Signed(httpx.HTTPTransport):
        def handle_request(self, request):
            request.headers["X-Signed"] = "yes"
            return super().handle_request(request)

    with use(MemoryTape([OK])) as tape, httpx.Client(transport=Signed()) as client:
        assert client.get(URL).text == "recorded"
    assert tape.asked[0].header("x-signed") == "yes"


def test_an_error_within_a_tape_closes_it():
    with pytest.raises(ZeroDivisionError), use(MemoryTape()):
        1 / 0  # noqa: B018
    with use(MemoryTape([OK])):
        assert httpx.get(URL).text == "recorded"


def test_what_is_under_way_when_a_tape_is_closed_is_kept_as_far_as_it_came(serve):
    url = serve({"/": lambda h: h.answer(200, b"0123456789")}).url + "/"
    with use(MemoryTape(recording=True)) as tape:
        response = requests.get(url, stream=True)
        response.raw.read(4)
    assert [exchange.response.body for exchange in tape.kept] == [b"0123"]
    assert not tape.kept[0].response.complete
    response.close()
    assert len(tape.kept) == 1


def test_a_tape_that_cannot_keep_says_so_to_the_program(serve):
    class Full(MemoryTape):
        def keep(self, exchange):
            raise ClosedNetworkError("the disk is full")

    url = serve({"/": lambda h: h.answer(200, b"live")}).url + "/"
    for get in (httpx.get, requests.get):
        with use(Full(recording=True)), pytest.raises(ClosedNetworkError, match="the disk is full"):
            get(url)


def test_every_installed_client_is_named_with_what_sees_it():
    clients = {one.name: (one.version, one.seen_by, one.stopped) for one in seen_clients()}
    for name in ("aiohttp", "botocore", "httpx", "httpx2", "requests", "urllib3"):
        assert clients[name] == (version(name), "seam", True)
    assert clients["http.client"][1:] == ("seam", True)
    assert "grpcio" not in clients


def test_clients_too_old_for_a_seam_are_left_to_the_proxy(monkeypatch):
    from integtest.adapters.interceptor import clients

    installed = {
        "urllib3": "1.26.20",
        "requests": "2.32.3",
        "aiohttp": "3.11.18",
        "websockets": "15.0",
        "pycurl": "7.45",
    }
    monkeypatch.setattr(clients, "_version", installed.get)
    assert {one.name: (one.seen_by, one.stopped) for one in seen_clients()} == {
        "urllib3": ("proxy", True),
        "requests": ("proxy", True),
        "aiohttp": ("proxy", True),
        "websockets": ("not recorded", True),
        "pycurl": ("proxy", False),
        "http.client": ("seam", True),
    }
