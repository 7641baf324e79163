"""The recording proxy: clients notice nothing, the cassette holds what the provider really said."""

# ruff: noqa: SIM117 - the proxy's life and the client's are told apart
import asyncio
import gzip
import json
import os
import socket
import threading
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st
from upstream_server import Upstream, always, by_path, chunk, says

from integtest.adapters.files import load_cassette
from integtest.adapters.recorder.session import Session
from integtest.adapters.recorder.swap import Swap, SwapStream
from integtest.adapters.tape.hosts import origin
from integtest.errors import UnreadableFileError, UsageError
from integtest.model.http import header_values
from integtest.rules.secrets import Policy

JSON = "Content-Type: application/json"
SSE = "Content-Type: text/event-stream"


@contextmanager
def recording(folder: Path, *upstreams: Upstream, mode="once", policy=None, silence=20.0, ca=None, **more):
    """The addresses of a proxy for each; their names are a, b, …"""
    session = Session(mode, policy or Policy(), lambda *_: None, silence=silence, ca_file=ca)
    for name, upstream in zip("abc", upstreams, strict=False):
        at = upstream if isinstance(upstream, str) else upstream.url
        session.add(name, origin(at), folder / name / "recorded.yaml", **more)
    with session:
        yield session if len(upstreams) > 1 else session.lines[0]
    for line in session.lines:
        assert line.desk.problem is None
        assert line.server.errors == ()


def exchanges(folder: Path, name: str = "a"):
    return load_cassette(folder / name / "recorded.yaml").exchanges


def journal(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.rglob(".*.journal"))


def test_a_client_stays_on_the_proxy_and_the_recording_keeps_the_providers_own_urls(tmp_path):
    async def script(asked, writer):
        own = f"http://{asked.values('host')[0]}"
        writer.write(says(json.dumps({"next": f"{own}/page/2", "esc": own}).replace("/", "\\/").encode(), JSON))

    with Upstream(script) as upstream, recording(tmp_path, upstream) as line:
        said = httpx.get(f"{line.url}/page/1?q=%C3%A9", headers={"Referer": f"{line.url}/start"})
        assert said.json()["next"] == f"{line.url}/page/2"
        assert said.json()["esc"] == line.url
    (one,) = exchanges(tmp_path)
    assert one.request.url == f"{upstream.url}/page/1?q=%C3%A9"
    assert one.request.header("referer") == f"{upstream.url}/start"
    assert json.loads(one.response.body)["next"] == f"{upstream.url}/page/2"
    assert upstream.seen[0].values("host") == [upstream.url.removeprefix("http://")]


def test_what_a_client_sends_back_of_the_proxys_address_reaches_the_provider_as_its_own(tmp_path):
    with Upstream(always(says(b"{}", JSON))) as upstream, recording(tmp_path, upstream) as line:
        httpx.post(f"{line.url}/x", params={"back": f"{line.url}/y"}, json={"cursor": f"{line.url}/z"})
    assert httpx.QueryParams(upstream.seen[0].target.partition("?")[2])["back"] == f"{upstream.url}/y"
    assert json.loads(upstream.seen[0].body) == {"cursor": f"{upstream.url}/z"}
    assert upstream.seen[0].values("content-length") == [str(len(upstream.seen[0].body))]


def test_gzip_goes_through_byte_for_byte_unless_an_address_lies_in_it(tmp_path):
    plain = gzip.compress(b'{"a": 1}', mtime=7)

    async def script(asked, writer):
        linked = gzip.compress(json.dumps({"at": f"http://{asked.values('host')[0]}/x"}).encode())
        writer.write(says(plain if asked.target == "/plain" else linked, JSON, "Content-Encoding: gzip"))

    with Upstream(script) as upstream, recording(tmp_path, upstream) as line, httpx.Client() as client:
        with client.stream("GET", f"{line.url}/plain") as said:
            assert b"".join(said.iter_raw()) == plain
        assert client.get(f"{line.url}/linked").json() == {"at": f"{line.url}/x"}
    first, second = exchanges(tmp_path)
    assert first.response.body == plain
    assert json.loads(gzip.decompress(second.response.body)) == {"at": f"{upstream.url}/x"}


