"""CloudEvents: events that the specification prints are sent and received; what breaks its rules is neither."""

from __future__ import annotations

import json

import pytest
from pydantic import BaseModel

from integtest import packs
from integtest.errors import ContractError
from integtest.model.http import Request

cloudevents = packs.cloudevents
KIND = "application/cloudevents+json"

# JSON event format, 3.2
BINARY_DATA = {
    "specversion": "1.0",
    "type": "com.example.someevent",
    "source": "/mycontext",
    "id": "A234-1234-1234",
    "time": "2018-04-05T17:31:00Z",
    "comexampleextension1": "value",
    "comexampleothervalue": 5,
    "datacontenttype": "application/vnd.apache.thrift.binary",
    "data_base64": "YQ==",
}
JSON_DATA = {
    "specversion": "1.0",
    "type": "com.example.someevent",
    "source": "/mycontext",
    "subject": None,
    "id": "C234-1234-1234",
    "time": "2018-04-05T17:31:00Z",
    "comexampleextension1": "value",
    "datacontenttype": "application/json",
    "data": {"appinfoA": "abc", "appinfoB": 123, "appinfoC": True},
}
STRING_DATA = {**JSON_DATA, "id": "D234-1234-1234", "data": "I'm just a string"}
PRINTED = [BINARY_DATA, JSON_DATA, STRING_DATA]
WRONG = {
    "no id": {k: v for k, v in JSON_DATA.items() if k != "id"},
    "an empty id": {**JSON_DATA, "id": ""},
    "no source": {k: v for k, v in JSON_DATA.items() if k != "source"},
    "another version": {**JSON_DATA, "specversion": "0.3"},
    "another type": {**JSON_DATA, "type": "com.example.other"},
    "a time that is none": {**JSON_DATA, "time": "yesterday"},
    "data twice": {**JSON_DATA, "data_base64": "YQ=="},
    "an extension's name in upper case": {**JSON_DATA, "comExample": "value"},
}


def sent(body: object, kind: str = KIND, method: str = "POST", **headers: str) -> Request:
    lines = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    typed = (("Content-Type", kind),) if data else ()
    return Request(method=method, url="/events", headers=(*typed, *lines), body=data)


@pytest.mark.parametrize("event", PRINTED)
def test_the_specifications_events_may_be_sent_and_come(event, contract, takes_request, takes_message):
    assert takes_request(cloudevents.takes_structured(contract), sent(event)) == []
    assert takes_message(cloudevents.receives(contract), event, kind=KIND) == []
    assert takes_message(cloudevents.receives_message(contract), event, kind=KIND) == []


@pytest.mark.parametrize("event", WRONG.values(), ids=WRONG)
def test_what_is_no_event_is_neither_sent_nor_taken(event, contract, takes_request, takes_message):
    assert takes_request(cloudevents.takes_structured(contract), sent(event)) != []
    assert takes_message(cloudevents.receives(contract), event, kind=KIND) != []


def test_an_event_in_binary_mode_has_its_attributes_in_headers(contract, takes_request):
    made = cloudevents.takes_binary(contract, data={"appinfoA": "abc"}, source="/mycontext/subcontext")
    head = {
        "ce_specversion": "1.0",
        "ce_type": "com.example.someevent",
        "ce_time": "2018-04-05T03:56:24Z",
        "ce_id": "1234-1234-1234",
        "ce_source": "/mycontext/subcontext",
    }
    data = {"appinfoA": "abc"}
    assert takes_request(made, sent(data, "application/json", **head)) == []
    for missing in head:
        rest = {name: value for name, value in head.items() if name != missing}
        assert takes_request(made, sent(data, "application/json", **rest)) != []
    assert takes_request(made, sent(data, "application/json", **{**head, "ce_time": "yesterday"})) != []


def test_a_batch_is_a_list_of_events(contract, takes_request):
    made, kind = cloudevents.takes_batch(contract), "application/cloudevents-batch+json"
    assert takes_request(made, sent([BINARY_DATA, JSON_DATA], kind)) == []
    assert takes_request(made, sent([BINARY_DATA, WRONG["no id"]], kind)) != []
    assert takes_request(made, sent(JSON_DATA, kind)) != []


def test_the_data_has_the_teams_own_model(contract, takes_request, takes_message):
    class Opened(BaseModel):
        claim: str
        amount: int

    args = {"type": "com.example.claim.opened", "data": Opened, "extensions": {"tenant": str}}
    sends, comes = cloudevents.takes_structured(contract, **args), cloudevents.receives(contract, **args)
    good = {**JSON_DATA, "type": "com.example.claim.opened", "tenant": "eu", "data": {"claim": "c1", "amount": 5}}
    bad = [{**good, "data": {"claim": "c1"}}, {k: v for k, v in good.items() if k != "tenant"}]
    assert takes_request(sends, sent(good)) == []
    assert takes_message(comes, good, kind=KIND) == []
    for event in bad:
        assert takes_request(sends, sent(event)) != []
        assert takes_message(comes, event, kind=KIND) != []


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_every_status_of_acceptance_is_one(status, contract, takes_reply):
    assert takes_reply(cloudevents.takes_structured(contract), status) == []


def test_errors_of_webhooks_are_told_apart(contract, takes_reply):
    later, gone = cloudevents.rate_limited(contract), cloudevents.gone(contract)
    assert takes_reply(later, 429, Retry_After="120") == []
    assert takes_reply(later, 429, Retry_After="Fri, 31 Dec 1999 23:59:59 GMT") == []
    assert takes_reply(later, 429) != []
    assert takes_reply(gone, 410) == []
    assert takes_reply(gone, 404) != []
    assert takes_reply(cloudevents.format_refused(contract), 415) == []
    for made in (later, gone):
        assert takes_reply(made, 202) != []


def test_consent_is_in_the_headers_not_in_the_status(contract, takes_reply, takes_request):
    made = cloudevents.allows(contract)
    assert (
        takes_reply(made, 200, WebHook_Allowed_Origin="eventemitter.example.com", WebHook_Allowed_Rate="100") == []
    )
    assert takes_reply(made, 204, WebHook_Allowed_Origin="*", WebHook_Allowed_Rate="*") == []
    assert takes_reply(made, 200) != []
    assert takes_reply(made, 200, WebHook_Allowed_Origin="*") != []
    assert takes_reply(made, 200, WebHook_Allowed_Origin="other.example.com", WebHook_Allowed_Rate="100") != []
    head = {"WebHook_Request_Origin": "eventemitter.example.com", "WebHook_Request_Rate": "120"}
    assert takes_request(made, sent(b"", method="OPTIONS", **head)) == []
    assert takes_request(made, sent(b"", method="OPTIONS")) != []


def test_an_event_of_the_provider_says_which_one_it_is_but_is_not_asked_for(contract):
    assert cloudevents.receives(contract, once="$.id").once == "$.id"
    with pytest.raises(ContractError, match="no repeatable="):
        cloudevents.receives_message(contract, repeatable=True)
    with pytest.raises(ContractError, match="the message has no such place"):
        cloudevents.receives_message(contract, once="$.ident")
