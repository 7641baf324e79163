"""The transport over HTTP: what went out, what came back, and every way in which nothing came."""

from __future__ import annotations

import asyncio
import gzip
import ssl
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from raw_server import answers, closed_port, hangs, raw_server, resets, says

from integtest.adapters.provider.http import HttpTransport
from integtest.errors import ConfigError
from integtest.model.http import Exchange, Request


def send(url: str, *requests: Request, timeout: float = 10.0, **options) -> list[Exchange]:
    """The exchanges of these requests over one transport, one after another."""

    async def main():
        transport = HttpTransport(url, **options)
        try:
            return [await transport.send(request, timeout=timeout) for request in requests]
        finally:
            await transport.close()

    return asyncio.run(main())


GET = Request(method="GET", url="/a?b=c%20d")
POST = Request(method="POST", url="/a", headers=(("Content-Type", "text/plain"),), body=b"hello")


def failure(behaviour, **options) -> tuple[str, str, Exchange]:
    with raw_server(behaviour) as server:
        [seen] = send(server.url, GET, **options)
    assert seen.error is not None
    return seen.error.kind, seen.error.message, seen


def test_the_answer_comes_back_as_it_was_sent():
    with raw_server(answers(b'{"x":1}', extra=b"X-Two: 1\r\nx-two: 2\r\n")) as server:
        [seen] = send(server.url, GET)
    assert (seen.response.status, seen.response.reason, seen.response.body) == (200, "OK", b'{"x":1}')
    assert seen.response.headers[2:] == (("X-Two", "1"), ("x-two", "2"))
    assert seen.response.complete
    assert seen.request.url == f"{server.url}/a?b=c%20d"
    assert 0 < seen.latency <= seen.duration


def test_requests_share_a_connection():
    with raw_server(answers(b"{}")) as server:
        send(server.url, *[GET] * 5)
    assert (server.connections, len(server.requests)) == (1, 5)


def test_the_prefix_of_the_address_comes_before_every_path():
    with raw_server(answers(b"{}")) as server:
        send(f"{server.url}/v1/", GET)
    assert server.requests[0].startswith(b"GET /v1/a?b=c%20d HTTP/1.1\r\n")


def test_nothing_is_added_that_asks_for_a_compressed_answer():
    with raw_server(answers(b"{}")) as server:
        send(server.url, GET)
    assert b"accept-encoding" not in server.requests[0].lower()


def test_framing_is_our_own_whatever_a_contract_says():
    wrong = POST.model_copy(
        update={"headers": (("Content-Length", "9999"), ("Transfer-Encoding", "chunked"), ("Connection", "close"))}
    )
    read = []

    async def behave(reader, writer):
        read.append(await reader.readexactly(5))
        await answers(b"{}")(reader, writer)

    with raw_server(behave) as server:
        [seen] = send(server.url, wrong)
    assert seen.error is None
    assert read == [b"hello"]
    assert server.requests[0].lower().count(b"content-length: 5\r\n") == 1
    assert b"chunked" not in server.requests[0]


def test_credentials_of_the_address_become_a_header_and_are_not_shown():
    with raw_server(answers(b"{}")) as server:
        transport = HttpTransport(server.url.replace("//", "//ada:s%40cret@"))
        [seen] = send(server.url.replace("//", "//ada:s%40cret@"), GET)
    assert b"Authorization: Basic YWRhOnNAY3JldA==\r\n" in server.requests[0]
    assert "s%40cret" not in seen.request.url + transport.base


def test_a_redirect_is_an_answer():
    with raw_server(answers(b"", status="302 Found", extra=b"Location: /elsewhere\r\n")) as server:
        [seen] = send(server.url, GET)
    assert (seen.response.status, len(server.requests)) == (302, 1)


def test_a_compressed_body_stays_compressed():
    body = gzip.compress(b"{}")
    with raw_server(answers(body, extra=b"Content-Encoding: gzip\r\n")) as server:
        [seen] = send(server.url, GET)
    assert seen.response.body == body


def test_no_proxy_of_the_environment_is_used(monkeypatch):
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{closed_port()}")
    monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{closed_port()}")
    with raw_server(answers(b"{}")) as server:
        [seen] = send(server.url, GET)
    assert seen.response.status == 200


