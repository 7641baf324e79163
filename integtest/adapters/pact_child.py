"""Runs Pact's verifier in a process of its own: `python -m integtest.adapters.pact_child TASK RESULT`.

It prints as it likes and may hang or crash without harm. TASK is a JSON file `{"provider", "folder", "relay",
"transports": {name: port}, "timeout": ms}`; RESULT gets `{"results": […]}` or `{"error": "…"}`.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

os.environ["PACT_DO_NOT_TRACK"] = "true"


def run(task: dict[str, Any]) -> dict[str, Any]:
    """The verifier's own results."""
    from pact import Verifier

    relay = urlsplit(task["relay"])
    verifier = Verifier(task["provider"], host=relay.hostname).add_transport(url=task["relay"])
    verifier.add_transport(protocol="message", port=relay.port, path="/_integtest/message", scheme="http")
    for name, port in task["transports"].items():
        verifier.add_transport(protocol=name, port=port)
    verifier.add_source(task["folder"])
    verifier.state_handler(f"{task['relay']}/_integtest/state", teardown=True, body=True)
    verifier.set_request_timeout(task["timeout"])
    failed = ""
    try:
        verifier.verify()
    except RuntimeError as error:
        failed = str(error)  # So it says that something did not match, too.
    found = verifier.results
    if failed and not found["interactionResults"]:
        return {"error": "; ".join(str(one) for one in found["errors"]) or failed}
    return {"results": found["interactionResults"]}


if __name__ == "__main__":
    outcome = run(json.loads(Path(sys.argv[1]).read_bytes()))
    Path(sys.argv[2]).write_text(json.dumps(outcome))
