"""pytest-recording's options mean what they mean there, whether it is installed or not."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


class Counter(BaseHTTPRequestHandler):
    """Answers with how often it was asked."""

    asked = 0

    def do_GET(self):
        Counter.asked += 1
        body = b'{"n": %d}' % Counter.asked
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """Run a module's tests with a server at URL, and with no other plugin than those named."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    Counter.asked = 0
    server = ThreadingHTTPServer(("127.0.0.1", 0), Counter)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    head = f"import pytest, requests, socket\nURL = 'http://127.0.0.1:{server.server_port}/a'\n{OUTSIDE}"

    def go(code: str, *options: str, recording: bool = False) -> pytest.RunResult:
        pytester.makepyfile(test_api=head + code)
        peer = ("-p", "recording") if recording else ()
        return pytester.runpytest_subprocess(
            "-p", "no:cacheprovider", "-p", "no:hypothesispytest", "-p", "integtest", *peer, *options
        )

    yield go
    server.shutdown()
    server.server_close()


OUTSIDE = """
def outside():
    with socket.socket() as one:
        one.setblocking(False)
        one.connect_ex(('192.0.2.7', 5432))
"""
VCR = "@pytest.mark.vcr\ndef test_x():\n    requests.get(URL)\n"
OWN = "@pytest.mark.cassette(loopback=True)\ndef test_y(cassette):\n    requests.get(URL)\n"


@pytest.mark.parametrize("mode", ["once", "new_episodes", "all", "rewrite"])
def test_the_record_mode_records_or_plays_as_it_says(run, mode):
    for _ in range(2):
        run(VCR + OWN, f"--record-mode={mode}").assert_outcomes(passed=2)
    assert Counter.asked == (4 if mode in ("all", "rewrite") else 2)
    run(VCR + OWN, "--record-mode", "none").assert_outcomes(passed=2)
    assert Counter.asked == (4 if mode in ("all", "rewrite") else 2)


def test_in_mode_none_what_is_not_recorded_is_refused(run):
    run(VCR + OWN, "--record-mode=none").assert_outcomes(failed=2)
    assert Counter.asked == 0


def test_it_counts_more_than_a_marker_and_less_than_our_own_option(run):
    code = OWN.replace("loopback", "mode='once', loopback")
    run(code, "--record-mode=none").assert_outcomes(failed=1)
    run(code, "--record-mode=once", "--integtest-record=none").assert_outcomes(failed=1)
    assert Counter.asked == 0


def test_workers_of_a_parallel_run_know_the_options(run):
    run(VCR, "--record-mode=once", "-p", "xdist", "-n", "1").assert_outcomes(passed=1)
    blocked = run("def test_x():\n    outside()\n", "--block-network", "-p", "xdist", "-n", "1")
    blocked.assert_outcomes(failed=1)


def test_a_closed_network_lets_no_test_out_whatever_its_client(run):
    code = (
        "def test_socket(): outside()\n"
        "def test_http(): requests.get('http://192.0.2.7:1/', timeout=0.1)\n"
        "def test_loopback(): assert requests.get(URL).json() == {'n': 1}\n"
    )
    result = run(code, "--block-network")
    result.assert_outcomes(failed=2, passed=1)
    result.stdout.fnmatch_lines(
        ["*test_api was about to connect to 192.0.2.7:5432*", "*http://192.0.2.7:1/ is not in*was not sent*"]
    )
    run("def test_socket(): outside()\n").assert_outcomes(passed=1)


@pytest.mark.parametrize("hosts", [r"other,192\.0\.2\.\d+", "192.0"])
def test_hosts_are_allowed_by_regular_expressions_from_their_beginning(run, hosts):
    code = (
        "def test_socket(): outside()\n"
        "def test_http():\n"
        "    with pytest.raises(Exception) as met: requests.get('http://192.0.2.7:1/', timeout=0.1)\n"
        "    assert isinstance(met.value, requests.RequestException) and 'not sent' not in str(met.value)\n"
        "@pytest.mark.block_network(allowed_hosts=['198.51'])\ndef test_its_own_marker_counts_more(): outside()\n"
    )
    result = run(code, "--block-network", f"--allowed-hosts={hosts}")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["FAILED *test_its_own_marker_counts_more*"])


def test_hosts_are_allowed_by_vcr_config_where_nothing_else_says_so(run):
    code = "@pytest.fixture\ndef vcr_config(): return {'allowed_hosts': ['192.0.2.7']}\ndef test_x(): outside()\n"
    run(code, "--block-network").assert_outcomes(passed=1)
    run(code, "--block-network", "--allowed-hosts=198.51").assert_outcomes(failed=1)


