"""`integtest break --run` on functions that end in ways nobody should: each is bounded and named, and the run goes on."""

from __future__ import annotations

import json

import pytest
from cli_runs import process

CONTRACT = """\
from integtest import Contract, GET, Reply
from pydantic import BaseModel, Field

class Pong(BaseModel):
    said: str = Field(examples=["pong"])

echo = Contract(consumer="us", provider="echo", env="ECHO_URL")
ping = echo.http("answers", request=GET("/ping"), reply=Reply(200, Pong))
"""
CONSUMER = """\
import os
import sys
import threading

import requests

def ask():
    reply = requests.get(os.environ["ECHO_URL"] + "/ping", timeout=2)
    reply.raise_for_status()
    return reply.json()["said"]

def blocks():
    try:
        return ask()
    except requests.RequestException:
        threading.Event().wait()

def exits():
    try:
        return ask()
    except requests.RequestException:
        os._exit(0)

def leaves():
    try:
        return ask()
    except requests.RequestException:
        sys.exit(0)

def swallows():
    while True:
        try:
            return ask()
        except BaseException:
            continue

def spawns():
    threading.Thread(target=threading.Event().wait, name="left-behind", daemon=True).start()
    return ask()

def elsewhere():
    try:
        requests.get("http://echo.example.com/ping", timeout=2)
    except Exception:
        pass
    return "pong"

def stubborn():
    return requests.get("http://echo.example.com/ping", timeout=2).text

def mixed():
    ask()
    try:
        requests.get("http://echo.example.com/ping", timeout=2)
    except Exception:
        pass
    return ask()
"""
MODES = ("refused", "extra-field")


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "contracts_echo.py").write_text(CONTRACT)
    (tmp_path / "consumer.py").write_text(CONSUMER)
    return tmp_path


def broken(folder, function):
    """The exit status, the report, and each case's judgement by its mode."""
    modes = [part for mode in MODES for part in ("--mode", mode)]
    flags = ("--contract", "contracts_echo.py", "--run", f"consumer:{function}", "--within", "2s", *modes)
    ran = process("break", *flags, "--format", "json", cwd=folder)
    assert "Traceback" not in ran.err
    report = json.loads(ran.out)
    return ran.status, report, {one["mode"]: one for one in report["breaks"]}


@pytest.mark.parametrize(
    ("function", "status", "said"),
    [
        ("blocks", "hung", "it had not ended after 2 s"),
        ("swallows", "hung", "it had not ended after 2 s"),
        ("exits", "leaked", "it ended the whole process"),
        ("leaves", "leaked", "it ended the whole process"),
    ],
)
def test_a_function_that_does_not_come_back_is_bounded_and_the_next_case_is_judged(folder, function, status, said):
    exit_status, report, found = broken(folder, function)
    assert exit_status == 1
    assert {mode: one["status"] for mode, one in found.items()} == {"refused": status, "extra-field": "survived"}
    findings = [one for one in report["findings"] if one["mode"] == "refused"]
    assert said in findings[0]["message"]
    assert {one["blame"] for one in findings} == {"consumer"}


def test_threads_that_outlive_a_run_are_named(folder):
    _, _, found = broken(folder, "spawns")
    assert set(found) == set(MODES)
    assert "left-behind" in json.dumps(found["extra-field"])
    assert found["extra-field"]["status"] == "survived"


def test_a_function_that_ignores_its_address_is_no_pass_and_told_where_to_look(folder):
    exit_status, report, found = broken(folder, "elsewhere")
    assert exit_status == 1
    assert {one["status"] for one in found.values()} == {"not-judged"}
    assert report["verdict"] != "pass"
    text = json.dumps(report)
    assert "never called" in text
    assert "echo.example.com" in text


def test_one_that_fails_over_it_is_refused_with_the_host_and_what_to_do(folder):
    flags = ("--contract", "contracts_echo.py", "--run", "consumer:stubborn", "--mode", "refused")
    ran = process("break", *flags, cwd=folder)
    assert ran.status == 2
    assert "GET http://echo.example.com/ping was not sent" in ran.err
    assert "read its base URL when it is called" in ran.err
    assert "Traceback" not in ran.all


def test_another_host_is_never_reached_and_is_named_beside_the_verdict(folder):
    _, _, found = broken(folder, "mixed")
    assert found["extra-field"]["status"] == "survived"
    assert "echo.example.com" in json.dumps(found["extra-field"])
