"""What a team may set: rules of its own, what to keep, what to leave alone."""

from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from integtest.errors import ConfigError
from integtest.model.contract import ContractInfo, HttpInteraction, SecretUse
from integtest.model.http import Exchange, Request, Response
from integtest.model.matching import Body, Matcher, RequestPattern, ResponsePattern, RuleList, RuleSet
from integtest.rules.secrets import Policy, Rule, Scrubber, keep_for

_REMOTE = Request(
    method="GET", url="https://api.corp/v1/things/6f1c2b3a-1111-4222-8333-444455556666?page=2&sort=name"
)


def _scrub(document, policy, request=_REMOTE):
    response = Response(
        status=200, headers=(("Content-Type", "application/json"),), body=json.dumps(document).encode()
    )
    scrubbed = Scrubber(policy).exchange(Exchange(request=request, response=response)).exchange
    return json.loads(scrubbed.response.body), scrubbed


def test_a_rule_by_pattern_replaces_its_group():
    policy = Policy(allow_list=False, rules=(Rule(name="employee", pattern=r"EMP-(?P<s>\d{5})"),))
    after, _ = _scrub({"note": "ask EMP-48213 today"}, policy)
    assert after["note"].startswith("ask EMP-1")
    assert "48213" not in after["note"]
    assert _scrub(after, policy)[0] == after


def test_a_rule_by_name_gives_its_kind_of_stand_in():
    policy = Policy(allow_list=False, rules=(Rule(name="contact", keys=("kontaktAdresse",), kind="email"),))
    after, _ = _scrub({"kontakt_adresse": "lena at kunde @ beispiel"}, policy)
    assert after["kontakt_adresse"].endswith("@example.com")


def test_harmless_names_and_values_are_left_alone():
    policy = Policy(allow_list=False, harmless=("session_id", "support@corp.com"))
    document = {"session_id": "31d4d96e407aad42", "note": "write to support@corp.com"}
    assert _scrub(document, policy)[0] == document


def test_a_kind_can_be_switched_off():
    document = {"email": "lena@kunde-beispiel.de", "note": "lena@kunde-beispiel.de"}
    assert _scrub(document, Policy(allow_list=False, off=("email",)))[0] == document


def test_addresses_of_machines_are_replaced_where_asked_for():
    document = {"note": "from 10.20.30.40 and 2a02:810d:bc0::17"}
    assert _scrub(document, Policy(allow_list=False))[0] == document
    after, _ = _scrub(document, Policy(allow_list=False, ip_addresses=True))
    assert after["note"] == "from 192.0.2.2 and 2001:db8::2"


@pytest.mark.parametrize(
    "rule",
    [
        {"name": "x"},
        {"name": "x", "pattern": "(unclosed"},
        {"name": "x", "pattern": "a*"},
        {"name": "x", "pattern": "(a+)+b"},
        {"name": "x", "pattern": r"(?:\d{2,})*z"},
    ],
)
def test_a_rule_that_cannot_work_is_refused_with_its_name(rule):
    with pytest.raises(ConfigError, match="'x'"):
        Rule(**rule)


def test_an_unknown_setting_is_refused():
    with pytest.raises(ValidationError):
        Policy(alow_list=True)


@pytest.mark.parametrize("path", ["$.a[", "choices.finish", "$a", "header", "$.a]b"])
def test_a_keep_path_that_cannot_be_read_is_refused(path):
    with pytest.raises(ConfigError, match="keep path"):
        Scrubber(Policy(keep=(path,)))


def test_from_beyond_loopback_only_what_is_listed_is_kept():
    document = {
        "choices": [{"finish_reason": "stop", "message": {"content": "Hello Lena, all is well."}}],
        "id": "chatcmpl-123",
        "model": "gpt-4o",
        "n": 3,
        "ok": True,
        "none": None,
        "at": "2024-05-01T10:00:00Z",
        "big": "1234567890123",
    }
    policy = Policy(keep=("$.choices[*].finish_reason", "$.model", "query.sort"))
    after, scrubbed = _scrub(document, policy)
    assert after["choices"][0]["finish_reason"] == "stop"
    assert after["model"] == "gpt-4o"
    assert (after["n"], after["ok"], after["none"]) == (3, True, None)
    assert after["at"].startswith("190")
    assert [len(after[k]) for k in ("id", "at", "big")] == [12, 20, 13]
    assert "Lena" not in json.dumps(after)
    content = after["choices"][0]["message"]["content"]
    assert [len(word) for word in content.split()] == [5, 5, 3, 2, 5]
    assert list(after) == list(document)
    assert scrubbed.request.url.startswith("https://api.corp/v1/things/fa4e0")
    assert scrubbed.request.url.endswith("?page=2&sort=name")


