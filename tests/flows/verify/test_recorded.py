"""Recorded traffic against contracts, both ways: what was sent, and what came back."""

from __future__ import annotations

import base64
import gzip
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from verifying import (
    BY_TYPE,
    App,
    body,
    cassette,
    contract,
    exchange,
    interaction,
    only,
    rules,
    statuses,
    texts,
)

from integtest.flows.verify.plan import Plan, ProviderPlan
from integtest.model.verdict import Verdict
from integtest.wiring import verify

ADA = {"id": 1, "name": "Ada"}
READS = interaction("reads Ada", "/people/1", ADA)
URL = "https://people.example.com"
SEEN = exchange(url=f"{URL}/people/1", reply=ADA)


@pytest.fixture
def recorded(tmp_path):
    """Verifies interactions against exchanges in `people/one.yaml`."""

    def run(interactions, exchanges, folder="people", **plan) -> Verdict:
        home = tmp_path / folder
        home.mkdir(exist_ok=True)
        (home / "one.yaml").write_text(cassette(*exchanges))
        return verify(Plan(contracts=(contract(*interactions),), cassettes=(str(tmp_path),), **plan))

    return run


def test_a_recorded_exchange_that_keeps_the_promise_verifies_it(recorded):
    verdict = recorded([READS], [SEEN, SEEN])
    [result] = verdict.interactions
    assert (result.status, result.seen, result.source, result.verified_by) == ("verified", 2, "recorded", ("pact",))
    assert (verdict.findings, verdict.exchanges, verdict.exit_status()) == ((), 2, 0)


def test_a_recorded_reply_that_breaks_the_promise_fails_it_and_says_where_it_stands(recorded):
    verdict = recorded([READS], [SEEN, exchange(url=f"{URL}/people/1", reply={"id": 1, "name": 5})])
    found = only(verdict)
    assert (statuses(verdict), found.rule, found.blame) == ({"reads Ada": "failed"}, "reply-mismatch", "provider")
    assert (found.location.pointer, found.actual) == ("$.name", 5)
    assert found.location.file.endswith("people/one.yaml")
    assert found.evidence["response"]["body"] == '{"id": 1, "name": 5}'


def test_the_same_fault_in_many_recordings_is_one_finding_with_its_number(recorded):
    bad = exchange(url=f"{URL}/people/1", reply={"id": 1, "name": 5})
    found = only(recorded([READS], [bad] * 41))
    assert found.message.endswith("(41×)")


def test_promises_that_were_never_seen_stay_unproven(recorded):
    verdict = recorded([READS, interaction("never", "/never")], [SEEN])
    assert statuses(verdict) == {"reads Ada": "verified", "never": "unproven"}
    assert verdict.interactions[1].reason == "never seen in the recorded traffic"
    assert verdict.exit_status() == 0


def test_a_run_in_which_nothing_was_seen_is_never_a_pass(recorded):
    verdict = recorded([READS], [exchange(url=f"{URL}/other", reply={})])
    assert (statuses(verdict), verdict.outcome(), verdict.exit_status()) == (
        {"reads Ada": "unproven"},
        "unknown",
        1,
    )


def test_calls_that_no_contract_knows_are_grouped_and_counted(recorded):
    calls = [exchange(url=f"{URL}/people/{n}/cats") for n in (1, 22, "5b0a5f0e-2b1c-4d6e-9f3a-0123456789ab")]
    verdict = recorded([READS], [SEEN, *calls, exchange("POST", f"{URL}/v1/embeddings", sent="{}")])
    unknown = [found.message for found in verdict.findings]
    assert unknown == ["GET /people/{id}/cats (3×) has no contract", "POST /v1/embeddings (1×) has no contract"]
    assert {(found.rule, found.severity, found.provider) for found in verdict.findings} == {
        ("uncontracted-call", "warning", "people")
    }
    assert verdict.exit_status() == 0


def _orders(**sent) -> dict:
    return interaction("orders", "/orders", {"ok": True}, method="POST", request={"body": body(sent)})


def _ordered(sent, **more) -> dict:
    headers = {"Content-Type": "application/json"}
    return exchange("POST", f"{URL}/orders", {"ok": True}, sent=json.dumps(sent), headers=headers, **more)


