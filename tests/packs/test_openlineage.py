"""OpenLineage: events as the documents print them are kept; a batch kept in part is no success."""

from __future__ import annotations

import json
from typing import Any

import pytest

from integtest import packs
from integtest.model.http import Request
from integtest.rules.conversation import Said, judge

lineage = packs.openlineage
PRODUCER = "https://github.com/OpenLineage/OpenLineage/blob/v1-0-0/client"
# As the project's page "Getting started" has it, with the schema's URL that the specification demands.
EVENT: dict[str, Any] = {
    "eventType": "START",
    "eventTime": "2020-12-28T19:52:00.001+10:00",
    "run": {"runId": "0176a8c2-fe01-7439-87e6-56a1a1b4029f"},
    "job": {"namespace": "my-namespace", "name": "my-job"},
    "inputs": [{"namespace": "my-namespace", "name": "my-input"}],
    "producer": PRODUCER,
    "schemaURL": "https://openlineage.io/spec/1-0-5/OpenLineage.json#/definitions/RunEvent",
}
FACET = {
    "_producer": PRODUCER,
    "_schemaURL": "https://openlineage.io/spec/facets/1-0-0/SchemaDatasetFacet.json",
    "fields": [{"name": "a", "type": "VARCHAR"}],
}
HERE = {"namespace": "my-namespace", "job": "my-job"}


def sent(body: object, path: str = "/api/v1/lineage") -> Request:
    kind = (("Content-Type", "application/json"),)
    return Request(method="POST", url=path, headers=kind, body=json.dumps(body).encode())


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in EVENT.items() if key != name}


def with_facet(facet: dict[str, Any]) -> dict[str, Any]:
    output = {"namespace": "my-namespace", "name": "my-output", "facets": {"schema": facet}}
    return {**EVENT, "eventType": "COMPLETE", "outputs": [output]}


def test_printed_events_may_be_sent(contract, takes_request):
    start, complete = lineage.start(contract, **HERE), lineage.complete(contract, **HERE)
    assert takes_request(start, sent(EVENT)) == []
    assert takes_request(start, sent(without("inputs"))) == []
    assert takes_request(complete, sent(with_facet(FACET))) == []


@pytest.mark.parametrize(
    "wrong",
    [
        *[without(name) for name in ("eventType", "eventTime", "run", "job", "producer", "schemaURL")],
        {**EVENT, "eventType": "STARTED"},
        {**EVENT, "eventType": "COMPLETE"},
        {**EVENT, "eventTime": "now"},
        {**EVENT, "run": {"runId": "1"}},
        {**EVENT, "job": {"name": "my-job"}},
        {**EVENT, "job": {"namespace": "my-namespace", "name": "another"}},
        {**EVENT, "inputs": ["my-input"]},
    ],
)
def test_what_the_schema_refuses_is_no_event(wrong, contract, takes_request):
    assert takes_request(lineage.start(contract, **HERE), sent(wrong)) != []


@pytest.mark.parametrize("name", ["_producer", "_schemaURL"])
def test_a_facet_says_who_wrote_it_and_by_which_schema(name, contract, takes_request):
    facet = {key: value for key, value in FACET.items() if key != name}
    assert takes_request(lineage.complete(contract, **HERE), sent(with_facet(facet))) != []


def test_a_batch_kept_in_part_is_no_success(contract, takes_request, takes_reply):
    whole, part = lineage.take_batch(contract), lineage.partly_kept(contract)
    told = {"status": "partial_success", "failed_events": [{"index": 1, "reason": "no run", "retriable": False}]}
    assert takes_reply(whole, 200, {"status": "success"}) == []
    assert takes_reply(part, 200, told) == []
    assert takes_reply(whole, 200, told) != []
    assert takes_reply(part, 200, {"status": "success"}) != []
    assert part.failing is not None
    assert part.failing.calls == 1
    batch = "/api/v1/lineage/batch"
    assert takes_request(whole, sent([EVENT, with_facet(FACET)], batch)) == []
    assert takes_request(whole, sent([EVENT, without("run")], batch)) != []


def test_what_is_kept_is_told_from_what_is_not(contract, takes_reply):
    for function in (lineage.start, lineage.complete, lineage.fail):
        made = function(contract)
        assert takes_reply(made, 200) == takes_reply(made, 201) == []
        assert takes_reply(made, 400, {"message": "no"}) != []
    assert takes_reply(lineage.invalid(contract), 400, {"message": "no run"}) == []
    assert takes_reply(lineage.unauthorized(contract), 401, {"message": "no key"}) == []
    assert takes_reply(lineage.unavailable(contract), 503) == []


def said(kind: str) -> Said:
    return Said(documents=({**EVENT, "eventType": kind},))


@pytest.mark.parametrize(
    ("kinds", "rules"),
    [
        ("START COMPLETE", []),
        ("START RUNNING RUNNING FAIL OTHER", []),
        ("START OTHER ABORT", []),
        ("START", ["conversation-open"]),
        ("COMPLETE", ["conversation-illegal"]),
        ("START COMPLETE FAIL", ["conversation-illegal"]),
        ("START COMPLETE START COMPLETE", ["conversation-illegal"]),
    ],
)
def test_a_run_starts_once_and_ends_once(kinds, rules, contract):
    found = judge(lineage.runs(contract), contract.info, [said(kind) for kind in kinds.split()]).findings
    assert [one.rule for one in found] == rules
