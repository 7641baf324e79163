"""What the `broken` fixture does to messages on their way: twice, twice at once, late, never, altered."""

from __future__ import annotations

import pytest

PAYOUTS = """
from pydantic import BaseModel, Field
from integtest import GET, POST, Contract, Reply

bank = Contract(consumer="claims", provider="bank", env="BANK_URL")
desk = Contract(consumer="claims", provider="desk")

class Approved(BaseModel):
    id: str = Field(min_length=1, examples=["e-1"])
    amount: int = Field(gt=0, examples=[900])

class Opened(BaseModel):
    version: int = Field(examples=[1])
    status: str = Field(examples=["open"])

class Closed(BaseModel):
    version: int = Field(examples=[2])
    status: str = Field(examples=["closed"])

pay = bank.http("pays", request=POST("/payouts", json={"amount": 900}), reply=Reply(201, {"id": "p-1"}))
approved = desk.message("a payout is approved", contents=Approved)
hook = desk.incoming("a payout is approved by hook", request=POST("/hooks/approved", json=Approved))
opened = desk.message("a claim is opened", contents=Opened)
closed = desk.message("a claim is closed", contents=Closed)
"""

CONSUMERS = """
import json, threading, time

class Sync:
    def __init__(self, careful):
        self.careful, self.seen, self.lock = careful, set(), threading.Lock()

    def __call__(self, message):
        key = json.loads(message.contents)["id"]
        if not self.careful:
            if key in self.seen:
                return
            self.pay()
            self.seen.add(key)
            return
        with self.lock:
            if key in self.seen:
                return
            self.seen.add(key)
        self.pay()

    def pay(self):
        requests.post(os.environ["BANK_URL"] + "/payouts", json={"amount": 900}, timeout=2).raise_for_status()

class Async(Sync):
    async def __call__(self, message):
        key = json.loads(message.contents)["id"]
        if key in self.seen:
            return
        if self.careful:
            self.seen.add(key)
        async with httpx.AsyncClient(timeout=2) as client:
            (await client.post(os.environ["BANK_URL"] + "/payouts", json={"amount": 900})).raise_for_status()
        self.seen.add(key)

class App(Async):
    async def __call__(self, scope, receive, send):
        assert scope["type"] == "http", scope
        body = (await receive())["body"]
        await Async.__call__(self, type("Message", (), {"contents": body}))
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

class Forgetful(Sync):
    def __call__(self, message):
        self.pay()

class Claim:
    def __init__(self, ordered):
        self.ordered, self.version, self.status = ordered, 0, None

    def take(self, message):
        told = json.loads(message.contents)
        if self.ordered and told["version"] < self.version:
            return
        self.version, self.status = told["version"], told["status"]
"""


@pytest.fixture
def outcomes(run, repo):
    """Run a test module over the payouts; each item's outcome by its name."""
    repo.makepyfile(contracts_shop=PAYOUTS)
    repo.makefile(".toml", integtest='contracts = ["contracts_shop.py"]')

    def go(code: str) -> dict[str, str]:
        result = run(CONSUMERS + code, "-rA", "-v")
        text = result.stdout.str()
        assert "INTERNALERROR" not in text
        found = {}
        for line in result.outlines:
            words = line.split()
            if len(words) > 1 and words[1] in ("PASSED", "FAILED", "ERROR") and "::" in words[0]:
                found[words[0].rpartition("::")[2]] = words[1].lower()
        go.text = text
        return found

    return go


def test_a_handler_that_knows_a_message_again_survives_its_coming_twice(outcomes):
    found = outcomes(
        """
@pytest.mark.breaks(approved, modes="duplicate", pointers="all")
@pytest.mark.parametrize("kind", [Sync, Async])
def test_it(broken, kind):
    async def body():
        await broken.deliver(approved, to=kind(True))
        return "done"
    broken.run(body)
"""
    )
    assert len(found) == 4
    assert set(found.values()) == {"passed"}, outcomes.text


def test_a_handler_that_pays_each_time_is_caught(outcomes):
    found = outcomes(
        """
@pytest.mark.breaks(approved, modes="duplicate", pointers="all")
def test_it(broken):
    def body():
        broken.deliver_now(approved, to=Forgetful(False))
        return "done"
    broken.run(body)
"""
    )
    assert found == {"test_it[duplicate]": "failed", "test_it[duplicate:concurrently]": "failed"}
    assert '"pays" was done 2 times' in outcomes.text


@pytest.mark.parametrize("kind", ["Sync", "Async"])
def test_a_handler_that_looks_before_it_pays_and_notes_it_after_is_caught_at_the_same_time_alone(outcomes, kind):
    found = outcomes(
        f"""
@pytest.mark.breaks(approved, modes="duplicate", pointers="all")
def test_it(broken):
    async def body():
        await broken.deliver(approved, to={kind}(False))
        return "done"
    broken.run(body)
"""
    )
    assert found == {"test_it[duplicate]": "passed", "test_it[duplicate:concurrently]": "failed"}, outcomes.text


