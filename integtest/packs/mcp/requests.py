"""What a client of the Model Context Protocol sends: one JSON-RPC message in each POST."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from integtest.authoring.credentials import Auth
from integtest.authoring.generate import from_state
from integtest.authoring.requests import POST, Draft
from integtest.packs.mcp.messages import Id, under

PATH = "/mcp"
VERSION = "2025-11-25"
SESSION = from_state("session", example="1868a90c-7d3d-4f6e-9a53-5a3a2b1c0d9e")
"""The id that the provider state's set-up returns as `session`."""
WEATHER: Mapping[str, Any] = {"location": "New York"}


class Params(BaseModel):
    """Parameters of a request; a client may add `_meta`, a progress token among it."""

    model_config = ConfigDict(serialize_by_alias=True)

    meta: dict[str, Any] | None = Field(None, alias="_meta")


class Rpc(BaseModel):
    """A request; the client chooses the id, and never the same twice in a session."""

    jsonrpc: Literal["2.0"]
    id: Id = Field(examples=[1])


class ListParams(Params):
    """Where a page begins."""

    cursor: str | None = None


class ListRequest(Rpc):
    """Asks for tools."""

    method: Literal["tools/list"]
    params: ListParams | None = None


def asked(path: str, body: Any, auth: Auth | None, session: Any, version: str | None, example: Any = None) -> Draft:
    """A POST as the transport demands it: both forms of an answer are accepted, the session and the version of the
    protocol are named."""
    told = {"MCP-Session-Id": session, "MCP-Protocol-Version": version}
    sent = {name: value for name, value in told.items() if value is not None}
    head = {"Accept": "application/json, text/event-stream", **sent}
    return POST(path, headers=head, json=body, example=example, auth=auth)


def call(
    path: str,
    tool: str,
    arguments: Mapping[str, Any],
    rpc_id: Id,
    auth: Auth | None,
    session: Any,
    version: str | None,
) -> Draft:
    """A call of one tool by name; the arguments' values are the client's own, their names are not."""
    values = dict(arguments)
    fields: dict[str, Any] = {name: (type(value), Field(examples=[value])) for name, value in values.items()}
    inputs = create_model("Arguments", **fields)
    named: dict[str, Any] = {"name": (Literal[tool], ...), "arguments": (inputs, ...)}
    params = create_model("CallParams", __base__=Params, **named)
    whole: dict[str, Any] = {"method": (Literal["tools/call"], ...), "params": (params, ...)}
    request = create_model("CallRequest", __base__=Rpc, **whole)
    return asked(path, under(request, rpc_id), auth, session, version)
