"""What a handler answers is what crosses the wire, whole or broken at the very byte that was asked for."""

import re
import socket
import struct
import threading
from http.client import HTTPConnection

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integtest.adapters.wire.answer import FOREVER, Answer, Cut, Drip, Raw, from_response
from integtest.adapters.wire.server import WireServer
from integtest.model.http import Frame, Response

GET = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
HEAD = GET.replace(b"GET", b"HEAD")
OLD = b"GET / HTTP/1.0\r\n\r\n"
DATE = re.compile(rb"Date: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT\r\n")
END = b"Date: *\r\nConnection: close\r\n\r\n"


async def pieces(*found):
    for piece in found:
        yield piece


CASES = {
    "bytes": (GET, Answer(body=b"hi"), b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n" + END + b"hi"),
    "nothing": (GET, Answer(), b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n" + END),
    "an unknown status": (GET, Answer(599), b"HTTP/1.1 599 \r\nContent-Length: 0\r\n" + END),
    "its own reason": (GET, Answer(200, reason="Fine"), b"HTTP/1.1 200 Fine\r\nContent-Length: 0\r\n" + END),
    "repeated fields in order": (
        GET,
        Answer(headers=(("Set-Cookie", "a=1"), ("X", ""), ("set-cookie", "b=2"))),
        b"HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nX: \r\nset-cookie: b=2\r\nContent-Length: 0\r\n" + END,
    ),
    "Latin-1 in a field": (
        GET,
        Answer(headers=(("X", "é"),)),
        b"HTTP/1.1 200 OK\r\nX: \xe9\r\nContent-Length: 0\r\n" + END,
    ),
    "more than Latin-1 in a field": (
        GET,
        Answer(headers=(("X", "é€"),)),
        b"HTTP/1.1 200 OK\r\nX: \xc3\xa9\xe2\x82\xac\r\nContent-Length: 0\r\n" + END,
    ),
    "HEAD has the length and no body": (
        HEAD,
        Answer(body=b"hi"),
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n" + END,
    ),
    "HEAD keeps a length that is stated": (
        HEAD,
        Answer(headers=(("Content-Length", "7"),)),
        b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n" + END,
    ),
    "HEAD of a stream": (
        HEAD,
        Answer(body=(b"hi",)),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n" + END,
    ),
    "204 has neither": (GET, Answer(204, body=b"hi"), b"HTTP/1.1 204 No Content\r\n" + END),
    "304 has neither": (GET, Answer(304, body=b"hi"), b"HTTP/1.1 304 Not Modified\r\n" + END),
    "304 keeps a length that is stated": (
        GET,
        Answer(304, (("Content-Length", "9"),)),
        b"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n" + END,
    ),
    "frames leave as chunks": (
        GET,
        Answer(body=(Frame(at=0, data=b"one"), Frame(at=0, data=b""), b"eleven bytes")),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n" + END + b"3\r\none\r\nc\r\neleven bytes\r\n0\r\n\r\n",
    ),
    "a body in one chunk": (
        GET,
        Answer(body=b"hi", framing="chunked"),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n" + END + b"2\r\nhi\r\n0\r\n\r\n",
    ),
    "no body in chunks": (
        GET,
        Answer(framing="chunked"),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n" + END + b"0\r\n\r\n",
    ),
    "frames under one length": (
        GET,
        Answer(body=(b"one", b"two"), framing="length"),
        b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n" + END + b"onetwo",
    ),
    "a stated transfer coding": (
        GET,
        Answer(headers=(("transfer-encoding", "chunked"),), body=b"hi"),
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n" + END + b"2\r\nhi\r\n0\r\n\r\n",
    ),
    "HTTP/1.0 gets no chunks": (
        OLD,
        Answer(body=(b"one", b"two")),
        b"HTTP/1.1 200 OK\r\n" + END + b"onetwo",
    ),
    "the connection ends the body": (
        GET,
        Answer(body=b"hi", framing="close"),
        b"HTTP/1.1 200 OK\r\n" + END + b"hi",
    ),
    "only what is given": (
        GET,
        Answer(headers=(("X", "y"),), body=b"hi", framing="none", defaults=False),
        b"HTTP/1.1 200 OK\r\nX: y\r\n\r\nhi",
    ),
    "a length that lies": (
        GET,
        Answer(headers=(("Content-Length", "9"),), body=b"hi"),
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n" + END + b"hi",
    ),
    "length and chunks at once": (
        GET,
        Answer(headers=(("Content-Length", "2"),), body=b"hi", framing="chunked"),
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n" + END + b"2\r\nhi\r\n0\r\n\r\n",
    ),
    "garbage": (GET, Answer(head=b"", body=b"\x00\xffnot http"), b"\x00\xffnot http"),
    "a head of one's own": (GET, Answer(head=b"HTTP/7 ?\r\n\r\n", body=b"hi"), b"HTTP/7 ?\r\n\r\nhi"),
    "a bad chunk": (
        GET,
        Answer(body=(b"one", Raw(0, b"zz\r\noops\r\n")), defaults=False),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\nzz\r\noops\r\n0\r\n\r\n",
    ),
    "chunks without their end": (
        GET,
        Answer(body=(b"one",), complete=False, defaults=False),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n",
    ),
    "nothing at all": (GET, Answer(body=b"hi", cut=Cut(0)), b""),
    "cut in the status line": (GET, Answer(body=b"hi", cut=Cut(7)), b"HTTP/1."),
    "cut before the body": (
        GET,
        Answer(body=b"hi", cut=Cut(0, "body"), defaults=False),
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n",
    ),
    "cut in the body": (
        GET,
        Answer(body=b"hello", cut=Cut(3, "body"), defaults=False),
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel",
    ),
    "cut in a chunk": (
        GET,
        Answer(body=(b"one", b"two"), cut=Cut(5, "body"), defaults=False),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n3\r\ntw",
    ),
    "cut in a chunk's size": (
        GET,
        Answer(body=(b"one", b"two"), cut=Cut(47 + 9, "wire"), defaults=False),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n3",
    ),
    "cut behind the end": (
        GET,
        Answer(body=b"hi", cut=Cut(9999), defaults=False),
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi",
    ),
    "dripped": (
        GET,
        Answer(body=b"hello", drip=Drip(2, 0.001), defaults=False),
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
    ),
    "dripped from the first byte": (
        GET,
        Answer(body=(b"hello",), drip=Drip(1, 0.0001, "wire"), defaults=False),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    ),
    "delayed": (
        GET,
        Answer(body=b"hi", delay=0.01, defaults=False),
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi",
    ),
}


@pytest.mark.parametrize(("request_", "answer", "wanted"), CASES.values(), ids=CASES)
class TestAnAnswerCrossesTheWireAsItIs:
    def test_from_a_plain_function(self, serve, connect, request_, answer, wanted):
        assert self.said(serve(lambda _: answer), connect, request_) == wanted

    def test_from_a_coroutine(self, serve, connect, request_, answer, wanted):
        async def handler(_):
            return answer

        assert self.said(serve(handler), connect, request_) == wanted

    def said(self, server, connect, request):
        client = connect(server)
        client.send(request)
        return DATE.sub(b"Date: *\r\n", client.rest())


def was_reset(client):
    """Reads on until the connection ends; what came before, and whether it ended with a reset."""
    seen = b""
    try:
        while data := client.sock.recv(65536):
            seen += data
    except ConnectionResetError:
        return seen, True
    return seen, False


@pytest.mark.parametrize("at", [0, 1, 17, 38, 40, 43])
def test_a_reset_comes_after_the_very_byte(serve, connect, at):
    whole = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
    client = connect(serve(lambda _: Answer(body=b"hello", cut=Cut(at), finish="reset", defaults=False)))
    client.send(GET)
    assert was_reset(client) == (whole[:at], True)


def test_a_reset_of_a_large_body_leaves_every_byte_before_it(serve, connect):
    body = bytes(range(256)) * 20_000
    answer = Answer(body=body, cut=Cut(3_000_000, "body"), finish="reset", defaults=False)
    client = connect(serve(lambda _: answer))
    client.send(GET)
    seen, reset = was_reset(client)
    assert (seen.partition(b"\r\n\r\n")[2] == body[:3_000_000], reset) == (True, True)


def test_a_reset_may_follow_a_whole_answer(serve, connect):
    client = connect(serve(lambda _: Answer(body=b"hello", finish="reset", defaults=False)))
    client.send(GET)
    assert was_reset(client) == (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", True)


def test_a_close_is_no_reset_even_while_the_client_still_sends(serve, connect):
    client = connect(serve(lambda _: Answer(413, body=b"no", finish="close", defaults=False)))
    client.send(GET.replace(b"Connection: close\r\n", b"") + b"x" * 1_000_000)
    assert was_reset(client) == (b"HTTP/1.1 413 Request Entity Too Large\r\nContent-Length: 2\r\n\r\nno", False)


def test_a_stall_says_nothing_until_the_client_leaves(serve, connect):
    server = serve(lambda r: Answer() if r.url == "/ok" else Answer(cut=Cut(0), hold=FOREVER))
    stalled = connect(server)
    stalled.send(GET)
    stalled.sock.settimeout(0.05)
    with pytest.raises(TimeoutError):
        stalled.sock.recv(1)
    other = connect(server)
    other.send(GET.replace(b"/ ", b"/ok "))
    assert other.rest().startswith(b"HTTP/1.1 200")
    stalled.sock.settimeout(10)
    stalled.sock.shutdown(socket.SHUT_WR)
    assert stalled.rest() == b""


def test_a_stall_may_end_in_a_reset(serve, connect):
    client = connect(serve(lambda _: Answer(body=b"hi", cut=Cut(1, "body"), hold=0.05, finish="reset")))
    client.send(GET)
    seen, reset = was_reset(client)
    assert (seen[-1:], reset) == (b"h", True)


def test_frames_leave_when_their_time_has_come(serve, connect):
    go = threading.Event()

    async def frames():
        yield b"first"
        while not go.is_set():
            await __import__("asyncio").sleep(0.001)
        yield b"second"

    client = connect(serve(lambda _: Answer(body=frames(), defaults=False)))
    client.send(GET)
    assert client.until(b"first\r\n").endswith(b"\r\n\r\n5\r\nfirst\r\n")
    go.set()
    assert client.rest() == b"6\r\nsecond\r\n0\r\n\r\n"


def test_a_body_that_fails_midway_is_never_taken_for_whole(serve, connect):
    async def frames():
        yield b"first"
        raise OSError("upstream went away")

    server = serve(lambda _: Answer(body=frames()))
    client = connect(server)
    client.send(GET)
    seen, _ = was_reset(client)
    assert seen.endswith(b"5\r\nfirst\r\n")
    assert [str(e) for e in server.errors] == ["upstream went away"]


@pytest.mark.parametrize("field", [("X", "a\r\nInjected: b"), ("X\n", "b"), ("X", "a\0"), ("X", "a\rb")])
@pytest.mark.parametrize("delay", [0, 0.001])
def test_a_field_never_breaks_out_of_its_line(serve, connect, field, delay):
    server = serve(lambda _: Answer(headers=(field,), delay=delay))
    client = connect(server)
    client.send(GET)
    seen = client.rest()
    assert seen.startswith(b"HTTP/1.1 500")
    assert b"line break" in seen
    assert b"\nInjected" not in seen
    assert len(server.errors) == 1


def test_a_stream_of_unknown_length_cannot_claim_one(serve, connect):
    client = connect(serve(lambda _: Answer(body=pieces(b"x"), framing="length")))
    client.send(GET)
    assert client.rest().startswith(b"HTTP/1.1 500")


@given(
    frames=st.lists(st.binary(max_size=40), max_size=6),
    cut=st.none() | st.integers(0, 200),
    size=st.none() | st.integers(1, 30),
)
@settings(max_examples=60, deadline=None)
def test_any_stream_cut_anywhere_is_the_start_of_the_whole(shared, frames, cut, size):
    shared.answer = Answer(body=tuple(frames), defaults=False)
    whole = shared.said()
    assert whole.endswith(b"0\r\n\r\n")
    shared.answer = Answer(
        body=tuple(frames),
        defaults=False,
        cut=None if cut is None else Cut(cut),
        drip=Drip(size, 0, "wire") if size else None,
    )
    assert shared.said() == (whole if cut is None else whole[:cut])


@pytest.fixture(scope="module")
def shared():
    class Shared:
        answer = Answer()

        def __call__(self, _):
            return self.answer

        def said(self):
            with socket.create_connection((server.host, server.port), timeout=10) as sock:
                sock.sendall(GET)
                seen = b""
                while data := sock.recv(65536):
                    seen += data
            return seen

    found = Shared()
    with WireServer(found) as server:
        yield found


class TestARecordedResponseIsSaidAgain:
    def said(self, serve, response, method="GET", **options):
        server = serve(lambda _: from_response(response, **options))
        connection = HTTPConnection(server.host, server.port, timeout=10)
        connection.request(method, "/")
        seen = connection.getresponse()
        body = seen.read()
        connection.close()
        return seen, body

    def test_with_status_reason_fields_and_body(self, serve):
        seen, body = self.said(
            serve,
            Response(
                status=201,
                reason="Made",
                headers=(("X-A", "1"), ("Date", "then"), ("Connection", "close"), ("Content-Length", "2")),
                body=b"hi",
            ),
        )
        assert (seen.status, seen.reason, body) == (201, "Made", b"hi")
        assert seen.getheaders() == [("X-A", "1"), ("Date", "then"), ("Content-Length", "2")]

    def test_with_the_length_of_its_body_whatever_was_recorded(self, serve):
        wrong = Response(status=200, headers=(("Content-Length", "99"),), body=b"decoded")
        assert self.said(serve, wrong)[1] == b"decoded"

    def test_in_chunks_if_it_came_so(self, serve):
        seen, body = self.said(
            serve, Response(status=200, headers=(("Transfer-Encoding", "chunked"),), body=b"hello")
        )
        assert (seen.getheader("Transfer-Encoding"), body) == ("chunked", b"hello")

    def test_in_its_frames(self, serve, connect):
        frames = (Frame(at=0.001, data=b"one"), Frame(at=3600, data=b"two"))
        server = serve(lambda _: from_response(Response(status=200, frames=frames, body=b"onetwo"), pace=0))
        client = connect(server)
        client.send(GET)
        assert client.rest().endswith(b"\r\n\r\n3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n")

    def test_cut_where_it_was_cut(self, serve, connect):
        for headers in ((("Content-Length", "9"),), (("Transfer-Encoding", "chunked"),)):
            response = Response(status=200, headers=headers, body=b"half", complete=False)
            client = connect(serve(lambda _, r=response: from_response(r)))
            client.send(GET)
            assert b"half" in (seen := client.rest())
            assert not seen.endswith(b"0\r\n\r\n")
            assert (b"Content-Length: 9" in seen) == (headers[0][0] == "Content-Length")

    def test_to_head_with_the_length_of_the_absent_body(self, serve):
        seen, _ = self.said(serve, Response(status=200, headers=(("Content-Length", "123"),)), method="HEAD")
        assert seen.getheader("Content-Length") == "123"


def test_linger_is_what_makes_a_reset():
    """The premise of the reset: closing with SO_LINGER (1, 0) sends RST."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = socket.create_connection(listener.getsockname(), timeout=10)
        accepted, _ = listener.accept()
        accepted.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        accepted.close()
        with client, pytest.raises(ConnectionResetError):
            client.recv(1)
