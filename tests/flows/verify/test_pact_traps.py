"""The traps of Pact's verifier, one test each: ours, and Pact's behind our relay, do not fall into them."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys

import pytest
from verifying import (
    BY_TYPE,
    App,
    answers,
    body,
    contract,
    interaction,
    message,
    only,
    raw_server,
    rules,
    run,
    statuses,
)

from integtest.errors import UsageError
from integtest.flows.verify.plan import Plan, ProviderPlan
from integtest.wiring import verify

ENGINES = pytest.mark.parametrize("engine", ["native", "pact"])


@ENGINES
def test_a_state_handler_that_raises_is_called_once_and_told_at_once(engine):
    """Pact retries the 500 of its handler for two minutes."""
    calls = []

    def states():
        calls.append(1)
        raise LookupError("no table")

    verdict = run(
        interaction("reads", "/x", given="s"),
        app=App({"GET /x": (200, {})}),
        states={"s": states},
        plan={"engine": engine},
    )
    assert len(calls) == 1
    assert statuses(verdict) == {"reads": "failed"}
    assert any('raise LookupError("no table")' in line for line in only(verdict).evidence["traceback"])


@ENGINES
def test_a_state_that_no_handler_knows_is_told_at_once(engine):
    verdict = run(interaction("reads", "/x", given="s"), app=App({}), states={"t": None}, plan={"engine": engine})
    assert (statuses(verdict), rules(verdict)) == ({"reads": "failed"}, ["state-missing"])


@ENGINES
def test_async_state_handlers_are_awaited(engine):
    """Pact never awaits them, and passes."""
    there = []

    async def exists():
        await asyncio.sleep(0)
        there.append(1)

    app = App({"GET /x": lambda *_: (200, {}) if there else (404, {})})
    verdict = run(interaction("reads", "/x", given="s"), app=app, states={"s": exists}, plan={"engine": engine})
    assert (statuses(verdict), there) == ({"reads": "verified"}, [1])


@ENGINES
def test_an_async_state_handler_that_fails_fails_the_interaction(engine):
    async def broken():
        raise LookupError("no table")

    verdict = run(
        interaction("reads", "/x", given="s"),
        app=App({"GET /x": (200, {})}),
        states={"s": broken},
        plan={"engine": engine},
    )
    assert statuses(verdict) == {"reads": "failed"}


@ENGINES
def test_values_of_state_handlers_reach_the_request(engine):
    """Pact drops what Python handlers return."""
    request = {"generators": {"path": {"type": "ProviderState", "expression": "/people/${id}"}}}
    verdict = run(
        interaction("reads", "/people/1", request=request, given="s"),
        app=App({"GET /people/77": (200, {})}),
        states={"s": lambda: {"id": 77}},
        plan={"engine": engine},
    )
    assert statuses(verdict) == {"reads": "verified"}


@ENGINES
def test_a_run_without_a_source_is_no_pass(engine):
    """A verifier without a source passes."""
    for plan in (Plan(engine=engine), Plan(contracts=(contract(),), engine=engine)):
        with pytest.raises(UsageError):
            verify(plan)


@ENGINES
def test_a_provider_whose_name_no_contract_has_is_no_pass(engine):
    """The provider's name is not checked for file sources."""
    provider = ProviderPlan(name="poeple", app=App({}))
    with pytest.raises(UsageError, match='no contract has the provider "poeple"'):
        verify(Plan(contracts=(contract(interaction()),), providers=(provider,), engine=engine))


@ENGINES
def test_the_request_sent_and_the_actual_reply_are_shown(engine):
    """Pact's results hold neither."""
    verdict = run(
        interaction("reads", "/x", {"a": 1}, request={"query": {"q": ["1"]}}),
        app=App({"GET /x": (200, {"a": 2, "b": "seen"})}),
        plan={"engine": engine},
    )
    found = only(verdict)
    assert found.location.pointer == "$.a"
    assert found.evidence["request"]["url"] == "http://localhost/x?q=1"
    assert json.loads(found.evidence["response"]["body"]) == {"a": 2, "b": "seen"}
    assert found.evidence["curl"].startswith("curl -s 'http://localhost/x?q=1'")


@ENGINES
def test_interactions_can_be_chosen_one_by_one(engine):
    """Pact's verifier has no request filter of its own."""
    app = App({"GET /a": (200, {}), "GET /b": (200, {})})
    made = contract(interaction("a", "/a"), interaction("b", "/b"))
    provider = ProviderPlan(name="people", app=app)
    wanted = frozenset({made.interactions[1].identity})
    verdict = verify(Plan(contracts=(made,), providers=(provider,), interactions=wanted, engine=engine))
    assert (statuses(verdict), app.seen) == ({"b": "verified"}, ["GET /b"])


@ENGINES
def test_nothing_is_printed(engine, capfd):
    """Pact's verifier prints to file descriptor 1."""
    run(interaction("reads", "/x", {"a": 1}), app=App({}), plan={"engine": engine})
    assert capfd.readouterr() == ("", "")


