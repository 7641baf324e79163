"""The judge that holds published examples to a pack's promises."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from integtest import Contract
from integtest.adapters.pact_engine import Engine
from integtest.model.contract import AnyInteraction, AsyncMessage, HttpInteraction
from integtest.model.http import Request, Response
from integtest.model.message import Message
from integtest.rules.match import Judge

JSON = "application/json"


@pytest.fixture(scope="session")
def judge() -> Judge:
    return Judge(Engine())


@pytest.fixture
def contract() -> Contract:
    return Contract(consumer="claims", provider="standard")


def _bytes(body: Any) -> bytes:
    return body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()


@pytest.fixture
def takes_reply(judge: Judge) -> Callable[..., list[str]]:
    """What is wrong with a reply, in words; nothing when the promise takes it."""

    def told(
        promise: HttpInteraction, status: int, body: Any = None, kind: str | None = JSON, **headers: str
    ) -> list[str]:
        named = [(name.replace("_", "-"), value) for name, value in headers.items()]
        if body is not None and kind:
            named.append(("Content-Type", kind))
        seen = Response(status=status, headers=tuple(named), body=_bytes(body))
        return [f"{one.path} {one.message}" for one in judge.response(promise.response).judge(seen).mismatches]

    return told


@pytest.fixture
def takes_request(judge: Judge) -> Callable[..., list[str]]:
    """What is wrong with a request, in words."""

    def told(promise: HttpInteraction, seen: Request) -> list[str]:
        return [f"{one.path} {one.message}" for one in judge.request(promise.request).judge(seen).mismatches]

    return told


@pytest.fixture
def takes_message(judge: Judge) -> Callable[..., list[str]]:
    """What is wrong with a message, in words."""

    def told(promise: AnyInteraction, body: Any, kind: str = JSON) -> list[str]:
        assert isinstance(promise, AsyncMessage)
        seen = Message(contents=_bytes(body), content_type=kind)
        return [f"{one.path} {one.message}" for one in judge.message(promise.message).judge(seen).mismatches]

    return told
