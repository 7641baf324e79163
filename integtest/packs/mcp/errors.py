"""What goes wrong: in a tool, in the protocol, with the session."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Unpack

from integtest.authoring.contract import Contract
from integtest.authoring.credentials import Auth
from integtest.authoring.replies import Reply
from integtest.authoring.requests import DELETE
from integtest.model.contract import HttpInteraction
from integtest.packs.mcp.calls import READY
from integtest.packs.mcp.messages import Id, InvalidParams, Troubled, UnknownMethod, under
from integtest.packs.mcp.requests import PATH, SESSION, VERSION, WEATHER, ListRequest, asked, call
from integtest.packs.menu import Options, promise


def tool_error(
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
    """Says in a result that a tool failed: 200 and `isError`. It goes to the model, and is not what was asked for.

    Source: MCP 2025-11-25, Tools, Error Handling (Tool Execution Errors).
    """
    request = call(path, tool, arguments, rpc_id, auth, session, version)
    given = [READY, f"{tool} fails"]
    return promise(
        contract,
        f"says that {tool} failed",
        request,
        Reply(200, under(Troubled, rpc_id)),
        options,
        {"given": given},
    )


def unknown_tool(
    contract: Contract,
    *,
    path: str = PATH,
    tool: str = "no_such_tool",
    session: Any = SESSION,
    version: str | None = VERSION,
    auth: Auth | None = None,
    status: int | str | list[int] = 200,
    as_result: bool = False,
    rpc_id: Id = 1,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Refuses a tool that it does not have: a protocol error with code -32602; with `as_result`, a result with
    `isError`, as some servers have it.

    Source: MCP 2025-11-25, Tools, Error Handling (Protocol Errors); JSON-RPC 2.0, 5.1.
    """
    request = call(path, tool, {}, rpc_id, auth, session, version)
    reply = Reply(status, under(Troubled if as_result else InvalidParams, rpc_id))
    choice: Any = {"given": READY, "repeatable": True}
    return promise(contract, "refuses a tool it does not have", request, reply, options, choice)


def unknown_method(
    contract: Contract,
    *,
    path: str = PATH,
    session: Any = SESSION,
    version: str | None = VERSION,
    auth: Auth | None = None,
    status: int | str | list[int] = 200,
    rpc_id: Id = 1,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Refuses a method that it does not know: a protocol error with code -32601.

    Source: JSON-RPC 2.0, 5.1 (Method not found); MCP 2025-11-25, schema, METHOD_NOT_FOUND.
    """
    request = asked(path, {"jsonrpc": "2.0", "id": rpc_id, "method": "no/such"}, auth, session, version)
    reply = Reply(status, under(UnknownMethod, rpc_id))
    choice: Any = {"given": READY, "repeatable": True}
    return promise(contract, "refuses a method it does not know", request, reply, options, choice)


def session_lost(
    contract: Contract,
    *,
    path: str = PATH,
    session: Any = "00000000-0000-4000-8000-000000000000",
    version: str | None = VERSION,
    auth: Auth | None = None,
    rpc_id: Id = 1,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Does not know the session any more: 404. The client initializes anew, without a session id.

    Source: MCP 2025-11-25, Transports, Session Management, 3 and 4.
    """
    request = asked(path, under(ListRequest, rpc_id), auth, session, version)
    return promise(contract, "has lost the session", request, Reply(404), options, {"repeatable": True})


def unsupported_version(
    contract: Contract,
    *,
    path: str = PATH,
    session: Any = SESSION,
    version: str = "1999-01-01",
    auth: Auth | None = None,
    rpc_id: Id = 1,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Refuses a version of the protocol that it does not speak: 400.

    Source: MCP 2025-11-25, Transports, Protocol Version Header.
    """
    request = asked(path, under(ListRequest, rpc_id), auth, session, version)
    choice: Any = {"given": READY, "repeatable": True}
    return promise(contract, "refuses a version it does not speak", request, Reply(400), options, choice)


def end_session(
    contract: Contract,
    *,
    path: str = PATH,
    session: Any = SESSION,
    version: str | None = VERSION,
    auth: Auth | None = None,
    status: int | str | list[int] | None = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Ends a session, or says with 405 that clients may not.

    Source: MCP 2025-11-25, Transports, Session Management, 5.
    """
    told = {"MCP-Session-Id": session, "MCP-Protocol-Version": version}
    request = DELETE(path, headers={name: value for name, value in told.items() if value is not None}, auth=auth)
    reply = Reply([200, 202, 204, 405] if status is None else status)
    return promise(contract, "ends a session", request, reply, options, {"given": READY})
