"""Provider states by URL, as Pact's verifier asks for them."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from integtest.adapters.state_url import UrlStates
from integtest.errors import StateError
from integtest.model.contract import ProviderState

STATE = ProviderState(name="user exists", params={"id": 1})


@asynccontextmanager
async def state_server(answer):
    """Yields the URL and what was asked; `answer` gives status and body."""
    asked = []

    async def handle(request):
        asked.append((request.method, request.path_qs, await request.json()))
        status, body = answer
        return web.Response(status=status, body=body)

    server = web.Server(handle)
    listening = await asyncio.get_running_loop().create_server(server, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}", asked
    finally:
        listening.close()
        await server.shutdown(1)


def ask(answer, path="/_states?x=1", action="setup"):
    async def main():
        async with state_server(answer) as (url, asked):
            handlers = UrlStates(url + path, timeout=5)
            try:
                return dict(await handlers.run(STATE, action, "web")), asked
            finally:
                await handlers.close()

    return asyncio.run(main())


def test_the_url_is_asked_as_pact_asks_and_gives_values():
    values, asked = ask((200, b'{"id": 7}'))
    assert values == {"id": 7}
    body = {"state": "user exists", "params": {"id": 1}, "action": "setup", "consumer": "web"}
    assert asked == [("POST", "/_states?x=1", body)]


@pytest.mark.parametrize("path", ["", "/", "/a/b/"])
def test_the_path_is_kept_as_it_is(path):
    assert ask((200, b"{}"), path)[1][0][1] == (path or "/")


@pytest.mark.parametrize("body", [b"", b"ok", b"[1]", b"null", b"\xff"])
def test_what_is_no_json_object_holds_no_values(body):
    assert ask((204 if not body else 201, body))[0] == {}


def test_a_refusal_is_told_with_what_the_url_said():
    with pytest.raises(StateError) as told:
        ask((422, b"no such table"))
    assert told.value.message == 'the set-up of state "user exists" failed: answered 422: no such table'
    assert told.value.place.startswith("http://127.0.0.1:")


def test_an_unreachable_url_is_told():
    async def main():
        async with state_server((200, b"")) as (url, _):
            gone = url
        await UrlStates(gone, timeout=5).run(STATE, "teardown", "web")

    with pytest.raises(StateError, match='the teardown of state "user exists" failed: connection refused'):
        asyncio.run(main())


def test_it_cannot_tell_its_states():
    assert UrlStates("http://127.0.0.1:1").names() is None
    assert json.dumps(UrlStates("http://127.0.0.1:1").isolated) == "false"
