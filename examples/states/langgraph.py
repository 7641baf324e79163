"""The review's states (LangGraph's API): threads that stopped for a person."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from examples.states.service import Service

langgraph = Service("LANGGRAPH_URL")


def a_thread() -> Iterator[dict[str, str]]:
    """A thread in which nothing has run."""
    thread = str(langgraph.call("POST", "/threads", json={})["thread_id"])
    yield {"id": thread, "thread_id": thread}
    langgraph.call("DELETE", f"/threads/{thread}", expect=(204, 404))


def a_waiting_thread(
    amount: float = 900, graph: str = "refund", claim: str = "c1", answer: str = ""
) -> Iterator[dict[str, str]]:
    """A review that a person must decide."""
    shown = {"amount": amount, "claim_id": claim, "answer": answer, "deadline": "2099-01-01T00:00:00+00:00"}
    for found in a_thread():
        ran = _run(found["id"], {"assistant_id": graph, "input": shown})
        if not ran.get("__interrupt__"):
            raise RuntimeError(f"a {graph} of {amount} did not stop for a person: {ran}")
        yield {**found, "interrupt_id": ran["__interrupt__"][0]["id"]}


def a_decided_thread(amount: float = 900, decision: str = "approve") -> Iterator[dict[str, str]]:
    """A review that a person has decided."""
    for found in a_waiting_thread(amount):
        _run(found["id"], {"assistant_id": "refund", "command": {"resume": decision}})
        yield found


def no_thread() -> dict[str, str]:
    """The id of a thread that there is not."""
    thread = str(uuid.uuid4())
    return {"id": thread, "thread_id": thread}


def _run(thread: str, body: dict[str, Any]) -> dict[str, Any]:
    return dict(langgraph.call("POST", f"/threads/{thread}/runs/wait", json=body))


states = {
    "a thread exists": a_thread,
    "a thread waits for a decision": a_waiting_thread,
    "a thread is decided": a_decided_thread,
    "no such thread exists": no_thread,
}