def test_a_large_binary_body_streams_through_and_is_recorded_byte_for_byte(tmp_path):
    half, got = os.urandom(2_500_000), threading.Event()

    async def script(_, writer):
        writer.write(says(b"", "Content-Type: image/png", "Content-Length: 5000000", length=False) + half)
        await writer.drain()
        assert await asyncio.to_thread(got.wait, 20)  # the client has this half before the other is there
        writer.write(half)

    policy = Policy(in_doubt="replace", off=("opaque",))
    with Upstream(script) as upstream, recording(tmp_path, upstream, policy=policy) as line:
        with httpx.stream("GET", line.url) as said:
            assert said.headers["content-length"] == "5000000"
            pieces, count = [], 0
            for piece in said.iter_raw():
                pieces.append(piece)
                count += len(piece)
                if count >= 2_400_000:
                    got.set()
        assert b"".join(pieces) == half * 2
    (one,) = exchanges(tmp_path)
    assert len(one.response.body) == 5_000_000
    assert one.response.complete


def test_each_frame_of_a_stream_reaches_the_client_before_the_provider_sends_the_next(tmp_path):
    gates = [threading.Event() for _ in range(4)]

    async def script(_, writer):
        writer.write(says(b"", SSE, "Transfer-Encoding: chunked", length=False))
        for number, gate in enumerate(gates):
            writer.write(chunk(b"data: %d\n\n" % number))
            await writer.drain()
            assert await asyncio.to_thread(gate.wait, 20)
        writer.write(chunk(b""))

    with Upstream(script) as upstream, recording(tmp_path, upstream) as line:
        with httpx.stream("GET", line.url) as said:
            for gate, frame in zip(gates, said.iter_raw(), strict=True):
                assert frame == b"data: %d\n\n" % gates.index(gate)
                gate.set()
    (one,) = exchanges(tmp_path)
    assert [frame.data for frame in one.response.frames] == [b"data: %d\n\n" % n for n in range(4)]
    times = [frame.at for frame in one.response.frames]
    assert times == sorted(times)


@pytest.mark.parametrize("reset", [False, True], ids=["closed", "reset"])
def test_what_the_provider_cuts_is_cut_for_the_client_and_recorded_as_cut(tmp_path, reset):
    got = threading.Event()

    async def script(_, writer):
        writer.write(says(chunk(b"data: 1\n\n"), SSE, "Transfer-Encoding: chunked", length=False))
        await writer.drain()
        assert await asyncio.to_thread(got.wait, 20)
        if reset:
            sock = writer.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            writer.transport.abort()
        writer.close()

    with Upstream(script) as upstream, recording(tmp_path, upstream) as line:
        with httpx.stream("GET", line.url) as said, pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
            for piece in said.iter_raw():
                assert piece == b"data: 1\n\n"
                got.set()
        assert line.desk.counts.failed == 1
    (one,) = exchanges(tmp_path)
    assert one.response.body == b"data: 1\n\n"
    assert not one.response.complete
    assert (one.error.kind if one.error else "closed") == ("reset" if reset else "closed")


def test_redirects_stay_on_the_proxies_and_those_that_lead_away_are_told(tmp_path):
    away = says(b"", "Location: https://other.example/x", status="307 Temporary Redirect")
    with Upstream(always(says(b"there", "Content-Type: text/plain"))) as other:
        answers = {
            "/abs": says(b"", f"Location: {other.url}/landing?x=1", status="302 Found"),
            "/rel": says(b"", "Location: landing", status="302 Found"),
            "/away": away,
        }
        with Upstream(by_path(answers)) as upstream, recording(tmp_path, upstream, other) as session:
            first, second = session.lines
            assert httpx.get(f"{first.url}/abs").headers["location"] == f"{second.url}/landing?x=1"
            assert httpx.get(f"{first.url}/abs", follow_redirects=True).text == "there"
            assert httpx.get(f"{first.url}/rel").headers["location"] == "landing"
            assert httpx.get(f"{first.url}/away").headers["location"] == "https://other.example/x"
            assert first.proxy.elsewhere == {"other.example": 1}
    assert exchanges(tmp_path)[0].response.header("location") == f"{other.url}/landing?x=1"
    assert len(exchanges(tmp_path, "b")) == 1


def test_cookies_come_back_to_their_own_provider_and_to_no_other(tmp_path):
    cookie = "Set-Cookie: sid=planted-cookie-77; Domain=idp.example; Path=/in; Secure; HttpOnly; SameSite=None"
    with Upstream(always(says(b"", cookie))) as one, Upstream(always(says(b""))) as other:
        with recording(tmp_path, one, other) as session, requests.Session() as client:
            first, second = session.lines
            given = client.get(f"{first.url}/in").headers["set-cookie"]
            assert given == "sid=planted-cookie-77; Path=/in; HttpOnly"
            client.get(f"{first.url}/in/side")
            client.get(f"{second.url}/in/side")
    assert one.seen[1].values("cookie") == ["sid=planted-cookie-77"]
    assert other.seen[0].values("cookie") == []
    assert "Domain=" in exchanges(tmp_path)[0].response.header("set-cookie")
    assert b"planted-cookie-77" not in (tmp_path / "a/recorded.yaml").read_bytes()