def test_what_is_no_regular_expression_is_one_message(run):
    result = run("def test_x(): pass\n", "--block-network", "--allowed-hosts=*.test")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*'*.test' is no regular expression*"])


def test_a_closed_network_is_open_for_what_is_recorded_alone(run):
    code = f"{VCR}    outside()\n{OWN}    outside()\n"
    run(code, "--block-network", "--record-mode=once").assert_outcomes(passed=2)
    run(code, "--block-network", "--record-mode=none").assert_outcomes(failed=2)
    allowed = "--allowed-hosts=192.0.2.7"
    run(code, "--block-network", allowed, "--record-mode=none").assert_outcomes(passed=2)


def test_fixtures_of_a_wider_scope_are_before_it(run):
    wide = "@pytest.fixture(scope='module', autouse=True)\ndef database(): outside()\ndef test_x(): pass\n"
    run(wide, "--block-network").assert_outcomes(passed=1)
    run(wide.replace("module", "function"), "--block-network").assert_outcomes(errors=1)


@pytest.mark.parametrize("recording", [True, False])
def test_with_recording_disabled_no_cassette_is_used_and_the_network_is_reached(run, pytester, recording):
    run(VCR + OWN, "--record-mode=once", recording=recording).assert_outcomes(passed=2)
    code = VCR.replace("():", "(vcr):") + "    assert vcr is None\n" + OWN + "    assert cassette is None\n"
    for mode in ("once", "all", "none"):
        run(code, "--disable-recording", f"--record-mode={mode}", recording=recording).assert_outcomes(passed=2)
    assert Counter.asked == 8
    run(VCR + OWN, recording=recording).assert_outcomes(passed=2)
    assert Counter.asked == 8


def test_with_recording_disabled_nothing_is_written_and_no_cassette_is_needed(run, pytester):
    code = OWN.replace("loopback=True", "loopback=True, max_age='1d'") + VCR
    run(code, "--disable-recording", "--integtest-record=all").assert_outcomes(passed=2)
    assert not (pytester.path / "cassettes").exists()


@pytest.mark.parametrize("mark", ["vcr", "cassette", "vcr\n@pytest.mark.cassette"])
def test_with_recording_disabled_a_closed_network_is_open_for_what_would_be_recorded_alone(run, mark):
    code = f"@pytest.mark.{mark}\ndef test_x():\n    outside()\n"
    disabled = ("--disable-recording", "--block-network")
    run(code, *disabled, "--record-mode=once").assert_outcomes(passed=1)
    run(code, *disabled).assert_outcomes(failed=1)
    told = run(code.replace("outside()", "requests.get('http://192.0.2.7:1/')"), *disabled)
    told.stdout.fnmatch_lines(["*take --disable-recording away*"])
    run(code, *disabled, "--allowed-hosts=192.0.2.7").assert_outcomes(passed=1)
    marked = f"@pytest.mark.block_network\n{code}"
    run(marked, "--disable-recording").assert_outcomes(failed=1)
    run(marked, "--disable-recording", "--record-mode=once").assert_outcomes(passed=1)
    run("def test_x(): outside()\n", *disabled, "--record-mode=once").assert_outcomes(failed=1)


def test_a_conftest_may_disable_recording_of_the_vcr_marker_as_there(run, pytester):
    pytester.makeconftest("import pytest\n@pytest.fixture(scope='session')\ndef disable_recording(): return True\n")
    run(VCR, "--record-mode=none").assert_outcomes(passed=1)
    assert Counter.asked == 1


def test_a_cassette_plays_where_the_test_is_marked_to_block_the_network_too(run):
    code = "@pytest.mark.block_network(allowed_hosts=['192.0.2.7'])\n" + OWN
    run(code, "--record-mode=once").assert_outcomes(passed=1)
    run(code, "--record-mode=none").assert_outcomes(passed=1)
    assert Counter.asked == 1
    run(f"{code}    outside()\n", "--record-mode=none").assert_outcomes(passed=1)
    run(f"{code}    outside()\n".replace("192.0.2.7", "198.51"), "--record-mode=none").assert_outcomes(failed=1)


ADDED = "def pytest_addoption(parser):\n    parser.addoption('--record-mode', default='theirs')\n"
SHOWN = "def test_x(pytestconfig, cassette): assert pytestconfig.getoption('--record-mode') == {!r}\n"


