"""What the `contract` marker and fixture promise a consumer's repository."""

from __future__ import annotations

import pytest


def test_a_test_that_calls_what_it_promised_passes_and_the_promise_is_proven(run):
    result = run(
        """
@pytest.mark.contract(read)
def test_reads(contract):
    assert requests.get(contract.url + "/items/1").json()["id"]
    assert contract.calls(read) == 1
"""
    )
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["integtest: 1 interaction proven, 4 unproven"])


def test_a_test_that_never_makes_the_promised_call_fails(run):
    result = run("@pytest.mark.contract(read)\ndef test_reads(contract):\n    pass\n")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(['*shop: "reads an item" was never called: expected GET /items/1*SHOP_URL*'])


def test_a_call_that_nobody_promised_fails_the_test_even_if_the_consumer_swallows_it(run):
    result = run(
        """
@pytest.mark.contract(read)
def test_reads(contract):
    requests.get(contract.url + "/items/1")
    assert requests.get(contract.url + "/items/2").status_code == 500
"""
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*/items/2*", "*reads an item*"])


def test_an_exception_of_the_test_is_never_hidden_by_a_mismatch(run):
    result = run(
        """
@pytest.mark.contract(read)
def test_reads(contract):
    requests.get(contract.url + "/wrong")
    raise ZeroDivisionError("my own")
"""
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*ZeroDivisionError: my own*", "*Captured integtest call*", "*/wrong*"])
    result.stdout.no_fnmatch_line("*MismatchError*")


def test_the_marker_alone_serves_and_rebinds_the_address(run):
    result = run(
        """
@pytest.mark.contract(read)
def test_reads():
    assert requests.get(os.environ["SHOP_URL"] + "/items/1").status_code == 200

def test_after():
    assert "SHOP_URL" not in os.environ
"""
    )
    result.assert_outcomes(passed=2)


def test_fixtures_that_build_clients_see_the_rebound_address(run):
    result = run(
        """
@pytest.fixture
def client():
    return os.environ["SHOP_URL"]

@pytest.mark.contract(read)
def test_reads(client):
    assert requests.get(client + "/items/1").ok
"""
    )
    result.assert_outcomes(passed=1)


@pytest.mark.parametrize("mark", ["@pytest.mark.asyncio", "@pytest.mark.anyio"])
def test_coroutines_are_held_to_their_promises_too(run, mark):
    result = run(
        f"""
@pytest.fixture
def anyio_backend():
    return "asyncio"

{mark}
@pytest.mark.contract(read)
async def test_reads(contract):
    async with httpx.AsyncClient() as client:
        assert (await client.get(contract.url + "/items/1")).status_code == 200

{mark}
@pytest.mark.contract(read)
async def test_forgets(contract):
    pass
"""
    )
    result.assert_outcomes(passed=1, failed=1)


def test_a_unittest_class_works_with_the_marker_alone(run):
    result = run(
        """
import unittest

class TestShop(unittest.TestCase):
    @pytest.mark.contract(read)
    def test_reads(self):
        assert requests.get(os.environ["SHOP_URL"] + "/items/1").ok

    @pytest.mark.contract(read)
    def test_forgets(self):
        pass
"""
    )
    result.assert_outcomes(passed=1, failed=1)


def test_several_providers_are_served_side_by_side(run):
    result = run(
        """
from integtest import GET, Contract, Reply
bank = Contract(consumer="till", provider="bank", base="/v2")
balance = bank.http("tells the balance", request=GET("/balance"), reply=Reply(200, {"euro": 5}))

@pytest.mark.contract(read, balance)
def test_both(contract):
    assert requests.get(contract["shop"].url + "/items/1").ok
    assert contract["bank"].url.endswith("/v2")
    assert requests.get(contract["bank"].url + "/balance").json() == {"euro": 5}

@pytest.mark.contract(read, balance)
def test_which(contract):
    contract.url
"""
    )
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(['*contract?"shop"?.url*'])


def test_a_promise_is_never_collected_as_a_test(run):
    result = run("test_like_name = read\n\ndef test_one():\n    pass\n")
    result.assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("@pytest.mark.contract('read')\ndef test_x(contract): pass\n", "takes interactions, not str"),
        ("def test_x(contract): pass\n", "mark the test: @pytest.mark.contract"),
    ],
)
def test_a_marker_that_cannot_work_says_how_it_should_be(run, code, words):
    result = run(code)
    result.assert_outcomes(errors=1)
    assert words in result.stdout.str()


