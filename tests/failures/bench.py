"""What the tests of the failure modes share: contracts to derive from, and ways to look at what is injected."""

from __future__ import annotations

import json
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from integtest import GET, POST, Contract, Reply
from integtest.failures.derive import book_of, derive
from integtest.failures.subject import Book, Subject
from integtest.model.contract import AnyInteraction, HttpInteraction
from integtest.model.failure import Case, Fault


class Function(BaseModel):
    name: str = Field(examples=["refund"])
    arguments: str = Field(examples=['{"claim": "c-7", "cents": 1200}'])


class ToolCall(BaseModel):
    id: str = Field(examples=["call_1"])
    type: Literal["function"]
    function: Function


class Message(BaseModel):
    role: Literal["assistant"]
    content: str | None = Field(examples=["Paid."])
    tool_calls: list[ToolCall] | None = None


class Choice(BaseModel):
    index: int = Field(ge=0, examples=[0])
    message: Message
    finish_reason: Literal["stop", "length", "tool_calls"]


class Usage(BaseModel):
    total_tokens: int = Field(ge=0, examples=[11])


class Completion(BaseModel):
    id: str = Field(min_length=1, examples=["chatcmpl-1"])
    choices: list[Choice] = Field(min_length=1)
    usage: Usage


class Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str = Field(examples=["x"])


ASK = {"model": "tiny", "messages": [{"role": "user", "content": "Is it covered?"}]}


def promise(body: Any = None, request: Any = None, kind: str | None = None, **options: Any) -> HttpInteraction:
    """One promise of a contract of its own."""
    contract = Contract(consumer="c", provider="p", kind=kind)
    terms = {name: options.pop(name) for name in ("guards", "repeatable", "given") if name in options}
    status = options.pop("status", 200)
    reply = Reply(status, body, **options) if body is not None else Reply(status, **options)
    return contract.http("it", request=request or GET("/things"), reply=reply, **terms)


def completion() -> HttpInteraction:
    return promise(Completion, POST("/chat/completions", json=ASK), "model_gateway")


def told(contents: Any, metadata: Any = None, kind: str | None = None) -> AnyInteraction:
    """One message of a contract of its own."""
    return Contract(consumer="c", provider="p", kind=kind).message("it", contents=contents, metadata=metadata)


def cases(interaction: AnyInteraction, *more: AnyInteraction, **recorded: Any) -> list[Case]:
    """Every case of an interaction, in a book with others."""
    book = book_of([interaction, *more])
    if recorded:
        book = Book(book.interactions, {Subject(interaction).ref: recorded["seen"]})
    return list(derive(interaction, book))


def of(mode: str, interaction: AnyInteraction, *more: AnyInteraction, **recorded: Any) -> dict[str, Case]:
    """The cases of one mode, by what follows the mode's name in their ids."""
    found = cases(interaction, *more, **recorded)
    return {one.id.removeprefix(mode).removeprefix(":"): one for one in found if one.mode == mode}


def fault(case: Case) -> Fault:
    """What is done to the calls of a case: its first fault."""
    return next(one for script in case.injection.scripts for one in script.faults if one is not None)


def sent(case: Case) -> bytes:
    """The octets that come in a case."""
    done = fault(case)
    if done.message is not None:
        return done.message.contents
    assert done.response is not None
    return done.response.body


def document(case: Case) -> Any:
    """What comes in a case, as JSON."""
    return json.loads(sent(case))


def keeps(interaction: AnyInteraction, case: Case) -> bool:
    """Whether what comes keeps the promise, by its JSON Schema."""
    return Subject(interaction).keeps(document(case))
