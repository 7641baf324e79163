"""The error tracker's states (Bugsink)."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from examples.states.service import Service, fresh, setting

bugsink = Service("BUGSINK_URL", headers=lambda: {"Authorization": f"Bearer {setting('BUGSINK_TOKEN')}"})
API = "/api/canonical/0"


def a_project() -> dict[str, Any]:
    """The project of the demo, with the key that its events carry."""
    found = bugsink.call("GET", f"{API}/projects/{setting('BUGSINK_PROJECT')}/")
    return {"id": found["id"], "project": found["id"], "team": found["team"], "key": setting("BUGSINK_KEY")}


def an_issue(error: str = "PolicyUnavailable") -> Iterator[dict[str, Any]]:
    """An issue of its own with one event."""
    project = a_project()
    value = fresh("status 503")
    event = _send(project["id"], error, value)
    path = f"{API}/issues/?project={project['id']}&order=desc"
    issue = next(each["id"] for each in bugsink.call("GET", path)["results"] if each["calculated_value"] == value)
    yield {**project, "issue": issue, "event": event}
    bugsink.call("DELETE", f"{API}/issues/{issue}/", expect=(202, 204, 404))


def _send(project: int, error: str, value: str) -> str:
    event = uuid.uuid4().hex
    what = {"values": [{"type": error, "value": value}]}
    lines = (
        {"event_id": event},
        {"type": "event"},
        {
            "event_id": event,
            "timestamp": datetime.now(UTC).isoformat(),
            "platform": "python",
            "level": "error",
            "exception": what,
            # One issue each: else events of one type and place are taken for one.
            "fingerprint": [value],
        },
    )
    envelope = "\n".join(map(json.dumps, lines)) + "\n"
    key = f"Sentry sentry_version=7, sentry_key={setting('BUGSINK_KEY')}"
    bugsink.call("POST", f"/api/{project}/envelope/", content=envelope, headers={"X-Sentry-Auth": key})
    return event


states = {"a project exists": a_project, "an issue exists": an_issue}