def test_a_message_is_handed_to_the_consumers_handler(run):
    result = run(
        """
import json
@pytest.mark.contract(told)
def test_sync(contract):
    assert contract.deliver_now(told, to=lambda message: json.loads(message.contents)["id"]) is not None
    assert contract.calls(told) == 1

@pytest.mark.contract(told)
def test_forgets(contract):
    pass

@pytest.mark.contract(told)
def test_fails(contract):
    contract.deliver_now(told, to=lambda message: 1 / 0)
"""
    )
    result.assert_outcomes(passed=1, failed=2)
    result.stdout.fnmatch_lines(["*ZeroDivisionError*"])


def test_a_webhook_reaches_an_asgi_app_as_often_as_asked(run):
    result = run(
        """
seen = []

async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    seen.append((scope["method"], scope["path"], (await receive())["body"]))
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})

@pytest.mark.asyncio
@pytest.mark.contract(hook)
async def test_twice(contract):
    replies = await contract.deliver(hook, to=app, times=2, concurrently=True)
    assert [reply.status for reply in replies] == [204, 204]
    assert [one[:2] for one in seen] == [("POST", "/hooks/back")] * 2
    assert contract.calls(hook) == 2
"""
    )
    result.assert_outcomes(passed=1)


def test_a_sent_message_is_judged_and_answered(run):
    result = run(
        """
@pytest.mark.contract(priced)
def test_good(contract):
    [reply] = contract.send(priced, {"id": 7})
    assert reply.contents

@pytest.mark.contract(priced)
def test_bad(contract):
    try:
        contract.send(priced, {"id": "seven"})
    except AssertionError:
        pass
    contract.send(priced, {"id": 7})
"""
    )
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*was sent otherwise than promised*"])


def test_an_unset_secret_has_a_placeholder_only_while_the_test_runs(run):
    result = run(
        """
from integtest import GET, Contract, Reply, bearer, env
vault = Contract(consumer="till", provider="vault", env="VAULT_URL")
opened = vault.http("opens", request=GET("/", auth=bearer(env("VAULT_TOKEN"))), reply=Reply(204))

@pytest.mark.contract(opened)
def test_opens(contract):
    token = os.environ["VAULT_TOKEN"]
    assert requests.get(contract.url + "/", headers={"Authorization": f"Bearer {token}"}).status_code == 204

def test_after():
    assert "VAULT_TOKEN" not in os.environ
"""
    )
    result.assert_outcomes(passed=2)


def test_the_stub_is_closed_when_its_test_ends(run):
    result = run(
        """
kept = {}

@pytest.mark.contract(read)
def test_a(contract):
    kept["url"] = contract.url
    requests.get(contract.url + "/items/1")

def test_b():
    with pytest.raises(requests.ConnectionError):
        requests.get(kept["url"] + "/items/1")
"""
    )
    result.assert_outcomes(passed=2)


def test_a_repository_without_contracts_pays_for_no_pydantic(pytester):
    pytester.makepyfile(
        """
import sys

def test_idle():
    heavy = {"pydantic", "pact_ffi", "aiohttp", "rich", "responses", "vcr", "yaml"}
    assert not heavy & set(sys.modules)
    assert "integtest.pytest_plugin" in sys.modules
"""
    )
    pytester.runpytest_subprocess("-p", "no:cacheprovider", "-p", "no:hypothesispytest").assert_outcomes(passed=1)


CONVERSATION = """
from integtest import execution

flow = shop.conversation(
    "back", key="$.id", state="header.ce-type", initial="back", transitions={"back": []}, final=["back"],
    executes=execution(order, key="$.id", after="back"),
)
back = shop.incoming("it is back", request=POST("/hooks/item", json={"id": 1}, headers={"ce-type": "back"}))
"""


def test_calls_and_deliveries_are_held_against_a_conversation_in_the_order_of_time(run):
    result = run(
        CONVERSATION
        + """
def orders(url):
    requests.post(url + "/orders", json={"id": 1})

@pytest.mark.contract(order, back)
def test_right(contract):
    contract.deliver_now(back, to=lambda message: orders(contract.url))
    assert contract.check(flow) == ()

@pytest.mark.contract(order, back)
def test_early(contract):
    orders(contract.url)
    contract.deliver_now(back, to=lambda message: None)
    contract.check(flow)

@pytest.mark.contract(order, back)
def test_twice(contract):
    contract.deliver_now(back, to=lambda message: orders(contract.url), times=2)
    contract.check(flow)
"""
    )
    result.assert_outcomes(passed=1, failed=2)
    result.stdout.fnmatch_lines(
        ["*back 1: it was executed when nothing was said of it*", "*back 1: it was executed 2 times*"]
    )
