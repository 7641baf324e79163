"""An interaction is data: it is not called, not collected, and no use changes it."""

from __future__ import annotations

import httpx
import pytest
from pydantic import BaseModel, ValidationError

from integtest import GET, POST, Contract, Reply, env, from_state, match
from integtest.adapters.wire.server import WireServer
from integtest.adapters.wire.stub import Stub
from integtest.codecs import pact_v4
from integtest.flows.verify.plan import Plan, ProviderPlan
from integtest.wiring import judge, verify


class Thread(BaseModel):
    id: str
    words: list[str] = []


def made():
    contract = Contract(consumer="till", provider="shop")
    contract.http(
        "reads a thread",
        given="a thread exists",
        request=GET("/threads/{id}", path={"id": from_state("id", example="t1")}, headers={"X-Key": env("KEY")}),
        reply=Reply(200, Thread, headers={"X-Made": match.regex("[0-9]+", "1")}),
    )
    contract.http("posts", request=POST("/threads", json={"at": match.random_int(1, 5)}), reply=Reply(201))
    contract.message("a thread ended", contents={"id": match.uuid()})
    return contract.build()


async def app(scope, receive, send):
    body = b'{"id": "t9"}' if scope["method"] == "GET" else b""
    head = [(b"content-type", b"application/json"), (b"x-made", b"7")]
    await send({"type": "http.response.start", "status": 200 if body else 201, "headers": head})
    await send({"type": "http.response.body", "body": body})


def test_no_use_changes_an_interaction(monkeypatch):
    monkeypatch.setenv("KEY", "key-of-mine")
    contract = made()
    before, bytes_before = [one.model_copy(deep=True) for one in contract.interactions], pact_v4.dumps(contract)
    provider = ProviderPlan(name="shop", app=app, states=lambda: {"id": "t9"}, messages=lambda: {"id": "no"})
    for _ in range(2):
        verdict = verify(Plan(contracts=(contract,), providers=(provider,)))
        assert [one.status for one in verdict.interactions].count("verified") == 2
    with WireServer(Stub(contract, judge())) as server:
        httpx.get(f"{server.url}/threads/t1", headers={"X-Key": "any"})
        httpx.post(f"{server.url}/threads", json={"at": 3})
    assert list(contract.interactions) == before
    assert [hash(one) for one in contract.interactions] == [hash(one) for one in before]
    assert pact_v4.dumps(contract) == bytes_before
    assert b"key-of-mine" not in bytes_before


def test_an_interaction_cannot_be_called_changed_or_awaited():
    for one in made().interactions:
        assert not callable(one)
        assert not hasattr(one, "__await__")
        assert not hasattr(one, "__enter__")
        with pytest.raises(ValidationError):
            one.description = "another"


def test_pytest_collects_no_interaction_whatever_its_name(pytester):
    pytester.makepyfile(
        """
        from integtest import GET, Contract, Reply
        TestContract = Contract(consumer="till", provider="shop")
        test_read = TestContract.http("reads", request=GET("/x"), reply=Reply(200))
        test_sent = TestContract.message("sent", contents={"a": 1})
        """
    )
    pytester.runpytest_subprocess("-p", "no:cacheprovider", "-p", "no:hypothesispytest").assert_outcomes()
