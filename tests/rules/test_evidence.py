"""Evidence: masked, cut to size, and with a shell line that sends the request again."""

from __future__ import annotations

import base64
import json
import shlex
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integtest.model.finding import Finding
from integtest.model.http import Exchange, Place, Request, Response, TransportFailure
from integtest.rules.evidence import curl, evidence, masked

GET = Request(method="GET", url="http://h/a?b=c")


def test_request_reply_and_timing_are_shown():
    seen = Exchange(
        request=GET,
        response=Response(status=200, headers=(("A", "b"),), body=b'{"x":1}'),
        latency=0.0123,
        place=Place(file="c.yaml", line=3),
    )
    assert evidence(seen, {}, state="ada exists", state_ms=4.56) == {
        "request": {"method": "GET", "url": "http://h/a?b=c", "headers": [], "body": None},
        "response": {"status": 200, "headers": [["A", "b"]], "body": '{"x":1}'},
        "latency_ms": 12.3,
        "curl": "curl -s 'http://h/a?b=c'",
        "recorded_in": {"file": "c.yaml", "line": 3},
        "state": "ada exists",
        "state_ms": 4.6,
    }


def test_a_failure_shows_its_words_and_lines():
    error = TransportFailure(kind="other", message="the app raised X", trace=("a", "b"))
    shown = evidence(Exchange(request=GET, error=error), {})
    assert (shown["error"], shown["traceback"]) == ("the app raised X", ["a", "b"])
    assert "response" not in shown


def test_known_secrets_show_nowhere():
    secret = "open-sesame-42"
    encoded = base64.b64encode(f"u:{secret}".encode()).decode()
    seen = Exchange(
        request=Request(
            method="POST",
            url=f"http://h/?key={secret}",
            headers=(("Authorization", f"Basic {encoded}"), ("X-Any", secret)),
            body=json.dumps({"a": [secret]}).encode(),
        ),
        response=Response(status=200, headers=(("Location", f"/x?t={secret}"),), body=secret.encode()),
        error=TransportFailure(kind="other", message=secret, trace=(f"x = {secret!r}",)),
    )
    told = json.dumps(evidence(seen, {"T": secret}, state=secret))
    assert secret not in told
    assert encoded not in told


def test_a_long_body_is_cut_and_says_how_long_it_was():
    shown = evidence(Exchange(request=GET, response=Response(status=200, body=b"x" * 100_000)), {})
    assert len(shown["response"]["body"]) < 5000
    assert shown["response"]["body"].endswith("<100000 bytes in all>")


def test_a_binary_body_is_told_by_its_length():
    response = Response(
        status=200, headers=(("Content-Type", "image/png"),), body=b"\x89PNG\r\n\x1a\n" + b"\xff" * 40
    )
    assert evidence(Exchange(request=GET, response=response), {})["response"]["body"].startswith(
        "<48 bytes of image/png, starting 89504e47"
    )


def test_a_cut_reply_is_marked():
    shown = evidence(Exchange(request=GET, response=Response(status=200, body=b"{", complete=False)), {})
    assert shown["response"]["complete"] is False


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD", "DELETE", "PATCH"])
def test_the_curl_line_names_the_method_where_curl_would_not(method):
    line = curl(Request(method=method, url="http://h/", body=b"x" if method in ("POST", "PATCH") else b""))
    words = shlex.split(line)
    assert ("-X" in words) == (method in ("DELETE", "PATCH"))
    assert ("-I" in words) == (method == "HEAD")


@settings(max_examples=40, deadline=None)
@given(
    text=st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=30),
    value=st.text(st.characters(codec="utf-8", exclude_characters="\0\r\n"), max_size=20),
)
def test_the_shell_reads_the_curl_line_as_it_was_meant(text, value):
    line = curl(Request(method="POST", url="http://h/", headers=(("X", value),), body=text.encode()))
    done = subprocess.run(["sh", "-c", line.replace("curl", "printf '%s\\0'", 1)], capture_output=True, check=True)
    words = done.stdout.decode().split("\0")[:-1]
    assert words == ["-s", "http://h/", "-H", f"X: {value}", "--data-binary", text]


def _finding(pointer: str, **more) -> Finding:
    return Finding(
        rule="reply-mismatch", severity="error", blame="provider", location=Place(pointer=pointer), **more
    )


def test_a_credential_that_differs_is_masked_in_message_and_values():
    found = masked(
        _finding(
            "$.access_token", message='expected "aaaaaaaa", got "bbbbbbbb"', expected="aaaaaaaa", actual="bbbbbbbb"
        ),
        {},
    )
    assert (found.message, found.expected, found.actual) == ('expected "***", got "***"', "***", "***")


def test_the_scheme_of_a_credential_stays():
    found = masked(
        _finding(
            "header.Authorization",
            message='expected "Bearer x1x1", got "Basic y2y2"',
            expected="Bearer x1x1",
            actual="Basic y2y2",
        ),
        {},
    )
    assert (found.message, found.expected, found.actual) == (
        'expected "Bearer ***", got "Basic ***"',
        "Bearer ***",
        "Basic ***",
    )


@pytest.mark.parametrize(
    ("expected", "actual", "message", "told"),
    [
        ("string", 4, "expected a string or null, got 4", ("string", 4, "expected a string or null, got 4")),
        (None, "number", 'expected a number, got "number"', (None, "***", 'expected a number, got "***"')),
        ("expe", "got1", 'expected "expe", got "got1"', ("***", "***", 'expected "***", got "***"')),
        (
            "x1x1",
            "equal",
            "Expected 'equal' to be equal to 'x1x1'",
            ("***", "***", "Expected '***' to be equal to '***'"),
        ),
    ],
)
def test_the_words_of_a_sentence_are_no_credential(expected, actual, message, told):
    found = masked(_finding("$.error.token", message=message, expected=expected, actual=actual), {})
    assert (found.expected, found.actual, found.message) == told


def test_a_code_that_is_no_credential_is_shown():
    found = masked(_finding("$.code", message='expected "ok", got "no"', expected="ok", actual="no"), {})
    assert (found.expected, found.actual, found.message) == ("ok", "no", 'expected "ok", got "no"')


def test_other_values_stay_as_they_are():
    found = masked(_finding("$.name", message="expected a string, got null", expected="Ada", actual=None), {})
    assert (found.message, found.expected, found.actual) == ("expected a string, got null", "Ada", None)


def test_known_secrets_are_masked_within_structures():
    found = masked(_finding("$.a", message="m", actual={"deep": ["open-sesame-42"]}), {"T": "open-sesame-42"})
    assert found.actual == {"deep": ["***"]}


def test_a_huge_value_is_cut():
    found = masked(_finding("$.a", message="m", actual=["x" * 10_000], expected="y" * 10_000), {})
    assert len(found.actual) < 5000
    assert len(found.expected) < 5000
