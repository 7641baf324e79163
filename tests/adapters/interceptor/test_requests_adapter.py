"""What is requests' own: its adapters, and that their short cut differs in nothing from the whole way."""

import http.cookiejar

import pytest
import requests
import responses
from memory_tape import MemoryTape
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool
from urllib3.util import Retry

from integtest.adapters.interceptor import use
from integtest.errors import ClosedNetworkError
from integtest.model.http import Exchange, Request, Response, TransportFailure

BASE = "http://api.test"
COOKIE = ("Set-Cookie", "seen=1; Path=/")


def known(path="/", status=200, *, method="GET", headers=(), body=b"", error=None, base=BASE):
    response = None if error else Response(status=status, reason="Fine", headers=headers, body=body)
    return Exchange(request=Request(method=method, url=base + path), response=response, error=error)


@pytest.fixture
def session(offline):
    offline()
    with requests.Session() as session:
        session.trust_env = False
        yield session


@pytest.fixture
def pooled(monkeypatch):
    """The targets that urllib3's pools were asked for: empty where the short cut was taken."""
    asked = []
    original = HTTPConnectionPool.urlopen

    def urlopen(pool, method, url, *args, **options):
        asked.append(url)
        return original(pool, method, url, *args, **options)

    monkeypatch.setattr(HTTPConnectionPool, "urlopen", urlopen)
    return asked


def facts(response):
    raw = response.raw
    return {
        "said": (response.status_code, response.reason, response.url, response.encoding, response.content),
        "headers": list(response.headers.items()),
        "cookies": response.cookies.get_dict(),
        "raw": (type(raw), raw.version, raw.geturl(), raw.closed, raw.headers.items(), raw.retries.total),
        "below": raw._original_response.msg.items(),
        "request": (response.request.method, response.request.url, response.request.headers),
        "sent by": type(response.connection),
    }


@pytest.mark.parametrize("path", ["/", "/a/b?q=1&r=a%20b", "/a%2Fb?", "/%7e", "/a?x=http://b//c"])
@pytest.mark.parametrize("sent", [None, b"bytes", "t\xe4xt", {"form": "1"}], ids=["none", "bytes", "text", "form"])
def test_the_short_cut_gives_what_the_whole_way_gives(session, path, sent):
    fields = (("Content-Type", "text/plain; charset=latin-1"), COOKIE, ("X-Twice", "a"), ("X-Twice", "b"))
    recorded = [known(path, 201, method="POST", headers=fields, body=b"caf\xe9")]

    class Own(HTTPAdapter):
        def add_headers(self, request, **options):
            """An adapter of one's own goes the whole way."""

    found, asked = [], []
    for adapter in (HTTPAdapter(), Own()):
        session.mount("http://", adapter)
        session.cookies.clear()
        with use(MemoryTape(recorded, on=("method", "path", "query"))) as tape:
            found.append(facts(session.post(BASE + path, data=sent)) | {"sent by": None})
        asked += tape.asked
    assert found[0] == found[1]
    assert asked[0] == asked[1]


def test_a_plain_adapter_takes_the_short_cut(session):
    with use(MemoryTape([known(body=b"ok")])):
        assert session.get(BASE + "/").text == "ok"
    assert not len(session.get_adapter(BASE).poolmanager.pools)


def test_a_tool_that_changed_the_adapter_is_called(session, monkeypatch):
    original = HTTPAdapter.request_url
    monkeypatch.setattr(HTTPAdapter, "request_url", lambda *args: original(*args).replace("/a", "/b"))
    with use(MemoryTape([known("/b", body=b"ok")])):
        assert session.get(BASE + "/a").text == "ok"


def test_a_streamed_response_is_read_in_pieces(session):
    with use(MemoryTape([known(body=b"a\nb\nc")])):
        response = session.get(BASE + "/", stream=True)
        assert response.raw.read(1) == b"a"
        assert list(response.iter_lines()) == [b"", b"b", b"c"]


def test_redirects_and_cookies_stay_with_the_session(session):
    first = known("/old", 302, headers=(("Location", "/new"), COOKIE))
    with use(MemoryTape([first, known("/new", body=b"here")])) as tape:
        response = session.get(BASE + "/old")
    assert [one.status_code for one in response.history] == [302]
    assert response.text == "here"
    assert tape.asked[1].header("Cookie") == "seen=1"
    assert isinstance(session.cookies, http.cookiejar.CookieJar)


