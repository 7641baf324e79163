"""What the `cassette` marker, the record option and the `vcr` marker promise."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


class Counter(BaseHTTPRequestHandler):
    """Answers with how often it was asked, and sets a cookie that is a secret."""

    protocol_version = "HTTP/1.1"
    asked = 0

    def do_GET(self):
        Counter.asked += 1
        body = b'{"n": %d}' % Counter.asked
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Set-Cookie", "session=s3cr3t-cookie-value-9871; Path=/")
        self.send_header("X-Service-Version", "1.4.2")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def server() -> Iterator[str]:
    Counter.asked = 0
    server = ThreadingHTTPServer(("127.0.0.1", 0), Counter)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def run(pytester: pytest.Pytester, server: str):
    """Run a module's tests with a server at URL; `code` may use it."""
    pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function\n")

    def go(code: str, *options: str) -> pytest.RunResult:
        pytester.makepyfile(test_api=f"import pytest, requests, httpx, aiohttp\nURL = {server!r}\n{code}")
        return pytester.runpytest_subprocess("-p", "no:cacheprovider", "-p", "no:hypothesispytest", *options)

    return go


CALLS = {
    "requests": "def test_x(cassette):\n    assert requests.get(URL + '/a').json() == {'n': 1}\n",
    "urllib.request": (
        "import urllib.request, json\n"
        "def test_x(cassette):\n    assert json.load(urllib.request.urlopen(URL + '/a')) == {'n': 1}\n"
    ),
    "httpx": "def test_x(cassette):\n    assert httpx.get(URL + '/a').json() == {'n': 1}\n",
    "httpx async": (
        "@pytest.mark.asyncio\nasync def test_x(cassette):\n    async with httpx.AsyncClient() as client:\n"
        "        assert (await client.get(URL + '/a')).json() == {'n': 1}\n"
    ),
    "aiohttp": (
        "@pytest.mark.asyncio\nasync def test_x(cassette):\n    async with aiohttp.ClientSession() as client:\n"
        "        async with client.get(URL + '/a') as reply:\n            assert await reply.json() == {'n': 1}\n"
    ),
}


@pytest.mark.parametrize("client", CALLS)
def test_a_recorded_test_replays_without_the_server(run, pytester, client):
    code = "pytestmark = pytest.mark.cassette(loopback=True)\n" + CALLS[client]
    run(code, "--integtest-record=once").assert_outcomes(passed=1)
    assert Counter.asked == 1
    assert (pytester.path / "cassettes" / "test_api" / "test_x.yaml").exists()
    run(code).assert_outcomes(passed=1)
    assert Counter.asked == 1


def test_the_network_is_closed_by_default_and_the_error_says_what_to_do(run):
    result = run("@pytest.mark.cassette(loopback=True)\ndef test_x(cassette):\n    requests.get(URL + '/a')\n")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*GET */a is not in the cassette, and was not sent*", "*--integtest-record=*"])
    assert Counter.asked == 0


def test_no_secret_is_in_the_file(run, pytester):
    code = (
        "@pytest.mark.cassette(loopback=True)\ndef test_x():\n"
        "    requests.get(URL + '/a', headers={'Authorization': 'Bearer hunter2hunter2hunter2'})\n"
    )
    run(code, "--integtest-record=once").assert_outcomes(passed=1)
    text = (pytester.path / "cassettes" / "test_api" / "test_x.yaml").read_text()
    assert "s3cr3t-cookie" not in text
    assert "hunter2hunter2" not in text
    run(code.replace("hunter2hunter2hunter2", "a-dummy-of-the-ci")).assert_outcomes(passed=1)


def test_what_was_recorded_is_written_though_the_test_fails(run, pytester):
    code = "@pytest.mark.cassette(loopback=True)\ndef test_x():\n    requests.get(URL + '/a')\n    assert False\n"
    run(code, "--integtest-record=once").assert_outcomes(failed=1)
    assert (pytester.path / "cassettes" / "test_api" / "test_x.yaml").exists()


