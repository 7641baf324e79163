"""Two runs of the same cases come to the same verdicts: in any order, and side by side."""

from __future__ import annotations

import json

import pytest

RETRIES = """
from tenacity import RetryError, retry, retry_if_exception_type, stop_after_attempt, wait_exponential

class Down(Exception):
    pass

class Busy(Exception):
    pass

@retry(stop=stop_after_attempt(3), wait=wait_exponential(min=1, max=8), retry=retry_if_exception_type(Busy), reraise=True)
def once():
    try:
        reply = httpx.get(os.environ["SHOP_URL"] + "/items/1", timeout=2)
    except httpx.TransportError as error:
        raise Busy("no answer") from error
    if reply.status_code >= 500 or reply.status_code == 429:
        raise Busy(str(reply.status_code))
    try:
        return reply.raise_for_status().json()["name"]
    except (httpx.HTTPError, ValueError) as error:
        raise Down("no item") from error

def consumer():
    try:
        return once()
    except Busy as error:
        raise Down("the shop is down") from error

@pytest.mark.breaks(read, raises=Down, modes=("refused", "reset-mid-body", "stall", "server-error", "too-many-requests",
                                              "fails-then-recovers", "never-recovers", "html-page", "required-gone"))
def test_it(broken):
    broken.run(consumer)
"""
BACKWARDS = """
def pytest_collection_modifyitems(items):
    items.reverse()
"""


@pytest.fixture
def verdicts(run, repo):
    """Each item with its outcome, and the rules of what was found in each case."""

    def go(*options: str, conftest: str = "") -> tuple[list[str], list[tuple[str, str]]]:
        repo.makeconftest(conftest)
        result = run(RETRIES, "--integtest-report=report.json", *options, "-rA")
        report = json.loads((repo.path / "report.json").read_text())
        items = [line.partition(" - ")[0] for line in result.outlines if line.startswith(("PASSED ", "FAILED "))]
        return sorted(items), sorted((one["mode"], one["rule"]) for one in report["findings"])

    return go


def test_the_same_cases_have_the_same_verdicts_in_any_order_and_in_parallel(verdicts):
    first = verdicts("-p", "no:randomly")
    items, findings = first
    assert len(items) >= 9
    assert ("too-many-requests:seconds", "failure-stormed") in findings, "it waits less than it is told to"
    assert verdicts("-p", "no:randomly") == first
    assert verdicts(conftest=BACKWARDS) == first
    assert verdicts("-n", "2") == first
