"""The annotation queue's states (Label Studio)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from examples.states.service import Service, setting

label_studio = Service(
    "LABEL_STUDIO_URL", headers=lambda: {"Authorization": f"Token {setting('LABEL_STUDIO_TOKEN')}"}
)
DECISION = {"from_name": "decision", "to_name": "answer", "type": "choices"}


def a_project() -> dict[str, int]:
    """The project of the demo, which shows an `answer` and asks for a `decision`."""
    found = label_studio.call("GET", f"/api/projects/{setting('LABEL_STUDIO_PROJECT')}")
    return {"project": int(found["id"])}


def a_task(answer: str = "The claim is covered.") -> Iterator[dict[str, int]]:
    """A task that nobody has decided."""
    project = a_project()["project"]
    path = f"/api/projects/{project}/import?return_task_ids=true"
    task = int(label_studio.call("POST", path, json=[{"answer": answer}])["task_ids"][0])
    yield {"id": task, "task": task, "project": project}
    label_studio.call("DELETE", f"/api/tasks/{task}/", expect=(204, 404))


def a_decided_task(decision: str = "approve") -> Iterator[dict[str, Any]]:
    """A task with one annotation."""
    for found in a_task():
        result = [{**DECISION, "value": {"choices": [decision]}}]
        made = label_studio.call("POST", f"/api/tasks/{found['task']}/annotations/", json={"result": result})
        yield {**found, "annotation": int(made["id"])}


states = {
    "a project exists": a_project,
    "a task exists": a_task,
    "a task is decided": a_decided_task,
}