def test_a_recorded_request_that_breaks_the_promise_leaves_it_unproven_with_an_error(recorded):
    verdict = recorded([READS, _orders(sku="a", count=1)], [SEEN, _ordered({"sku": "a", "count": 2})])
    assert statuses(verdict) == {"reads Ada": "verified", "orders": "unproven"}
    found = only(verdict)
    assert (found.rule, found.severity, found.blame) == ("recorded-request-unknown", "error", "consumer")
    assert (found.interaction, found.location.pointer) == ("orders", "$.count")
    assert (found.expected, found.actual) == (1, 2)
    assert "POST /orders fits no promise; nearest this one, but: $.count" in found.message
    assert verdict.exit_status() == 1


def test_a_further_variant_of_a_proven_call_is_a_warning(recorded):
    verdict = recorded([_orders(sku="a")], [_ordered({"sku": "a"}), _ordered({"sku": "b"})])
    found = only(verdict)
    assert (statuses(verdict), found.severity, verdict.exit_status()) == ({"orders": "verified"}, "warning", 0)


def test_another_query_is_another_call(recorded):
    asks = interaction("asks", "/search", {"n": 1}, request={"query": {"q": ["x"]}})
    verdict = recorded([asks, READS], [SEEN, exchange(url=f"{URL}/search?q=y", reply={"n": 1})])
    found = only(verdict)
    assert (statuses(verdict)["asks"], found.severity) == ("unproven", "warning")


def test_of_states_with_one_request_the_one_whose_reply_fits_is_proven(recorded):
    there = interaction("there", "/people/1", ADA, given="ada exists")
    gone = interaction("gone", "/people/1", {"error": "x"}, given="nobody exists", status=404)
    missing = exchange(url=f"{URL}/people/1", reply={"error": "x"}, status=404)
    assert statuses(recorded([there, gone], [missing])) == {"there": "unproven", "gone": "verified"}
    assert statuses(recorded([there, gone], [missing, SEEN])) == {"there": "verified", "gone": "verified"}
    verdict = recorded([there, gone], [exchange(url=f"{URL}/people/1", reply={"error": 5}, status=404)])
    assert statuses(verdict) == {"there": "unproven", "gone": "failed"}
    assert only(verdict).location.pointer == "$.error"


def test_promises_by_rule_are_found_by_what_the_path_is(recorded):
    request = {"matchingRules": {"path": {"matchers": [{"match": "regex", "regex": r"/people/\d+"}]}}}
    anyone = interaction("reads anyone", "/people/1", ADA, rules=BY_TYPE, request=request)
    verdict = recorded([anyone], [exchange(url=f"{URL}/people/{n}", reply=ADA) for n in (7, 8, "x")])
    assert verdict.interactions[0].seen == 2
    assert rules(verdict) == ["uncontracted-call"]


def _authorized(value: str) -> dict:
    return interaction("reads Ada", "/people/1", ADA, request={"headers": {"Authorization": [value]}})


@pytest.mark.parametrize(
    ("promised", "recorded_value", "status"),
    [
        ("Bearer abc", "Bearer REDACTED", "verified"),
        ("Bearer abc", "bearer xyz", "verified"),
        ("Basic dTpw", "Bearer xyz", "unproven"),
        ("Basic dTpw", "***", "verified"),
    ],
)
def test_a_scrubbed_credential_is_any_value_of_its_scheme(recorded, promised, recorded_value, status):
    seen = exchange(url=f"{URL}/people/1", reply=ADA, headers={"authorization": recorded_value})
    assert statuses(recorded([_authorized(promised)], [seen])) == {"reads Ada": status}


def test_a_credential_left_out_of_the_recording_is_told_and_breaks_nothing(recorded):
    verdict = recorded([_authorized("Bearer abc")], [SEEN, SEEN])
    found = only(verdict)
    assert statuses(verdict) == {"reads Ada": "verified"}
    assert (found.rule, found.severity, found.blame) == ("recorded-secret-absent", "info", "recording")
    assert "header Authorization" in found.message


