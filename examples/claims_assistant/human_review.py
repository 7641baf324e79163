"""A person decides what the assistant may not: threads that stop at an interrupt (LangGraph's API)."""

from __future__ import annotations

from collections.abc import Mapping

from examples.claims_assistant.errors import ReviewUnavailable
from examples.claims_assistant.http import Provider


class Reviews:
    """Asks for a decision and carries it back."""

    def __init__(self, base: str, graph: str = "refund") -> None:
        self._provider = Provider(base, ReviewUnavailable, deadline=30.0)
        self._graph = graph

    def request(self, amount: float) -> str:
        """Open a review; its thread's id."""
        thread = self._call("/threads", {})["thread_id"]
        self._call(f"/threads/{thread}/runs/wait", {"assistant_id": self._graph, "input": {"amount": amount}})
        return str(thread)

    def decide(self, thread: str, decision: str) -> str:
        """Resume the thread with a person's decision; what the graph recorded of it."""
        command = {"assistant_id": self._graph, "command": {"resume": decision}}
        return str(self._call(f"/threads/{thread}/runs/wait", command).get("decision"))

    def _call(self, path: str, body: Mapping[str, object]) -> dict[str, object]:
        response = self._provider.send("POST", path, json=dict(body))
        if response.status_code != 200:
            raise ReviewUnavailable(f"POST {path}: status {response.status_code}")
        return dict(self._provider.json(response))