def test_answers_without_a_body_leave_the_connection_fit_for_the_next_request(tmp_path):
    async def script(asked, writer):
        if asked.method == "HEAD":
            length = "Transfer-Encoding: chunked" if asked.target == "/chunked" else "Content-Length: 1234"
            writer.write(says(b"", "Content-Type: text/plain", length, length=False))
        else:
            status = {"/204": "204 No Content", "/304": "304 Not Modified"}.get(asked.target, "200 OK")
            writer.write(says(b"", 'ETag: "x"', status=status, length=status == "200 OK"))

    with Upstream(script) as upstream, recording(tmp_path, upstream) as line, httpx.Client() as client:
        assert client.head(line.url).headers["content-length"] == "1234"
        assert client.head(f"{line.url}/chunked").status_code == 200
        assert client.get(f"{line.url}/204").status_code == 204
        assert client.get(f"{line.url}/304").headers["etag"] == '"x"'
        assert client.get(f"{line.url}/empty").content == b""
    assert [e.response.status for e in exchanges(tmp_path)] == [200, 200, 204, 304, 200]
    assert upstream.connections == 1


def test_interim_answers_are_passed_over_and_an_expectation_is_met_here(tmp_path):
    answers = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + says(b"done", "Content-Type: text/plain")
    with Upstream(always(answers)) as upstream, recording(tmp_path, upstream) as line:
        with socket.create_connection(("127.0.0.1", line.server.port), timeout=20) as sock:
            sock.sendall(
                b"PUT /x HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n"
            )
            assert sock.recv(100).startswith(b"HTTP/1.1 100 ")
            sock.sendall(chunk(b"hello ") + chunk(b"you") + chunk(b""))
            assert sock.recv(1000).startswith(b"HTTP/1.1 200 ")
    assert upstream.seen[0].body == b"hello you"
    assert upstream.seen[0].values("expect") == []
    assert [e.response.status for e in exchanges(tmp_path)] == [200]


@pytest.mark.parametrize(("method", "body"), [("POST", b""), ("DELETE", b""), ("PATCH", b"\0\xff" * 300_000)])
def test_any_method_and_any_body_reach_the_provider_as_they_were_sent(tmp_path, method, body):
    with Upstream(always(says(b"ok"))) as upstream, recording(tmp_path, upstream) as line:
        headers = {"Content-Type": "application/octet-stream", "X-Two": "1", "Accept-Encoding": "br"}
        assert httpx.request(method, f"{line.url}//a%2Fb?x=%20&&y", content=body, headers=headers).text == "ok"
    seen = upstream.seen[0]
    assert (seen.method, seen.target, seen.body) == (method, "//a%2Fb?x=%20&&y", body)
    assert seen.values("accept-encoding") == ["br"]
    assert len(seen.values("user-agent")) == 1


