"""Whatever bytes come, split anywhere: the same requests, or the same refusal."""

import itertools

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from integtest.adapters.wire.reader import Limits, Reader
from integtest.adapters.wire.writer import Turn
from integtest.model.http import Request

LIMITS = Limits(head=400, body=1000)


class Heard:
    wants_heads = False

    def __init__(self):
        self.requests, self.turns, self.refusal, self.expected = [], [], None, 0

    def on_head(self, turn, request):
        raise AssertionError("nobody asked for heads")

    def on_expect(self):
        self.expected += 1

    def on_request(self, turn, request):
        self.turns.append(turn)
        self.requests.append(request)

    def on_http2(self):
        self.on_refusal(None, 505, "HTTP/2")

    def on_refusal(self, turn, status, why):
        assert self.refusal is None, "one refusal a connection"
        self.refusal = status


def read(*pieces, limits=LIMITS):
    heard = Heard()
    reader = Reader(heard, limits)
    for piece in pieces:
        reader.feed(piece)
    return heard


def split_at_every_byte(data):
    return [data[i : i + 1] for i in range(len(data))]


HOST = (("Host", "x"),)
GET = b"GET /a?b=c HTTP/1.1\r\nHost: x\r\n\r\n"
WANTED = Request(method="GET", url="/a?b=c", headers=HOST)

