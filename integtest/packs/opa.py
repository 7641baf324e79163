"""Open Policy Agent: decisions over its Data API.

What a consumer relies on: a decision in `result`. A rule that is undefined is **200 without `result`**: a consumer
that takes a missing `result` for a yes, or crashes on it, is what `undefined` is here to catch. Let a decision
guard what it decides on: `packs.opa.allowed(policy, guards=[answer])`.

Source: OPA's REST API reference, Data API ("Get a Document (with Input)"), Health API, and "Errors".

Deviations, by argument: `path=` is the rule's path after `/v1/data/`, `prefix=` for a gateway's own; `auth=` where
OPA runs with token authentication. `decision_id` comes only where decisions are logged. The Pact file cannot say
that `result` is missing: there the JSON Schema judges `undefined`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Unpack

from pydantic import BaseModel, ConfigDict, Field, create_model

from integtest.authoring.contract import Contract
from integtest.authoring.credentials import Auth
from integtest.authoring.replies import Reply
from integtest.authoring.requests import GET, POST, Draft
from integtest.model.budget import Budget
from integtest.model.contract import HttpInteraction
from integtest.packs.menu import RETRIED, Choice, Options, promise

__all__ = [
    "Allowed",
    "Answer",
    "Denied",
    "Detail",
    "OpaError",
    "Undefined",
    "allowed",
    "denied",
    "document",
    "evaluation_error",
    "healthy",
    "malformed_input",
    "undefined",
]

RULE = "authz/allow"
PREFIX = "/v1/data"


class Answer(BaseModel):
    """What stands beside every result, where it is asked for."""

    decision_id: str | None = None
    metrics: dict[str, Any] | None = None
    provenance: dict[str, Any] | None = None


class Allowed(Answer):
    """The rule is true."""

    result: Literal[True]


class Denied(Answer):
    """The rule is false."""

    result: Literal[False]


class Undefined(Answer):
    """The rule is undefined: there is no `result`."""

    model_config = ConfigDict(json_schema_extra={"not": {"required": ["result"]}})


class Detail(BaseModel):
    """One of the errors that an error holds."""

    code: str
    message: str
    location: dict[str, Any] | None = None


class OpaError(BaseModel):
    """OPA's error object; `errors` is optional."""

    code: str = Field(min_length=1, examples=["invalid_parameter"])
    message: str = Field(min_length=1)
    errors: list[Detail] | None = None


class InvalidParameterError(OpaError):
    """The request cannot be read."""

    code: Literal["invalid_parameter"]


class InternalError(OpaError):
    """The policy could not be evaluated."""

    code: Literal["internal_error"]


class Healthy(BaseModel):
    """An empty object."""


def allowed(
    contract: Contract,
    *,
    path: str = RULE,
    prefix: str = PREFIX,
    input: Mapping[str, Any] | None = None,  # noqa: A002 - OPA's own word
    auth: Auth | None = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Answers true for an input that the rule allows.

    Source: OPA REST API, Data API, Get a Document (with Input), 200.
    """
    request = _asked(prefix, path, {"user": "alice"} if input is None else input, auth)
    choice = _choice(f"{path} allows the input")
    return promise(contract, f"answers true for {path}", request, Reply(200, Allowed), options, choice)


def denied(
    contract: Contract,
    *,
    path: str = RULE,
    prefix: str = PREFIX,
    input: Mapping[str, Any] | None = None,  # noqa: A002
    auth: Auth | None = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Answers false for an input that the rule does not allow: a rule with `default allow := false`.

    Source: OPA REST API, Data API, Get a Document (with Input), 200.
    """
    request = _asked(prefix, path, {"user": "mallory"} if input is None else input, auth)
    choice = _choice(f"{path} denies the input")
    return promise(contract, f"answers false for {path}", request, Reply(200, Denied), options, choice)


def undefined(
    contract: Contract,
    *,
    path: str = RULE,
    prefix: str = PREFIX,
    input: Mapping[str, Any] | None = None,  # noqa: A002
    auth: Auth | None = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Answers 200 without `result` where the rule is undefined: no default, or no such rule. It is not an error,
    and it is not a yes.

    Source: OPA REST API, Data API: "The server returns 200 if the path refers to an undefined document. In this
    case, the response will not contain a result property."
    """
    request = _asked(prefix, path, {"user": "nobody"} if input is None else input, auth)
    choice = _choice(f"{path} is undefined for the input")
    return promise(contract, f"has no result for {path}", request, Reply(200, Undefined), options, choice)


def document(
    contract: Contract,
    *,
    path: str = "authz/decision",
    prefix: str = PREFIX,
    input: Mapping[str, Any] | None = None,  # noqa: A002
    result: Any = dict[str, Any],
    auth: Auth | None = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Answers with a document of your own type in `result`: a decision with reasons, a filter, a list.

    Source: OPA REST API, Data API, Get a Document (with Input), 200.
    """
    typed = create_model("Document", __base__=Answer, result=(result, ...))
    request = _asked(prefix, path, {"user": "alice"} if input is None else input, auth)
    choice = _choice(f"{path} is defined for the input")
    return promise(contract, f"answers with {path}", request, Reply(200, typed), options, choice)


def healthy(contract: Contract, *, path: str = "/health", **options: Unpack[Options]) -> HttpInteraction:
    """Says that it is up.

    Source: OPA REST API, Health API, 200.
    """
    return promise(contract, "is healthy", GET(path), Reply(200, Healthy), options, {"budget": Budget(p95="50ms")})


def malformed_input(
    contract: Contract,
    *,
    path: str = RULE,
    prefix: str = PREFIX,
    auth: Auth | None = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Refuses a request that is no object with an input: 400. Malformed JSON is answered alike, but stands in no
    contract.

    Source: OPA REST API, Data API: "The server returns 400 if the input document is invalid (i.e. malformed
    JSON)"; Errors.
    """
    request = POST(f"{prefix}/{path}", json=["no object"], auth=auth)
    reply = Reply(400, InvalidParameterError)
    return promise(contract, "refuses a request that is no object", request, reply, options, {"repeatable": True})


def evaluation_error(
    contract: Contract,
    *,
    path: str = RULE,
    prefix: str = PREFIX,
    input: Mapping[str, Any] | None = None,  # noqa: A002
    auth: Auth | None = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Fails to evaluate the policy: 500, no decision. A consumer that goes on without one is open.

    Source: OPA REST API, Data API, 500; Errors.
    """
    request = _asked(prefix, path, {"user": "alice"} if input is None else input, auth)
    choice: Choice = {"given": f"{path} cannot be evaluated", "repeatable": True}
    return promise(contract, f"fails to evaluate {path}", request, Reply(500, InternalError), options, choice)


def _asked(prefix: str, path: str, input: Mapping[str, Any], auth: Auth | None) -> Draft:  # noqa: A002
    return POST(f"{prefix}/{path.strip('/')}", json={"input": dict(input)}, auth=auth)


def _choice(given: str) -> Choice:
    return {"given": given, "budget": Budget(p95="50ms"), "failing": RETRIED, "repeatable": True}
