"""LangGraph's API as the place of a review: a graph stops for a person, and goes on with what they say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Unpack

from pydantic import BaseModel, ConfigDict, Field

from integtest.authoring.contract import Contract
from integtest.authoring.credentials import Auth
from integtest.authoring.generate import from_state
from integtest.authoring.replies import Reply
from integtest.authoring.requests import GET, POST, Draft
from integtest.model.budget import Budget
from integtest.model.contract import HttpInteraction
from integtest.packs.menu import ONE_CALL, RETRIED, Choice, Options, promise

__all__ = [
    "Ended",
    "Interrupt",
    "Interrupted",
    "LangGraphError",
    "State",
    "Thread",
    "WaitingThread",
    "busy",
    "create_thread",
    "ends",
    "interrupts",
    "no_thread",
    "resume",
    "resume_again",
    "state",
    "thread",
    "unknown_assistant",
]

ID = "00000000-0000-4000-8000-000000000000"
GRAPH = "refund"
INPUT: Mapping[str, Any] = {"amount": 900}


class Thread(BaseModel):
    """A thread, and whether it runs, waits for a person, or has failed."""

    thread_id: str = Field(min_length=1, examples=[ID])
    status: Literal["idle", "busy", "interrupted", "error"]


class Interrupt(BaseModel):
    """What a person is asked: `value` is the graph's own."""

    id: str | None = None
    value: Any = Field(examples=[{"ask": "approve?"}])


class Interrupted(BaseModel):
    """A run that stopped for a person: it ended with 200, and decided nothing."""

    interrupts: list[Interrupt] = Field(alias="__interrupt__", min_length=1)


class Ended(BaseModel):
    """A run that came to its end: the graph's values, and no interrupt."""

    model_config = ConfigDict(json_schema_extra={"not": {"required": ["__interrupt__"]}})


class WaitingThread(Thread):
    """A thread that waits for a person: its interrupts by task."""

    status: Literal["interrupted"]
    interrupts: dict[str, list[Interrupt]] = Field(
        min_length=1, examples=[{"t-1": [{"value": {"ask": "approve?"}}]}]
    )


class Task(BaseModel):
    """A node that has not ended."""

    id: str
    name: str
    interrupts: list[Interrupt] = []


class State(BaseModel):
    """The state of a thread: its values, and the nodes that come next."""

    values: dict[str, Any]
    next: list[str] = Field(min_length=1, examples=[["review"]])
    tasks: list[Task] = Field(min_length=1)


class LangGraphError(BaseModel):
    """Why not."""

    detail: str = Field(min_length=1, examples=["Thread not found"])


def create_thread(contract: Contract, *, auth: Auth | None = None, **options: Unpack[Options]) -> HttpInteraction:
    """Makes a thread.

    Source: LangGraph API, POST /threads.
    """
    choice: Choice = {"budget": Budget(p95="500ms"), "failing": RETRIED}
    return promise(
        contract, "makes a thread", POST("/threads", json={}, auth=auth), Reply(200, Thread), options, choice
    )


