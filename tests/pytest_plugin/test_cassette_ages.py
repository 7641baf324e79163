"""Old, orphaned and never played cassettes are told at the end of a run, and fail a test that says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from integtest.codecs import cassette_yaml
from integtest.model.cassette import Cassette
from integtest.model.http import Exchange, Provenance, Request, Response

CALL = "    assert requests.get('http://api.test/{0}').status_code == 200\n"


def cassette(path: Path, *names: str, at: str | None = "2020-01-01T00:00:00Z", max_age: str | None = None) -> None:
    exchanges = [
        Exchange(
            request=Request(method="GET", url=f"http://api.test/{name}"),
            response=Response(status=200, reason="OK"),
            provenance=Provenance.model_validate({"recorded_at": at, "max_age": max_age}),
        )
        for name in names
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(cassette_yaml.dumps(Cassette(exchanges=tuple(exchanges))))


@pytest.fixture
def run(pytester: pytest.Pytester):
    pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function\n")

    def go(code: str, *options: str) -> pytest.RunResult:
        pytester.makepyfile(test_api=f"import pytest, requests\n{code}")
        arguments = (
            "-p",
            "no:cacheprovider",
            "-p",
            "no:hypothesispytest",
            "-p",
            "no:recording",
            "-p",
            "no:vcr",
            *options,
        )
        return pytester.runpytest_subprocess(*arguments)

    return go


def test_a_cassette_older_than_its_marker_allows_fails_the_test(run, pytester) -> None:
    cassette(pytester.path / "cassettes/test_api/test_x.yaml", "a")
    result = run("@pytest.mark.cassette(max_age='30d')\ndef test_x(cassette):\n" + CALL.format("a"))
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*recorded * days ago (2020-01-01), and may be 30 days old*integtest refresh*"])


def test_one_within_its_limit_passes(run, pytester) -> None:
    cassette(pytester.path / "cassettes/test_api/test_x.yaml", "a")
    run("@pytest.mark.cassette(max_age='36500d')\ndef test_x(cassette):\n" + CALL.format("a")).assert_outcomes(
        passed=1
    )


def test_a_limit_that_is_no_duration_is_one_message(run) -> None:
    result = run("@pytest.mark.cassette(max_age='old')\ndef test_x(cassette): pass\n")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*max_age: 'old' is not a duration*"])


@pytest.mark.parametrize("workers", [(), ("-n", "1")])
def test_the_projects_limit_warns(run, pytester, workers) -> None:
    pytester.makepyprojecttoml("[tool.integtest]\nmax-age = '90d'\n")
    cassette(pytester.path / "cassettes/test_api/test_x.yaml", "a")
    cassette(pytester.path / "cassettes/test_api/test_y.yaml", "a", at=None)
    result = run("".join(f"def test_{n}(cassette):\n" + CALL.format("a") for n in "xy"), *workers)
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(
        [
            "integtest: cassettes/test_api/test_x.yaml: recorded * days ago (2020-01-01), and may be 90 days old;*",
            "integtest: cassettes/test_api/test_y.yaml: it does not say when recorded*",
        ]
    )


def test_a_cassettes_own_limit_warns_without_any_configuration(run, pytester) -> None:
    cassette(pytester.path / "cassettes/test_api/test_x.yaml", "a", max_age="30d")
    result = run("def test_x(cassette):\n" + CALL.format("a"))
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["integtest: cassettes/test_api/test_x.yaml: recorded * may be 30 days old; *"])


@pytest.mark.parametrize(("own", "project", "may"), [("30d", "90d", 30), ("90d", "30d", 30)])
def test_the_stricter_of_its_own_limit_and_the_projects_counts(run, pytester, own, project, may) -> None:
    pytester.makepyprojecttoml(f"[tool.integtest]\nmax-age = '{project}'\n")
    cassette(pytester.path / "cassettes/test_api/test_x.yaml", "a", max_age=own)
    run("def test_x(cassette):\n" + CALL.format("a")).stdout.fnmatch_lines([f"*may be {may} days old*"])


def test_a_test_with_a_limit_fails_beyond_its_cassettes_own(run, pytester) -> None:
    cassette(pytester.path / "cassettes/test_api/test_x.yaml", "a", max_age="30d")
    result = run("@pytest.mark.cassette(max_age='36500d')\ndef test_x(cassette):\n" + CALL.format("a"))
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*may be 30 days old*"])


def test_a_limit_that_is_none_is_told_with_its_place(run, pytester) -> None:
    path = pytester.path / "cassettes/test_api/test_x.yaml"
    cassette(path, "a", max_age="30d")
    path.write_text(path.read_text().replace("max_age: 30d", "max_age: a while"))
    result = run("def test_x(cassette):\n" + CALL.format("a"))
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*max_age*'a while' is not a duration*"])


@pytest.mark.parametrize("mode", ["new_episodes", "all"])
def test_what_is_recorded_into_a_cassette_takes_its_limit_over(run, pytester, mode) -> None:
    path = pytester.path / "cassettes/test_api/test_x.yaml"
    cassette(path, "a", max_age="30d")
    code = (
        "import http.server, threading\n"
        "@pytest.mark.cassette(loopback=True)\ndef test_x(cassette):\n"
        "    server = http.server.HTTPServer(('127.0.0.1', 0), http.server.SimpleHTTPRequestHandler)\n"
        "    threading.Thread(target=server.serve_forever, daemon=True).start()\n"
        "    requests.get(f'http://127.0.0.1:{server.server_port}/')\n"
        "    server.shutdown(); server.server_close()\n"
    )
    run(code, f"--integtest-record={mode}").assert_outcomes(passed=1)
    made = cassette_yaml.loads(path.read_bytes()).exchanges
    assert [one.provenance.max_age for one in made] == ["30d"] * (2 if mode == "new_episodes" else 1)


TWO = "".join(
    f"@pytest.mark.cassette('cassettes/shared.yaml')\ndef test_{n}(cassette):\n" + CALL.format(n) for n in "ab"
)


@pytest.mark.parametrize("workers", [(), ("-n", "2")])
def test_never_played_and_orphaned_are_listed_over_all_tests(run, pytester, workers) -> None:
    cassette(pytester.path / "cassettes/shared.yaml", "a", "b", "c")
    cassette(pytester.path / "cassettes/test_api/test_gone.yaml", "a")
    result = run(TWO, "-v", *workers)
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(
        [
            "integtest: 2 recordings played · 1 never played · 1 cassettes orphaned",
            "integtest: never played: cassettes/shared.yaml: 1 of 3",
            "integtest: orphaned: cassettes/test_api/test_gone.yaml",
        ]
    )
    quiet = run(TWO, *workers)
    quiet.stdout.fnmatch_lines(["integtest: 2 recordings played · 1 never played · 1 cassettes orphaned"])
    quiet.stdout.no_fnmatch_line("*orphaned: *")


@pytest.mark.parametrize("chosen", [("-k", "not test_b"), ("test_api.py::test_a",)])
def test_a_run_of_some_tests_names_no_orphans(run, pytester, chosen) -> None:
    cassette(pytester.path / "cassettes/shared.yaml", "a", "b")
    cassette(pytester.path / "cassettes/test_api/test_gone.yaml", "a")
    result = run(TWO, "-v", *chosen)
    result.assert_outcomes(passed=1, deselected=int(chosen[0] == "-k"))
    result.stdout.no_fnmatch_line("*orphaned*")


def test_the_cassette_of_a_skipped_test_is_no_orphan(run, pytester) -> None:
    for name in ("test_x", "test_y"):
        cassette(pytester.path / f"cassettes/test_api/{name}.yaml", "a")
    code = "def test_x(cassette):\n" + CALL.format("a") + "@pytest.mark.skip\ndef test_y(cassette): pass\n"
    run(code, "-v").stdout.no_fnmatch_line("*orphaned*")