def test_a_path_and_matching_can_be_named(run, pytester):
    code = (
        "@pytest.mark.cassette('tapes/shared.jsonl', loopback=True, ignore=['query:nonce'])\n"
        "def test_x(cassette, request):\n    import random\n"
        "    requests.get(URL + '/a', params={'nonce': random.random()})\n"
        "    assert cassette.play_count == 1\n"
    )
    run(code, "--integtest-record=once").assert_outcomes(passed=1)
    assert (pytester.path / "tapes" / "shared.jsonl").exists()
    result = run(code)
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["integtest: 1 recordings played"])


@pytest.mark.parametrize(
    ("marker", "words"),
    [
        ("cassette(pth='x')", "does not know pth"),
        ("cassette(ignore=['x'])", "ignore"),
        ("cassette(mode='sometimes')", "no record mode"),
    ],
)
def test_a_marker_that_cannot_work_says_so(run, marker, words):
    result = run(f"@pytest.mark.{marker}\ndef test_x(cassette):\n    pass\n")
    result.assert_outcomes(errors=1)
    assert words in result.stdout.str()


def test_workers_count_together(run):
    code = "".join(
        f"@pytest.mark.cassette(loopback=True)\ndef test_{n}():\n    requests.get(URL + '/{n}')\n" for n in range(4)
    )
    run(code, "--integtest-record=once").assert_outcomes(passed=4)
    run(code, "-n", "2").stdout.fnmatch_lines(["integtest: 4 recordings played"])


def test_a_refusal_that_the_program_swallowed_is_told(run):
    code = (
        "@pytest.mark.cassette(loopback=True)\ndef test_x(cassette):\n    for _ in range(2):\n"
        "        try:\n            requests.get(URL + '/a')\n        except Exception:\n            pass\n"
        "    assert len(cassette.refused) == 2\n"
    )
    result = run(code)
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(
        ["integtest: *::test_x passed, though it was refused: GET */a is not in*(and 1 more)"]
    )
    assert Counter.asked == 0


def test_a_client_that_no_seam_sees_is_named_and_refused_unless_the_project_lets_it(run, pytester):
    code = (
        "@pytest.mark.cassette(loopback=True)\ndef test_x(cassette):\n    import socket\n"
        "    with socket.socket() as one:\n        one.setblocking(False)\n"
        "        one.connect_ex(('192.0.2.7', 5432))\n"
    )
    result = run(code)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*test_api was about to connect to 192.0.2.7:5432*", "*reach = *"])
    pytester.makefile(".toml", integtest='reach = ["192.0.2.*"]\n')
    run(code).assert_outcomes(passed=1)
    (pytester.path / "integtest.toml").unlink()
    told = run(code, "--integtest-record=all")
    told.stdout.fnmatch_lines(["integtest: test_api reached 192.0.2.7:5432 unseen, which no cassette holds"])


def test_a_recording_says_when_from_where_and_by_what_it_was_made(run, pytester, monkeypatch):
    monkeypatch.setenv("INTEGTEST_CONSUMER_VERSION", "3.2.1")
    for command in (
        "init -q",
        "-c user.name=x -c user.email=x@example.com -c commit.gpgsign=false commit -q --allow-empty -m one",
    ):
        subprocess.run(["git", *command.split()], cwd=pytester.path, check=True)
    head = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=pytester.path, check=True, capture_output=True, text=True
    )
    run("def test_x(cassette):\n    requests.get(URL + '/a')\n", "--integtest-record=once")
    assert not (pytester.path / "cassettes").exists()
    run("@pytest.mark.cassette(loopback=True)\n" + CALLS["requests"], "--integtest-record=once")
    text = (pytester.path / "cassettes" / "test_api" / "test_x.yaml").read_text()
    for said in ("recorded_at: ", "source: http://127.0.0.1:", "tool: integtest ", "consumer_version: 3.2.1"):
        assert said in text
    assert f"git_commit: {head.stdout.strip()}" in text
    assert "provider_version: 1.4.2" in text


