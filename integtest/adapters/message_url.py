"""Messages from a URL that is asked as Pact's verifier asks."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import orjson

from integtest.adapters.provider.http import HttpTransport
from integtest.codecs.pact_body import write
from integtest.errors import ProviderError
from integtest.model.contract import AsyncMessage, Interaction, SyncMessage
from integtest.model.http import Exchange, Request
from integtest.model.matching import Body
from integtest.model.message import Message


class UrlMessages:
    """Fulfils `ports.MessageSource`: POST `{"description", "providerStates"}`, for a synchronous message also
    `"request"`; the reply's body is the message, its metadata base64 of JSON in `Pact-Message-Metadata`."""

    def __init__(self, url: str, *, timeout: float = 10.0, ca_file: str | None = None) -> None:
        parts = urlsplit(url)
        self._url = url
        self._timeout = timeout
        self._path = urlunsplit(("", "", parts.path or "/", parts.query, ""))
        self._transport = HttpTransport(f"{parts.scheme}://{parts.netloc}", ca_file=ca_file)

    async def produce(self, interaction: AsyncMessage, states: Mapping[str, Any]) -> Message:  # noqa: ARG002
        """As `ports.MessageSource.produce`."""
        return await self._ask(interaction, {})

    async def reply(
        self,
        interaction: SyncMessage,
        request: Message,
        states: Mapping[str, Any],  # noqa: ARG002
    ) -> Sequence[Message]:
        """As `ports.MessageSource.reply`; over a URL there is one reply."""
        body = Body(state="present", content=request.contents, content_type=request.content_type)
        return [await self._ask(interaction, {"request": {"contents": write(body), "metadata": request.metadata}})]

    async def close(self) -> None:
        """Close the connections."""
        await self._transport.close()

    async def _ask(self, interaction: Interaction, more: Mapping[str, Any]) -> Message:
        states = [{"name": state.name, "params": state.params} for state in interaction.states]
        asked = {"description": interaction.description, **({"providerStates": states} if states else {}), **more}
        request = Request(
            method="POST",
            url=self._path,
            headers=(("Content-Type", "application/json"),),
            body=orjson.dumps(asked),
        )
        exchange = await self._transport.send(request, timeout=self._timeout)
        response = exchange.response
        if response is None or exchange.error is not None or not 200 <= response.status < 300:
            raise self._refused(interaction, exchange)
        return Message(
            contents=response.body,
            content_type=response.content_type,
            metadata=self._metadata(response.header("pact-message-metadata")),
        )

    def _metadata(self, encoded: str | None) -> dict[str, Any]:
        if not encoded:
            return {}
        try:
            found = orjson.loads(base64.b64decode(encoded, validate=True))
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise ProviderError("Pact-Message-Metadata is not base64 of a JSON object", place=self._url)
        return found

    def _refused(self, interaction: Interaction, exchange: Exchange) -> ProviderError:
        response = exchange.response
        if exchange.error is not None or response is None:
            why = exchange.error.message if exchange.error else "no answer"
        else:
            why = f"answered {response.status}: {response.body[:500].decode('utf-8', 'replace').strip()}"
        return ProviderError(f'no message for "{interaction.description}": {why}', place=self._url)
