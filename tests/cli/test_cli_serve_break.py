"""`integtest serve --break`: a provider that fails in one way, for a service in another process or language."""

import json
import signal
import socket
import subprocess

import httpx
import pytest
from cli_runs import clean_environment, runner, serving

CONTRACT = """\
from integtest import Contract, GET, POST, Reply
from pydantic import BaseModel, Field

class Pong(BaseModel):
    said: str = Field(examples=["pong"])

class Order(BaseModel):
    id: int = Field(examples=[7])

echo = Contract(consumer="us", provider="echo")
ping = echo.http("answers", request=GET("/ping"), reply=Reply(200, Pong))
order = echo.http("takes an order", request=POST("/orders", json=Order), reply=Reply(201, Order))
told = echo.message("is told", contents=Order)
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "echo_contract.py").write_text(CONTRACT)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def ended(child) -> tuple[int, str, str]:
    child.send_signal(signal.SIGTERM)
    out, err = child.communicate(timeout=30)
    return child.returncode, out, err


def test_one_interaction_fails_as_named_and_the_others_answer_as_promised(folder):
    with serving(folder, "--contract", ".", "--break", "echo/answers/server-error:503", "-v") as child:
        url = child.stdout.readline().strip()
        assert httpx.get(f"{url}/ping").status_code == 503
        assert httpx.post(f"{url}/orders", json={"id": 7}).json() == {"id": 7}
        status, out, err = ended(child)
    assert (status, out) == (0, "1 broken, 1 whole, 0 missed\n")
    assert "echo/answers/server-error:503: every reply is 503 Service Unavailable; a healthy consumer fails" in err
    assert "GET /ping -> broken: reply 503\nPOST /orders -> whole 201\n" in err


def test_faults_come_by_occurrence_as_in_every_other_run(folder):
    with serving(folder, "--contract", ".", "--break", "echo/answers/fails-then-recovers:once") as child:
        url = child.stdout.readline().strip()
        assert [httpx.get(f"{url}/ping").status_code for _ in range(3)] == [503, 200, 200]
        assert ended(child)[:2] == (0, "1 broken, 2 whole, 0 missed\n")


def test_a_client_in_another_language_meets_the_fault(folder):
    with serving(folder, "--contract", ".", "--break", "echo/answers/short-body") as child:
        url = child.stdout.readline().strip()
        curl = subprocess.run(
            ["curl", "-s", f"{url}/ping"], env=clean_environment(), capture_output=True, timeout=30, check=False
        )
        ended(child)
    assert curl.returncode == 18, "curl's word for a body that is shorter than was said"
    assert curl.stdout == b'{"said"'


def test_a_stall_holds_for_as_long_as_was_said_and_is_then_reset(folder):
    with serving(folder, "--contract", ".", "--break", "echo/answers/stall", "--within", "200ms") as child:
        url = child.stdout.readline().strip()
        with pytest.raises(httpx.ReadError):
            httpx.get(f"{url}/ping", timeout=60)
        assert ended(child)[:2] == (0, "1 broken, 0 whole, 0 missed\n")


def test_where_nobody_is_to_listen_the_port_is_closed_after_its_address_was_told(folder):
    args = ("--contract", ".", "--break", "echo/answers/refused", "--format", "json")
    with serving(folder, *args) as child:
        first = json.loads(child.stdout.readline())
        assert "is closed now" in child.stderr.readline() + child.stderr.readline()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", first["port"]))
        status, out, _ = ended(child)
    assert (first["break"], first["closed"], first["healthy"]) == ("echo/answers/refused", True, ["refuse"])
    assert status == 0
    assert json.loads(out) == {"played": 0, "broken": 0, "missed": 0, "elsewhere": 0}


def test_what_no_contract_promises_is_missed_and_ends_with_1(folder):
    with serving(folder, "--contract", ".", "--break", "echo/answers/server-error:503") as child:
        url = child.stdout.readline().strip()
        assert httpx.get(f"{url}/pong").status_code == 500
        status, out, _ = ended(child)
    assert status == 1
    assert out.startswith("0 broken, 0 whole, 1 missed\n")
    assert "/pong" in out


def test_an_id_of_several_interactions_needs_its_whole_address(folder):
    ran = runner("serve", "--contract", ".", "--break", "refused")
    assert ran.status == 2
    assert "2 interactions have a case refused" in ran.err
    assert "echo/answers/refused, echo/takes-an-order/refused" in ran.err


def test_a_message_is_not_served(folder):
    listed = json.loads(runner("break", "--contract", ".", "--list", "--format", "json").out)["cases"]
    message = next(case["address"] for case in listed if case["interaction"] == "is told")
    ran = runner("serve", "--contract", ".", "--break", message)
    assert ran.status == 2
    assert "delivered and not served" in ran.err
    assert "integtest break" in ran.err


def test_contracts_of_two_consumers_are_told_apart(folder):
    other = CONTRACT.replace('"us"', '"them"')
    (folder / "other_contract.py").write_text(other)
    ran = runner("serve", "--contract", ".", "--break", "echo/answers/refused")
    assert ran.status == 2
    assert "several consumers: them, us" in ran.err
    args = ("--contract", ".", "--break", "echo/answers/server-error:503", "--consumer", "us")
    with serving(folder, *args) as child:
        assert httpx.get(f"{child.stdout.readline().strip()}/ping").status_code == 503
        assert ended(child)[0] == 0
