"""`integtest record` before what real clients and providers do: curl over TLS, HTTP/2, streams that come slowly, a
terminal. What was recorded is replayed by `serve` and in process."""

import gzip
import json
import os
import shutil
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import trustme
from cli_runs import clean_environment, process

from integtest.adapters.files import load_cassette

pytestmark = pytest.mark.skipif(not shutil.which("curl"), reason="no curl here")


class Provider(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    gate = threading.Event()

    def do_GET(self) -> None:
        getattr(self, self.path.split("/")[1].partition("?")[0])()

    def say(self, body: bytes, *fields: tuple[str, str], status: int = 200) -> None:
        self.send_response(status)
        for field in fields:
            self.send_header(*field)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def chunk(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%b\r\n" % (len(data), data))

    def chunked(self, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def hello(self) -> None:
        self.say(b'{"hello": "you"}', ("Content-Type", "application/json"))

    def slow(self) -> None:
        """The second frame leaves only when the client has shown the first."""
        self.chunked("text/event-stream")
        self.chunk(b"data: first\n\n")
        self.gate.wait(30)
        self.chunk(b"data: last\n\n")
        self.chunk(b"")

    def shown(self) -> None:
        self.gate.set()
        self.say(b"")

    def cut(self) -> None:
        self.chunked("text/event-stream")
        self.chunk(b"data: one\n\n")
        self.chunk(b"data: two\n\n")
        self.close_connection = True

    def relative(self) -> None:
        self.say(b"", ("Location", f"//{self.headers['Host']}/hello"), status=302)

    def bodies(self) -> None:
        kind = self.path.rpartition("/")[2]
        coding = {"gzip": "gzip", "br": "br", "zstd": "zstd"}.get(kind)
        fields = [("Content-Type", "text/plain" if coding else "application/octet-stream")]
        self.say(BODIES[kind], *fields, *([("Content-Encoding", coding)] if coding else []))

    def log_message(self, *_: object) -> None:
        pass


BODIES = {
    "gzip": gzip.compress(b"some words that were compressed", mtime=7),
    "br": bytes.fromhex("0b1a8072") + b"some words of brotli, stored as they are" + b"\x03",
    "zstd": bytes.fromhex("28b52ffd2020010100") + b"zstd stored, never packed words.",
    "binary": bytes(range(256)) * 40,
    "empty": b"",
}


@pytest.fixture
def provider():
    Provider.gate.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    Provider.gate.set()
    server.shutdown()
    server.server_close()


def record(cwd, url: str, script: str, *more: str):
    return process("record", "--upstream", f"idp={url}", "--out", "t", *more, "--", "sh", "-c", script, cwd=cwd)


def address(server) -> str:
    return f"http://127.0.0.1:{server.server_port}"


def recorded(cwd):
    return load_cassette(cwd / "t/idp/recorded.yaml").exchanges


def test_curl_records_a_provider_behind_tls_by_the_authority_that_is_named(tmp_path, provider):
    import ssl

    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    provider.socket = context.wrap_socket(provider.socket, server_side=True)
    url = f"https://localhost:{provider.server_port}"
    ran = record(tmp_path, url, 'curl -sS "$IDP_URL/hello"', "--ca-file", "ca.pem")
    assert ran.status == 0, ran.all
    assert '{"hello": "you"}' in ran.out
    assert [one.request.url for one in recorded(tmp_path)] == [f"{url}/hello"]


def test_the_first_frame_reaches_curl_before_the_provider_sends_the_last(tmp_path, provider):
    """The provider waits with its last frame until curl has printed the first: otherwise this never ends."""
    script = 'curl -sSN --max-time 25 "$IDP_URL/slow" | while read -r line; do echo "$line"; case "$line" in *first*) curl -sS "$IDP_URL/shown";; esac; done'
    ran = record(tmp_path, address(provider), script)
    assert ran.status == 0, ran.all
    assert ran.out.index("data: first") < ran.out.index("data: last")
    stream = next(one for one in recorded(tmp_path) if one.request.path == "/slow")
    assert [frame.data for frame in stream.response.frames] == [b"data: first\n\n", b"data: last\n\n"]
    assert stream.response.frames[1].at > stream.response.frames[0].at


def test_a_stream_that_its_provider_cut_is_cut_for_every_client_that_replays_it(tmp_path, provider):
    ran = record(tmp_path, address(provider), 'curl -sSN "$IDP_URL/cut"; echo "curl said $?"')
    assert "curl said 18" in ran.out, ran.all
    (one,) = recorded(tmp_path)
    assert not one.response.complete
    (tmp_path / "test_cut.py").write_text(CUT.replace("URL", repr(one.request.url)))
    replayed = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:hypothesispytest"],
        cwd=tmp_path, env=clean_environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "4 passed" in replayed.stdout, replayed.stdout
    with serving(tmp_path) as url:
        again = subprocess.run(["curl", "-sSN", f"{url}/cut"], capture_output=True, text=True, check=False)
    assert (again.returncode, again.stdout) == (18, "data: one\n\ndata: two\n\n")


CUT = """\
import asyncio
import aiohttp, httpx, pytest, requests

pytestmark = pytest.mark.cassette("t/idp/recorded.yaml")
SAID = b"data: one\\n\\ndata: two\\n\\n"

def test_httpx():
    came = b""
    with pytest.raises(httpx.RemoteProtocolError), httpx.stream("GET", URL) as answer:
        for data in answer.iter_raw():
            came += data
    assert came == SAID

def test_httpx_async():
    async def ask():
        came = b""
        async with httpx.AsyncClient() as client, client.stream("GET", URL) as answer:
            with pytest.raises(httpx.RemoteProtocolError):
                async for data in answer.aiter_raw():
                    came += data
        return came
    assert asyncio.run(ask()) == SAID

def test_requests():
    came = b""
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        for data in requests.get(URL, stream=True).iter_content(None):
            came += data
    assert came == SAID

def test_aiohttp():
    async def ask():
        came = b""
        async with aiohttp.ClientSession() as session, session.get(URL) as answer:
            with pytest.raises(aiohttp.ClientPayloadError):
                async for data in answer.content.iter_any():
                    came += data
        return came
    assert asyncio.run(ask()) == SAID
"""


class serving:
    def __init__(self, cwd):
        self.child = subprocess.Popen(
            [sys.executable, "-m", "integtest", "serve", "--cassette", "t", "--format", "json"],
            cwd=cwd, env=clean_environment(), stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def __enter__(self) -> str:
        return json.loads(self.child.stdout.readline())["url"]

    def __exit__(self, *_: object) -> None:
        self.child.terminate()
        self.child.communicate()


@pytest.mark.parametrize("kind", BODIES)
def test_a_body_of_any_coding_is_the_same_for_curl_then_and_on_replay(tmp_path, provider, kind):
    ran = record(tmp_path, address(provider), f'curl -sS -o came "$IDP_URL/bodies/{kind}"; touch came')
    assert (tmp_path / "came").read_bytes() == BODIES[kind], ran.all
    assert ran.status == 0, ran.all
    with serving(tmp_path) as url:
        subprocess.run(["curl", "-sS", "-o", "again", f"{url}/bodies/{kind}"], cwd=tmp_path, check=True)
    assert not BODIES[kind] or (tmp_path / "again").read_bytes() == BODIES[kind]


def test_a_redirect_without_a_scheme_keeps_curl_on_the_proxy(tmp_path, provider):
    ran = record(tmp_path, address(provider), 'curl -sSL "$IDP_URL/relative"')
    assert '{"hello": "you"}' in ran.out, ran.all
    assert [one.request.path for one in recorded(tmp_path)] == ["/relative", "/hello"]


def test_a_client_that_speaks_http2_alone_is_sent_away_and_named(tmp_path, provider):
    script = 'curl -sS --http2-prior-knowledge "$IDP_URL/hello"; curl -sS "$IDP_URL/hello"'
    ran = record(tmp_path, address(provider), script)
    if "does not support" in ran.err or "unsupported" in ran.err.lower():
        pytest.skip("this curl does not speak HTTP/2")
    assert "1 HTTP/2 or gRPC requests were refused: integtest does not record HTTP/2 or gRPC" in ran.out, ran.all
    assert ran.status == 0
    assert len(recorded(tmp_path)) == 1


def test_a_terminal_shows_a_line_that_grows_and_a_pipe_shows_none(tmp_path, provider):
    import pty

    script = 'for n in 1 2 3; do curl -sS -o /dev/null "$IDP_URL/hello"; done'
    assert "\x1b" not in record(tmp_path, address(provider), script).all
    ours, theirs = pty.openpty()
    child = subprocess.Popen(
        [sys.executable, "-m", "integtest", "record", "--upstream", f"idp={address(provider)}", "--out", "t", "--mode", "all", "--", "sh", "-c", script],
        cwd=tmp_path, env=clean_environment(TERM="xterm", COLUMNS="100"), stdin=theirs, stdout=theirs, stderr=theirs,
    )  # fmt: skip
    os.close(theirs)
    shown = b""
    while True:
        try:
            data = os.read(ours, 4096)
        except OSError:
            break
        if not data:
            break
        shown += data
    os.close(ours)
    assert child.wait(30) == 0
    text = shown.decode()
    assert [text.index(f"idp  {n} exchanges") for n in (1, 2, 3)] == sorted(
        text.index(f"idp  {n} exchanges") for n in (1, 2, 3)
    )
    assert "wrote t/idp/recorded.yaml (3)" in text