@pytest.mark.parametrize("where", ["conftest", "later_plugin"])
def test_who_has_an_option_of_that_name_keeps_it(run, pytester, where):
    pytester.makepyfile(**{where: ADDED})
    pytester.syspathinsert()
    more = ("-p", "later_plugin") if where == "later_plugin" else ()
    run(SHOWN.format("mine"), "--record-mode=mine", *more).assert_outcomes(passed=1)
    run(SHOWN.format("theirs"), "--block-network", *more).assert_outcomes(passed=1)


def test_beside_pytest_recording_its_options_count_for_our_cassettes_too(run):
    run(OWN, "--record-mode=none", recording=True).assert_outcomes(failed=1)
    run(OWN, "--record-mode=once", recording=True).assert_outcomes(passed=1)
    run(OWN, "--record-mode=none", "--block-network", recording=True).assert_outcomes(passed=1)
    run(OWN, "--record-mode=rewrite", recording=True).assert_outcomes(passed=1)
    assert Counter.asked == 2


CLIENTS = {
    "requests": "{mark}def test_x({argument}):\n    assert requests.get(URL).json() == {{'n': 1}}\n",
    "httpx": "import httpx\n{mark}def test_x({argument}):\n    assert httpx.get(URL).json() == {{'n': 1}}\n",
    "aiohttp": (
        "import aiohttp, asyncio\n{mark}def test_x({argument}):\n"
        "    async def ask():\n        async with aiohttp.ClientSession() as client, client.get(URL) as got:\n"
        "            return await got.json()\n"
        "    assert asyncio.run(ask()) == {{'n': 1}}\n"
    ),
    "http.client": (
        "import json, urllib.request\n{mark}def test_x({argument}):\n"
        "    assert json.load(urllib.request.urlopen(URL)) == {{'n': 1}}\n"
    ),
}


@pytest.mark.parametrize("argument", ["", "cassette"])
@pytest.mark.parametrize("client", CLIENTS)
def test_the_network_that_pytest_recording_closes_is_open_for_what_our_cassette_records(run, client, argument):
    code = CLIENTS[client].format(mark="@pytest.mark.cassette(loopback=True)\n", argument=argument)
    run(code, "--block-network", "--record-mode=once", recording=True).assert_outcomes(passed=1)
    run(code, "--block-network", "--record-mode=none", recording=True).assert_outcomes(passed=1)
    assert Counter.asked == 1


MARKED = "@pytest.mark.cassette(loopback=True)\ndef test_y():\n    requests.get(URL)\n"
"""As `OWN`, without the fixture among its arguments, so that the cassette is opened before the network is closed."""


@pytest.mark.parametrize("mode", ["new_episodes", "all", "rewrite"])
def test_every_mode_that_records_does_so_in_the_network_that_pytest_recording_closes(run, mode):
    run(MARKED + VCR, "--block-network", f"--record-mode={mode}", recording=True).assert_outcomes(passed=2)
    run(MARKED + VCR, "--block-network", *("-p", "xdist", "-n", "1"), recording=True).assert_outcomes(passed=2)
    assert Counter.asked == 2


@pytest.mark.parametrize("code", [OWN, MARKED])
def test_it_closes_the_network_for_all_but_the_tests_that_record(run, code):
    outside = "def test_other(): outside()\ndef test_here(): requests.get(URL)\n"
    beside = f"{code}    outside()\n{outside}"
    run(beside, "--block-network", "--record-mode=once", recording=True).assert_outcomes(passed=1, failed=2)
    result = run(beside, "--block-network", recording=True)
    result.assert_outcomes(failed=3)
    result.stdout.fnmatch_lines(["*test_api was about to connect to 192.0.2.7:5432*"])
    marked = f"@pytest.mark.block_network\n{code}    outside()\n"
    run(marked, "--record-mode=all", recording=True).assert_outcomes(passed=1)
    run(marked, recording=True).assert_outcomes(failed=1)
    run(marked, "--allowed-hosts=192.0.2.7", recording=True).assert_outcomes(passed=1)
    assert Counter.asked == 2


@pytest.mark.parametrize("recording", [True, False])
def test_help_names_each_option_once(run, recording):
    told = run("", "--help", recording=recording).stdout.str()
    for option in ("--record-mode=", "--block-network ", "--allowed-hosts=", "--disable-recording "):
        assert told.count(f"  {option}") == 1, option
