"""What the tests of authoring share: a judge on Pact's engine, and short ways to promise and to judge."""

from __future__ import annotations

import json
from typing import Any

import pytest

from integtest import GET, POST, Contract, Reply
from integtest.adapters.pact_engine import Engine
from integtest.model.contract import HttpInteraction
from integtest.model.http import Request, Response
from integtest.rules.match import Judge


class Bench:
    """Promises, and judges what comes by Pact's rules and the JSON Schema."""

    def __init__(self) -> None:
        self._judge = Judge(Engine())

    def reply(self, body: Any, **options: Any) -> HttpInteraction:
        """An interaction with this reply."""
        contract = Contract(consumer="c", provider="p")
        return contract.http("it", given="x", request=GET("/"), reply=Reply(200, body, **options))

    def asks(self, request: Any = None, **options: Any) -> HttpInteraction:
        """An interaction with this request, or a POST with these options."""
        contract = Contract(consumer="c", provider="p")
        return contract.http("it", given="x", request=request or POST("/", **options), reply=Reply(200))

    def takes(self, found: HttpInteraction, value: Any, status: int = 200) -> bool:
        """Whether a JSON reply keeps the promise."""
        headers = (("Content-Type", "application/json"),)
        seen = Response(status=status, headers=headers, body=json.dumps(value).encode())
        return self._judge.response(found.response).judge(seen).holds

    def hears(self, found: HttpInteraction, **parts: Any) -> bool:
        """Whether a request is the promised one; parts that are not given are those of the example."""
        pattern = found.request
        headers = {name: values[0] for name, values in pattern.headers.items()}
        seen = Request(
            method=pattern.method,
            url=parts.get("url", pattern.path),
            headers=tuple((headers | parts.get("headers", {})).items()),
            body=parts.get("body", pattern.body.content),
        )
        return self._judge.request(pattern).judge(seen).holds


@pytest.fixture(scope="session")
def bench() -> Bench:
    return Bench()
