"""What all formats promise, whatever strangers wrote into the findings."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import break_samples
import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from report_samples import HOSTILE, mismatch, result
from report_snapshots import same_as

from integtest.errors import StateError
from integtest.model.check import Check
from integtest.model.finding import Finding
from integtest.model.verdict import Verdict
from integtest.reports import FORMATS, render
from integtest.reports.outcome import COULD_NOT_RUN, outcome
from integtest.reports.report import Report, error_finding

SCHEMA = json.loads((Path(__file__).parents[2] / "docs/reference/report.schema.json").read_text())
EXTENSIONS = {
    "terminal": "txt",
    "json": "json",
    "junit": "xml",
    "sarif": "json",
    "github": "txt",
    "markdown": "md",
    "html": "html",
}
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e\ud800-\udfff]")


@pytest.mark.parametrize("form", FORMATS)
def test_a_report_reads_as_it_should(form, verdict):
    text = render(Report(verdict, next_command="again: integtest verify"), form)
    same_as(f"{form}.{EXTENSIONS[form]}", text)


@pytest.mark.parametrize(
    ("name", "more"), [("verbose", {"verbosity": 1}), ("quiet", {"verbosity": -1}), ("narrow", {"width": 40})]
)
def test_the_terminal_says_more_or_less_as_asked(name, more, verdict):
    same_as(f"terminal-{name}.txt", render(Report(verdict, **more), "terminal"))


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("width", [1, 40, 100])
def test_no_report_carries_a_control_character_or_breaks_on_one(form, width, hostile):
    text = render(Report(hostile, verbosity=1, width=width), form)
    assert not CONTROLS.search(text)
    assert len(text) < 400_000
    text.encode()


def test_a_terminal_shows_markup_and_escapes_as_they_were_written(hostile):
    text = render(Report(hostile, color=True), "terminal")
    assert "[bold]b[/bold]" in text
    assert "\\x1b[31mred" in text
    assert "\x1b[31mred" not in text


def test_colour_only_adds_to_what_is_said(verdict):
    plain = render(Report(verdict), "terminal")
    coloured = render(Report(verdict, color=True), "terminal")
    assert "\x1b[" in coloured
    assert "\x1b[" not in plain
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured).split() == plain.split()


def test_json_follows_its_schema_and_has_every_key(verdict, hostile):
    for each in (verdict, hostile, Verdict()):
        document = json.loads(render(Report(each), "json"))
        jsonschema.validate(document, SCHEMA)


def test_json_has_the_fixed_keys_and_no_others(verdict):
    document = json.loads(render(Report(verdict), "json"))
    assert list(document) == [
        "schema_version",
        "tool",
        "verdict",
        "exit_status",
        "summary",
        "findings",
        "interactions",
    ]
    assert set(document["summary"]) == {"contracts", "interactions", "exchanges", "findings"}
    assert set(document["findings"][0]) == set(SCHEMA["$defs"]["finding"]["required"])
    assert set(document["interactions"][0]) == set(SCHEMA["$defs"]["interaction"]["required"])


def test_the_same_verdict_in_another_order_gives_the_same_report(verdict):
    turned = verdict.model_copy(
        update={"findings": verdict.findings[::-1], "interactions": verdict.interactions[::-1]}
    )
    for form in FORMATS:
        assert render(Report(verdict), form) == render(Report(turned), form)


def test_junit_counts_what_it_holds_and_an_unproven_interaction_is_not_a_pass(verdict):
    root = ET.fromstring(render(Report(verdict), "junit"))
    cases = root.findall("testsuite/testcase")
    assert int(root.get("tests")) == len(cases)
    assert int(root.get("failures")) == len(root.findall(".//failure")) == 2
    assert int(root.get("skipped")) == len(root.findall(".//skipped")) == 3
    assert {suite.get("name") for suite in root} == {"identity", "model_gateway", "review", "integtest"}
    answers = next(case for case in cases if case.get("name") == "answers")
    assert answers.find("skipped").get("message") == "unproven: no recorded call fits"


def test_junit_keeps_hostile_text_apart_from_its_structure(hostile):
    root = ET.fromstring(render(Report(hostile), "junit").encode())
    assert {element.tag for element in root.iter()} <= {
        "testsuites", "testsuite", "testcase", "failure", "skipped", "system-out", "error",
    }  # fmt: skip


def test_junit_of_a_run_that_verified_nothing_is_red():
    root = ET.fromstring(render(Report(Verdict()), "junit"))
    assert int(root.get("errors")) == 1


def test_junit_of_a_run_that_broke_off_has_an_error():
    finding = error_finding(StateError("the handler raised", place="states.py:3", hint="mend it"))
    root = ET.fromstring(render(Report(Verdict(findings=(finding,)), COULD_NOT_RUN), "junit"))
    assert root.find(".//error").get("message") == "the handler raised"


def test_github_annotations_are_one_line_each(hostile, verdict):
    for each in (verdict, hostile):
        lines = render(Report(each), "github").splitlines()
        assert len(lines) == len(each.findings) + 1
        assert all(re.match(r"::(error|warning|notice) [^:]*::", line) for line in lines)


def test_markdown_shows_hostile_text_and_obeys_none_of_it(hostile):
    text = render(Report(hostile), "markdown")
    outside = re.sub(r"^(`{3,})text\n.*?\n\1$", "", text, flags=re.DOTALL | re.MULTILINE)
    assert "<script>" not in outside
    assert "@user" not in outside
    assert "[bold]" not in outside


def test_a_fence_of_markdown_cannot_be_closed_from_inside():
    text = render(
        Report(Verdict(findings=(mismatch(evidence={"response": {"body": "````\n# title"}}),))), "markdown"
    )
    assert "`````text\n" in text


def test_sarif_has_what_code_scanning_needs(verdict, hostile):
    for each in (verdict, hostile):
        log = json.loads(render(Report(each), "sarif"))
        jsonschema.validate(log, SARIF)
        run = log["runs"][0]
        rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
        assert len(rules) == len(set(rules))
        for found in run["results"]:
            assert rules[found["ruleIndex"]] == found["ruleId"]


def test_a_finding_below_the_threshold_does_not_fail_the_run():
    warned = Verdict(findings=(mismatch(severity="warning"),), interactions=(result("reads a user"),))
    assert (outcome(warned).word, outcome(warned).exit_status) == ("pass", 0)
    assert (outcome(warned, "warning").word, outcome(warned, "warning").exit_status) == ("fail", 1)


@pytest.mark.parametrize("status", ["unproven", "skipped"])
def test_nothing_verified_is_unknown_and_never_a_pass(status):
    nothing = Verdict(interactions=(result("reads a user", status),))
    assert outcome(nothing).word == outcome(Verdict()).word == "unknown"
    assert outcome(nothing).exit_status == outcome(Verdict()).exit_status == 1
    assert "1 " + status in render(Report(nothing), "terminal")
    assert "nothing was verified" in render(Report(Verdict()), "terminal")


def test_the_checks_of_doctor_are_in_every_format():
    checks = (
        Check(name="engine", status="ok", detail="judges"),
        Check(name="pytest", status="fail", detail="does not [bold]start", hint="uninstall one"),
    )
    found = Finding(
        rule="doctor-pytest", severity="error", blame="consumer", message="pytest: does not [bold]start"
    )
    for form in FORMATS:
        text = render(Report(Verdict(findings=(found,)), checks=checks), form)
        assert "start" in text
    document = json.loads(render(Report(Verdict(), checks=checks), "json"))
    jsonschema.validate(document, SCHEMA)
    assert document["checks"][1] == {
        "name": "pytest", "status": "fail", "detail": "does not [bold]start", "hint": "uninstall one",
    }  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(
    st.text(st.characters(), max_size=40),
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=5) | st.binary(max_size=5) | st.dates(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
        max_leaves=6,
    ),
)
def test_any_finding_can_be_reported_in_any_format(text, value):
    verdict = Verdict(
        findings=(mismatch(message=text or "m", interaction=text, expected=value, actual=text, hint=text),),
        interactions=(result(text, "failed"),),
    )
    for form in FORMATS:
        rendered = render(Report(verdict, verbosity=1), form)
        assert not CONTROLS.search(rendered)
    ET.fromstring(render(Report(verdict), "junit").encode())
    jsonschema.validate(json.loads(render(Report(verdict), "json")), SCHEMA)


def test_a_terminal_shows_the_first_failures_and_counts_the_rest():
    many = Verdict(findings=tuple(mismatch(interaction=f"number {n:03}") for n in range(120)))
    text = render(Report(many), "terminal")
    assert text.count("FAILED") == 50
    assert "and 70 more failures" in text
    assert render(Report(many, verbosity=1), "terminal").count("FAILED") == 120


def test_deep_nesting_is_cut_before_it_can_break_a_reader():
    deep: object = "lowest of all"
    for _ in range(5000):
        deep = [deep]
    for form in FORMATS:
        assert "lowest of all" not in render(Report(Verdict(findings=(mismatch(expected=deep),))), form)


def test_the_cases_of_break_are_in_json_as_its_schema_says():
    document = json.loads(render(break_samples.report(), "json"))
    jsonschema.validate(document, SCHEMA)
    assert [one["status"] for one in document["breaks"]].count("survived") == 2
    assert set(document["breaks"][0]) == set(SCHEMA["$defs"]["case"]["required"])


def test_the_cases_of_break_are_cases_of_junit():
    root = ET.fromstring(render(break_samples.report(), "junit"))
    cases = {case.get("name"): case for case in root.findall("testsuite[@name='break identity']/testcase")}
    assert set(cases) == {"refused", "wrong-type:/expires_in", "wrong-type:/scope", "drip"}
    assert cases["drip"].find("failure").get("message") == "it hung"
    assert cases["refused"].find("failure") is None
    known = root.find("testsuite[@name='break gateway']/testcase[@name='refused']/skipped")
    assert known.get("message") == "known: to be mended by June"


ANSWER, TOKEN = break_samples.ANSWER, break_samples.TOKEN


def unjudged(number: int, target=break_samples.ANSWER, reason="it was never called") -> list:
    return [
        break_samples.judgement(target, mode="drip", status="not-judged", pointer=f"/{one}", reason=reason)
        for one in range(number)
    ]


def test_cases_that_could_not_be_judged_are_told_once_for_each_reason_and_failures_each():
    failed = [break_samples.judgement(mode="wrong-type", status="lied", pointer=f"/{one}") for one in range(3)]
    report = break_samples.report([*unjudged(40), *unjudged(2, break_samples.TOKEN, "nothing broke"), *failed])
    annotations = render(report, "github").splitlines()[:-1]
    assert [line.partition(" ")[0] for line in annotations] == ["::error"] * 3 + ["::warning"] * 2
    assert "40 cases could not be judged: it was never called" in annotations[3]
    assert "2 cases could not be judged: nothing broke" in annotations[4]
    log = json.loads(render(report, "sarif"))
    jsonschema.validate(log, SARIF)
    results = log["runs"][0]["results"]
    assert [found["ruleId"] for found in results] == ["failure-lied"] * 3 + ["failure-not-judged"] * 2
    assert len({found["partialFingerprints"]["integtest/v1"] for found in results}) == 5
    assert "40 cases could not be judged" in render(report, "markdown")
    assert len(json.loads(render(report, "json"))["findings"]) == 45, "a machine is given all of them"


def test_one_reason_that_is_said_of_several_promises_is_told_once():
    never = [(target, f'the consumer never called "{target.description}"') for target in (ANSWER, TOKEN)]
    report = break_samples.report([one for target, reason in never for one in unjudged(30, target, reason)])
    said = "60 cases of 2 promises could not be judged: the consumer never called it"
    for form in ("github", "markdown", "terminal"):
        shown = " ".join(render(report, form).split())
        assert shown.count(said) == 1, shown


def test_an_interaction_is_named_where_all_of_a_reason_are_about_it():
    both = [*unjudged(2), *unjudged(2, break_samples.TOKEN)]
    alone, shared = (render(break_samples.report(ones), "github").splitlines()[0] for ones in (unjudged(2), both))
    assert ('"answers in a stream"' in alone, '"answers in a stream"' in shared) == (True, False)


def test_the_matrix_of_break_is_in_markdown():
    text = render(break_samples.report(), "markdown")
    assert "2 of 5 cases of messy input survived (40 %)" in text
    assert "| schema | wrong&#45;type | `X` |   |" in text
    assert "<script>" not in re.sub(
        r"^(`{3,})text\n.*?\n\1$", "", render(break_samples.hostile(), "markdown"), flags=re.DOTALL | re.MULTILINE
    )


def test_hostile_is_hostile():
    assert CONTROLS.search(HOSTILE)


SARIF = {
    "type": "object",
    "required": ["$schema", "version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["tool", "results"],
                "properties": {
                    "tool": {
                        "type": "object",
                        "required": ["driver"],
                        "properties": {"driver": {"type": "object", "required": ["name", "rules"]}},
                    },
                    "results": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["ruleId", "message", "level", "partialFingerprints", "locations"],
                            "properties": {
                                "level": {"enum": ["none", "note", "warning", "error"]},
                                "message": {"type": "object", "required": ["text"]},
                                "partialFingerprints": {
                                    "type": "object",
                                    "additionalProperties": {"type": "string"},
                                },
                                "locations": {
                                    "type": "array",
                                    "items": {
                                        "type": "object",
                                        "additionalProperties": False,
                                        "properties": {
                                            "physicalLocation": {
                                                "type": "object",
                                                "properties": {
                                                    "artifactLocation": {
                                                        "type": "object",
                                                        "required": ["uri"],
                                                        "properties": {"uri": {"pattern": "^[!-~]+$"}},
                                                    },
                                                    "region": {
                                                        "properties": {
                                                            "startLine": {"type": "integer", "minimum": 1}
                                                        }
                                                    },
                                                },
                                            },
                                            "logicalLocations": {"type": "array", "minItems": 1},
                                        },
                                    },
                                },
                            },
                        },
                    },
                },
            },
        },
    },
}
