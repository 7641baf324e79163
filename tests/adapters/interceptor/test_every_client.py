"""What every client must see: on replay the same as from the real server, to the kind of its errors."""

import gzip
import io
import socket
import threading
import zlib
from contextlib import closing

import brotli
import pytest
import zstandard
from memory_tape import MemoryTape

from integtest.adapters.interceptor import use
from integtest.errors import ClosedNetworkError
from integtest.model.http import Exchange, Request, Response

TEXT = b'{"name": "caf\xc3\xa9", "n": [1, 2, 3]}' * 20
JSON = [("Content-Type", "application/json")]
FRAMES = [b"data: one\n\n", b"data: two\n\n", b"data: three\n\ndata: four\n\n"]


def recorded(driver, *call, **options):
    """The tape of one call, and what the call saw."""
    with use(MemoryTape(recording=True)) as tape:
        return tape, driver.call(*call, **options)


def replayed(tape, driver, *call, latency=0.0, **options):
    with use(tape.rewound(latency=latency)) as again:
        seen = driver.call(*call, **options)
    assert not again.library.unplayed
    return seen


def answers(serve, route):
    return serve({"/": route}).url + "/"


def test_a_replayed_response_is_the_recorded_one(driver, serve, offline):
    fields = [*JSON, ("X-Two", "a"), ("x-two", "b"), ("Set-Cookie", "s=1; Path=/"), ("Set-Cookie", "t=2")]
    url = answers(serve, lambda h: h.answer(201, TEXT, fields, reason="Made up"))
    tape, seen = recorded(driver, "POST", url + "?a=1&a=2", content=b"body", headers={"X-Own": "1"})
    offline()
    assert replayed(tape, driver, "POST", url + "?a=1&a=2", content=b"body", headers={"X-Own": "1"}) == seen
    assert (seen.status, seen.reason, seen.body, seen.error) == (201, "Made up", TEXT, "")
    assert tape.kept[0].request.body == b"body"
    assert ("x-own", "1") in [(name.lower(), value) for name, value in tape.kept[0].request.headers]


def test_frames_reach_the_program_while_they_are_recorded(driver, serve):
    heard = threading.Event()

    def gated(handler):
        def frames():
            for frame in FRAMES:
                yield frame
                assert heard.wait(5), "a frame was held back"
                heard.clear()

        handler.stream(frames())

    tape, seen = recorded(driver, "GET", answers(serve, gated), on_piece=lambda _: heard.set())
    assert seen.pieces == FRAMES
    assert [frame.data for frame in tape.kept[0].response.frames] == FRAMES
    assert tape.kept[0].response.body == b"".join(FRAMES)
    assert tape.kept[0].response.complete


@pytest.mark.parametrize("latency", [0.0, 0.2])
def test_frames_are_replayed_one_by_one(driver, serve, offline, latency):
    url = answers(serve, lambda h: h.stream(FRAMES, 0.02))
    tape, seen = recorded(driver, "GET", url)
    times = [frame.at for frame in tape.kept[0].response.frames]
    assert times == sorted(times)
    offline()
    assert replayed(tape, driver, "GET", url, latency=latency).pieces == seen.pieces == FRAMES


CODINGS = {
    "gzip": gzip.compress(TEXT),
    "deflate": zlib.compress(TEXT),
    "br": brotli.compress(TEXT),
    "zstd": zstandard.compress(TEXT),
}


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("chunked", [False, True])
def test_compressed_bodies_are_kept_as_they_came(driver, serve, offline, coding, chunked):
    fields = [*JSON, ("Content-Encoding", coding)]
    data = CODINGS[coding]

    def route(handler):
        if chunked:
            handler.stream([data[:30], data[30:]], 0.02, fields)
        else:
            handler.answer(200, data, fields)

    url = answers(serve, route)
    natural = driver.call("GET", url)
    tape, seen = recorded(driver, "GET", url)
    offline()
    again = replayed(tape, driver, "GET", url)
    assert seen.body == again.body == natural.body
    assert seen.error == again.error == natural.error
    if natural.error:
        assert "zstd" in natural.error  # aiohttp refuses what it lacks the package for,
    else:
        assert tape.kept[0].response.body == data
        assert seen.body in (TEXT, data)  # other clients hand out what came.


@pytest.mark.parametrize("kind", ["bytes", "generator", "file", "empty"])
def test_request_bodies_are_taken_down_and_sent_as_they_are(driver, serve, offline, kind):
    makers = {
        "bytes": lambda: TEXT,
        "generator": lambda: iter([TEXT[:10], TEXT[10:]]),
        "file": lambda: io.BytesIO(TEXT),
        "empty": lambda: b"",
    }
    server = serve({"/": lambda h: h.answer(200, b"ok")})
    natural = driver.call("POST", server.url + "/", content=makers[kind]())
    tape, seen = recorded(driver, "POST", server.url + "/", content=makers[kind]())
    assert natural.body == seen.body == b"ok"
    first, second = server.seen
    assert first == second
    framing = [
        {name.lower(): head[name] for name in ("Content-Length", "Transfer-Encoding")} for head in server.heads
    ]
    assert framing[0] == framing[1]
    assert tape.kept[0].request.body == first[2]
    offline()
    assert replayed(tape, driver, "POST", server.url + "/", content=makers[kind]()).body == b"ok"


