"""What is wrong, whose fault it is, and what to do, as cards: errors open, the rest folded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from integtest.model.finding import Finding
from integtest.reports.html.element import Child, Element, h
from integtest.reports.html.words import command, facts, section
from integtest.reports.report import Report
from integtest.reports.words import count, differing, place, seen, title

_MOST = 200
_OPEN = 20
_MARKS = {"error": "✗", "warning": "!", "info": "i"}


def findings(report: Report) -> Element | None:
    """The worst first. Cases of `break` that could not be judged are counted by their reason."""
    unjudged = Counter(one.reason or "" for one in report.judgements or () if one.status == "not-judged")
    told = {f.fingerprint for one in report.judgements or () if one.status == "not-judged" for f in one.findings}
    shown = [finding for finding in report.findings if finding.fingerprint not in told]
    if not shown and not unjudged:
        return None
    left = len(shown) - _MOST
    return section(
        "findings",
        "What to mend",
        (_card(finding, index < _OPEN) for index, finding in enumerate(shown[:_MOST])),
        h("p", f"… and {count(left, 'more finding')}: see the JSON report.") if left > 0 else None,
        _unjudged(unjudged) if unjudged else None,
    )


def _unjudged(reasons: Counter[str]) -> Element:
    rows = (h("li", f"{number:,} × ", reason or "no reason is known") for reason, number in reasons.most_common())
    return h("details", h("summary", f"{count(sum(reasons.values()), 'case')} could not be judged"), h("ul", rows))


def _card(finding: Finding, early: bool) -> Element:
    return h(
        "details",
        h(
            "summary",
            h("span", f"{_MARKS[finding.severity]} {finding.severity}", class_=f"badge {_tone(finding)}"),
            h("b", f" {title(finding)} "),
            h("span", finding.message),
        ),
        detail(finding),
        class_=f"card {_tone(finding)}",
        open="" if early and finding.severity == "error" else None,
    )


def _tone(finding: Finding) -> str:
    return "bad" if finding.severity == "error" else "open"


def detail(finding: Finding) -> Element:
    """Everything a person needs to act on it."""
    evidence = finding.evidence or {}
    again = evidence.get("again") or evidence.get("curl")
    shown = _exchange(finding)
    return h(
        "div",
        facts(_facts(finding)),
        h("pre", "\n".join(shown), tabindex="0") if shown else None,
        h("p", "again: ", command(str(again))) if again else None,
    )


def _facts(finding: Finding) -> Iterator[tuple[str, Child]]:
    yield "blame", h("b", finding.blame)
    yield "do", finding.hint
    yield from differing(finding)
    yield "mode", finding.mode
    yield "at", place(finding.location)
    yield "rule", finding.rule


def _exchange(finding: Finding) -> Sequence[str]:
    """The call and its reply, without the line to run again, which stands apart."""
    evidence = {key: value for key, value in (finding.evidence or {}).items() if key != "curl"}
    return seen(finding.model_copy(update={"evidence": evidence}))