def test_a_webhook_of_an_app_comes_twice_too(outcomes):
    found = outcomes(
        """
@pytest.mark.breaks(hook, modes="duplicate", pointers="all")
@pytest.mark.parametrize("careful", [True, False])
def test_it(broken, careful):
    async def body():
        await broken.deliver(hook, to=App(careful))
        return "done"
    broken.run(body)
"""
    )
    assert sorted(found.values()) == ["failed", "passed", "passed", "passed"], outcomes.text
    (failed,) = (name for name, outcome in found.items() if outcome == "failed")
    assert "concurrently" in failed and "False" in failed


REORDERED = """
@pytest.mark.breaks(opened, modes="reordered")
@pytest.mark.parametrize("ordered", [True, False])
def test_it(broken, ordered):
    {kind} body():
        claim = Claim(ordered)
        {one}(opened, to=claim.take)
        {one}(closed, to=claim.take)
        return claim.status
    broken.run(body)
"""


@pytest.mark.parametrize(
    ("kind", "one"), [("def", "broken.deliver_now"), ("async def", "await broken.deliver")], ids=["sync", "async"]
)
def test_a_message_that_comes_after_the_next_one_is_told_by_its_version(outcomes, kind, one):
    found = outcomes(REORDERED.format(kind=kind, one=one))
    assert sorted(found.values()) == ["failed", "passed"], outcomes.text
    assert next(name for name, outcome in found.items() if outcome == "failed").count("False") == 1
    assert "its result has 'open' in place of 'closed'" in outcomes.text


@pytest.mark.parametrize(
    ("kind", "one"), [("def", "broken.deliver_now"), ("async def", "await broken.deliver")], ids=["sync", "async"]
)
def test_a_message_that_nothing_follows_comes_at_the_end_of_the_run(outcomes, kind, one):
    found = outcomes(
        f"""
taken = []

@pytest.mark.breaks(opened, modes="reordered")
def test_it(broken):
    {kind} body():
        seen = []
        {one}(opened, to=lambda message: (seen.append("taken"), taken.append(len(seen))))
        taken.append("end")
        return seen
    broken.run(body)
    assert taken == [1, "end", "end", 1], taken
"""
    )
    assert set(found.values()) == {"passed"}, outcomes.text


def test_an_error_over_a_late_message_is_the_consumers(outcomes):
    found = outcomes(
        """
@pytest.mark.breaks(opened, modes="reordered")
def test_it(broken):
    def body():
        ended = []
        def take(message):
            if ended:
                raise KeyError("claim")
        broken.deliver_now(opened, to=take)
        ended.append(True)
        return "done"
    broken.run(body)
"""
    )
    assert set(found.values()) == {"failed"}
    assert "KeyError" in outcomes.text


def test_a_message_that_never_comes_ends_the_wait_in_a_declared_error(outcomes):
    found = outcomes(
        """
class NoDecision(Exception): pass

async def wait(broken, limit):
    import asyncio
    came = asyncio.Event()
    async def take(message):
        came.set()
    await broken.deliver(approved, to=take)
    try:
        await asyncio.wait_for(came.wait(), limit)
    except TimeoutError:
        raise NoDecision("nobody decided in time") from None
    return "decided"

@pytest.mark.breaks(approved, modes="lost-message", raises=NoDecision)
@pytest.mark.parametrize("limit", [10, None])
def test_it(broken, limit):
    broken.run(lambda: wait(broken, limit))
"""
    )
    assert sorted(found.values()) == ["failed", "passed"], outcomes.text
    assert "None" in next(name for name, outcome in found.items() if outcome == "failed")
    assert "failed" in found.values()


def test_contents_of_a_message_are_altered_field_by_field(outcomes):
    found = outcomes(
        """
class Refused(Exception): pass

@pytest.mark.breaks(approved, modes="required-gone", pointers="all", raises=Refused)
@pytest.mark.parametrize("careful", [True, False])
def test_it(broken, careful):
    def take(message):
        told = json.loads(message.contents)
        if careful and not {"id", "amount"} <= set(told):
            raise Refused("no such payout")
        return told["id"], told["amount"]
    def body():
        return broken.deliver_now(approved, to=take)
    broken.run(body)
"""
    )
    assert {name for name, outcome in found.items() if outcome == "passed"} == {
        name for name in found if "True" in name
    }, outcomes.text
    assert len(found) >= 4


def test_a_body_that_delivers_nothing_fails_and_says_so(outcomes):
    found = outcomes(
        """
@pytest.mark.breaks(approved, modes="duplicate")
def test_it(broken):
    broken.run(lambda: "nothing")
"""
    )
    assert set(found.values()) == {"failed"}
    assert '"a payout is approved" was never' in outcomes.text