def test_cookies_do_not_travel_from_one_request_to_the_next():
    with raw_server(answers(b"{}", extra=b"Set-Cookie: session=abc\r\n")) as server:
        send(server.url, GET, GET)
    assert b"cookie" not in server.requests[1].lower()


def test_the_answer_to_head_has_no_body():
    with raw_server(says(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")) as server:
        [seen] = send(server.url, Request(method="HEAD", url="/"))
    assert (seen.response.status, seen.response.body, seen.error) == (200, b"", None)


def test_interim_answers_are_passed_over():
    reply = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n"
    with raw_server(says(reply)) as server:
        [seen] = send(server.url, GET)
    assert (seen.response.status, seen.response.headers) == (204, ())


def test_a_body_may_end_with_the_connection():
    with raw_server(says(b"HTTP/1.0 200 OK\r\n\r\nabc", b"def", close=True)) as server:
        [seen] = send(server.url, GET)
    assert (seen.response.body, seen.response.complete, seen.error) == (b"abcdef", True, None)


@settings(max_examples=20, deadline=None)
@given(body=st.binary(max_size=300), cuts=st.lists(st.integers(1, 300), max_size=4))
def test_a_chunked_body_arrives_whole_however_it_is_cut(body, cuts):
    edges = sorted({0, len(body), *(cut for cut in cuts if cut < len(body))})
    pieces = [body[a:b] for a, b in pairwise(edges)]
    chunks = [b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces]
    with raw_server(
        says(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", *chunks, b"0\r\n\r\n")
    ) as server:
        [seen] = send(server.url, GET)
    assert (seen.response.body, seen.response.complete) == (body, True)


def test_hundreds_of_header_fields_are_read():
    many = b"".join(b"X-%d: %d\r\n" % (n, n) for n in range(500))
    with raw_server(answers(b"{}", extra=many)) as server:
        [seen] = send(server.url, GET)
    assert len(seen.response.headers) == 502


def test_header_values_that_are_no_utf8_are_kept():
    with raw_server(answers(b"{}", extra=b"X-Name: caf\xe9\r\n")) as server:
        [seen] = send(server.url, GET)
    assert seen.response.header("x-name") == "café"


def test_nobody_listening_is_a_refusal():
    [seen] = send(f"http://127.0.0.1:{closed_port()}", GET)
    assert (seen.error.kind, seen.error.message, seen.response) == ("refused", "connection refused", None)


def test_a_name_that_does_not_resolve_is_told():
    [seen] = send("http://no-such-host.invalid", GET)
    assert seen.error.kind == "dns"


def test_a_reset_is_told():
    assert failure(resets)[0] == "reset"


def test_a_connection_closed_without_an_answer_is_told():
    kind, message, _ = failure(says(close=True))
    assert (kind, message) == ("closed", "the provider closed the connection without an answer")


def test_a_provider_that_hangs_is_left_after_the_time_out():
    kind, message, seen = failure(hangs, timeout=0.2)
    assert (kind, message, seen.response) == ("timeout", "no answer within 0.2 s", None)


def test_a_body_that_stalls_is_left_after_the_time_out_and_kept():
    async def stalls(reader, writer):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
        await hangs(reader, writer)

    kind, message, seen = failure(stalls, timeout=0.2)
    assert (kind, message) == ("timeout", "the headers came, but the body did not end within 0.2 s")
    assert (seen.response.body, seen.response.complete) == (b"abc", False)


@pytest.mark.parametrize("said", [b"\x00\xff\x01garbage\r\n\r\n", b"SSH-2.0-OpenSSH\r\n", b"220 mail ready\r\n"])
def test_what_is_not_http_is_told_with_its_beginning(said):
    kind, message, seen = failure(says(said, close=True))
    assert (kind, seen.response) == ("protocol", None)
    assert message.startswith("the answer is not HTTP")
    assert message.isprintable()


def test_a_body_shorter_than_announced_is_cut():
    kind, _, seen = failure(says(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc", close=True))
    assert (kind, seen.response.body, seen.response.complete) == ("closed", b"abc", False)


def test_a_broken_chunk_is_told():
    kind, message, seen = failure(says(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"))
    assert (kind, seen.response.complete) == ("other", False)
    assert "chunk" in message


def test_an_endless_body_is_cut_at_the_limit():
    async def endless(reader, writer):
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"x" * 65536)
            await writer.drain()

    _, message, seen = failure(endless, max_body=100_000)
    assert "longer than 100000 bytes" in message
    assert (len(seen.response.body), seen.response.complete) == (100_000, False)


def test_an_endless_head_is_cut():
    async def endless(reader, writer):
        writer.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            writer.write(b"X-Field: " + b"y" * 65536 + b"\r\n")
            await writer.drain()

    kind, message, _ = failure(endless)
    assert (kind, message) == ("protocol", "the answer is not HTTP: its head is longer than 1048576 bytes")


def test_a_provider_without_tls_behind_https_is_told():
    with raw_server(says(b"HTTP/1.1 400 Bad Request\r\n\r\n", close=True)) as server:
        [seen] = send(server.url.replace("http", "https"), GET, timeout=1)
    assert seen.error.kind in ("tls", "timeout", "closed", "refused")
    assert seen.response is None


def test_a_request_with_a_line_break_in_a_header_is_not_sent():
    with raw_server(answers(b"{}")) as server:
        [seen] = send(server.url, Request(method="GET", url="/", headers=(("X", "a\r\nEvil: 1"),)))
    assert seen.error.kind == "other"
    assert server.requests == []


@settings(max_examples=30, deadline=None)
@given(url=st.text(min_size=1, max_size=30), method=st.sampled_from(["GET", "GET X", "P\n", "DELETE"]))
def test_no_request_is_ever_taken_for_two(url, method):
    with raw_server(answers(b"{}")) as server:
        send(server.url, Request(method=method, url=f"/{url}"))
    assert all(head.count(b"\r\n\r\n") == 1 and b" HTTP/1.1\r\n" in head for head in server.requests)
    assert len(server.requests) <= 1


@pytest.mark.parametrize("request_", [GET, POST], ids=["GET", "POST"])
def test_a_server_that_closes_idle_connections_unannounced_fails_nothing(request_):
    async def behave(reader, writer):
        await reader.readexactly(len(request_.body))
        await answers(b"{}")(reader, writer)
        raise ConnectionError

    with raw_server(behave) as server:
        seen = send(server.url, *[request_] * 5)
    assert [one.response and one.response.status for one in seen] == [200] * 5
    assert len(server.requests) >= 5


@pytest.mark.parametrize(("request_", "times"), [(GET, 2), (POST, 1)], ids=["GET", "POST"])
def test_a_request_that_changes_something_is_never_sent_twice(request_, times):
    """A kept connection that breaks under a request says nothing about whether it arrived."""
    broke = []

    async def breaks_once(reader, writer):
        await reader.readexactly(len(request_.body) if b"/last" in server.requests[-1] else 0)
        if b"/last" in server.requests[-1] and not broke:
            broke.append(1)
            raise ConnectionError
        await answers(b"{}")(reader, writer)

    last = request_.model_copy(update={"url": "/last"})
    with raw_server(breaks_once) as server:
        *_, seen = send(server.url, GET, GET, GET, last)
    assert sum(b"/last" in head for head in server.requests) == times
    assert (seen.error is None) == (times == 2)


def test_what_an_address_must_be_is_told():
    for wrong in ("ftp://x", "localhost:80", "http://", "http://h:port"):
        with pytest.raises(ConfigError):
            HttpTransport(wrong)


def test_certificates_that_cannot_be_read_are_told(tmp_path):
    with pytest.raises(ConfigError, match="certificates"):
        HttpTransport("https://h", ca_file=str(tmp_path / "none.pem"))


def test_opening_with_a_probe_says_whether_somebody_listens():
    async def opened(url):
        transport = HttpTransport(url)
        try:
            return await transport.open(timeout=5, probe=True)
        finally:
            await transport.close()

    with raw_server(answers(b"{}")) as server:
        assert asyncio.run(opened(server.url)) is None
        assert server.requests == []
    assert asyncio.run(opened(f"http://127.0.0.1:{closed_port()}")).kind == "refused"


def test_tls_verification_is_on():
    assert HttpTransport("https://h")._tls.verify_mode == ssl.CERT_REQUIRED