@pytest.mark.parametrize("url", ["http://localhost:3000/x", "http://127.0.0.1/x", "http://[::1]/x", "/x"])
def test_what_never_left_this_machine_keeps_its_ordinary_strings(url):
    after, _ = _scrub({"note": "ordinary"}, Policy(), Request(method="GET", url=url))
    assert after == {"note": "ordinary"}


def test_headers_that_carry_structure_are_kept_and_unknown_ones_become_placeholders():
    headers = (
        ("Content-Type", "application/json; charset=utf-8"),
        ("Retry-After", "30"),
        ("X-RateLimit-Remaining", "17"),
        ("X-Customer", "Lena Vogt GmbH"),
        ("Location", "https://api.corp/v1/things/42"),
        ("X-Kept", "as it is"),
    )
    response = Response(status=201, headers=headers)
    after = Scrubber(Policy(keep=("header.x-kept",))).exchange(Exchange(request=_REMOTE, response=response))
    read = dict(after.exchange.response.headers)
    assert {k: read[k] for k in read if k != "X-Customer"} == {k: v for k, v in headers if k != "X-Customer"}
    assert len(read["X-Customer"]) == len("Lena Vogt GmbH")
    assert "Lena" not in read["X-Customer"]


def test_a_kept_path_still_loses_its_secrets():
    after, _ = _scrub({"note": "mail lena@kunde-beispiel.de"}, Policy(keep=("$.note",)))
    assert after["note"] == "mail fake000001@example.com"


def test_json_inside_a_string_keeps_its_own_shape():
    inner = json.dumps({"city": "Berlin", "n": 3, "unit": "celsius"})
    after, _ = _scrub({"arguments": inner}, Policy(keep=("$.arguments.unit",)))
    read = json.loads(after["arguments"])
    assert (read["n"], read["unit"]) == (3, "celsius")
    assert read["city"] != "Berlin"


def _interaction(**more):
    rules = RuleSet(
        body={
            "$.token_type": RuleList(matchers=(Matcher(match="regex", args={"regex": "Bearer"}),)),
            "$.items": RuleList(matchers=(Matcher(match="type", args={"min": 1}),)),
            "$.items[*].status": RuleList(matchers=(Matcher(match="regex", args={"regex": "open|closed"}),)),
            "$.access_token": RuleList(matchers=(Matcher(match="type"),)),
        }
    )
    body = {
        "token_type": "Bearer",
        "items": [{"status": "open", "title": "x"}],
        "access_token": "a",
        "grant": "fixed",
    }
    form = Body(state="present", content=json.dumps({"grant_type": "password"}).encode())
    return HttpInteraction(
        contract=ContractInfo(consumer="c", provider="p"),
        description="d",
        request=RequestPattern(
            method="POST", headers={"X-Mode": ("fast",)}, query={"sort": ("name",), "api_key": ("x",)}, body=form
        ),
        response=ResponsePattern(body=Body(state="present", content=json.dumps(body).encode()), rules=rules),
        **more,
    )


def test_a_contract_tells_what_it_needs_to_see():
    use = SecretUse(part="query", name="api_key", template="{token}", variables={"token": "API_KEY"})
    assert keep_for([_interaction(secrets=(use,))]) == (
        "$.grant",
        "$.grant_type",
        "$.items[*].status",
        "$.token_type",
        "header.X-Mode",
        "query.sort",
    )


def test_what_a_contract_needs_survives_scrubbing():
    document = {
        "token_type": "Bearer",
        "items": [{"status": "open", "title": "Lena"}],
        "access_token": "Zq8",
        "grant": "fixed",
    }
    after, _ = _scrub(document, Policy(keep=keep_for([_interaction()])))
    assert (after["token_type"], after["items"][0]["status"], after["grant"]) == ("Bearer", "open", "fixed")
    assert after["items"][0]["title"] != "Lena"
    assert after["access_token"] != "Zq8"
