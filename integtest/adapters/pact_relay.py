"""A server on loopback between Pact's verifier and a provider: it knows which interaction each call is for.

So hooks, secrets and in-process apps serve Pact's verifier too, each answer is kept, and state handlers are
awaited: one that fails answers 422, which Pact's verifier takes at once where it retries a 500 for two minutes.
"""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

import orjson
from aiohttp import web

from integtest.errors import ProviderError, StateError
from integtest.model.contract import ProviderState
from integtest.model.http import Request
from integtest.ports import Bridge

MARK = "x-integtest-interaction"
"""The header by which a request names its interaction; never sent on."""
_DROPPED = frozenset({MARK, "host", "connection", "content-length", "transfer-encoding"})


@asynccontextmanager
async def relay(bridge: Bridge) -> AsyncIterator[str]:
    """The server's URL while the context lasts."""
    server = web.Server(_Relay(bridge).answer)
    listening = await asyncio.get_running_loop().create_server(server, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    finally:
        listening.close()
        await server.shutdown(1.0)


class _Relay:
    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge
        self._states: dict[str, ProviderState] = {}

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        body = await request.content.read()
        if request.path == "/_integtest/state":
            return await self._state(orjson.loads(body))
        if request.path == "/_integtest/message":
            return await self._message(orjson.loads(body)["description"])
        return await self._send(request, body)

    async def _state(self, asked: dict[str, object]) -> web.Response:
        name, params = str(asked.get("state") or ""), asked.get("params")
        if not name:
            return web.json_response({})
        key = json.dumps([name, params], sort_keys=True)
        action: Literal["setup", "teardown"] = "teardown" if asked.get("action") == "teardown" else "setup"
        fresh = ProviderState(name=name, params=params if isinstance(params, dict) else {})
        state = self._states.pop(key, fresh) if action == "teardown" else self._states.setdefault(key, fresh)
        try:
            values = await self._bridge.state(state, action)
        except StateError as error:
            return web.Response(status=422, text=str(error))
        return web.Response(body=orjson.dumps(dict(values), default=str), content_type="application/json")

    async def _message(self, description: str) -> web.Response:
        try:
            made = await self._bridge.message(int(description.split(" ", 1)[0]))
        except ProviderError as error:
            return web.Response(status=422, text=str(error))
        metadata = dict(made.metadata)
        if made.content_type:
            metadata.setdefault("contentType", made.content_type)
        headers = {"Pact-Message-Metadata": base64.b64encode(orjson.dumps(metadata, default=str)).decode()}
        if made.content_type:
            headers["Content-Type"] = made.content_type
        return web.Response(body=made.contents, headers=headers)

    async def _send(self, request: web.BaseRequest, body: bytes) -> web.Response:
        headers = tuple((name, value) for name, value in request.headers.items() if name.lower() not in _DROPPED)
        asked = Request(method=request.method, url=request.raw_path, headers=headers, body=body)
        exchange = await self._bridge.send(int(request.headers[MARK]), asked)
        seen = exchange.response
        if seen is None:
            return web.Response(status=502, text=exchange.error.message if exchange.error else "no answer")
        answer = web.Response(status=seen.status, reason=seen.reason or None, body=seen.body)
        answer.headers.clear()
        for name, value in seen.headers:
            if name.lower() not in _DROPPED:
                answer.headers.add(name, value)
        return answer
