"""What the functions of all packs share: their options, and how one becomes an interaction."""

from __future__ import annotations

from copy import copy
from typing import Any

from integtest.authoring.contract import Contract
from integtest.authoring.credentials import Auth
from integtest.authoring.places import refuse
from integtest.authoring.replies import Reply
from integtest.authoring.requests import Draft
from integtest.authoring.streams import Stream
from integtest.authoring.terms import Failing, Terms
from integtest.authoring.values import Match
from integtest.model.contract import HttpInteraction
from integtest.model.matching import Generator, Matcher

RETRIED = Failing(within="10s", calls=3)
"""A start for what may be asked again: give up after three calls, within ten seconds."""

PATIENT = Failing(within="2m", calls=3)
"""The same for what takes long when it works."""

ONE_CALL = Failing(within="30s", calls=1)
"""A start for what must not be asked again."""


class Options(Terms, total=False):
    """What every function of a pack takes beside its own arguments. Each stands in place of the pack's choice."""

    description: str
    """The interaction's description, where one contract takes the same promise twice."""
    body: Any
    """Your own model of the reply's body, when you read less of it, or more."""
    once: str | None
    """JSON path of the request's idempotency key; of a message, where it says which one it is."""
    repeatable: bool
    """Sending it again changes nothing."""


class Choice(Terms, total=False):
    """A pack's own choice for one interaction, which `Options` may replace."""

    once: str | None
    repeatable: bool


def promise(
    contract: Contract,
    description: str,
    request: Draft,
    reply: Reply,
    options: Options,
    choice: Choice | None = None,
) -> HttpInteraction:
    """Register a promise of a pack on `contract`: the pack's choice, with what the caller's options replace."""
    _check(contract)
    terms: dict[str, Any] = {**(choice or {}), **options}
    named = terms.pop("description", description)
    if "body" in terms:
        reply = _with_body(reply, terms.pop("body"))
    found: HttpInteraction = contract.http(named, request=request, reply=reply, **terms)
    return found


def promise_stream(
    contract: Contract,
    description: str,
    request: Draft,
    reply: Stream,
    options: Options,
    choice: Choice | None = None,
) -> HttpInteraction:
    """The same for an answer in a stream, whose events are the pack's own."""
    _check(contract)
    terms: dict[str, Any] = {**(choice or {}), **options}
    if "body" in terms:
        refuse(
            "a stream has no body= of one model", "write your own: contract.stream(…, reply=Stream(200, frames=…))"
        )
    named = terms.pop("description", description)
    found: HttpInteraction = contract.stream(named, request=request, reply=reply, **terms)
    return found


def told_message(contract: Contract, description: str, options: Options) -> tuple[str, dict[str, Any]]:
    """The description and terms of a message that a pack promises; the caller has used `body`. ContractError for
    what a message has not."""
    _check(contract)
    if options.get("repeatable"):
        refuse("a message that the provider sends has no repeatable=", "once= says where it tells which one it is")
    terms = {name: value for name, value in options.items() if name not in ("repeatable", "body")}
    return str(terms.pop("description", description)), terms


def _check(contract: Any) -> None:
    if not isinstance(contract, Contract):
        refuse(
            f"a pack writes into a contract, not into {type(contract).__name__}",
            'first: identity = Contract(consumer="…", provider="identity")',
        )


def _with_body(reply: Reply, body: Any) -> Reply:
    """The same reply with another body, as the caller wrote it."""
    other = copy(reply)
    object.__setattr__(other, "body", body)
    object.__setattr__(other, "example", None)
    return other


def held_bearer(example: str, name: str = "access_token") -> Auth:
    """A bearer token (RFC 6750, 2.1) that the provider state's set-up returns under `name`."""
    made = Generator(type="ProviderState", args={"expression": f"Bearer ${{{name}}}", "dataType": "STRING"})
    any_bearer = Matcher(match="regex", args={"regex": r"[Bb]earer +\S+"})
    return Auth("header", "Authorization", Match(f"Bearer {example}", (any_bearer,), generator=made, state=name))
