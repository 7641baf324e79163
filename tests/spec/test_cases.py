"""Every case of the official Pact specification, read by the same codec that reads pact files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from integtest.adapters.pact_engine import Engine
from integtest.codecs import pact_parts
from integtest.codecs.json_document import Node
from integtest.codecs.pact_parts import Form
from integtest.model.http import Place, Request, Response
from integtest.model.matching import RequestPattern
from integtest.model.message import Message
from integtest.rules.match import Judge, Judgement
from tests.peers.pact_tools import mock_server_refusals
from tests.spec.exceptions import EXCEPTIONS

CORPUS = Path(__file__).parents[3] / "shared" / "corpora" / "pact-specification"
CASES = sorted(str(path.relative_to(CORPUS)) for path in CORPUS.rglob("*.json"))
pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not CASES, reason=f"the official specification cases are not at {CORPUS}"),
]


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge(Engine())


@pytest.mark.parametrize("case", CASES)
def test_an_official_case_is_judged_as_the_specification_says(judge: Judge, case: str) -> None:
    document = json.loads((CORPUS / case).read_text())
    found = _judged(judge, case, document).mismatches

    agrees = (not found) == document["match"]

    if case in EXCEPTIONS:
        assert not agrees, f"this exception is stale, the case agrees now: {EXCEPTIONS[case]}"
    else:
        assert agrees, f"{document['comment']}: match is {document['match']}, found {found}"


@pytest.mark.parametrize("case", CASES)
def test_a_mismatch_of_an_official_case_says_what_was_expected_in_plain_words(judge: Judge, case: str) -> None:
    for mismatch in _judged(judge, case, json.loads((CORPUS / case).read_text())).mismatches:
        assert mismatch.message[:1].islower()
        assert "Stack" not in mismatch.message
        assert "(String)" not in mismatch.message
        assert len(mismatch.message) < 300


@pytest.mark.parametrize("case", sorted(EXCEPTIONS))
def test_the_mock_server_of_pact_disagrees_with_an_exception_as_we_do(judge: Judge, case: str) -> None:
    document = json.loads((CORPUS / case).read_text())
    form: Form = "v4" if case.startswith("v4") else "plain"
    pattern = pact_parts.read_request(_node(document["expected"]), form)
    seen = _request(_node(document["actual"]), form)

    refused = bool(mock_server_refusals(pattern, seen))

    assert refused == document["match"], "Pact agrees with this case by now, and so must we"
    assert refused != judge.request(pattern).judge(seen).holds


def test_every_exception_names_a_case_and_a_reason() -> None:
    assert set(EXCEPTIONS) <= set(CASES)
    assert all(len(reason) > 20 for reason in EXCEPTIONS.values())


def _judged(judge: Judge, case: str, document: dict[str, Any]) -> Judgement:
    version, kind = case.split("/")[:2]
    form: Form = "v4" if version == "v4" else "plain"
    expected, actual = (_node(document[side]) for side in ("expected", "actual"))
    if kind == "request":
        return judge.request(pact_parts.read_request(expected, form)).judge(_request(actual, form))
    if kind == "response":
        seen = pact_parts.read_response(actual, form)
        response = Response(status=seen.status, headers=_lines(seen.headers), body=seen.body.content)
        return judge.response(pact_parts.read_response(expected, form)).judge(response)
    seen = pact_parts.read_message(actual, form)
    message = Message(contents=seen.body.content, content_type=seen.body.content_type, metadata=seen.metadata)
    return judge.message(pact_parts.read_message(expected, form)).judge(message)


def _node(value: Any) -> Node:
    return Node(value, Place())


def _request(node: Node, form: Form) -> Request:
    seen: RequestPattern = pact_parts.read_request(node, form)
    pairs = [(name, value or "") for name, values in seen.query.items() for value in values]
    query = f"?{urlencode(pairs)}" if pairs else ""
    return Request(
        method=seen.method, url=quote(seen.path) + query, headers=_lines(seen.headers), body=seen.body.content
    )


def _lines(headers: dict[str, tuple[str, ...]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, ", ".join(values)) for name, values in headers.items())
