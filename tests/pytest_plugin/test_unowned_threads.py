"""A test during which a thread without a cassette of its own was refused never passes by accident."""

from __future__ import annotations

import pytest

OUTSIDE = """
import _thread, pytest, requests, socket

def outside(ask, times=1):
    '''Run in a thread that carries no context, and swallow what it raises.'''
    def job():
        try:
            ask()
        except Exception:
            pass
        done.release()
    for _ in range(times):
        done = _thread.allocate_lock()
        done.acquire()
        _thread.start_new_thread(job, ())
        done.acquire()

def http():
    requests.get('http://api.test/a')

def connect():
    with socket.socket() as one:
        one.setblocking(False)
        one.connect_ex(('192.0.2.7', 5432))

@pytest.fixture
def before(cassette):
    outside(http)

@pytest.fixture
def after(cassette):
    yield
    outside(http)
"""
TWO = "@pytest.mark.vcr\n@pytest.mark.cassette\n"


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch):
    """Run a module's tests with no other plugin than those named."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")

    def go(code: str, *options: str, within: bool = False) -> pytest.RunResult:
        pytester.makepyfile(test_outside_threads=OUTSIDE + code)
        start = pytester.runpytest_inprocess if within else pytester.runpytest_subprocess
        return start("-p", "no:cacheprovider", "-p", "integtest", *options)

    return go


@pytest.mark.parametrize("workers", [(), ("-p", "xdist", "-n", "1")])
def test_it_fails_by_name_and_the_next_one_does_not(run, workers):
    result = run(f"{TWO}def test_x():\n    outside(http)\n{TWO}def test_y():\n    pass\n", *workers)
    result.assert_outcomes(failed=1, passed=1)
    result.stdout.fnmatch_lines(
        [
            "a thread without a cassette of its own was refused while this test ran: GET http://api.test/a was not"
            " sent: 2 cassettes are open (*test_x.yaml, *test_x.yaml), and its thread has none",
            "*contextvars.copy_context().run(function)*",
            "FAILED *::test_x*",
        ]
    )


def test_a_connection_that_no_seam_sees_counts_too(run):
    result = run(f"{TWO}def test_x():\n    outside(connect)\n")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["a thread without a cassette of its own was refused*192.0.2.7:5432*"])


def test_several_refusals_are_one_failure_that_counts_them(run):
    result = run(f"{TWO}def test_x():\n    outside(http, times=3)\n")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["a thread * while this test ran (3 times, this is the first): GET *"])


def test_what_happens_in_a_fixture_counts_for_its_test(run):
    code = f"{TWO}def test_x(before): pass\n{TWO}def test_y(after): pass\n"
    result = run(code)
    result.assert_outcomes(failed=1, passed=1, errors=1)
    result.stdout.fnmatch_lines(["FAILED *::test_x*", "ERROR *::test_y*"])


def test_a_test_that_fails_by_itself_keeps_its_own_failure(run):
    result = run(f"{TWO}def test_x():\n    outside(http)\n    assert 1 == 2\n")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E * assert 1 == 2", "a thread without a cassette of its own was refused*"])


def test_a_thread_that_uses_the_only_open_cassette_is_none_of_these(run):
    code = "@pytest.mark.cassette\ndef test_x():\n    outside(http)\n"
    result = run(code)
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["integtest: *::test_x passed, though it was refused: *the cassette is not there*"])


def test_where_several_tests_run_at_a_time_none_fails_for_another_and_it_is_told(run):
    """This test runs too."""
    result = run(f"{TWO}def test_x():\n    outside(http)\n", within=True)
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["integtest: *::test_x passed, though it was refused: *2 cassettes are open*"])
