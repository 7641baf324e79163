"""Two interactions that a provider could not tell apart are refused with the reason."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from pydantic import BaseModel

from integtest import GET, POST, Contract, Reply, State, bearer, each_like, env, from_state, integer, like, regex
from integtest.authoring.requests import Draft
from integtest.errors import ContractError


class Asked(BaseModel):
    text: str
    kind: Literal["a"]


class AskedOther(BaseModel):
    text: str
    kind: Literal["b"]


def registered(
    one: Draft, two: Draft, given: Any = (None, None), replies: tuple[int, int] = (200, 404)
) -> Contract:
    contract = Contract(consumer="app", provider="p")
    contract.http("first", given=given[0], request=one, reply=Reply(replies[0]))
    contract.http("second", given=given[1], request=two, reply=Reply(replies[1]))
    return contract


SAME = [
    (GET("/a"), GET("/a")),
    (GET("/a/{id}", path={"id": integer(1)}), GET("/a/{id}", path={"id": integer(2)})),
    (GET("/a", query={"q": like("x")}), GET("/a", query={"q": like("y")})),
    (GET("/a", headers={"X-A": regex("[a-z]+", "x")}), GET("/a", headers={"x-a": "x"})),
    (POST("/a", json=Asked), POST("/a", json=Asked, example={"text": "other", "kind": "a"})),
    (POST("/a", json={"a": integer(1)}), POST("/a", json={"a": integer(2)})),
    (POST("/a", json=like({"a": 1, "b": "x"})), POST("/a", json=like({"a": 2, "b": "y"}))),
    (POST("/a", json=each_like({"a": like("x")})), POST("/a", json=each_like({"a": like("y")}))),
    (GET("/a", auth=bearer(env("T"))), GET("/a", auth=bearer(env("T")))),
    (POST("/a", form={"a": like("1")}), POST("/a", form={"a": like("1")})),
]
DIFFERENT = [
    (GET("/a"), GET("/b")),
    (GET("/a"), POST("/a")),
    (GET("/a", query={"q": "x"}), GET("/a", query={"q": "y"})),
    (GET("/a/{id}", path={"id": integer(1)}), GET("/a/{id}", path={"id": "none"})),
    (GET("/a", headers={"X-A": "x"}), GET("/a")),
    (POST("/a", json=Asked), POST("/a", json=AskedOther)),
    (POST("/a", json={"a": integer(1), "b": 1}), POST("/a", json={"a": integer(1), "b": 2})),
    (POST("/a", json={"a": integer(1)}), POST("/a", json={"a": 404})),
    (GET("/a", auth=bearer(env("GOOD"))), GET("/a", auth=bearer(env("BAD")))),
    (GET("/a", auth=bearer(env("GOOD"))), GET("/a", auth=bearer("expired"))),
    (POST("/a", text="x"), POST("/a", text="y")),
]


@pytest.mark.parametrize(("one", "two"), SAME)
def test_the_same_request_in_the_same_states_cannot_promise_two_replies(one: Draft, two: Draft) -> None:
    with pytest.raises(ContractError) as caught:
        registered(one, two)
    said = str(caught.value)
    assert "'second' asks the same as 'first' in the same states" in said
    assert said.count(f"{__file__}:") == 2
    assert "provider state" in said


@pytest.mark.parametrize(("one", "two"), SAME)
def test_the_same_request_may_promise_the_same_reply_or_stand_in_other_states(one: Draft, two: Draft) -> None:
    assert len(registered(one, two, replies=(200, 200)).interactions) == 2
    assert len(registered(one, two, given=("x", "y")).interactions) == 2
    assert len(registered(one, two, given=(State("x", id=1), State("x", id=2))).interactions) == 2


@pytest.mark.parametrize(("one", "two"), DIFFERENT)
def test_requests_that_differ_may_promise_different_replies(one: Draft, two: Draft) -> None:
    assert len(registered(one, two).interactions) == 2


def test_the_order_of_states_does_not_tell_interactions_apart() -> None:
    with pytest.raises(ContractError, match="asks the same"):
        registered(GET("/"), GET("/"), given=(["x", "y"], ["y", "x"]))


def test_values_of_a_state_are_one_request() -> None:
    asks = [GET("/{id}", path={"id": from_state("id", example=example)}) for example in ("1", "2")]
    with pytest.raises(ContractError, match="asks the same"):
        registered(*asks, given=("x", "x"))


def test_one_description_in_the_same_states_is_promised_once() -> None:
    contract = Contract(consumer="app", provider="p")
    contract.http("it", request=GET("/a"), reply=Reply(200))
    contract.http("it", given="x", request=GET("/a"), reply=Reply(200))
    with pytest.raises(ContractError) as caught:
        contract.message("it", contents={"a": 1})
    assert "'it' is promised twice in the same states" in str(caught.value)
    assert len(contract.interactions) == 2


def test_synchronous_messages_are_told_apart_by_their_request() -> None:
    contract = Contract(consumer="app", provider="p")
    contract.sync_message("a", request={"x": 1}, reply={"y": 1})
    contract.sync_message("b", request={"x": 2}, reply={"y": 2})
    with pytest.raises(ContractError, match="'c' asks the same as 'a'"):
        contract.sync_message("c", request={"x": 1}, reply={"y": 2})