def test_retries_of_an_adapter_meet_each_recorded_answer(session):
    session.mount("http://", HTTPAdapter(max_retries=Retry(2, status_forcelist=[503], backoff_factor=0)))
    with use(MemoryTape([known(status=503), known(status=503), known(body=b"up")])) as tape:
        assert session.get(BASE + "/").text == "up"
    assert len(tape.asked) == 3


def test_a_recorded_failure_is_asked_for_once_and_fails_as_it_does(session):
    failure = TransportFailure(kind="refused", phase="connect")
    with use(MemoryTape([known(error=failure), known(body=b"then")])) as tape:
        with pytest.raises(requests.ConnectionError) as caught:
            session.get(BASE + "/")
        assert "Max retries exceeded" in str(caught.value)
        assert session.get(BASE + "/").text == "then"
    assert len(tape.asked) == 2


def test_what_is_not_known_is_asked_for_once_and_recorded(serve):
    server = serve({"/": lambda handler: handler.answer(body=b"live")})
    with use(MemoryTape(recording=True)) as tape:
        assert requests.get(server.url + "/").text == "live"
    assert len(tape.asked) == len(tape.kept) == len(server.seen) == 1


def test_a_miss_is_refused_with_the_tapes_own_error(session):
    with use(MemoryTape()) as tape, pytest.raises(ClosedNetworkError, match="is in no cassette"):
        session.get(BASE + "/")
    assert len(tape.asked) == 1


def test_an_adapters_own_methods_are_called(session):
    class Marking(HTTPAdapter):
        def build_response(self, request, raw):
            response = super().build_response(request, raw)
            response.marked = True
            return response

    session.mount("http://", Marking())
    with use(MemoryTape([known()])):
        assert session.get(BASE + "/").marked


def test_an_adapter_that_only_sends_in_its_own_way_is_called(session):
    class Timed(HTTPAdapter):
        def send(self, request, **options):
            return super().send(request, **options | {"timeout": 3.0})

    session.mount("http://", Timed())
    with use(MemoryTape([known(body=b"ok")])):
        assert session.get(BASE + "/").text == "ok"


def test_a_tool_around_urllib3_sees_each_request(session, pooled):
    with use(MemoryTape([known("/seen")])):
        session.get(BASE + "/seen")
    assert pooled == ["/seen"]


def test_a_request_through_a_proxy_goes_the_whole_way(session, monkeypatch):
    built = []
    original = HTTPAdapter.proxy_manager_for

    def proxy_manager_for(adapter, proxy, **options):
        built.append(proxy)
        return original(adapter, proxy, **options)

    monkeypatch.setattr(HTTPAdapter, "proxy_manager_for", proxy_manager_for)
    with use(MemoryTape([known(body=b"ok")])):
        assert session.get(BASE + "/", proxies={"http": "http://proxy.test:3128"}).text == "ok"
    assert built == ["http://proxy.test:3128"]


@pytest.mark.parametrize("options", [{"verify": "/no/such/bundle"}, {"cert": "/no/such/certificate"}])
def test_a_certificate_that_is_not_there_is_told_as_it_is_live(session, options):
    with use(MemoryTape([known(base="https://api.test")])), pytest.raises(OSError, match="/no/such/"):
        session.get("https://api.test/", **options)


@pytest.mark.parametrize("timeout", [0, -1, (1, 2, 3), True])
def test_a_timeout_that_is_none_is_told_as_it_is_live(session, timeout):
    with use(MemoryTape([known()])), pytest.raises(ValueError, match=r"[Tt]imeout"):
        session.get(BASE + "/", timeout=timeout)


def test_responses_that_is_active_already_answers_first(session):
    with responses.RequestsMock() as mock:
        mock.get(BASE + "/", body=b"mocked")
        with use(MemoryTape([known(body=b"recorded")])) as tape:
            assert session.get(BASE + "/").text == "mocked"
    assert not tape.asked


@pytest.mark.parametrize("headers", [{"X-A": b"bytes"}, {b"X-A": "name"}, {"X-A": "caf\xe9"}, {"Accept": None}])
def test_fields_of_every_kind_are_asked_for_as_the_whole_way_asks_for_them(session, headers):
    class Own(HTTPAdapter):
        def add_headers(self, request, **options):
            """An adapter of one's own goes the whole way."""

    asked = []
    for adapter in (HTTPAdapter(), Own()):
        session.mount("http://", adapter)
        with use(MemoryTape([known(body=b"ok")])) as tape:
            assert session.get(BASE + "/", headers=headers).text == "ok"
        asked.append(tape.asked)
    assert asked[0] == asked[1]
