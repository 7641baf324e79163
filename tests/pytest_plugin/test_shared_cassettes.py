"""Tests that share one cassette: recorded anew by a run, in one process or several, none loses what another recorded."""

import textwrap
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from integtest.adapters.files import load_cassette


class Provider(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_):
        pass


@pytest.fixture
def shared(pytester):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    pytester.makepyfile(
        textwrap.dedent(f"""
        import httpx, os, pytest
        pytestmark = pytest.mark.cassette("one.yaml", loopback=True)

        @pytest.mark.parametrize("n", range(6))
        def test_a(n):
            httpx.get(f"http://127.0.0.1:{server.server_port}/{{os.environ['RUN']}}/{{n}}")
        """)
    )
    yield pytester
    server.shutdown()
    server.server_close()


def paths(pytester):
    return sorted(one.request.path for one in load_cassette(pytester.path / "one.yaml").exchanges)


@pytest.mark.parametrize("workers", [[], ["-n", "2"]])
def test_a_run_that_records_anew_replaces_the_run_before_and_nothing_of_its_own(shared, monkeypatch, workers):
    flags = [
        "-p",
        "no:cacheprovider",
        "-p",
        "no:hypothesispytest",
        "--integtest-record=all",
        *(workers or ["-p", "no:xdist"]),
    ]
    for run in ("first", "second"):
        monkeypatch.setenv("RUN", run)
        shared.runpytest_subprocess(*flags).assert_outcomes(passed=6)
        assert paths(shared) == [f"/{run}/{n}" for n in range(6)]
        time.sleep(1.1)  # recordings tell whole seconds, by which runs are told apart


def test_a_test_that_runs_again_replaces_what_it_recorded_before(shared, monkeypatch):
    shared.makeconftest("""
        from _pytest.runner import runtestprotocol

        def pytest_runtest_protocol(item, nextitem):
            runtestprotocol(item, nextitem=item, log=False)
    """)
    monkeypatch.setenv("RUN", "again")
    shared.runpytest_subprocess(
        "-p", "no:cacheprovider", "-p", "no:hypothesispytest", "-p", "no:xdist", "--integtest-record=all"
    )
    assert paths(shared) == [f"/again/{n}" for n in range(6)]


@pytest.mark.parametrize("name", ["../out.yaml", "a/../../out.yaml"])
def test_a_name_that_leads_out_of_the_project_is_refused(pytester, name):
    pytester.makeini("[pytest]")
    pytester.makepyfile(f"import pytest\n@pytest.mark.cassette({name!r})\ndef test_it(): pass\n")
    result = pytester.runpytest_subprocess(
        "-p", "no:cacheprovider", "-p", "no:hypothesispytest", "--integtest-record=all"
    )
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"*{name} leads out of the project*"])
    assert not (pytester.path.parent / "out.yaml").exists()
