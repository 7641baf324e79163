"""Of a recorded stream stays what its promise compares, optional choices too, and nothing that may be anything."""

from __future__ import annotations

from integtest import Event
from integtest.rules.secrets.contract_keep import keep_for
from tests.streaming import claude, stream_of


def test_labels_and_choices_of_events_are_kept_and_what_flows_is_not():
    kept = keep_for([stream_of()])
    assert {"$.object", "$.choices[*].finish_reason", "$.choices[*].delta.role"} <= set(kept)
    assert not {"$", "$.id", "$.choices[*].delta.content"} & set(kept)


def test_every_kind_of_event_counts_and_text_never_does():
    kept = keep_for([claude(optional=[Event("note", "as it is")])])
    assert "$.type" in kept
    assert "$" not in kept