VCR = "@pytest.mark.vcr\ndef test_x(vcr):\n    assert requests.get(URL + '/a').json() == {'n': 1}\n"


def test_the_vcr_marker_is_honoured_where_pytest_recording_is_not_installed(run, pytester):
    run(VCR, "--integtest-record=once", "-p", "no:recording").assert_outcomes(passed=1)
    assert (pytester.path / "cassettes" / "test_api" / "test_x.yaml").exists()
    run(VCR, "-p", "no:recording").assert_outcomes(passed=1)
    assert Counter.asked == 1


@pytest.mark.parametrize("marks", ["@pytest.mark.vcr\n", ""], ids=["vcr", "alone"])
def test_block_network_blocks_but_for_the_hosts_it_names(run, marks):
    code = (
        marks + "@pytest.mark.block_network({})\ndef test_x():\n    import socket\n"
        "    with socket.socket() as one:\n        one.setblocking(False)\n"
        "        one.connect_ex(('192.0.2.7', 5432))\n"
    )
    blocked = run(code.format(""), "-p", "no:recording", "--strict-markers")
    blocked.assert_outcomes(failed=1)
    blocked.stdout.fnmatch_lines(["*test_api was about to connect to 192.0.2.7:5432*"])
    allowed = code.format("allowed_hosts=[r'192\\.0\\.2\\..*']")
    run(allowed, "-p", "no:recording", "--strict-markers").assert_outcomes(passed=1)


def test_vcr_arguments_and_fixtures_mean_what_they_mean_there(run, pytester):
    code = (
        "@pytest.fixture\ndef vcr_config():\n    return {'filter_query_parameters': ['key'], 'record_mode': 'once'}\n"
        "@pytest.fixture(scope='module')\ndef vcr_cassette_dir(request):\n    return str(request.path.parent / 'tapes')\n"
        "@pytest.mark.vcr('named.yaml', match_on=['method', 'path'])\ndef test_x():\n"
        "    requests.get(URL + '/a?key=abc')\n"
    )
    run(code, "-p", "no:recording").assert_outcomes(passed=1)
    assert "abc" not in (pytester.path / "tapes" / "named.yaml").read_text()
    run(code.replace("key=abc", "key=other&more=1"), "-p", "no:recording").assert_outcomes(passed=1)
    assert Counter.asked == 1


def test_before_record_functions_run(run, pytester):
    code = (
        "def drop(request):\n    return None if request.path == '/health' else request\n"
        "def plain(response):\n    response['body']['string'] = b'{\"n\": 7}'\n    return response\n"
        "@pytest.mark.vcr(before_record_request=drop, before_record_response=plain)\ndef test_x():\n"
        "    requests.get(URL + '/health')\n    requests.get(URL + '/a')\n"
    )
    run(code, "--integtest-record=once", "-p", "no:recording").assert_outcomes(passed=1)
    text = (pytester.path / "cassettes" / "test_api" / "test_x.yaml").read_text()
    assert "/health" not in text
    assert '"n": 7' in text


def test_beside_pytest_recording_its_own_marker_stays_its_own(run, pytester):
    run(VCR, "--record-mode=once").assert_outcomes(passed=1)
    run(VCR).assert_outcomes(passed=1)
    assert Counter.asked == 1


def test_pytest_recording_plays_what_was_recorded_here(run, pytester):
    run(VCR, "--integtest-record=once", "-p", "no:recording").assert_outcomes(passed=1)
    run(VCR, "-p", "no:integtest").assert_outcomes(passed=1)
    assert Counter.asked == 1


def test_what_pytest_recording_recorded_is_played_here(run, pytester):
    run(VCR, "--record-mode=once", "-p", "no:integtest").assert_outcomes(passed=1)
    run(VCR, "-p", "no:recording").assert_outcomes(passed=1)
    assert Counter.asked == 1
