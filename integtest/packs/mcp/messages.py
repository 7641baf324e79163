"""What a server of the Model Context Protocol answers."""

from __future__ import annotations

from typing import Any, Literal, TypeVar

from pydantic import BaseModel, Field, create_model

Id = int | str
Model = TypeVar("Model", bound=BaseModel)


def under(model: type[Model], rpc_id: Id) -> type[Model]:
    """The same message under an id of this kind; the id shown is this one. What a client sends comes back,
    so that a request and its answer have ids of one kind."""
    fields: dict[str, Any] = {"id": (type(rpc_id), Field(examples=[rpc_id]))}
    return create_model(model.__name__, __base__=model, **fields)


class Answer(BaseModel):
    """JSON-RPC 2.0, 5: under the id of the request."""

    jsonrpc: Literal["2.0"]
    id: Id = Field(examples=[1])


class Implementation(BaseModel):
    """Who speaks."""

    name: str = Field(min_length=1, examples=["ExampleServer"])
    version: str = Field(examples=["1.0.0"])
    title: str | None = None


class Capabilities(BaseModel):
    """What the server offers; `tools` is there when it has tools."""

    tools: dict[str, Any] = Field(examples=[{"listChanged": True}])


class InitializeResult(BaseModel):
    """The server's version of the protocol, and what it offers."""

    protocolVersion: str = Field(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$", examples=["2025-11-25"])  # noqa: N815
    capabilities: Capabilities
    serverInfo: Implementation  # noqa: N815 - the protocol's own name
    instructions: str | None = None


class Initialized(Answer):
    """The answer to `initialize`."""

    result: InitializeResult


class InputSchema(BaseModel):
    """A JSON Schema of an object."""

    type: Literal["object"]
    properties: dict[str, Any] | None = None
    required: list[str] | None = None


class Tool(BaseModel):
    """A tool that may be called."""

    name: str = Field(min_length=1, max_length=128, examples=["get_weather"])
    inputSchema: InputSchema  # noqa: N815
    title: str | None = None
    description: str | None = None
    outputSchema: dict[str, Any] | None = None  # noqa: N815
    annotations: dict[str, Any] | None = None


class ToolList(BaseModel):
    """The tools, and where the next page begins."""

    tools: list[Tool] = Field(min_length=1)
    nextCursor: str | None = None  # noqa: N815


class Listed(Answer):
    """The answer to `tools/list`."""

    result: ToolList


class Content(BaseModel):
    """One piece of a result: `text` has `text`, `image` and `audio` have `data` and `mimeType`, a `resource` has
    `resource`, a `resource_link` has `uri`."""

    type: Literal["text", "image", "audio", "resource_link", "resource"]
    text: str | None = None
    data: str | None = None
    mimeType: str | None = None  # noqa: N815
    uri: str | None = None
    name: str | None = None
    resource: dict[str, Any] | None = None


class ToolResult(BaseModel):
    """What a tool gave back; `structuredContent` where the tool has an output schema."""

    content: list[Content] = Field(examples=[[{"type": "text", "text": "72°F, partly cloudy"}]])
    isError: Literal[False] = False  # noqa: N815
    structuredContent: dict[str, Any] | None = None  # noqa: N815


class Called(Answer):
    """The answer to `tools/call`."""

    result: ToolResult


class ToolTrouble(BaseModel):
    """What a tool says went wrong: for the model to read."""

    content: list[Content] = Field(
        min_length=1, examples=[[{"type": "text", "text": "Invalid departure date: must be in the future."}]]
    )
    isError: Literal[True]  # noqa: N815


class Troubled(Answer):
    """The answer of a tool that failed."""

    result: ToolTrouble


class RpcError(BaseModel):
    """JSON-RPC 2.0, 5.1: `code` tells the kind, `message` is one sentence."""

    code: int = Field(examples=[-32602])
    message: str = Field(min_length=1, examples=["Unknown tool: invalid_tool_name"])
    data: Any = None


class InvalidParamsError(RpcError):
    """The request's parameters are not what the method takes."""

    code: Literal[-32602]


class UnknownMethodError(RpcError):
    """There is no such method."""

    code: Literal[-32601]


class Failed(Answer):
    """A protocol error under the request's id."""

    error: RpcError


class InvalidParams(Failed):
    """A refusal of parameters."""

    error: InvalidParamsError


class UnknownMethod(Failed):
    """A refusal of a method."""

    error: UnknownMethodError


class RpcRefusal(BaseModel):
    """A protocol error that may have no id, beside an HTTP error."""

    jsonrpc: Literal["2.0"]
    error: RpcError
    id: Id | None = None


class Notification(BaseModel):
    """What a server may send before its answer."""

    jsonrpc: Literal["2.0"]
    method: str = Field(pattern="^notifications/", examples=["notifications/progress"])
    params: dict[str, Any] | None = None
