"""Pacts, apps and runs for the tests of verification."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from integtest.codecs.pact_v4 import loads
from integtest.flows.verify.events import Event
from integtest.flows.verify.plan import Plan, ProviderPlan
from integtest.model.contract import Contract
from integtest.model.finding import Finding
from integtest.model.http import Place
from integtest.model.verdict import Verdict
from integtest.wiring import verify

sys.path.insert(0, str(Path(__file__).parents[2] / "adapters" / "provider"))

from raw_server import answers, closed_port, hangs, raw_server, resets, says

__all__ = [
    "BY_TYPE",
    "App",
    "answers",
    "body",
    "cassette",
    "closed_port",
    "contract",
    "exchange",
    "hangs",
    "interaction",
    "message",
    "only",
    "pact",
    "raw_server",
    "resets",
    "rules",
    "run",
    "says",
    "statuses",
    "texts",
]

JSON = "application/json"
BY_TYPE = {"body": {"$": {"combine": "AND", "matchers": [{"match": "type"}]}}}


def body(content: Any, content_type: str = JSON) -> dict[str, Any]:
    """A V4 body."""
    return {"content": content, "contentType": content_type, "encoded": False}


def interaction(
    description: str = "reads",
    path: str = "/x",
    reply: Any = None,
    *,
    given: str | list[dict[str, Any]] | None = None,
    status: int = 200,
    method: str = "GET",
    rules: dict[str, Any] | None = None,
    request: dict[str, Any] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """A V4 HTTP interaction."""
    response: dict[str, Any] = {"status": status}
    if reply is not None:
        response["body"] = body(reply)
    if rules:
        response["matchingRules"] = rules
    made = {
        "type": "Synchronous/HTTP",
        "description": description,
        "request": {"method": method, "path": path, **(request or {})},
        "response": response,
        **more,
    }
    if given:
        made["providerStates"] = [{"name": given}] if isinstance(given, str) else given
    return made


def message(
    description: str, content: Any, *, metadata: dict[str, Any] | None = None, **more: Any
) -> dict[str, Any]:
    """A V4 asynchronous message."""
    made = {"type": "Asynchronous/Messages", "description": description, "contents": body(content), **more}
    return made | ({"metadata": metadata} if metadata else {})


def pact(*interactions: dict[str, Any], consumer: str = "web", provider: str = "people") -> dict[str, Any]:
    """A V4 pact."""
    return {
        "consumer": {"name": consumer},
        "provider": {"name": provider},
        "interactions": list(interactions),
        "metadata": {"pactSpecification": {"version": "4.0"}},
    }


def contract(*interactions: dict[str, Any], **names: str) -> Contract:
    """The pact, read."""
    return loads(json.dumps(pact(*interactions, **names)).encode(), Place(file="web-people.json"))


def run(
    *interactions: dict[str, Any],
    heard: Callable[[Event], None] | None = None,
    plan: dict[str, Any] | None = None,
    **provider: Any,
) -> Verdict:
    """The verdict over these interactions with the provider "people"."""
    one = ProviderPlan(name="people", **provider)
    made = {"contracts": (contract(*interactions),), "providers": (one,), "timeout": 10.0, **(plan or {})}
    return verify(Plan(**made), heard)


def statuses(verdict: Verdict) -> dict[str, str]:
    """The status of each interaction by its description."""
    return {result.description: result.status for result in verdict.interactions}


def rules(verdict: Verdict) -> list[str]:
    """The rules of the findings, sorted."""
    return sorted(found.rule for found in verdict.findings)


def only(verdict: Verdict) -> Finding:
    """The one finding."""
    assert len(verdict.findings) == 1, [found.message for found in verdict.findings]
    return verdict.findings[0]


class App:
    """An ASGI app that answers `METHOD path` from a table of `(status, JSON)` or of functions of the request's
    headers and body; `seen` keeps the requests as `METHOD path?query`."""

    def __init__(self, routes: dict[str, Any]) -> None:
        self.routes = routes
        self.seen: list[str] = []
        self.headers: list[dict[str, str]] = []

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] != "http":
            raise NotImplementedError
        content = (await receive())["body"]
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        name = f"{scope['method']} {scope['path']}"
        query = scope["query_string"].decode()
        self.seen.append(f"{name}?{query}" if query else name)
        self.headers.append(headers)
        answer = self.routes.get(name, (404, {"error": "no such thing"}))
        if callable(answer):
            answer = answer(headers, content)
            if hasattr(answer, "__await__"):
                answer = await answer
        status, value, *more = answer
        raw = value if isinstance(value, bytes) else json.dumps(value).encode()
        fields = [(b"content-type", JSON.encode()), *(more[0] if more else [])]
        await send({"type": "http.response.start", "status": status, "headers": fields})
        await send({"type": "http.response.body", "body": raw})


def cassette(*exchanges: dict[str, Any]) -> str:
    """A vcrpy cassette, as JSON, which is YAML too."""
    return json.dumps({"version": 1, "interactions": list(exchanges)})


def exchange(
    method: str = "GET",
    url: str = "https://people.example.com/x",
    reply: Any = None,
    *,
    status: int = 200,
    sent: str | None = None,
    headers: dict[str, str] | None = None,
    reply_headers: dict[str, str] | None = None,
) -> dict[str, Any]:
    """One recorded exchange."""
    text = reply if isinstance(reply, str) else json.dumps(reply)
    return {
        "request": {"method": method, "uri": url, "body": sent, "headers": _listed(headers or {})},
        "response": {
            "status": {"code": status, "message": "OK"},
            "headers": _listed({"Content-Type": JSON, **(reply_headers or {})}),
            "body": {"string": "" if reply is None else text},
        },
    }


def _listed(headers: dict[str, str]) -> dict[str, list[str]]:
    return {name: [value] for name, value in headers.items()}


def texts(findings: Iterable[Finding]) -> str:
    """All that the findings say, for what must not stand there."""
    return "\n".join(found.model_dump_json() for found in findings)