def test_scrubbed_fields_of_a_form_are_any_value(recorded):
    form = body("grant=x&client_secret=s3cret", "application/x-www-form-urlencoded")
    promised = interaction("signs in", "/token", {"t": 1}, method="POST", request={"body": form})
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    seen = exchange("POST", f"{URL}/token", {"t": 1}, sent="grant=x&client_secret=XXXXXX", headers=headers)
    assert statuses(recorded([promised], [seen])) == {"signs in": "verified"}


def test_no_secret_of_a_recording_shows_in_a_finding(recorded):
    seen = exchange(
        url=f"{URL}/people/1",
        reply={"access_token": "tok-very-secret-1", "id": 2},
        headers={"Authorization": "Basic " + base64.b64encode(b"u:pass-very-secret-2").decode()},
        reply_headers={"Set-Cookie": "sid=cookie-very-secret-3"},
    )
    promised = interaction("signs in", "/people/1", {"access_token": "tok-promised-very-secret-4", "id": 1})
    verdict = recorded([promised, READS, _authorized("Bearer abc") | {"description": "other"}], [seen])
    told = texts(verdict.findings)
    assert verdict.findings
    assert "very-secret" not in told
    assert "dTpwYXNzLXZlcnktc2VjcmV0LTI" not in told


def test_a_compressed_cassette_body_is_unpacked(tmp_path):
    home = tmp_path / "people"
    home.mkdir()
    packed = base64.b64encode(gzip.compress(json.dumps(ADA).encode())).decode()
    (home / "one.yaml").write_text(
        "version: 1\ninteractions:\n- request: {method: GET, uri: 'https://h/people/1', body: null, headers: {}}\n"
        "  response:\n    status: {code: 200, message: OK}\n"
        "    headers: {Content-Type: [application/json], Content-Encoding: [gzip]}\n"
        f"    body: {{string: !!binary '{packed}'}}\n"
    )
    verdict = verify(Plan(contracts=(contract(READS),), cassettes=(str(home / "one.yaml"),)))
    assert statuses(verdict) == {"reads Ada": "verified"}


def test_a_cassette_belongs_to_the_provider_that_its_folder_or_host_names(tmp_path):
    for folder, host, ours in (
        ("people", "elsewhere.example", True),
        ("People", "elsewhere.example", True),
        ("misc", "people.staging.example", True),
        ("misc", "elsewhere.example", False),
        ("misc", "127.0.0.1:8000", True),
    ):
        home = tmp_path / host.replace(":", "_") / folder
        home.mkdir(parents=True)
        (home / "one.yaml").write_text(cassette(exchange(url=f"http://{host}/people/1", reply=ADA)))
        verdict = verify(Plan(contracts=(contract(READS),), cassettes=(str(home),)))
        assert (statuses(verdict)["reads Ada"] == "verified") is ours, (folder, host)
        assert any("elsewhere.example (1×)" in note for note in verdict.notes) is not ours


def test_the_configuration_says_best_whose_a_cassette_is(tmp_path):
    (tmp_path / "other").mkdir()
    path = tmp_path / "other" / "one.yaml"
    path.write_text(cassette(exchange(url="https://elsewhere.example/people/1", reply=ADA)))
    provider = ProviderPlan(name="people", cassettes=(str(path),))
    verdict = verify(Plan(contracts=(contract(READS),), providers=(provider,), cassettes=(str(tmp_path),)))
    assert (statuses(verdict), verdict.exchanges) == ({"reads Ada": "verified"}, 1)


def test_with_several_providers_an_address_names_none(tmp_path):
    (tmp_path / "one.yaml").write_text(cassette(exchange(url="http://127.0.0.1:8000/people/1", reply=ADA)))
    contracts = (contract(READS), contract(READS, provider="places"))
    verdict = verify(Plan(contracts=contracts, cassettes=(str(tmp_path),)))
    assert [result.status for result in verdict.interactions] == ["unproven", "unproven"]


def test_a_cassette_that_cannot_be_read_is_an_error_and_the_rest_goes_on(recorded, tmp_path):
    (tmp_path / "broken.yaml").write_text("interactions: [")
    verdict = recorded([READS], [SEEN])
    found = only(verdict)
    assert (statuses(verdict), found.rule, found.severity) == (
        {"reads Ada": "verified"},
        "cassette-unreadable",
        "error",
    )
    assert found.location.file.endswith("broken.yaml")
    assert verdict.exit_status() == 1


