"""Initialize, list and call tools."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Unpack

from integtest.authoring.contract import Contract
from integtest.authoring.credentials import Auth
from integtest.authoring.match import regex
from integtest.authoring.replies import Reply
from integtest.authoring.streams import Event, Stream, any_of
from integtest.model.budget import Budget
from integtest.model.contract import HttpInteraction
from integtest.packs.mcp.messages import Called, Id, Initialized, Listed, Notification, under
from integtest.packs.mcp.requests import PATH, SESSION, VERSION, WEATHER, ListRequest, asked, call
from integtest.packs.menu import ONE_CALL, RETRIED, Choice, Options, promise, promise_stream

JSON = "application/json"
READY = "a session is initialized"


def initialize(
    contract: Contract,
    *,
    path: str = PATH,
    client: str = "my-service",
    version: str = VERSION,
    session: bool = True,
    auth: Auth | None = None,
    rpc_id: Id = 1,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Begins: says its version and what it offers, and with `session` names the session in `MCP-Session-Id`.

    Source: MCP 2025-11-25, Lifecycle, Initialization; Transports, Session Management.
    """
    about = {"protocolVersion": version, "capabilities": {}, "clientInfo": {"name": client, "version": "1.0.0"}}
    body = {"jsonrpc": "2.0", "id": rpc_id, "method": "initialize", "params": about}
    named = {"MCP-Session-Id": regex("[!-~]+", "1868a90c-7d3d-4f6e-9a53-5a3a2b1c0d9e")} if session else {}
    choice: Choice = {"budget": Budget(p95="1s"), "failing": RETRIED, "repeatable": True}
    reply = Reply(200, under(Initialized, rpc_id), headers=named)
    return promise(contract, "initializes", asked(path, body, auth, None, None), reply, options, choice)


def initialized(
    contract: Contract,
    *,
    path: str = PATH,
    session: Any = SESSION,
    version: str | None = VERSION,
    auth: Auth | None = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Takes the notification that the client is ready: 202, no body.

    Source: MCP 2025-11-25, Lifecycle, Initialization; Transports, Sending Messages to the Server, 4.
    """
    body = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    request = asked(path, body, auth, session, version)
    choice: Choice = {"given": READY, "budget": Budget(p95="1s"), "repeatable": True}
    return promise(contract, "takes that the client is ready", request, Reply(202), options, choice)


def list_tools(
    contract: Contract,
    *,
    path: str = PATH,
    session: Any = SESSION,
    version: str | None = VERSION,
    auth: Auth | None = None,
    rpc_id: Id = 1,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Lists its tools with the schemas of their inputs.

    Source: MCP 2025-11-25, Tools, Listing Tools; schema, ListToolsResult.
    """
    request = asked(path, under(ListRequest, rpc_id), auth, session, version)
    choice: Choice = {"given": READY, "budget": Budget(p95="1s"), "failing": RETRIED, "repeatable": True}
    return promise(contract, "lists its tools", request, Reply(200, under(Listed, rpc_id)), options, choice)


def call_tool(
    contract: Contract,
    *,
    path: str = PATH,
    tool: str = "get_weather",
    arguments: Mapping[str, Any] = WEATHER,
    session: Any = SESSION,
    version: str | None = VERSION,
    auth: Auth | None = None,
    rpc_id: Id = 1,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Calls a tool, and answers with one JSON object. Not repeatable, for a tool may act; say `repeatable=True`
    where yours only reads.

    Source: MCP 2025-11-25, Tools, Calling Tools; schema, CallToolResult.
    """
    request = call(path, tool, arguments, rpc_id, auth, session, version)
    choice: Choice = {"given": READY, "budget": Budget(p95="10s"), "failing": ONE_CALL}
    return promise(contract, f"calls {tool}", request, Reply(200, under(Called, rpc_id)), options, choice)


def call_tool_stream(
    contract: Contract,
    *,
    path: str = PATH,
    tool: str = "get_weather",
    arguments: Mapping[str, Any] = WEATHER,
    session: Any = SESSION,
    version: str | None = VERSION,
    auth: Auth | None = None,
    rpc_id: Id = 1,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Calls a tool, and answers in a stream: notifications may come first, and the answer ends it.

    Source: MCP 2025-11-25, Transports, Sending Messages to the Server, 5 and 6.
    """
    request = call(path, tool, arguments, rpc_id, auth, session, version)
    answer = any_of(Event("message", under(Called, rpc_id)), Event(None, under(Called, rpc_id)), most=1)
    told = [Event("message", Notification), Event(None, Notification)]
    reply = Stream(200, frames=answer, optional=told, tolerant=True)
    choice: Choice = {"given": f"{READY} that answers in streams", "budget": Budget(p95="10s"), "failing": ONE_CALL}
    return promise_stream(contract, f"calls {tool} in a stream", request, reply, options, choice)