def test_a_provider_that_is_not_there_is_502_and_recorded_as_refused(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with recording(tmp_path, f"http://127.0.0.1:{port}") as line:
        said = httpx.get(line.url)
        assert said.status_code == 502
        assert "a: " in said.json()["error"]
        assert "(refused)" in said.json()["error"]
    (one,) = exchanges(tmp_path)
    assert (one.response, one.error.kind) == (None, "refused")


def test_a_name_that_nobody_knows_is_502_and_recorded_as_dns(tmp_path):
    with recording(tmp_path, "http://nobody.invalid") as line:
        assert "(dns)" in httpx.get(line.url, timeout=30).json()["error"]
    assert exchanges(tmp_path)[0].error.kind == "dns"


def test_a_provider_that_stays_silent_is_504_and_recorded_as_a_timeout(tmp_path):
    async def script(_, __):
        await asyncio.sleep(60)

    with Upstream(script) as upstream, recording(tmp_path, upstream, silence=0.2) as line:
        assert httpx.get(line.url, timeout=30).status_code == 504
    assert exchanges(tmp_path)[0].error.kind == "timeout"


def test_what_is_not_http_is_502_and_recorded_as_such(tmp_path):
    with Upstream(always(b"SSH-2.0-OpenSSH_9\r\n\r\n")) as upstream, recording(tmp_path, upstream) as line:
        assert httpx.get(line.url).status_code == 502
    assert exchanges(tmp_path)[0].error.kind == "protocol"


def test_https_is_verified_with_the_authority_that_is_named(tmp_path):
    with Upstream(always(says(b"ok", "Content-Type: text/plain")), tls=True) as upstream:
        with recording(tmp_path / "untrusted", upstream) as line:
            assert "(tls)" in httpx.get(line.url).json()["error"]
        upstream.ca.cert_pem.write_to_path(tmp_path / "ca.pem")
        with recording(tmp_path / "trusted", upstream, ca=str(tmp_path / "ca.pem")) as line:
            assert httpx.get(line.url).text == "ok"
    assert exchanges(tmp_path / "untrusted")[0].error.kind == "tls"
    assert exchanges(tmp_path / "trusted")[0].request.url == f"{upstream.url}/"


def test_credentials_are_added_in_place_of_the_clients_and_never_recorded(tmp_path):
    async def script(asked, writer):
        writer.write(says(json.dumps({"you": asked.values("authorization")}).encode(), JSON))

    secret = "Bearer planted-upstream-0815"
    policy = Policy(known={"T": "planted-upstream-0815"})
    with Upstream(script) as upstream:
        with recording(tmp_path, upstream, policy=policy, credentials=(("Authorization", secret),)) as line:
            assert httpx.get(line.url, headers={"Authorization": "Bearer dummy"}).json() == {"you": [secret]}
            assert httpx.get(line.url).json() == {"you": [secret]}
            assert b"planted-upstream" not in journal(tmp_path)
    first, second = exchanges(tmp_path)
    assert first.request.header("authorization")
    assert second.request.header("authorization") is None
    assert all(b"planted-upstream" not in f.read_bytes() for f in tmp_path.rglob("*") if f.is_file())


@pytest.mark.parametrize("chunked", [False, True])
def test_an_exchange_is_on_disk_before_its_client_has_the_last_byte(tmp_path, chunked):
    answer = (
        says(chunk(b"x" * 9) + chunk(b""), "Transfer-Encoding: chunked", length=False)
        if chunked
        else says(b"x" * 9)
    )
    with Upstream(always(answer)) as upstream, recording(tmp_path, upstream) as line:
        for number in range(1, 6):
            assert httpx.get(f"{line.url}/number/{number}").content == b"x" * 9
            assert b"/number/%d" % number in journal(tmp_path)


def test_a_client_that_leaves_early_leaves_what_it_had(tmp_path):
    left = threading.Event()

    async def script(_, writer):
        writer.write(says(chunk(b"data: 1\n\n"), SSE, "Transfer-Encoding: chunked", length=False))
        await writer.drain()
        await asyncio.to_thread(left.wait, 20)

    with Upstream(script) as upstream, recording(tmp_path, upstream) as line:
        with httpx.stream("GET", line.url) as said:
            next(said.iter_raw())
        left.set()
    (one,) = exchanges(tmp_path)
    assert (one.response.body, one.response.complete) == (b"data: 1\n\n", True)


def test_websocket_and_grpc_are_refused_by_name(tmp_path):
    with Upstream(always(says(b""))) as upstream, recording(tmp_path, upstream) as line:
        upgrade = {"Connection": "Upgrade", "Upgrade": "websocket"}
        assert "WebSocket" in httpx.get(line.url, headers=upgrade).json()["error"]
        grpc = httpx.post(line.url, headers={"Content-Type": "application/grpc+proto"})
        assert (grpc.status_code, "gRPC" in grpc.text) == (501, True)
        assert line.proxy.unsupported == {"WebSocket": 1, "gRPC": 1}
    assert not upstream.seen


def test_many_clients_at_once_get_their_own_answers(tmp_path):
    async def script(asked, writer):
        writer.write(says(asked.target.encode(), "Content-Type: text/plain"))

    async def clients(url):
        async with httpx.AsyncClient(limits=httpx.Limits(max_connections=30)) as client:
            said = await asyncio.gather(*(client.get(f"{url}/{n}") for n in range(120)))
        return [one.text for one in said]

    with Upstream(script) as upstream, recording(tmp_path, upstream) as line:
        assert asyncio.run(clients(line.url)) == [f"/{n}" for n in range(120)]
    assert all(e.request.url.endswith(e.response.body.decode()) for e in exchanges(tmp_path))
    assert len(exchanges(tmp_path)) == 120


def test_new_episodes_plays_what_is_there_and_asks_for_the_rest(tmp_path):
    with Upstream(always(says(b"fresh"))) as upstream:
        with recording(tmp_path, upstream) as line:
            httpx.get(f"{line.url}/old")
        with recording(tmp_path, upstream, mode="new_episodes") as line:
            assert httpx.get(f"{line.url}/old").text == "fresh"
            assert httpx.get(f"{line.url}/new").text == "fresh"
            assert (line.desk.counts.played, line.desk.counts.recorded) == (1, 1)
    assert [asked.target for asked in upstream.seen] == ["/old", "/new"]
    assert len(exchanges(tmp_path)) == 2


def test_once_refuses_a_cassette_that_is_there_and_leaves_it_alone(tmp_path):
    with Upstream(always(says(b"ok"))) as upstream:
        with recording(tmp_path, upstream) as line:
            httpx.get(line.url)
        before = (tmp_path / "a/recorded.yaml").read_bytes()
        with pytest.raises(UsageError, match="--mode all"), recording(tmp_path, upstream):
            pass
    assert (tmp_path / "a/recorded.yaml").read_bytes() == before


def test_a_folder_that_cannot_be_made_is_told_before_anything_is_asked(tmp_path):
    (tmp_path / "a").write_text("a file")
    with (
        pytest.raises(UnreadableFileError, match="cannot be recorded to"),
        recording(tmp_path, "http://127.0.0.1:1"),
    ):
        pass


OUT = Swap({"https://idp.example": "http://127.0.0.1:9", "http://127.0.0.1:70": "http://127.0.0.1:8"})


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("https://idp.example/a", "http://127.0.0.1:9/a"),
        ("https://IDP.example:443/a", "http://127.0.0.1:9/a"),
        ("http://idp.example/a", "http://127.0.0.1:9/a"),
        ("see https://idp.example.", "see http://127.0.0.1:9."),
        ("https://idp.example.evil.test/", "https://idp.example.evil.test/"),
        ("https://idp.example:8443/", "https://idp.example:8443/"),
        ("https://my-idp.example/", "https://my-idp.example/"),
        ("https://idp.example-two/", "https://idp.example-two/"),
        ("x=https%3A%2F%2Fidp.example%2Fa", "x=http%3A%2F%2F127.0.0.1%3A9%2Fa"),
        ("http://localhost:70/a", "http://127.0.0.1:8/a"),
        ("//idp.example/a", "//127.0.0.1:9/a"),
        ('src="//IDP.example:443/a"', 'src="//127.0.0.1:9/a"'),
        ("x=%2F%2Fidp.example%2Fa", "x=%2F%2F127.0.0.1%3A9%2Fa"),
        ("ftp://idp.example/a", "ftp://idp.example/a"),
        ("x=ftp%3A%2F%2Fidp.example", "x=ftp%3A%2F%2Fidp.example"),
        ("/mirror//idp.example/a", "/mirror//idp.example/a"),
        ("http://127.0.0.1:7000/a", "http://127.0.0.1:7000/a"),
    ],
)
def test_only_the_providers_own_address_is_exchanged(said, heard):
    assert OUT.text(said) == heard