def test_cassettes_alone_are_read_and_counted_and_nothing_is_verified(tmp_path):
    (tmp_path / "one.yaml").write_text(cassette(SEEN, SEEN, SEEN))
    verdict = verify(Plan(cassettes=(str(tmp_path),)))
    assert (verdict.exchanges, verdict.interactions, verdict.findings) == (3, (), ())
    assert (verdict.outcome(), verdict.exit_status()) == ("unknown", 1)
    assert "nothing was verified" in verdict.notes[0]


def test_when_no_cassette_can_be_read_the_run_could_not_run(tmp_path):
    (tmp_path / "broken.yaml").write_text("interactions: [")
    verdict = verify(Plan(cassettes=(str(tmp_path / "broken.yaml"),)))
    assert (verdict.outcome(), verdict.exit_status()) == ("unknown", 3)


def _both(recorded_reply, live_reply, tmp_path) -> Verdict:
    (tmp_path / "people").mkdir()
    (tmp_path / "people" / "one.yaml").write_text(cassette(exchange(url=f"{URL}/people/1", reply=recorded_reply)))
    provider = ProviderPlan(name="people", app=App({"GET /people/1": (200, live_reply)}))
    return verify(Plan(contracts=(contract(READS),), providers=(provider,), cassettes=(str(tmp_path),)))


@pytest.mark.parametrize(
    ("recorded_reply", "live_reply", "status"),
    [(ADA, ADA, "verified"), (ADA, {}, "failed"), ({}, ADA, "failed")],
)
def test_both_sources_count_and_a_failure_in_one_fails(recorded_reply, live_reply, status, tmp_path):
    verdict = _both(recorded_reply, live_reply, tmp_path)
    [result] = verdict.interactions
    assert (result.status, result.seen, verdict.exchanges) == (status, 2, 2)


def test_two_consumers_of_one_provider_are_judged_each_by_its_own_promise(tmp_path):
    (tmp_path / "people").mkdir()
    (tmp_path / "people" / "one.yaml").write_text(cassette(SEEN))
    contracts = (contract(READS), contract(interaction("reads", "/people/1", {"id": 1}), consumer="billing"))
    verdict = verify(Plan(contracts=contracts, cassettes=(str(tmp_path),)))
    assert [result.status for result in verdict.interactions] == ["verified", "verified"]
    assert rules(verdict) == []


@settings(max_examples=25, deadline=None)
@given(
    steps=st.lists(st.text(min_size=1, max_size=6).filter(lambda t: t not in (".", "..")), min_size=1, max_size=3),
    query=st.dictionaries(
        st.text(min_size=1, max_size=5), st.lists(st.text(max_size=5), min_size=1, max_size=2), max_size=2
    ),
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=2)
    ),
)
def test_what_live_verification_sends_is_recognised_when_it_was_recorded(steps, query, value, tmp_path_factory):
    """The two sources speak of one request: whatever a contract says, one's output is the other's input."""
    app_seen = []

    async def app(scope, receive, send):
        if scope["type"] == "http":
            app_seen.append(scope)
            await send({"type": "http.response.start", "status": 204})
            await send({"type": "http.response.body"})

    path = "/" + "/".join(steps)
    promised = interaction(
        "sends", path, method="POST", status=204, request={"query": query, "body": body({"v": value})}
    )
    made = contract(promised)
    live = verify(Plan(contracts=(made,), providers=(ProviderPlan(name="people", app=app),)))
    assert statuses(live) == {"sends": "verified"}
    scope = app_seen[-1]
    url = f"{URL}{scope['raw_path'].decode()}"
    url += f"?{scope['query_string'].decode()}" if scope["query_string"] else ""
    headers = {"Content-Type": "application/json"}
    seen = exchange("POST", url, status=204, sent=json.dumps({"v": value}), headers=headers)
    home = tmp_path_factory.mktemp("c")
    (home / "people.yaml").write_text(cassette(seen))
    replayed = verify(Plan(contracts=(made,), cassettes=(str(home),)))
    assert statuses(replayed) == {"sends": "verified"}, [found.message for found in replayed.findings]
