"""What a verdict comes to: never a pass by accident."""

from __future__ import annotations

import pytest

from integtest.model.finding import Finding
from integtest.model.verdict import InteractionResult, Verdict


def result(status: str, seen: int = 1) -> InteractionResult:
    return InteractionResult(consumer="c", provider="p", description="d", status=status, seen=seen)


def found(severity: str, rule: str = "r") -> Finding:
    return Finding(rule=rule, severity=severity, blame="provider", message="m")


@pytest.mark.parametrize(
    ("results", "findings", "fail_on", "outcome", "status"),
    [
        (["verified"], [], "error", "pass", 0),
        (["verified", "unproven"], ["warning"], "error", "pass", 0),
        (["verified"], ["warning"], "warning", "fail", 1),
        (["verified"], ["info"], "info", "fail", 1),
        (["failed"], ["error"], "error", "fail", 1),
        (["pending"], ["info"], "error", "pass", 0),
        (["unproven"], [], "error", "unknown", 1),
        (["skipped"], [], "error", "unknown", 1),
        ([], [], "error", "unknown", 1),
        ([], ["error"], "error", "fail", 1),
    ],
)
def test_a_verdict_comes_to(results, findings, fail_on, outcome, status):
    verdict = Verdict(
        interactions=tuple(result(one) for one in results), findings=tuple(found(one) for one in findings)
    )
    assert (verdict.outcome(fail_on), verdict.exit_status(fail_on)) == (outcome, status)


def test_a_pending_interaction_that_nothing_exercised_is_no_pass():
    assert Verdict(interactions=(result("pending", seen=0),)).outcome() == "unknown"


def test_what_could_not_run_is_unknown_and_three():
    down = found("error", "provider-unreachable")
    blocked = (down.fingerprint,)
    verdict = Verdict(interactions=(result("unproven"),), findings=(down,), blocked=blocked)
    assert (verdict.outcome(), verdict.exit_status()) == ("unknown", 3)


def test_what_could_not_run_hides_no_pass_and_no_failure_beside_it():
    down, bad = found("error", "provider-unreachable"), found("error", "reply-mismatch")
    one_verified = Verdict(interactions=(result("verified"),), findings=(down,), blocked=(down.fingerprint,))
    assert (one_verified.outcome(), one_verified.exit_status()) == ("unknown", 3)
    both = Verdict(interactions=(result("failed"),), findings=(down, bad), blocked=(down.fingerprint,))
    assert (both.outcome(), both.exit_status()) == ("fail", 1)
