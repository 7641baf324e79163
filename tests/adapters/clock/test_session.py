"""A consumer's session on the virtual clock: retries, stalls and endless waits of real clients, at once."""

import asyncio
import threading
import time

import httpx
import pytest
import requests
from clock_peer import near

from integtest import GET, Contract, Reply
from integtest.adapters.breaking.session import Session, provider
from integtest.adapters.clock import VirtualClock
from integtest.adapters.clock.times import Times
from integtest.adapters.pact_engine import Engine
from integtest.adapters.wire.stub import Stub
from integtest.failures.subject import reference
from integtest.model.failure import Fault, Injection, Script
from integtest.model.http import Response
from integtest.rules.match import Judge

real_monotonic = time.monotonic
JUDGE = Judge(Engine())
PROMISE = Contract(consumer="c", provider="p").http("says yes", request=GET("/"), reply=Reply(200, {"yes": True}))
BUSY = Fault(kind="reply", response=Response(status=503, headers=(("Retry-After", "{http-date:+30}"),)))
STALL = Fault(kind="stall")


def virtual(deadline, skew):
    return VirtualClock(deadline, skew=skew)


def injected(*faults, then="whole"):
    return Injection(scripts=(Script(target=reference(PROMISE), faults=faults, then=then),))


@pytest.fixture
def session():
    made = Session({"p": provider("p", [Stub([PROMISE], JUDGE)])}, virtual)
    with made.open():
        yield made


@pytest.fixture
def url(session):
    return session.providers["p"].url


def waits_as_told(url):
    while (reply := requests.get(url, timeout=5)).status_code == 503:
        until = httpx.Response(200, headers=reply.headers).headers["retry-after"]
        time.sleep(_seconds(until))
    return reply.json()


def _seconds(date):
    from email.utils import parsedate_to_datetime

    return max(0.0, parsedate_to_datetime(date).timestamp() - time.time())


async def async_waits_as_told(url):
    async with httpx.AsyncClient(timeout=5) as client:
        while (reply := await client.get(url)).status_code == 503:
            await asyncio.sleep(_seconds(reply.headers["retry-after"]))
        return reply.json()


@pytest.mark.parametrize("body", [waits_as_told, async_waits_as_told], ids=["sync", "async"])
def test_told_waits_are_seen_as_long_as_they_are(session, url, body):
    seen = session.run(lambda: body(url), injected(BUSY, BUSY), within=200)
    assert (seen.ended, seen.value, seen.clock) == ("returned", {"yes": True}, "virtual")
    first, second, third = (call.at for call in seen.calls)
    assert near(second - first, 29.0)
    assert near(third - second, 29.0)


@pytest.mark.asyncio
async def test_so_they_are_in_a_loop_that_runs_already(session, url):
    seen = await session.run_async(lambda: async_waits_as_told(url), injected(BUSY), within=200)
    assert (seen.ended, seen.value) == ("returned", {"yes": True})
    assert near(seen.calls[1].at - seen.calls[0].at, 29.0)
    await asyncio.sleep(0)


@pytest.mark.parametrize("client", ["requests", "httpx", "async httpx"])
def test_a_clients_time_out_comes_on_the_clock(session, url, client):
    async def asynchronous():
        async with httpx.AsyncClient(timeout=20) as http:
            await http.get(url)

    body = {
        "requests": lambda: requests.get(url, timeout=20),
        "httpx": lambda: httpx.get(url, timeout=20),
        "async httpx": asynchronous,
    }[client]
    seen = session.run(body, injected(STALL, then="again"), within=60)
    assert seen.ended == "raised"
    assert "Timeout" in seen.error.types[0]
    assert near(seen.seconds, 20)


async def endless():
    while True:
        await asyncio.sleep(5)


def test_a_coroutine_that_waits_for_ever_hangs_and_the_run_goes_on(session):
    seen = session.run(endless, None, within=60)
    assert seen.ended == "hung"
    assert near(seen.seconds, 60, more=8)


@pytest.mark.asyncio
async def test_so_does_one_in_a_loop_that_runs_already(session):
    seen = await session.run_async(endless, None, within=60)
    assert seen.ended == "hung"
    assert near(seen.seconds, 60, more=8)
    assert asyncio.current_task().cancelling() == 0


def test_a_function_that_waits_for_ever_hangs(session):
    def body():
        while True:
            time.sleep(7)

    seen = session.run(body, None, within=60)
    assert seen.ended == "hung"
    assert near(seen.seconds, 60)


def test_a_loop_that_the_consumer_runs_itself_hangs(session):
    seen = session.run(lambda: asyncio.run(endless()), None, within=60)
    assert seen.ended == "hung"
    assert near(seen.seconds, 60)


def test_a_client_without_a_time_out_hangs_at_once(session, url):
    seen = session.run(lambda: requests.get(url), injected(STALL, then="again"), within=60)
    assert seen.ended == "hung"
    assert near(seen.seconds, 60)


def test_nothing_of_the_clearing_away_is_cut_short_after_a_consumer_was_ended(session, monkeypatch):
    def slowly(times):
        until = real_monotonic() + 1.0
        while real_monotonic() < until:
            pass
        return cleared(times)

    def endless():
        while True:
            pass

    cleared, before = Times.uninstall, (time.time, time.sleep, threading.Condition.wait)
    monkeypatch.setattr(Times, "uninstall", slowly)
    assert session.run(endless, None, within=1).ended == "hung"
    assert (time.time, time.sleep, threading.Condition.wait) == before
