"""What the live tests do where a service is missing: said, counted, and failed where they must run."""

from __future__ import annotations

from pathlib import Path

import pytest

CONFTEST = (Path(__file__).parents[1] / "live" / "conftest.py").read_text()
TEST = """
import pytest

@pytest.mark.live("no-such-service")
def test_asks_it(live):
    raise AssertionError("it ran")
"""


@pytest.mark.parametrize(
    ("environment", "outcome", "said"),
    [
        ({}, {"skipped": 1}, "needs no-such-service: make services"),
        ({"INTEGTEST_LIVE": "required"}, {"errors": 1}, "needs no-such-service: make services"),
        (
            {"INTEGTEST_LIVE": "required", "SKIP": "llama no-such-service"},
            {"skipped": 1},
            "left out by SKIP: no-such",
        ),
        ({"INTEGTEST_LIVE": "required", "SKIP": "llama"}, {"errors": 1}, "needs no-such-service"),
    ],
)
def test_a_live_test_without_its_service(pytester, monkeypatch, environment, outcome, said):
    for name in ("INTEGTEST_LIVE", "SKIP"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    folder = pytester.mkdir("tests") / "live"
    folder.mkdir()
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "test_it.py").write_text(TEST)
    pytester.makeini("[pytest]\nmarkers = live(*services): x")
    result = pytester.runpytest_subprocess("-rsE", "tests/live")
    result.assert_outcomes(**outcome)
    assert said in result.stdout.str()
