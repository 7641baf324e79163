"""The modes of these layers on consumers that really run: a healthy one survives every case, a sick one is caught."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from email.utils import parsedate_to_datetime
from typing import Any, NoReturn

import httpx
import pytest
from bench import ASK, cases, completion

from integtest.adapters.breaking.clocks import RealClock
from integtest.adapters.breaking.session import Session, provider
from integtest.adapters.pact_engine import Engine
from integtest.adapters.wire.stub import Stub
from integtest.failures.judge import judge
from integtest.rules.match import Judge

LAYERS = ("schema", "semantics", "volume", "ordering")
SLOW = ("too-many-requests:seconds", "too-many-requests:http-date", "too-many-requests:fraction")
"""Left out: a healthy consumer waits for seconds, and the clock here is the machine's."""


class UnavailableError(Exception):
    """What the healthy consumer declares."""


def refuse_constant(text: str) -> NoReturn:
    raise ValueError(text)


def post(url: str) -> httpx.Response:
    """One call; no certificates are read, which takes longer than the call."""
    return httpx.post(f"{url}/chat/completions", json=ASK, timeout=2, verify=False)


def waits(response: httpx.Response) -> float:
    """Seconds that Retry-After asks for, in any of its forms."""
    asked = response.headers.get("retry-after", "1")
    try:
        return float(asked)
    except ValueError:
        return parsedate_to_datetime(asked).timestamp() - time.time()


def asked(url: str) -> httpx.Response:
    for _ in range(3):
        response = post(url)
        if response.status_code != 429 or (pause := waits(response)) > 10:
            break
        time.sleep(pause)
    return response


def healthy(url: str) -> str:
    """Asks again when it was told to wait, and takes nothing on trust."""
    try:
        response = asked(url)
        if response.status_code != 200:
            raise UnavailableError(f"the gateway said {response.status_code}")
        document = json.loads(response.content, parse_constant=refuse_constant)
        choice = document["choices"][0]
        text = choice["message"]["content"]
        if not isinstance(text, str) or not text or choice["finish_reason"] != "stop":
            raise ValueError("no whole answer")
    except (httpx.HTTPError, ValueError, LookupError, TypeError, RecursionError) as error:
        raise UnavailableError("the gateway gave no answer") from error
    return text


def sick(url: str) -> str:
    """Trusts what comes."""
    document = post(url).json()
    choice = document["choices"][0]
    ending = {"stop": "", "length": "", "tool_calls": " (a tool is wanted)"}[choice["finish_reason"]]
    return choice["message"]["content"] + ending


def statuses(consumer: Any) -> dict[str, set[str]]:
    """What became of the cases, by mode."""
    interaction = completion()
    served = provider("p", [Stub([interaction], Judge(Engine()))])
    session = Session({"p": served}, RealClock)
    found: dict[str, set[str]] = defaultdict(set)
    with session.open():

        def body() -> str:
            return str(consumer(served.url))

        whole = session.run(body, None, 30)
        for case in cases(interaction):
            if case.layer in LAYERS and case.id not in SLOW:
                broken = session.run(body, case.injection, case.oracle.within)
                found[case.mode].add(judge(case, whole, broken).status)
    return found


@pytest.fixture(scope="module")
def of_the_sick() -> dict[str, set[str]]:
    return statuses(sick)


def test_a_healthy_consumer_survives_every_case():
    found = statuses(healthy)
    assert {mode: states for mode, states in found.items() if states != {"survived"}} == {}
    assert len(found) >= 14


@pytest.mark.parametrize(
    "mode",
    [
        *("html-page", "required-gone", "null", "wrong-type", "new-enum", "sentinel"),
        *("server-error", "permanent-refusal", "unsupported-operation", "renamed-address"),
        *("too-many-requests", "context-exceeded", "volume-shift"),
    ],
)
def test_a_consumer_that_trusts_what_comes_is_caught(mode, of_the_sick):
    assert of_the_sick[mode] - {"survived"}


def test_what_has_to_be_tolerated_is_no_fault_of_a_consumer_that_reads_only_what_it_needs(of_the_sick):
    assert of_the_sick["extra-field"] == {"survived"}
