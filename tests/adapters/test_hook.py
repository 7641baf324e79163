"""The request hook: what it may give back, and what happens when it fails."""

from __future__ import annotations

import asyncio
import time

import pytest

from integtest.adapters.hook import Hook
from integtest.errors import ConfigError, HookError
from integtest.model.http import Request

REQUEST = Request(method="GET", url="http://h/a", headers=(("Authorization", "old"), ("X", "1")))


def hooked(function, **options) -> Request:
    return asyncio.run(Hook(function, "app:sign", **options)(REQUEST))


def test_a_hook_returns_the_request_to_send():
    def sign(request):
        return request.model_copy(update={"url": request.url + "?signature=x"})

    async def sign_async(request):
        return sign(request)

    assert hooked(sign).url == hooked(sign_async).url == "http://h/a?signature=x"


def test_a_hook_may_return_the_headers_to_add():
    made = hooked(lambda request: {"authorization": "new", "X-Len": 3})
    assert made.headers == (("X", "1"), ("authorization", "new"), ("X-Len", "3"))


def test_a_hook_may_be_a_class():
    class Sign:
        def __call__(self, request):
            return {"A": "b"}

    assert hooked(Sign).header("a") == "b"


def _raise(request):
    raise LookupError("no key")


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (_raise, "the request hook raised LookupError: no key"),
        (lambda request: None, "gave back NoneType, not the request to send"),
        (lambda request: time.sleep(5), "did not end within 0.2 s"),
    ],
    ids=["raises", "gives nothing", "hangs"],
)
def test_a_hook_that_fails_is_told(function, words):
    with pytest.raises(HookError, match="app:sign") as told:
        hooked(function, timeout=0.2)
    assert words in told.value.message


def test_a_raising_hook_shows_its_own_lines():
    with pytest.raises(HookError) as told:
        hooked(_raise)
    assert any('raise LookupError("no key")' in line for line in told.value.trace)


def test_what_is_no_function_is_refused():
    with pytest.raises(ConfigError, match="not a request hook"):
        Hook("text", "app:sign")