CASES = {
    "a plain GET": (GET, [WANTED]),
    "pipelined": (GET + GET + GET, [WANTED] * 3),
    "blank lines before a request": (b"\r\n\r\n" + GET, [WANTED]),
    "a body with a length": (
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc" + GET,
        [Request(method="POST", url="/", headers=(*HOST, ("Content-Length", "3")), body=b"abc"), WANTED],
    ),
    "chunks, an extension, a trailer": (
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"3;a=b\r\nabc\r\n1\r\nd\r\n0\r\nT: u\r\n\r\n" + GET,
        [
            Request(method="POST", url="/", headers=(*HOST, ("Transfer-Encoding", "chunked")), body=b"abcd"),
            WANTED,
        ],
    ),
    "an offer to upgrade is not taken": (
        b"GET /up HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n" + GET,
        [
            Request(
                method="GET",
                url="/up",
                headers=(*HOST, ("Connection", "Upgrade, HTTP2-Settings"), ("Upgrade", "h2c")),
            ),
            WANTED,
        ],
    ),
    "an offer to upgrade with a body": (
        b"POST /up HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 2\r\n\r\nhi" + GET,
        [
            Request(
                method="POST",
                url="/up",
                headers=(*HOST, ("Connection", "Upgrade"), ("Upgrade", "h2c"), ("Content-Length", "2")),
                body=b"hi",
            ),
            WANTED,
        ],
    ),
    "repeated fields keep order and case": (
        b"GET / HTTP/1.1\r\nhOST: x\r\nA: 1\r\na: 2\r\nE:\r\n\r\n",
        [Request(method="GET", url="/", headers=(("hOST", "x"), ("A", "1"), ("a", "2"), ("E", "")))],
    ),
    "bytes beyond ASCII in a field": (
        b"GET / HTTP/1.1\r\nHost: x\r\nA: \xe9\xff\r\n\r\n",
        [Request(method="GET", url="/", headers=(*HOST, ("A", "éÿ")))],
    ),
    "absolute form": (
        b"GET http://h:1/p?q HTTP/1.1\r\nHost: x\r\n\r\n",
        [Request(method="GET", url="/p?q", headers=HOST)],
    ),
    "absolute form without a path": (
        b"GET http://h?q=http://i/j HTTP/1.1\r\nHost: x\r\n\r\n",
        [Request(method="GET", url="/?q=http://i/j", headers=HOST)],
    ),
    "asterisk form": (b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", [Request(method="OPTIONS", url="*", headers=HOST)]),
    "a path that looks like an authority": (
        b"GET //h/p HTTP/1.1\r\nHost: x\r\n\r\n",
        [Request(method="GET", url="//h/p", headers=HOST)],
    ),
    "HTTP/1.0": (b"GET / HTTP/1.0\r\n\r\n", [Request(method="GET", url="/")]),
    "nothing is read after the last request": (
        b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" + GET + b"garbage",
        [Request(method="GET", url="/", headers=(*HOST, ("Connection", "close")))],
    ),
}

REFUSED = {
    "not HTTP": (b"hello\r\n\r\n", 400),
    "TLS on a plain port": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
    "HTTP/2 by name": (b"GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505),
    "HTTP/0.9": (b"GET /\r\n\r\n", 505),
    "no Host": (b"GET / HTTP/1.1\r\n\r\n", 400),
    "two Hosts": (b"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400),
    "a proxy's CONNECT": (b"CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", 501),
    "length and chunks": (
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        400,
    ),
    "two lengths": (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc", 400),
    "a negative length": (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -3\r\n\r\n", 400),
    "a length beyond 64 bits": (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + b"9" * 30 + b"\r\n\r\n", 400),
    "a bad chunk size": (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
    "an unknown transfer coding": (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", 400),
    "a folded field": (b"GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n", 400),
    "a NUL in a field": (b"GET / HTTP/1.1\r\nHost: x\r\nA: \0\r\n\r\n", 400),
    "a blank in a target": (b"GET /a b HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    "a head over the limit": (b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"v" * 500 + b"\r\n\r\n", 431),
    "a target over the limit": (b"GET /" + b"v" * 500 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 431),
    "many fields over the limit": (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 100 + b"\r\n", 431),
    "a length over the limit": (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n", 413),
    "chunks over the limit": (
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + b"64\r\n" + b"v" * 100 + b"\r\n"
        b"385\r\n" + b"v" * 901 + b"\r\n0\r\n\r\n",
        413,
    ),
    "an unknown expectation": (b"GET / HTTP/1.1\r\nHost: x\r\nExpect: cake\r\n\r\n", 417),
}


@pytest.mark.parametrize(("data", "wanted"), CASES.values(), ids=CASES)
class TestWhatIsSentIsRead:
    def test_in_one_piece(self, data, wanted):
        heard = read(data)
        assert heard.requests == wanted
        assert heard.refusal is None

    def test_split_at_every_byte(self, data, wanted):
        assert read(*split_at_every_byte(data)).requests == wanted

    def test_split_in_two_anywhere(self, data, wanted):
        for cut in range(len(data)):
            assert read(data[:cut], data[cut:]).requests == wanted, cut


@pytest.mark.parametrize(("data", "status"), REFUSED.values(), ids=REFUSED)
class TestWhatCannotBeServedIsRefused:
    def test_in_one_piece(self, data, status):
        heard = read(data)
        assert heard.refusal == status
        assert heard.requests == []

    def test_split_at_every_byte(self, data, status):
        assert read(*split_at_every_byte(data)).refusal == status

    def test_after_a_good_request_which_is_still_read(self, data, status):
        heard = read(GET + data)
        assert heard.requests == [WANTED]
        assert heard.refusal == status


@pytest.mark.parametrize(
    "start",
    [
        b"",
        b"GET ",
        b"GET / HTTP/1.1\r\nHost: x\r\nA: ",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3;",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nT: ",
    ],
)
def test_what_never_ends_is_refused_before_it_fills_the_memory(start):
    filler = b"\r\n" if not start else b"v"
    assert read(start, *[filler] * 1000).refusal == 431
    assert read(GET + start, *[filler * 50] * 20).refusal == 431


@pytest.mark.parametrize(
    ("head", "turn"),
    [
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", Turn("GET", keep=True)),
        (b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", Turn("GET", keep=False)),
        (b"HEAD / HTTP/1.0\r\n\r\n", Turn("HEAD", keep=False, http10=True)),
        (b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", Turn("GET", keep=True, http10=True)),
    ],
)
def test_the_client_decides_whether_its_connection_lives_on(head, turn):
    assert read(head).turns == [turn]


def test_a_client_that_waits_for_100_continue_is_noticed_once():
    head = b"POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\n"
    assert read(head).expected == 1
    assert read(head, b"hi").expected == 1
    assert read(b"POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n").expected == 0


def test_an_upload_that_is_too_long_is_not_asked_for():
    heard = read(b"POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 9999\r\n\r\n")
    assert (heard.expected, heard.refusal) == (0, 413)


def test_bodies_up_to_the_limit_are_read():
    body = b"v" * 1000
    assert read(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n" + body).requests[0].body == body


def test_thousands_of_offers_to_upgrade_in_one_piece_are_read():
    offer = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
    assert len(read(offer * 3000).requests) == 3000


@given(st.binary(max_size=300), st.integers(0, 300))
@example(b"GET http://[ HTTP/1.1\r\nHost: x\r\n\r\n", 3)
@settings(max_examples=300, deadline=None)
def test_no_bytes_make_the_reader_raise(data, cut):
    read(data[:cut], data[cut:])
    read(GET[:20] + data[:cut], data[cut:] + GET)


@given(
    chunks=st.lists(st.binary(min_size=1, max_size=60), max_size=8),
    cuts=st.lists(st.integers(0, 700), max_size=6),
)
@settings(max_examples=150, deadline=None)
def test_any_chunking_split_anywhere_gives_the_body(chunks, cuts):
    data = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    data += b"".join(b"%x\r\n%b\r\n" % (len(c), c) for c in chunks) + b"0\r\n\r\n"
    edges = [0, *sorted(c for c in cuts if c < len(data)), len(data)]
    heard = read(*(data[a:b] for a, b in itertools.pairwise(edges)))
    assert [r.body for r in heard.requests] == [b"".join(chunks)]


@pytest.mark.parametrize("size", [1, 5, 100])
def test_a_client_that_begins_with_http2_is_known_however_its_first_bytes_are_split(size):
    preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
    heard = read(*(preface[at : at + size] for at in range(0, len(preface), size)))
    assert (heard.refusal, heard.requests) == (505, [])


def test_a_method_that_begins_as_http2_does_is_read_as_what_it_is():
    heard = read(b"P", b"ROPFIND / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert [request.method for request in heard.requests] == ["PROPFIND"]
