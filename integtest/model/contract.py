"""What is promised: contracts and their interactions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from integtest.model.base import Frozen
from integtest.model.budget import Budget, Duration
from integtest.model.conversation import Conversation
from integtest.model.http import Place
from integtest.model.matching import RequestPattern, ResponsePattern
from integtest.model.message import Delivery, MessagePattern


class ProviderState(Frozen):
    """A "given": what must be true of the provider's data before the interaction."""

    name: str
    params: dict[str, Any] = Field(default_factory=dict)


class ContractInfo(Frozen):
    """Whose contract this is, and where the consumer reads the provider's address."""

    consumer: str
    provider: str
    kind: str | None = None
    """The area: auth, data_pipeline, compliance, monitoring, human_review, model_gateway, or a team's own."""
    env: str | None = None
    """The environment variable that holds the provider's base URL in the consumer."""
    base: str = ""
    """Path prefix that the consumer's base URL ends with ("/v1"); interactions' paths include it."""


class InteractionRef(Frozen):
    """Points at an interaction of any contract of the same consumer."""

    provider: str
    description: str


class FailureTerms(Frozen):
    """What a contract says of its consumer's behaviour while an interaction fails; a test may tighten it.

    `raises` are declared errors as `module:QualifiedName`, `within` seconds for the whole of it, `calls` the most
    calls of the interaction."""

    raises: tuple[str, ...] = ()
    within: Duration | None = None
    calls: Annotated[int, Field(ge=1)] | None = None

    if TYPE_CHECKING:  # what is given may be text; what is kept are seconds

        def __init__(
            self, *, raises: tuple[str, ...] = (), within: float | str | None = None, calls: int | None = None
        ) -> None: ...


class SecretUse(Frozen):
    """A secret that the request carries, by name. `variables` maps a role (user, password, token) to an
    environment variable; `template` is the value with `{role}` in place of each secret."""

    part: Literal["header", "query", "form", "json"]
    name: str
    """The header, query or form field, or the JSON path."""
    template: str
    variables: dict[str, str]
    encoding: Literal["plain", "basic"] = "plain"
    """`basic`: what follows the scheme is base64 of the filled template (RFC 7617)."""


class Weaker(Frozen):
    """A place where Pact says less than the contract; the JSON Schema judges there."""

    part: Literal["request", "response"]
    path: str
    reason: str


class Interaction(Frozen):
    """What all interactions share. Inert: it is data, never called, never run."""

    __test__ = False

    contract: ContractInfo
    description: str
    states: tuple[ProviderState, ...] = ()
    pending: bool = False
    key: str | None = None
    budget: Budget | None = None
    guards: tuple[InteractionRef, ...] = ()
    """While this promise fails, no call to these leaves the consumer."""
    once: str | None = None
    """JSON path of the idempotency key: the effect happens once for each key. Of a message: where it says which one
    it is, a JSON path or `header.NAME`."""
    repeatable: bool = False
    """True when sending it again changes nothing, whatever its method."""
    failing: FailureTerms | None = None
    """What the consumer does while the interaction fails: declared errors, deadline, number of calls."""
    secrets: tuple[SecretUse, ...] = ()
    weaker: tuple[Weaker, ...] = ()
    comments: dict[str, Any] = Field(default_factory=dict)
    """The pact file's comments without our own part."""
    place: Place = Place()
    extra: dict[str, Any] = Field(default_factory=dict)
    """Fields of a foreign pact that this version does not know."""

    @property
    def identity(self) -> tuple[str, ...]:
        """What tells an interaction from all others: consumer, provider, description, states."""
        states = (f"{s.name}{json.dumps(s.params, sort_keys=True, default=str)}" for s in self.states)
        return (self.contract.consumer, self.contract.provider, self.description, *states)

    def __hash__(self) -> int:
        return hash(self.identity)


class HttpInteraction(Interaction):
    """A request and the reply to it (Pact V4 Synchronous/HTTP)."""

    type: Literal["http"] = "http"
    request: RequestPattern
    response: ResponsePattern
    __hash__ = Interaction.__hash__


class AsyncMessage(Interaction):
    """A message that the provider sends (Pact V4 Asynchronous/Messages); `delivery` when it comes as a webhook."""

    type: Literal["async"] = "async"
    message: MessagePattern
    delivery: Delivery | None = None
    __hash__ = Interaction.__hash__


class SyncMessage(Interaction):
    """A message and the replies to it (Pact V4 Synchronous/Messages)."""

    type: Literal["sync"] = "sync"
    request: MessagePattern
    responses: tuple[MessagePattern, ...]
    __hash__ = Interaction.__hash__


class ForeignInteraction(Interaction):
    """An interaction of a kind that this version cannot judge (a plugin's); carried, reported, never verified."""

    type: Literal["foreign"] = "foreign"
    foreign_type: str
    raw: dict[str, Any]
    __hash__ = Interaction.__hash__


AnyInteraction = HttpInteraction | AsyncMessage | SyncMessage | ForeignInteraction


class Contract(Frozen):
    """All that one consumer relies on from one provider."""

    info: ContractInfo
    interactions: tuple[AnyInteraction, ...] = ()
    conversations: tuple[Conversation, ...] = ()
    spec: str = "4.0"
    """The pact specification version it was read from."""
    metadata: dict[str, Any] = Field(default_factory=dict)
    """The pact file's metadata without the specification's version and our own part."""
    place: Place = Place()
    extra: dict[str, Any] = Field(default_factory=dict)
