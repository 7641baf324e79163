"""JUnit XML for CI: a suite for each provider, a test case for each interaction and each finding about none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from xml.etree import ElementTree as ET

from integtest.model.failure import Judgement
from integtest.model.finding import Finding
from integtest.model.verdict import InteractionResult
from integtest.reports.matrix import status_of
from integtest.reports.report import TOOL, Report
from integtest.reports.text import line
from integtest.reports.words import counts, details, title


def render(report: Report) -> str:
    """One XML document in the form that Jenkins, GitLab and GitHub actions read."""
    root = ET.Element("testsuites", name=TOOL)
    for provider, cases in groupby(_cases(report), key=lambda one: one.case.target.provider):
        _suite(root, f"break {line(provider)}", [_case_of(one) for one in cases])
    for provider, results in groupby(report.interactions, key=lambda result: result.provider):
        _suite(root, line(provider), [_interaction(report, result) for result in results])
    rest = [*(_loose(report, finding) for finding in report.loose()), *_checks(report), *_nothing(report)]
    if rest:
        _suite(root, TOOL, rest)
    for key in ("tests", "failures", "errors", "skipped"):
        root.set(key, str(sum(int(suite.get(key, "0")) for suite in root)))
    root.set("time", f"{report.verdict.duration:.3f}")
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _suite(root: ET.Element, name: str, cases: list[ET.Element]) -> None:
    suite = ET.SubElement(root, "testsuite", name=name, tests=str(len(cases)))
    for key, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(key, str(sum(case.find(tag) is not None for case in cases)))
    suite.set("time", f"{sum(float(case.get('time', '0')) for case in cases):.3f}")
    suite.extend(cases)


def _interaction(report: Report, result: InteractionResult) -> ET.Element:
    seconds = result.latency_ms.p50 / 1000 if result.latency_ms else 0.0
    case = _case(f"{result.consumer}.{result.provider}", result.description, seconds)
    findings = report.findings_of(result)
    text = "\n".join(_lines(findings))
    if result.status == "failed":
        first = findings[0] if findings else None
        _outcome(case, "failure", first.message if first else "failed", first.rule if first else "failed", text)
    elif result.status != "verified":
        reason = f"{result.status}: {result.reason}" if result.reason else result.status
        case.append(ET.Element("skipped", message=line(reason)))
        _out(case, text)
    elif any(report.fails(finding) for finding in findings):
        _outcome(case, "failure", findings[0].message, findings[0].rule, text)
    else:
        _out(case, text)
    return case


def _cases(report: Report) -> list[Judgement]:
    return sorted(report.judgements or (), key=lambda one: one.case.target.provider)


def _case_of(one: Judgement) -> ET.Element:
    """What became of one case of `break`."""
    target, status = one.case.target, status_of(one)
    case = _case(f"break.{target.provider}.{target.description}", one.case.id, one.seconds)
    text = "\n".join(_lines(one.findings))
    if status in ("known", "not-judged"):
        case.append(ET.Element("skipped", message=line(f"{status}: {one.known or one.reason or ''}")))
    elif status != "survived":
        _outcome(case, "failure", one.findings[0].message if one.findings else status, status, text)
    return case


def _loose(report: Report, finding: Finding) -> ET.Element:
    case = _case(finding.rule, f"{title(finding)}: {finding.message}", 0.0)
    text = "\n".join(details(finding))
    if report.outcome.exit_status == 3 and finding.severity == "error":
        _outcome(case, "error", finding.message, finding.rule, text)
    elif report.fails(finding):
        _outcome(case, "failure", finding.message, finding.rule, text)
    else:
        _out(case, text)
    return case


def _checks(report: Report) -> Iterator[ET.Element]:
    """A passing case for each check of `doctor` that is well; the others are findings already."""
    for check in report.checks or ():
        if check.status == "ok":
            case = _case("doctor", check.name, 0.0)
            _out(case, line(check.detail))
            yield case


def _nothing(report: Report) -> Iterator[ET.Element]:
    """A suite without a failure reads as success, so that nothing was verified must be an error of its own."""
    if report.outcome.word == "unknown" and not any(report.fails(finding) for finding in report.findings):
        case = _case(TOOL, "something was verified", 0.0)
        _outcome(case, "error", "nothing was verified", "unknown", counts(report))
        yield case


def _case(classname: str, name: str, seconds: float) -> ET.Element:
    return ET.Element("testcase", classname=line(classname), name=line(name), time=f"{seconds:.3f}")


def _outcome(case: ET.Element, tag: str, message: str, kind: str, text: str) -> None:
    element = ET.SubElement(case, tag, message=line(message), type=line(kind))
    element.text = text


def _out(case: ET.Element, text: str) -> None:
    if text:
        ET.SubElement(case, "system-out").text = text


def _lines(findings: Iterable[Finding]) -> list[str]:
    return [text for finding in findings for text in details(finding)]
