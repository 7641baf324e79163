"""Model Context Protocol over streamable HTTP: initialize, tools, sessions, errors.

What a consumer relies on: a result or an error under the id of its request; a tool's own failure as a result with
`isError`, which goes to the model, apart from a protocol error, which does not; 404 for a session that is gone,
after which it initializes anew; and both forms of an answer, one JSON object or a stream.

Sources: Model Context Protocol, revision 2025-11-25: Lifecycle, Transports (Streamable HTTP), Tools, and its
schema; JSON-RPC 2.0, 5 and 5.1.

Deviations, by argument: `path=` of the endpoint; `session=None` for servers without sessions (and for the stateless
revision 2026-07-28); `version=` for another revision; `status=` where protocol errors come with another status than
200; `as_result=True` where an unknown tool is a result and no protocol error. A server chooses how it answers: take
`call_tool` or `call_tool_stream`, as yours does. A stub answers under the id of the example: say `rpc_id=` as your
client counts.
"""

from __future__ import annotations

from integtest.packs.mcp.calls import call_tool, call_tool_stream, initialize, initialized, list_tools
from integtest.packs.mcp.errors import (
    end_session,
    session_lost,
    tool_error,
    unknown_method,
    unknown_tool,
    unsupported_version,
)
from integtest.packs.mcp.messages import (
    Called,
    Content,
    Failed,
    Initialized,
    InitializeResult,
    Listed,
    Notification,
    RpcError,
    RpcRefusal,
    Tool,
    ToolResult,
    ToolTrouble,
    Troubled,
)

__all__ = [
    "Called",
    "Content",
    "Failed",
    "InitializeResult",
    "Initialized",
    "Listed",
    "Notification",
    "RpcError",
    "RpcRefusal",
    "Tool",
    "ToolResult",
    "ToolTrouble",
    "Troubled",
    "call_tool",
    "call_tool_stream",
    "end_session",
    "initialize",
    "initialized",
    "list_tools",
    "session_lost",
    "tool_error",
    "unknown_method",
    "unknown_tool",
    "unsupported_version",
]