def interrupts(
    contract: Contract,
    *,
    assistant: str = GRAPH,
    input: Mapping[str, Any] = INPUT,  # noqa: A002 - the API's own name
    auth: Auth | None = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Stops for a person: the run ends with 200 and `__interrupt__`, and nothing was decided.

    Source: LangGraph API, POST /threads/{thread_id}/runs/wait; schema Interrupt.
    """
    request = _run({"assistant_id": assistant, "input": dict(input)}, auth)
    choice = _run_choice("a thread exists")
    return promise(contract, "stops for a person", request, Reply(200, Interrupted), options, choice)


def ends(
    contract: Contract,
    *,
    assistant: str = GRAPH,
    input: Mapping[str, Any] | None = None,  # noqa: A002
    result: Any = Ended,
    auth: Auth | None = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Needs no person: the run ends without `__interrupt__`. `result` is your model of the graph's values.

    Source: LangGraph API, POST /threads/{thread_id}/runs/wait.
    """
    request = _run({"assistant_id": assistant, "input": dict(input or {"amount": 50})}, auth)
    choice = _run_choice("a thread exists")
    return promise(contract, "ends without a person", request, Reply(200, result), options, choice)


def resume(
    contract: Contract,
    *,
    assistant: str = GRAPH,
    decision: Any = "approve",
    result: Any = Ended,
    auth: Auth | None = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Goes on with what the person said.

    Source: LangGraph API, POST /threads/{thread_id}/runs/wait; schema Command (`resume`).
    """
    choice = _run_choice("a thread waits for a decision")
    request = _resumed(assistant, decision, auth)
    return promise(contract, "goes on with a decision", request, Reply(200, result), options, choice)


def resume_again(
    contract: Contract,
    *,
    assistant: str = GRAPH,
    decision: Any = "approve",
    result: Any = Ended,
    auth: Auth | None = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Has ended already: resuming it again starts nothing, and gives the same values.

    Source: LangGraph API, POST /threads/{thread_id}/runs/wait; schema Command (`resume`).
    """
    choice: Choice = {"given": "a thread is decided", "repeatable": True}
    request = _resumed(assistant, decision, auth)
    return promise(contract, "is decided already", request, Reply(200, result), options, choice)


def thread(contract: Contract, *, auth: Auth | None = None, **options: Unpack[Options]) -> HttpInteraction:
    """Tells that a thread waits for a person, and what they are asked.

    Source: LangGraph API, GET /threads/{thread_id}; schema Thread.
    """
    choice = _read("a thread waits for a decision")
    return promise(
        contract, "tells that a thread waits", _get("", auth), Reply(200, WaitingThread), options, choice
    )


def state(contract: Contract, *, auth: Auth | None = None, **options: Unpack[Options]) -> HttpInteraction:
    """Tells where a thread waits: its values, the next nodes, their interrupts.

    Source: LangGraph API, GET /threads/{thread_id}/state; schema ThreadState.
    """
    choice = _read("a thread waits for a decision")
    return promise(contract, "tells where a thread waits", _get("/state", auth), Reply(200, State), options, choice)


def no_thread(contract: Contract, *, auth: Auth | None = None, **options: Unpack[Options]) -> HttpInteraction:
    """Knows no such thread: 404.

    Source: LangGraph API, GET /threads/{thread_id}; schema ErrorResponse.
    """
    choice: Choice = {"given": "no such thread exists", "repeatable": True}
    reply = Reply(404, LangGraphError)
    return promise(contract, "knows no such thread", _get("", auth), reply, options, choice)


def unknown_assistant(
    contract: Contract, *, assistant: str = "nobody", auth: Auth | None = None, **options: Unpack[Options]
) -> HttpInteraction:
    """Knows no such assistant or graph: 422.

    Source: LangGraph API, POST /threads/{thread_id}/runs/wait (422); schema ErrorResponse.
    """
    choice: Choice = {"given": "a thread exists", "repeatable": True}
    request = _run({"assistant_id": assistant, "input": {}}, auth)
    return promise(contract, "knows no such assistant", request, Reply(422, LangGraphError), options, choice)


def busy(
    contract: Contract, *, assistant: str = GRAPH, auth: Auth | None = None, **options: Unpack[Options]
) -> HttpInteraction:
    """Runs already, and was asked to refuse a second run: 409.

    Source: LangGraph API, POST /threads/{thread_id}/runs/wait (409; `multitask_strategy` "reject").
    """
    choice: Choice = {"given": "a thread runs", "repeatable": True}
    body = {"assistant_id": assistant, "input": {}, "multitask_strategy": "reject"}
    return promise(contract, "runs already", _run(body, auth), Reply(409, LangGraphError), options, choice)


def _run(body: dict[str, Any], auth: Auth | None) -> Draft:
    return POST("/threads/{id}/runs/wait", path={"id": from_state("id", example=ID)}, json=body, auth=auth)


def _resumed(assistant: str, decision: Any, auth: Auth | None) -> Draft:
    return _run({"assistant_id": assistant, "command": {"resume": decision}}, auth)


def _get(rest: str, auth: Auth | None) -> Draft:
    return GET("/threads/{id}" + rest, path={"id": from_state("id", example=ID)}, auth=auth)


def _read(given: str) -> Choice:
    return {"given": given, "budget": Budget(p95="500ms"), "failing": RETRIED, "repeatable": True}


def _run_choice(given: str) -> Choice:
    """A run has effects and no key of its own: it is asked for once."""
    return {"given": given, "budget": Budget(p95="10s"), "failing": ONE_CALL}