@pytest.mark.parametrize(
    ("method", "status"), [("HEAD", 200), ("GET", 204), ("GET", 304), ("DELETE", 204), ("OPTIONS", 200)]
)
def test_answers_without_a_body_are_replayed(driver, serve, offline, method, status):
    url = answers(serve, lambda h: h.answer(status, b"" if method != "HEAD" else TEXT, [("ETag", '"1"')]))
    tape, seen = recorded(driver, method, url)
    offline()
    assert replayed(tape, driver, method, url) == seen
    assert (seen.status, seen.body, seen.error) == (status, b"", "")


def test_informational_responses_are_what_the_client_makes_of_them(driver, serve, offline):
    def route(handler):
        handler.wfile.write(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n")
        handler.answer(200, b"ok")

    url = answers(serve, route)
    tape, seen = recorded(driver, "GET", url)
    offline()
    assert replayed(tape, driver, "GET", url) == seen
    assert seen.status == (103 if type(driver).__name__ in ("Requests", "Urllib3", "HttpClient") else 200)


def test_large_binary_bodies_survive(driver, serve, offline):
    data = bytes(range(256)) * 8192
    url = answers(serve, lambda h: h.answer(200, data, [("Content-Type", "application/octet-stream")]))
    tape, seen = recorded(driver, "GET", url)
    offline()
    assert seen.body == data == replayed(tape, driver, "GET", url).body
    assert tape.kept[0].response.body == data
    assert not tape.kept[0].response.frames, "the network's pieces of a body of known length mean nothing"


def test_a_body_that_ends_with_the_connection_is_whole(driver, serve, offline):
    url = answers(serve, lambda h: h.raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nall of it"))
    tape, seen = recorded(driver, "GET", url)
    offline()
    assert replayed(tape, driver, "GET", url).body == seen.body == b"all of it"
    assert tape.kept[0].response.complete


def test_more_headers_than_a_parser_allows_are_replayed(driver, offline):
    fields = tuple((f"X-{n}", str(n)) for n in range(300))
    exchange = Exchange(
        request=Request(method="GET", url="http://api.test/"),
        response=Response(status=200, headers=fields, body=b"ok"),
    )
    offline()
    with use(MemoryTape([exchange])):
        seen = driver.call("GET", "http://api.test/")
    if type(driver).__name__ == "HttpClient":
        assert "more than 100 headers" in seen.error  # As it says of a server's.
        return
    assert len(seen.headers) == 300
    assert seen.body == b"ok"


def test_an_edited_body_is_whole_whatever_its_length_says(driver, offline):
    fields = (("Content-Length", "4711"),)
    exchange = Exchange(
        request=Request(method="GET", url="http://api.test/"),
        response=Response(status=200, headers=fields, body=b"short"),
    )
    offline()
    with use(MemoryTape([exchange])):
        assert driver.call("GET", "http://api.test/").body == b"short"


@pytest.mark.parametrize("coding", CODINGS)
def test_a_body_that_was_stored_decoded_is_replayed_though_its_header_was_left(driver, offline, coding):
    fields = (("Content-Type", "application/json"), ("Content-Encoding", coding), ("X-Last", "1"))
    request = Request(method="GET", url="http://api.test/")
    exchange = Exchange(request=request, response=Response(status=200, headers=fields, body=TEXT))
    offline()
    with use(MemoryTape([exchange])):
        seen = driver.call("GET", "http://api.test/")
    assert (seen.body, seen.error) == (TEXT, "")
    assert "x-last" in [name.lower() for name, _ in seen.headers]


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"
LONG = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello"
FAILURES = {
    "reset": lambda h: h.reset(),
    "reset in the body": lambda h: h.reset(CHUNKED),
    "reset in a body of known length": lambda h: h.reset(LONG),
    "empty": lambda h: h.raw(b""),
    "garbage": lambda h: h.raw(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"),
    "short body": lambda h: h.raw(LONG),
    "cut chunk": lambda h: h.raw(CHUNKED + b"5\r\nwo"),
    "no last chunk": lambda h: h.raw(CHUNKED),
    "stall": lambda h: h.stall(),
    "stall in the body": lambda h: h.stall(CHUNKED),
}
KINDS = {"reset": "reset", "empty": "closed", "garbage": "protocol", "stall": "timeout"}


@pytest.mark.parametrize("failure", FAILURES)
def test_a_replayed_failure_is_the_clients_own(driver, serve, offline, failure):
    url = answers(serve, FAILURES[failure])
    tape, seen = recorded(driver, "POST", url, timeout=0.3)
    offline()
    again = replayed(tape, driver, "POST", url, timeout=0.3)
    # http.client's `read1` takes a short body for a whole one, live too.
    assert seen.error or (type(driver).__name__, failure) == ("HttpClient", "short body")
    assert again.error.partition(":")[0] == seen.error.partition(":")[0]
    assert (again.status, again.body, again.headers) == (seen.status, seen.body, seen.headers)
    kept = tape.kept[0]
    if failure in KINDS:
        assert (kept.response, kept.error.kind) == (None, KINDS[failure])
    else:
        assert kept.response.body in (seen.body, b"hello"), "urllib3 keeps what it read to itself"
        assert not kept.response.complete


def test_a_recorded_refusal_is_replayed(driver, offline):
    with closing(socket.socket()) as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/"
        tape, seen = recorded(driver, "GET", url)
        offline()
        assert replayed(tape, driver, "GET", url) == seen
    assert tape.kept[0].error.kind == "refused"


def test_an_unknown_host_is_replayed_as_one(driver, offline, monkeypatch):
    def unknown(*args, **kwargs):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    with monkeypatch.context() as patched:
        patched.setattr(socket, "getaddrinfo", unknown)
        tape, seen = recorded(driver, "GET", "http://nowhere.test/")
    offline()
    assert replayed(tape, driver, "GET", "http://nowhere.test/").error == seen.error
    assert tape.kept[0].error.kind == "dns"


def test_failed_tls_is_replayed_as_such(driver, serve, offline):
    url = answers(serve, lambda h: h.answer(200)).replace("http:", "https:")
    tape, seen = recorded(driver, "GET", url)
    offline()
    assert replayed(tape, driver, "GET", url).error.partition(":")[0] == seen.error.partition(":")[0]
    assert tape.kept[0].error.kind == "tls"


def test_a_connection_that_times_out_is_replayed_as_such(driver, offline):
    with closing(socket.socket()) as full, closing(socket.socket()) as first, closing(socket.socket()) as second:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for filler in (first, second):
            filler.setblocking(False)
            filler.connect_ex(full.getsockname())
        url = f"http://127.0.0.1:{full.getsockname()[1]}/"
        tape, seen = recorded(driver, "GET", url, timeout=0.2)
        offline()
        assert replayed(tape, driver, "GET", url).error.partition(":")[0] == seen.error.partition(":")[0]
    assert (tape.kept[0].error.kind, tape.kept[0].error.phase) == ("timeout", "connect")


def test_a_request_that_no_cassette_knows_is_told_as_it_is(driver, offline):
    known = Exchange(request=Request(method="GET", url="http://api.test/users"), response=Response(status=200))
    offline()
    with use(MemoryTape([known], name="users.yaml")) as tape, pytest.raises(ClosedNetworkError) as told:
        driver.call("GET", "http://api.test/user")
    assert "users.yaml" in str(told.value)
    assert "recorded /users, sent /user" in str(told.value)
    assert len(tape.asked) == 1, "nobody may try again"


class EnoughError(Exception):
    """A program has read enough."""


@pytest.mark.parametrize("kind", ["text/event-stream", "application/json"])
def test_a_client_that_closes_early_leaves_what_came(driver, serve, kind):
    def enough(piece):
        raise EnoughError

    closed = threading.Event()

    def route(handler):
        def frames():
            yield FRAMES[0]
            closed.wait(5)

        handler.stream(frames(), headers=[("Content-Type", kind)])

    url = answers(serve, route)
    with use(MemoryTape(recording=True)) as tape, pytest.raises(EnoughError):
        driver.call("GET", url, on_piece=enough)
    closed.set()
    assert tape.kept[0].response.body == FRAMES[0]
    assert tape.kept[0].response.complete == (kind == "text/event-stream"), "half a document is not all of it"
    assert tape.kept[0].error is None


def test_what_a_tape_lets_pass_is_not_recorded(driver, serve):
    url = answers(serve, lambda h: h.answer(200, gzip.compress(TEXT), [("Content-Encoding", "gzip")]))
    with use(MemoryTape(loopback=False)) as tape:
        body = driver.call("GET", url).body
        assert (gzip.decompress(body) if type(driver).__name__ == "HttpClient" else body) == TEXT
    assert not tape.kept
    assert not tape.asked


def test_without_an_open_tape_nothing_is_touched(driver, serve):
    url = answers(serve, lambda h: h.answer(200, TEXT))
    with use(MemoryTape()) as tape:
        pass
    assert driver.call("GET", url).body == TEXT
    assert not tape.asked
