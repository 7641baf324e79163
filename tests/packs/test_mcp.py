"""MCP: the messages that the specification prints are taken; errors of tools and of the protocol are told apart."""

from __future__ import annotations

import json

import pytest

from integtest import packs
from integtest.model.http import Request

mcp = packs.mcp
SSE = "text/event-stream"

# Lifecycle, Initialization (shortened)
INITIALIZED = {
    "jsonrpc": "2.0",
    "id": 1,
    "result": {
        "protocolVersion": "2025-11-25",
        "capabilities": {"logging": {}, "prompts": {"listChanged": True}, "tools": {"listChanged": True}},
        "serverInfo": {"name": "ExampleServer", "title": "Example Server Display Name", "version": "1.0.0"},
        "instructions": "Optional instructions for the client",
    },
}
# Tools, Listing Tools
WEATHER_TOOL = {
    "name": "get_weather",
    "title": "Weather Information Provider",
    "description": "Get current weather information for a location",
    "inputSchema": {
        "type": "object",
        "properties": {"location": {"type": "string", "description": "City name or zip code"}},
        "required": ["location"],
    },
}
LISTED = {"jsonrpc": "2.0", "id": 1, "result": {"tools": [WEATHER_TOOL], "nextCursor": "next-page-cursor"}}
# Tools, Calling Tools
TEXT = {"type": "text", "text": "Current weather in New York:\nTemperature: 72°F\nConditions: Partly cloudy"}
CALLED = {"jsonrpc": "2.0", "id": 2, "result": {"content": [TEXT], "isError": False}}
# Tools, Output Schema
STRUCTURED = {
    "jsonrpc": "2.0",
    "id": 5,
    "result": {
        "content": [{"type": "text", "text": '{"temperature": 22.5}'}],
        "structuredContent": {"temperature": 22.5, "conditions": "Partly cloudy", "humidity": 65},
    },
}
# Tools, Error Handling
UNKNOWN = {"jsonrpc": "2.0", "id": 3, "error": {"code": -32602, "message": "Unknown tool: invalid_tool_name"}}
FAILED = {
    "jsonrpc": "2.0",
    "id": 4,
    "result": {
        "content": [{"type": "text", "text": "Invalid departure date: must be in the future."}],
        "isError": True,
    },
}


def test_the_specifications_messages_are_taken(contract, takes_reply):
    assert takes_reply(mcp.initialize(contract), 200, INITIALIZED, MCP_Session_Id="1868a90c") == []
    assert takes_reply(mcp.list_tools(contract), 200, LISTED) == []
    call = mcp.call_tool(contract)
    assert takes_reply(call, 200, CALLED) == []
    assert takes_reply(call, 200, STRUCTURED) == []
    named = mcp.call_tool(contract, tool="named", rpc_id="7f3a")
    assert takes_reply(named, 200, {**CALLED, "id": "7f3b"}) == []
    assert takes_reply(call, 200, {**CALLED, "id": "7f3b"}) != []
    assert takes_reply(mcp.initialized(contract), 202) == []


def test_a_session_is_named_only_where_there_is_one(contract, takes_reply):
    with_session = mcp.initialize(contract)
    without = mcp.initialize(contract, session=False, client="other", description="initializes without a session")
    assert takes_reply(with_session, 200, INITIALIZED) != []
    assert takes_reply(with_session, 200, INITIALIZED, MCP_Session_Id="with space") != []
    assert takes_reply(without, 200, INITIALIZED) == []


@pytest.mark.parametrize(
    "wrong",
    [
        FAILED,
        UNKNOWN,
        {"jsonrpc": "2.0", "id": 2, "result": {"isError": False}},
        {"jsonrpc": "2.0", "id": 2, "result": {"content": "sunny"}},
        {"jsonrpc": "2.0", "id": 2, "result": {"content": [{"text": "sunny"}]}},
        {"jsonrpc": "2.0", "id": None, "result": CALLED["result"]},
        {"jsonrpc": "1.0", "id": 2, "result": CALLED["result"]},
        CALLED["result"],
    ],
)
def test_what_is_no_result_of_a_tool_is_not_taken_for_one(wrong, contract, takes_reply):
    assert takes_reply(mcp.call_tool(contract), 200, wrong) != []


def test_a_tools_failure_is_a_result_and_a_protocol_error_is_none(contract, takes_reply):
    failed, unknown = mcp.tool_error(contract), mcp.unknown_tool(contract)
    assert takes_reply(failed, 200, FAILED) == []
    assert takes_reply(failed, 200, CALLED) != []
    assert takes_reply(failed, 200, UNKNOWN) != []
    assert takes_reply(unknown, 200, UNKNOWN) == []
    assert takes_reply(unknown, 200, FAILED) != []
    assert takes_reply(unknown, 200, {**UNKNOWN, "error": {"code": -32603, "message": "internal"}}) != []
    loose = mcp.unknown_tool(contract, tool="no_tool", as_result=True, description="says so in a result")
    assert takes_reply(loose, 200, FAILED) == []
    assert takes_reply(loose, 200, UNKNOWN) != []
    method = {**UNKNOWN, "error": {"code": -32601, "message": "Method not found"}}
    assert takes_reply(mcp.unknown_method(contract), 200, method) == []


def test_a_lost_session_is_404_and_an_unknown_version_400(contract, takes_reply):
    assert takes_reply(mcp.session_lost(contract), 404) == []
    assert takes_reply(mcp.session_lost(contract, description="2"), 400) != []
    assert takes_reply(mcp.unsupported_version(contract), 400) == []
    assert takes_reply(mcp.end_session(contract), 405) == []


def events(*messages: dict, name: str = "event: message\n") -> bytes:
    return "".join(f"{name}data: {json.dumps(one)}\n\n" for one in messages).encode()


def test_an_answer_in_a_stream_may_come_after_notifications(contract, takes_reply):
    progress = {"jsonrpc": "2.0", "method": "notifications/progress", "params": {"progressToken": 1, "progress": 5}}
    made = mcp.call_tool_stream(contract)
    assert takes_reply(made, 200, events(CALLED), kind=SSE) == []
    assert takes_reply(made, 200, events(CALLED, name=""), kind=SSE) == []
    assert takes_reply(made, 200, events(progress, progress, CALLED), kind=SSE) == []
    assert takes_reply(made, 200, events(progress), kind=SSE) != []
    assert takes_reply(made, 200, CALLED) != []


def test_a_client_names_tool_arguments_version_and_both_forms(contract, takes_request):
    made = mcp.call_tool(contract, session="s1", rpc_id="a-0")
    params = {"name": "get_weather", "arguments": {"location": "Ghent"}, "_meta": {"progressToken": 3}}
    body = {"jsonrpc": "2.0", "id": "a-1", "method": "tools/call", "params": params}
    head = {
        "Content-Type": "application/json",
        "Accept": "application/json, text/event-stream",
        "MCP-Session-Id": "s1",
        "MCP-Protocol-Version": "2025-11-25",
    }

    def wrong(told: dict, headers: dict) -> list[str]:
        lines = tuple(headers.items())
        seen = Request(method="POST", url="/mcp", headers=lines, body=json.dumps(told).encode())
        return takes_request(made, seen)

    assert wrong(body, head) == []
    assert wrong({**body, "params": {**params, "name": "get_time"}}, head) != []
    assert wrong({**body, "params": {**params, "arguments": {"city": "Ghent"}}}, head) != []
    for missing in ("Accept", "MCP-Session-Id", "MCP-Protocol-Version"):
        assert wrong(body, {name: value for name, value in head.items() if name != missing}) != []
