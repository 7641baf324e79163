"""What strangers bring: code that prints, raises oddly or hangs, promises that cannot stand in HTTP."""

from __future__ import annotations

import json

import httpx
import pytest
from test_nothing_passes import CASSETTE, READ, folder, pact, verify

from integtest import GET, Contract, Reply
from integtest.adapters.wire.server import WireServer
from integtest.adapters.wire.stub import Stub
from integtest.wiring import judge

__all__ = ["folder", "verify"]

STATES = """
import asyncio, sys
def prints(state):
    print("NOISE")
    return {}
def leaves(state):
    sys.exit(0)
def cancels(state):
    raise asyncio.CancelledError
async def cancels_itself(state):
    raise asyncio.CancelledError
async def leaves_later(state):
    raise SystemExit(0)
"""
GIVEN = READ | {"providerStates": [{"name": "a user"}]}


def told(ran) -> dict:
    """The report: all that stands on stdout."""
    return json.loads(ran.out)


def test_what_a_state_handler_prints_is_not_in_the_report(folder, verify):
    (folder / "printing_states.py").write_text(STATES)
    pact(folder, [GIVEN])
    args = ("--contract", "pact.json", "--provider", "users=app:app", "--states", "printing_states:prints")
    ran = verify(*args, "--format", "json")
    assert told(ran)["verdict"] == "pass"
    assert "NOISE" in ran.err


def test_what_a_contract_module_prints_is_not_in_the_report(folder, verify):
    (folder / "noisy.py").write_text(
        "from integtest import GET, Contract, Reply\n"
        'print(\'{"verdict": "pass"}\')\n'
        "users = Contract(consumer='web', provider='users')\n"
        "read = users.http('reads', request=GET('/users/42'), reply=Reply(500))\n"
    )
    ran = verify("--contract", "noisy.py", "--provider", "users=app:app", "--format", "json")
    assert told(ran)["verdict"] == "fail"


@pytest.mark.parametrize("handler", ["leaves", "cancels", "cancels_itself", "leaves_later"])
def test_a_state_handler_cannot_end_the_run(handler, folder, verify):
    (folder / "leaving_states.py").write_text(STATES)
    pact(folder, [GIVEN])
    args = ("--contract", "pact.json", "--provider", "users=app:app", "--states", f"leaving_states:{handler}")
    ran = verify(*args, "--format", "json")
    assert [(one["rule"], one["blame"]) for one in told(ran)["findings"]] == [("state-failed", "provider")]
    assert ran.status == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"headers": {"X-Key": ["a\r\nX-Evil: 1"]}}, "the header 'X-Key' holds a line break"),
        ({"headers": {"X-Key\r\nX-Evil": ["a"]}}, "holds a line break"),
        ({"method": "GET / HTTP/1.1\r\n\r\n"}, "is no HTTP method"),
        ({"path": "http://evil.example/x"}, "does not start with /"),
    ],
)
def test_a_promise_that_cannot_stand_in_http_is_the_contracts_fault(change, said, folder, verify):
    pact(folder, [READ | {"request": READ["request"] | change}])
    ran = verify("--contract", "pact.json", "--provider", "users=app:app", "--format", "json")
    (found,) = told(ran)["findings"]
    assert (found["rule"], found["blame"]) == ("contract-unusable", "contract")
    assert said in found["message"]
    assert (ran.status, told(ran)["interactions"][0]["status"]) == (1, "unproven")


def test_a_secret_that_cannot_stand_in_http_is_not_shown(folder, verify, monkeypatch):
    """A variable that was read from a file often ends in a line break."""
    monkeypatch.setenv("KEY_OF_USERS", "Zx81-uQ92-hh47\n")
    (folder / "keyed.py").write_text(
        "from integtest import GET, Contract, Reply, bearer, env\n"
        "users = Contract(consumer='web', provider='users')\n"
        "request = GET('/users/42', auth=bearer(env('KEY_OF_USERS')))\n"
        "read = users.http('reads', request=request, reply=Reply(200))\n"
    )
    ran = verify("--contract", "keyed.py", "--provider", "users=app:app")
    assert ran.status == 1
    assert "the header 'Authorization' holds a line break" in ran.out
    assert "does a secret's variable end in one?" in ran.out
    assert "Zx81" not in ran.out + ran.err


def test_what_a_state_handler_says_of_its_secrets_is_masked(folder, verify):
    (folder / "telling_states.py").write_text(
        "def tells(state):\n    raise KeyError('no login with password=hunter2xx')\n"
    )
    pact(folder, [GIVEN])
    args = ("--contract", "pact.json", "--provider", "users=app:app", "--states", "telling_states:tells")
    for form in ("json", "terminal", "junit"):
        ran = verify(*args, "--format", form)
        assert "no login with password=***" in ran.out
        assert "hunter2xx" not in ran.out + ran.err


@pytest.mark.parametrize("written", ["/u/ä b", "/u/%C3%A4%20b"])
def test_a_path_is_the_same_however_it_is_written(written, folder, verify):
    contract = Contract(consumer="web", provider="users")
    contract.http("reads", request=GET(written), reply=Reply(200))
    with WireServer(Stub(contract.build(), judge())) as server:
        assert httpx.get(f"{server.url}/u/ä b").status_code == 200
        assert httpx.get(f"{server.url}/u/%c3%a4%20b").status_code == 200
        assert httpx.get(f"{server.url}/u/a b").status_code == 500
    pact(folder, [READ | {"request": {"method": "GET", "path": written}}])
    (folder / "coded.yaml").write_text(CASSETTE.format(path="/u/%C3%A4%20b"))
    assert verify("--contract", "pact.json", "--cassette", "coded.yaml").status == 0
