"""Provider states set up by a URL, as Pact's verifier calls it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal
from urllib.parse import urlsplit, urlunsplit

import orjson

from integtest.adapters.provider.http import HttpTransport
from integtest.errors import StateError
from integtest.model.contract import ProviderState
from integtest.model.http import Exchange, Request


class UrlStates:
    """Fulfils `ports.StateHandlers`: POST `{"state", "params", "action", "consumer"}`; a JSON object in the reply
    holds values for `from_state`. Any status of 200 to 299 is success."""

    isolated = False

    def __init__(self, url: str, *, timeout: float = 10.0, ca_file: str | None = None) -> None:
        parts = urlsplit(url)
        self._url = url
        self._timeout = timeout
        self._path = urlunsplit(("", "", parts.path or "/", parts.query, ""))
        self._transport = HttpTransport(f"{parts.scheme}://{parts.netloc}", ca_file=ca_file)

    async def run(
        self, state: ProviderState, action: Literal["setup", "teardown"], consumer: str
    ) -> Mapping[str, Any]:
        """As `ports.StateHandlers.run`."""
        body = orjson.dumps({"state": state.name, "params": state.params, "action": action, "consumer": consumer})
        request = Request(method="POST", url=self._path, headers=(("Content-Type", "application/json"),), body=body)
        exchange = await self._transport.send(request, timeout=self._timeout)
        response = exchange.response
        if response is None or exchange.error is not None or not 200 <= response.status < 300:
            raise self._refused(state, action, exchange)
        return _values(response.body)

    def names(self) -> Sequence[str] | None:
        """None: a URL does not tell."""
        return None

    async def close(self) -> None:
        """Close the connections."""
        await self._transport.close()

    def _refused(self, state: ProviderState, action: str, exchange: Exchange) -> StateError:
        doing = "set-up" if action == "setup" else "teardown"
        response = exchange.response
        if exchange.error is not None or response is None:
            why = exchange.error.message if exchange.error else "no answer"
            hint = "is the server with the state handlers running?"
        else:
            text = response.body[:500].decode("utf-8", "replace").strip()
            why = f"answered {response.status}{': ' if text else ''}{text}"
            hint = "the handler must answer 200 once the state is there"
        return StateError(f'the {doing} of state "{state.name}" failed: {why}', place=self._url, hint=hint)


def _values(body: bytes) -> Mapping[str, Any]:
    """What is not a JSON object holds no values: handlers may answer with any text."""
    try:
        found = orjson.loads(body or b"{}")
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}