@settings(max_examples=200)
@given(
    st.lists(
        st.sampled_from(
            [
                b"https://idp.example",
                b"https:\\/\\/idp.example",
                b"//idp.example",
                b"%2F%2Fidp.example",
                b"/",
                b".",
                b":",
                b"h",
                b"http",
                b"a ",
                b"%3A",
                b"\\/",
            ]
        ),
        max_size=8,
    ),
    st.lists(st.integers(1, 7), min_size=1, max_size=30),
)
def test_a_text_in_pieces_is_exchanged_as_a_whole_one(parts, sizes):
    text, stream, heard, at = b"".join(parts), SwapStream(OUT), b"", 0
    for size in sizes:
        heard += stream.feed(text[at : at + size])
        at += size
    heard += stream.feed(text[at:]) + stream.flush()
    assert heard == OUT.data(text)


def test_a_text_that_ends_in_no_address_is_not_held_back():
    stream = SwapStream(OUT)
    assert stream.feed(b"data: hello\n\n") == b"data: hello\n\n"
    assert stream.feed(b"data: http") == b"data: "
    assert stream.feed(b"s no\n") == b"https no\n"


def test_header_values_of_other_hosts_stay(tmp_path):
    hints = (
        "Strict-Transport-Security: max-age=1",
        "Alt-Svc: h3=x",
        "Link: <https://cdn.example/x>",
        "X-A: 1",
        "X-A: 2",
    )
    with Upstream(always(says(b"", *hints))) as upstream, recording(tmp_path, upstream) as line:
        said = httpx.get(line.url)
    assert said.headers.get_list("x-a") == ["1", "2"]
    assert said.headers["link"] == "<https://cdn.example/x>"
    assert "alt-svc" not in said.headers
    assert "strict-transport-security" not in said.headers
    assert header_values(exchanges(tmp_path)[0].response.headers, "alt-svc") == ["h3=x"]
