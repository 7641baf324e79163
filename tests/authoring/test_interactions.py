"""Contracts, and the interactions that they register."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from integtest import GET, POST, Contract, Reply, State, from_state, integer, json_schema, like
from integtest.authoring.contract import refuse_duplicates
from integtest.errors import ContractError
from integtest.model import contract as model


@pytest.fixture
def contract() -> Contract:
    return Contract(consumer="app", provider="users", kind="auth", env="USERS_URL", base="/v1")


def test_a_contract_is_built_from_what_was_registered(contract: Contract) -> None:
    first = contract.http("a", request=GET("/a"), reply=Reply(200))
    second = contract.message("b", contents={"id": 1})
    built = contract.build()
    assert isinstance(built, model.Contract)
    assert built.interactions == contract.interactions == (first, second)
    assert built.info.model_dump() == {
        "consumer": "app",
        "provider": "users",
        "kind": "auth",
        "env": "USERS_URL",
        "base": "/v1",
    }
    assert built.place.file == __file__


def test_given_takes_a_name_a_state_or_a_list(contract: Contract) -> None:
    one = contract.http("one", given="x", request=GET("/"), reply=Reply(200))
    two = contract.http("two", given=State("y", id=4), request=GET("/"), reply=Reply(200))
    three = contract.http("three", given=["x", State("y", id=5)], request=GET("/"), reply=Reply(200))
    assert [s.model_dump() for s in one.states] == [{"name": "x", "params": {}}]
    assert [s.model_dump() for s in two.states] == [{"name": "y", "params": {"id": 4}}]
    assert [s.name for s in three.states] == ["x", "y"]


def test_pending_repeatable_and_comments_are_carried(contract: Contract) -> None:
    found = contract.http(
        "a", request=POST("/a"), reply=Reply(200), pending=True, repeatable=True, comments=["why", "who"]
    )
    assert (found.pending, found.repeatable, found.comments) == (True, True, {"text": ["why", "who"]})
    other = contract.http("b", request=POST("/b"), reply=Reply(200), comments={"ticket": 7})
    assert (other.pending, other.repeatable, other.comments) == (False, False, {"ticket": 7})


def test_interactions_are_inert(contract: Contract) -> None:
    found = contract.http("a", request=GET("/a"), reply=Reply(200, {"id": integer(1)}))
    same = Contract(consumer="app", provider="users", base="/v1").http("a", request=GET("/a"), reply=Reply(200))
    assert not callable(found)
    assert {found: 1}[found] == 1
    assert hash(found) == hash(same)
    assert found != same
    with pytest.raises(ValidationError):
        found.description = "b"  # type: ignore[misc]


def test_pytest_collects_no_interaction_and_no_contract(tmp_path: Any) -> None:
    (tmp_path / "test_it.py").write_text(
        "from integtest import Contract, GET, Reply\n"
        "TestContract = Contract(consumer='a', provider='b')\n"
        "test_flow = TestContract.http('x', request=GET('/'), reply=Reply(200))\n"
        "test_reply = Reply(200)\n"
        "def test_one(): pass\n"
    )
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "--collect-only",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:hypothesispytest",
    ]
    done = subprocess.run(
        [*command, "-W", "error::pytest.PytestCollectionWarning", "test_it.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout
    assert "test_it.py::test_one" in done.stdout
    assert "test_flow" not in done.stdout
    assert "TestContract" not in done.stdout


def test_a_message_has_contents_and_metadata_with_matchers(contract: Contract) -> None:
    class Event(BaseModel):
        id: int

    found = contract.message("an event", contents=Event, metadata={"topic": "events", "key": like("k1")})
    assert found.message.body.content == b'{"id":1}'
    assert found.message.metadata == {"topic": "events", "key": "k1"}
    assert list(found.message.rules.metadata) == ["key"]
    assert found.message.json_schema is not None


def test_a_synchronous_message_has_one_reply_or_several(contract: Contract) -> None:
    one = contract.sync_message("a", request={"ask": 1}, reply={"answer": 2})
    two = contract.sync_message("b", request={"ask": 2}, replies=[{"answer": 2}, json_schema({"type": "integer"})])
    assert [reply.body.content for reply in one.responses] == [b'{"answer":2}']
    assert [reply.body.content for reply in two.responses] == [b'{"answer":2}', b"1"]
    assert two.responses[1].json_schema == {"type": "integer"}


def test_an_incoming_request_keeps_its_headers_and_query(contract: Contract) -> None:
    found = contract.incoming("hook", request=POST("/h", query={"v": 2}, headers={"X-Kind": "a"}, json={"id": 1}))
    assert found.delivery is not None
    assert found.delivery.path == "/h?v=2"
    assert found.delivery.headers == (("X-Kind", "a"), ("Content-Type", "application/json"))


def _refusals() -> list[tuple[str, Callable[[Contract], Any], str]]:
    class Odd(BaseModel):
        model_config = {"arbitrary_types_allowed": True}
        thing: object

    class Unserialisable(BaseModel):
        call: Callable[[], int]

    ok = Reply(200)
    stranger = Contract(consumer="other", provider="users").http("theirs", request=GET("/"), reply=ok)
    return [
        ("no description", lambda c: c.http(" ", request=GET("/"), reply=ok), "needs a description"),
        ("no request", lambda c: c.http("a", request="/", reply=ok), 'request= takes GET("/path")'),
        ("no reply", lambda c: c.http("a", request=GET("/"), reply=200), "reply= takes Reply"),
        ("unknown term", lambda c: c.http("a", request=GET("/"), reply=ok, givn="x"), "has no givn="),
        ("no body in once", lambda c: c.http("a", request=POST("/"), reply=ok, once="$.k"), "no such place"),
        (
            "once elsewhere",
            lambda c: c.http("a", request=POST("/", json={"a": 1}), reply=ok, once="$.k"),
            "the request's body has no such place",
        ),
        (
            "once is no path",
            lambda c: c.http("a", request=POST("/", json={"a": 1}), reply=ok, once="a"),
            "JSON path",
        ),
        (
            "from_state without states",
            lambda c: c.http("a", request=GET("/", query={"q": from_state("q", example="x")}), reply=ok),
            "takes 'q' from a provider state, but has none",
        ),
        (
            "a budget in text",
            lambda c: c.http("a", request=GET("/"), reply=ok, budget="300ms"),
            "budget='300ms' cannot be",
        ),
        (
            "once elsewhere in a message",
            lambda c: c.message("a", contents={"a": 1}, once="$.k"),
            "the message has no such place",
        ),
        (
            "once of no header",
            lambda c: c.message("a", contents={"a": 1}, metadata={"id": "1"}, once="header.key"),
            "the message has no such header",
        ),
        (
            "once in a hook's text",
            lambda c: c.incoming("a", request=POST("/h", text="x"), once="$.k"),
            "the message has no such place",
        ),
        (
            "once of a message by number",
            lambda c: c.message("a", contents={"a": 1}, once=3),
            "not a JSON path",
        ),
        ("once by number", lambda c: c.http("a", request=GET("/"), reply=ok, once=3), "not a JSON path"),
        (
            "our own comments",
            lambda c: c.http("a", request=GET("/"), reply=ok, comments={"integtest": 1}),
            "own part",
        ),
        (
            "odd comments",
            lambda c: c.http("a", request=GET("/"), reply=ok, comments={"a": object()}),
            "cannot stand in",
        ),
        ("nameless state", lambda c: c.http("a", given=[""], request=GET("/"), reply=ok), "not the name of a"),
        ("state twice", lambda c: c.http("a", given=["x", "x"], request=GET("/"), reply=ok), "given twice"),
        (
            "another consumer's guard",
            lambda c: c.http("a", request=GET("/"), reply=ok, guards=[stranger]),
            "cannot guard 'theirs', a call of other",
        ),
        (
            "a guard by name",
            lambda c: c.http("a", request=GET("/"), reply=ok, guards=["b"]),
            "guards= of 'a' holds str",
        ),
        ("a guard alone", lambda c: c.http("a", request=GET("/"), reply=ok, guards=stranger), "takes a list"),
        ("a hole left open", lambda c: GET("/t/{id}"), "leaves {id} open"),
        ("an unknown hole", lambda c: GET("/t", path={"id": 1}), "has no {id}"),
        ("a query in the path", lambda c: GET("/t?a=1"), "holds a query"),
        ("a host in the path", lambda c: GET("http://x/t"), "must begin with a slash"),
        ("two bodies", lambda c: POST("/", json={}, form={}), "has 2 bodies"),
        ("no status", lambda c: Reply(99), "has no HTTP status"),
        ("an unknown class", lambda c: Reply("fine"), "has no HTTP status"),
        (
            "not serialisable",
            lambda c: c.http("a", request=GET("/"), reply=Reply(200, Unserialisable)),
            "Unserialisable cannot be written as JSON",
        ),
        (
            "odd types",
            lambda c: c.http("a", request=GET("/"), reply=Reply(200, {"x": object()})),
            "cannot stand in",
        ),
        ("no schema", lambda c: json_schema({"type": "strin"}), "not a JSON Schema"),
        ("no pattern", lambda c: json_schema({"type": "string", "pattern": "("}), "not a JSON Schema"),
        ("no answer", lambda c: c.sync_message("a", request={}), "needs an answer"),
        (
            "a matcher in a webhook's header",
            lambda c: c.incoming("a", request=POST("/", headers={"X": like("y")}, json={})),
            "sent as they stand",
        ),
    ]


@pytest.mark.parametrize(("act", "message"), [pytest.param(a, m, id=name) for name, a, m in _refusals()])
def test_what_cannot_be_promised_is_refused_with_its_file_and_line(
    contract: Contract, act: Callable[[Contract], Any], message: str
) -> None:
    with pytest.raises(ContractError) as caught:
        act(contract)
    assert message in caught.value.message
    assert caught.value.place is not None
    assert caught.value.place.startswith(f"{__file__}:")
    assert contract.interactions == ()


@pytest.mark.parametrize(
    "given", [{"consumer": "", "provider": "b"}, {"consumer": "a", "provider": "b", "base": "v1/"}]
)
def test_a_contract_needs_names_and_a_base_that_is_a_prefix(given: dict[str, str]) -> None:
    with pytest.raises(ContractError):
        Contract(**given)  # type: ignore[arg-type]


def test_an_empty_contract_is_refused_when_it_is_built(contract: Contract) -> None:
    with pytest.raises(ContractError, match="promises nothing"):
        contract.build()


def test_two_contracts_of_the_same_pair_are_refused_with_both_places() -> None:
    first = Contract(consumer="a", provider="b")
    second = Contract(consumer="a", provider="b")
    refuse_duplicates([first, first, Contract(consumer="a", provider="c")])
    with pytest.raises(ContractError) as caught:
        refuse_duplicates([first, second])
    assert f"{__file__}:{first.place.line}" in str(caught.value)
    assert f"{__file__}:{second.place.line}" in str(caught.value)
