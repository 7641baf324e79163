"""What real services do against a standard or their own specification still stands, and is told on a page."""

from __future__ import annotations

from functools import cache

import pytest

from examples.violations import promises  # noqa: F401  # declares them
from examples.violations.checking import ROOT, broken, status, url_of, verified
from examples.violations.sources import VIOLATIONS

_NEEDS = {"litellm": ("litellm", "llama")}
_reports = cache(lambda service, environ: verified(service, dict(environ)))


def named(violation):
    needs = _NEEDS.get(violation.service, (violation.service,))
    name = f"{violation.service}: {violation.promise.description}"
    return pytest.param(violation, id=name, marks=[pytest.mark.live(*needs), pytest.mark.xdist_group("violations")])


@pytest.mark.parametrize("violation", [named(one) for one in VIOLATIONS])
def test_a_violation_still_stands(violation, live):
    assert url_of(violation.service, live)
    report = _reports(violation.service, tuple(sorted(live.items())))
    told = status(report, violation.service, violation.promise.description)
    seen = broken(report, violation.service, violation.promise.description)
    assert seen, f"{told}: the service was mended, or not asked; take it out and run: make violations"


def test_the_page_tells_of_every_violation_with_its_sentence():
    page = (ROOT / "docs" / "explanation" / "violations.md").read_text()
    rows = [line for line in page.splitlines() if line.startswith("| ")][1:]
    assert len(rows) == len(VIOLATIONS)
    for row, violation in zip(rows, VIOLATIONS, strict=True):
        assert violation.promise.description in row
        assert violation.source in row
        assert violation.sentence in row


def test_a_service_that_gave_no_reply_is_not_said_to_break_a_standard():
    down = {"rule": "provider-unreachable", "provider": "oidc", "interaction": "x"}
    wrong = {"rule": "reply-mismatch", "provider": "oidc", "interaction": "x"}
    assert broken({"findings": [down]}, "oidc", "x") is None
    assert broken({"findings": [down, wrong]}, "oidc", "x") == wrong
    assert broken({"findings": [wrong]}, "llama", "x") is None
