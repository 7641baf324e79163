"""Libraries that wait and try again, against a provider on loopback: at once, and their spacing is seen."""

import asyncio
import time

import anthropic
import httpx
import openai
import pytest
import requests
import stamina
import tenacity
from clock_peer import fine, near, unavailable
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from integtest.adapters.clock import DeadlinePassed, VirtualClock

COMPLETION = (
    b'{"id": "c1", "object": "chat.completion", "created": 1, "model": "m", "choices": [{"index": 0, '
    b'"finish_reason": "stop", "message": {"role": "assistant", "content": "yes"}}]}'
)


@pytest.fixture
def clock():
    return VirtualClock(600)


def thirty(clock):
    return lambda: unavailable(Retry_After="30")


def date_of_thirty(clock):
    return lambda: unavailable(Retry_After=clock.http_date(30))


@pytest.fixture(params=[thirty, date_of_thirty], ids=["seconds", "date"])
def refusal(request, clock):
    """503 with `Retry-After` 30 seconds ahead, in both forms (RFC 9110, 10.2.3)."""
    return request.param(clock)


def about(gaps, expected):
    assert [near(gap, one) for gap, one in zip(gaps, expected, strict=True)] == [True] * len(expected), gaps


def test_urllib3s_retry_waits_as_told(clock, provide, refusal):
    provider, url = provide(clock, refusal, refusal, fine())
    with clock.installed(), requests.Session() as session:
        session.mount("http://", HTTPAdapter(max_retries=Retry(3, status_forcelist=[503], backoff_factor=1)))
        assert session.get(url, timeout=5).json() == {"ok": True}
    about(provider.gaps, [30, 30])


def test_urllib3s_retry_backs_off(clock, provide):
    provider, url = provide(clock, unavailable(), unavailable(), unavailable(), fine())
    with clock.installed(), requests.Session() as session:
        session.mount("http://", HTTPAdapter(max_retries=Retry(4, status_forcelist=[503], backoff_factor=4)))
        session.get(url, timeout=5)
    about(provider.gaps, [0, 8, 16])


def test_openai_waits_as_told(clock, provide, refusal):
    provider, url = provide(clock, refusal, refusal, fine(COMPLETION))
    with clock.installed(), openai.OpenAI(base_url=url, api_key="k") as client:
        reply = client.chat.completions.create(model="m", messages=[{"role": "user", "content": "?"}])
    assert reply.choices[0].message.content == "yes"
    about(provider.gaps, [30, 30])


def test_openais_async_client_waits_as_told(clock, provide, refusal):
    provider, url = provide(clock, refusal, refusal, fine(COMPLETION))

    async def work():
        async with openai.AsyncOpenAI(base_url=url, api_key="k") as client:
            return await client.chat.completions.create(model="m", messages=[{"role": "user", "content": "?"}])

    with clock.installed():
        assert asyncio.run(work()).choices[0].message.content == "yes"
    about(provider.gaps, [30, 30])


def test_anthropic_waits_as_told(clock, provide, refusal):
    provider, url = provide(clock, refusal, refusal, refusal)
    question = [{"role": "user", "content": "?"}]
    client = anthropic.Anthropic(base_url=url, api_key="k")
    with clock.installed(), client, pytest.raises(anthropic.InternalServerError):
        client.messages.create(model="m", max_tokens=5, messages=question)
    about(provider.gaps, [30, 30])


def status(url):
    reply = httpx.get(url, timeout=5)
    reply.raise_for_status()
    return reply.status_code


async def async_status(url):
    async with httpx.AsyncClient(timeout=5) as client:
        reply = await client.get(url)
    reply.raise_for_status()
    return reply.status_code


def test_tenacity_waits_by_the_clock(clock, provide):
    provider, url = provide(clock, unavailable(), unavailable(), unavailable(), fine())
    retrying = tenacity.retry(wait=tenacity.wait_exponential(multiplier=4), stop=tenacity.stop_after_attempt(4))
    with clock.installed():
        assert retrying(status)(url) == 200
    about(provider.gaps, [4, 8, 16])


def test_tenacity_stops_after_a_delay_of_the_clock(clock, provide):
    provider, url = provide(clock, unavailable())
    retrying = tenacity.retry(wait=tenacity.wait_fixed(10), stop=tenacity.stop_after_delay(35))
    with clock.installed(), pytest.raises(tenacity.RetryError):
        retrying(status)(url)
    about(provider.gaps, [10, 10, 10, 10])


def test_tenacitys_default_that_never_stops_meets_the_deadline(provide):
    clock = VirtualClock(60)
    provider, url = provide(clock, unavailable())
    with pytest.raises(DeadlinePassed), clock.installed():
        tenacity.retry(wait=tenacity.wait_fixed(10))(status)(url)
    about(provider.gaps, [10] * 5)


def test_tenacity_with_asyncio(clock, provide):
    provider, url = provide(clock, unavailable(), unavailable(), fine())
    retrying = tenacity.retry(wait=tenacity.wait_fixed(10), stop=tenacity.stop_after_attempt(4))
    with clock.installed():
        assert asyncio.run(retrying(async_status)(url)) == 200
    about(provider.gaps, [10, 10])


@pytest.mark.parametrize("function", [status, async_status], ids=["sync", "async"])
def test_stamina_waits_by_the_clock(clock, provide, function):
    provider, url = provide(clock, unavailable(), unavailable(), unavailable(), fine())
    retrying = stamina.retry(on=httpx.HTTPStatusError, attempts=4, wait_initial=5, wait_jitter=0, wait_max=100)
    with clock.installed():
        reply = retrying(function)(url)
        assert (reply if function is status else asyncio.run(reply)) == 200
    about(provider.gaps, [5, 10, 20])


class Patient(httpx.HTTPTransport):
    """Tries again by itself, as many services' transports do."""

    def handle_request(self, request):
        for seconds in (10, 20, 40):
            reply = super().handle_request(request)
            if reply.status_code != 503:
                break
            reply.read()
            time.sleep(float(reply.headers.get("retry-after", seconds)))
        return reply


def test_a_transport_of_httpx_that_retries(clock, provide):
    provider, url = provide(clock, unavailable(), unavailable(Retry_After="0.5"), fine())
    with clock.installed(), httpx.Client(transport=Patient()) as client:
        assert client.get(url).status_code == 200
    about(provider.gaps, [10, 0.5])


class AsyncPatient(httpx.AsyncHTTPTransport):
    async def handle_async_request(self, request):
        for seconds in (10, 20, 40):
            reply = await super().handle_async_request(request)
            if reply.status_code != 503:
                break
            await reply.aread()
            await asyncio.sleep(seconds)
        return reply


def test_an_async_transport_of_httpx_that_retries(clock, provide):
    provider, url = provide(clock, unavailable(), unavailable(), fine())

    async def work():
        async with httpx.AsyncClient(transport=AsyncPatient(), timeout=5) as client:
            return (await client.get(url)).status_code

    with clock.installed():
        assert asyncio.run(work()) == 200
    about(provider.gaps, [10, 20])


def test_aiohttps_total_time_out_is_virtual(clock):
    import socket

    import aiohttp

    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]

        async def work():
            async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=300)) as session:
                await session.get(f"http://127.0.0.1:{port}/")

        with clock.installed(), pytest.raises(TimeoutError):
            asyncio.run(work())
    assert near(clock.now(), 300)
