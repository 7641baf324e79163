"""A CloudEvent's attributes: what it is comes exactly so, what names the one event only has to be there."""

from __future__ import annotations

import pytest

from integtest import POST, Contract, cloud_event
from integtest.adapters.pact_engine import Engine
from integtest.errors import ContractError
from integtest.model.message import Message
from integtest.rules.match import Judge

TYPE = "com.example.review.decided"
SEEN = {"ce_specversion": "1.0", "ce_type": TYPE, "ce_id": "77", "ce_source": "/other", "ce_subject": "r9"}


@pytest.mark.parametrize(
    ("change", "differs"),
    [
        ({}, []),
        ({"ce_type": "com.example.review.lost"}, ["ce_type"]),
        ({"ce_specversion": "0.3"}, ["ce_specversion"]),
        ({"ce_id": None}, ["ce_id"]),
        ({"ce_source": ""}, ["ce_source"]),
        ({"ce_subject": None}, ["ce_subject"]),
    ],
)
def test_a_messages_attributes_are_judged_by_name(change, differs):
    review = Contract(consumer="c", provider="p")
    message = review.message("m", contents={"a": 1}, metadata=cloud_event(TYPE, subject="r1")).message
    about = {name: value for name, value in (SEEN | change).items() if value is not None}
    seen = Message(contents=b'{"a":1}', content_type="application/json", metadata=about)
    found = Judge(Engine()).message(message).judge(seen).mismatches
    assert [mismatch.path for mismatch in found if mismatch.part == "metadata"] == differs


def test_a_webhook_is_sent_with_them_as_headers():
    review = Contract(consumer="c", provider="p")
    request = POST("/hooks", json={"a": 1}, headers=cloud_event(TYPE, id="5", prefix="ce-", tenant="t1"))
    delivery = review.incoming("m", request=request).delivery
    assert delivery is not None
    assert dict(delivery.headers) == {
        "Content-Type": "application/json",
        "ce-id": "5",
        "ce-source": "/source",
        "ce-specversion": "1.0",
        "ce-tenant": "t1",
        "ce-type": TYPE,
    }


@pytest.mark.parametrize(
    ("make", "says"),
    [(lambda: cloud_event(""), "needs a type"), (lambda: cloud_event(TYPE, Bad="x"), "'Bad' is no name")],
)
def test_what_is_no_cloud_event_is_refused(make, says):
    with pytest.raises(ContractError) as raised:
        make()
    assert says in raised.value.message