@ENGINES
def test_dynamic_credentials_come_from_a_hook(engine):
    app = App({"GET /x": (200, {})})
    run(interaction("reads", "/x"), app=app, auth=lambda request: {"X-Sig": "1"}, plan={"engine": engine})
    assert app.headers[0]["x-sig"] == "1"
    assert "x-integtest-interaction" not in app.headers[0]


@ENGINES
def test_secrets_are_filled_in_for_both(engine, monkeypatch):
    monkeypatch.setenv("T_KEY", "value-of-key")
    use = {"part": "header", "name": "X-Key", "template": "{value}", "variables": {"value": "T_KEY"}}
    promised = interaction("reads", "/x", request={"headers": {"X-Key": ["placeholder"]}})
    promised["comments"] = {"integtest": {"secrets": [use]}}
    app = App({"GET /x": (200, {})})
    assert statuses(run(promised, app=app, plan={"engine": engine})) == {"reads": "verified"}
    assert app.headers[0]["x-key"] == "value-of-key"


@ENGINES
def test_pending_interactions_never_fail(engine):
    verdict = run(interaction("a", "/a", {"x": 1}, pending=True), app=App({}), plan={"engine": engine})
    assert (statuses(verdict), verdict.exit_status()) == ({"a": "pending"}, 0)


@ENGINES
def test_messages_are_asked_of_python_functions(engine):
    verdict = run(
        message("made", {"id": 1}, matchingRules={"body": {"$.id": {"matchers": [{"match": "integer"}]}}}),
        message("other", {"id": 1}),
        messages={"made": lambda: {"id": 5}, "other": lambda: {"id": 5}},
        plan={"engine": engine},
    )
    assert statuses(verdict) == {"made": "verified", "other": "failed"}


@ENGINES
def test_a_provider_that_is_down_is_one_error(engine):
    with raw_server(answers(b"{}")) as server:
        url = server.url
    verdict = run(*(interaction(f"i{n}", "/x") for n in range(5)), url=url, plan={"engine": engine})
    assert (rules(verdict), verdict.exit_status()) == (["provider-unreachable"], 3)


def test_connections_are_kept_where_pact_opens_one_for_each_request():
    with raw_server(answers(b"{}")) as server:
        run(*(interaction(f"i{n}", f"/{n}") for n in range(50)), url=server.url, plan={"workers": 4})
    assert len(server.requests) == 50
    assert server.connections <= 4


def test_nothing_is_reported_over_the_network():
    """Pact's engine reports to an analytics host unless told not to, before its first call."""
    script = (
        "import os, integtest.wiring as w; w.judge(); "
        "import integtest.adapters.pact_child; print(os.environ['PACT_DO_NOT_TRACK'])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "true\n"


def test_interactions_of_a_missing_plugin_fail_none_of_the_others():
    plugged = {
        "type": "Plugin/Thing",
        "description": "talks gRPC",
        "pluginConfiguration": {"no-such-plugin": {}},
    }
    app = App({"GET /x": (200, {})})
    verdict = run(interaction("reads", "/x"), plugged, app=app, plan={"engine": "pact"})
    assert statuses(verdict)["reads"] == "verified"
    assert statuses(verdict)["talks gRPC"] in ("skipped", "unproven")
    assert verdict.outcome() != "pass" or "could not run" in str(verdict.notes + verdict.findings)


def test_what_both_verifiers_accept_is_no_finding():
    promised = interaction("reads", "/x", {"a": 1, "b": [1]}, rules=BY_TYPE)
    verdict = run(promised, app=App({"GET /x": (200, {"a": 5, "b": [1, 2]})}), plan={"engine": "both"})
    assert (statuses(verdict), verdict.findings) == ({"reads": "verified"}, ())


def test_what_only_the_schema_refuses_is_no_disagreement():
    schema = {"type": "object", "properties": {"n": {"maximum": 5}}}
    promised = interaction("reads", "/x", {"n": 1}, rules=BY_TYPE)
    promised["comments"] = {"integtest": {"schema": {"response": schema}}}
    verdict = run(promised, app=App({"GET /x": (200, {"n": 6})}), plan={"engine": "both"})
    assert rules(verdict) == ["reply-mismatch"]


def test_a_disagreement_of_the_two_is_an_error():
    """A provider that answers the second caller differently makes one."""
    times = []
    app = App({"GET /x": lambda *_: times.append(1) or (200, {"a": len(times)})})
    verdict = run(interaction("reads", "/x", {"a": 1}), app=app, plan={"engine": "both"})
    found = only(verdict)
    assert (found.rule, found.interaction, verdict.exit_status()) == ("engines-disagree", "reads", 1)
    assert "Pact's verifier refuses what ours accepts" in found.message
    times.clear()
    verdict = run(interaction("reads", "/x", {"a": 2}), app=app, plan={"engine": "both"})
    assert rules(verdict) == ["engines-disagree", "reply-mismatch"]


def test_a_form_and_its_secrets_reach_the_provider_through_pacts_verifier():
    got = []
    app = App({"POST /x": lambda headers, content: got.append((headers["content-type"], content)) or (200, {})})
    form = body("a=1&b=2", "application/x-www-form-urlencoded")
    run(interaction("posts", "/x", method="POST", request={"body": form}), app=app, plan={"engine": "pact"})
    assert got == [("application/x-www-form-urlencoded", b"a=1&b=2")]
