"""Contract: what people write. It registers interactions, which are frozen data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar, Unpack
from weakref import WeakSet

from pydantic import ValidationError

from integtest.authoring import build
from integtest.authoring.ambiguity import Register
from integtest.authoring.build import Aside
from integtest.authoring.conversations import conversation
from integtest.authoring.places import caller, refuse, spot
from integtest.authoring.replies import Reply
from integtest.authoring.requests import Draft
from integtest.authoring.streaming import stream_pattern
from integtest.authoring.streams import Stream
from integtest.authoring.terms import State, Terms, common, once_in, told_once
from integtest.errors import ContractError
from integtest.model import contract as model
from integtest.model.contract import AsyncMessage, ContractInfo, HttpInteraction, SyncMessage
from integtest.model.conversation import Conversation, Execution

__all__ = ["Contract", "State", "refuse_duplicates"]


class Contract:
    """All that one consumer relies on from one provider.

    `kind` is the area (auth, data_pipeline, compliance, monitoring, human_review, model_gateway, or your own),
    `env` the environment variable that holds the base URL in the consumer, `base` the path that this URL ends with
    ("/v1"), which goes before every path. Each method registers one promise and returns it as frozen data; all take
    the terms `given`, `budget`, `guards`, `pending` and `comments` (see `Terms`). What cannot be promised is a
    ContractError with the file and line of the call.
    """

    __test__ = False

    def __init__(
        self, *, consumer: str, provider: str, kind: str | None = None, env: str | None = None, base: str = ""
    ) -> None:
        for role, name in (("consumer", consumer), ("provider", provider)):
            if not isinstance(name, str) or not name.strip():
                refuse(f"a contract needs a {role}, not {name!r}", f'write {role}="…"')
        if base and (not base.startswith("/") or base.endswith("/")):
            refuse(f"base={base!r} must begin with a slash and end without one", 'for example base="/v1"')
        self.info = _made(ContractInfo, consumer=consumer, provider=provider, kind=kind, env=env, base=base)
        self.place = caller()
        self._register = Register()
        self._conversations: list[Conversation] = []
        _CONTRACTS.add(self)

    def __repr__(self) -> str:
        return f"Contract({self.info.consumer!r} -> {self.info.provider!r}, {len(self.interactions)} interactions)"

    @property
    def interactions(self) -> tuple[model.AnyInteraction, ...]:
        """What was registered, in order."""
        return self._register.interactions

    def build(self) -> model.Contract:
        """The contract as data; ContractError when it promises nothing."""
        if not self.interactions:
            raise ContractError(
                f"the contract of {self.info.consumer} with {self.info.provider} promises nothing",
                place=spot(self.place),
                hint="register an interaction with .http(…) or .message(…)",
            )
        return model.Contract(
            info=self.info,
            interactions=self.interactions,
            conversations=tuple(self._conversations),
            place=self.place,
        )

    def conversation(
        self,
        name: str,
        *,
        key: str,
        state: str,
        initial: str,
        transitions: Mapping[str, Sequence[str]],
        final: Sequence[str],
        names: Mapping[str, str] | None = None,
        content: str | None = None,
        executes: Execution | None = None,
    ) -> Conversation:
        """Messages and calls that belong together, and the table of what may follow what.

        `key` and `state` are the places where a message names the thing and its state (`$.review_id`,
        `header.ce-type`), `names` turns what stands there into states, `content` is where it carries the hash of
        what is decided on. `executes` is the call that it leads to: see `execution`.
        """
        if any(one.name == name for one in self._conversations):
            refuse(f"the conversation {name!r} is promised twice", "give it another name")
        terms = {"key": key, "state": state, "initial": initial, "final": final, "names": names, "content": content}
        made = conversation(name, transitions, executes=executes, **terms)
        self._conversations.append(made)
        return made

    def http(
        self,
        description: str,
        *,
        request: Draft,
        reply: Reply,
        once: str | None = None,
        repeatable: bool = False,
        **terms: Unpack[Terms],
    ) -> HttpInteraction:
        """A request and the reply to it.

        `once` is the JSON path of the request's idempotency key: its effect happens once for each key. `repeatable`
        says that sending the request again changes nothing, whatever its method.
        """
        _is(reply, Reply, "reply", "Reply(200, Model)")
        return self._asked(description, request, reply, once, repeatable, terms)

    def stream(
        self,
        description: str,
        *,
        request: Draft,
        reply: Stream,
        once: str | None = None,
        repeatable: bool = False,
        **terms: Unpack[Terms],
    ) -> HttpInteraction:
        """A request that is answered by a stream of events; `once` and `repeatable` as for `http`."""
        _is(reply, Stream, "reply", 'Stream(200, frames=Model, end="[DONE]")')
        return self._asked(description, request, reply, once, repeatable, terms)

    def _asked(
        self,
        description: str,
        request: Draft,
        reply: Reply | Stream,
        once: str | None,
        repeatable: bool,
        terms: Terms,
    ) -> HttpInteraction:
        _is(request, Draft, "request", 'GET("/path")')
        aside = Aside()
        asked, content = build.request_pattern(request, self.info.base, aside)
        answered = (
            stream_pattern(reply, aside) if isinstance(reply, Stream) else build.response_pattern(reply, aside)
        )
        found = _made(
            HttpInteraction,
            **common(self.info, description, aside, terms),
            request=asked,
            response=answered,
            once=once_in(once, content),
            repeatable=repeatable,
        )
        return self._register.add(found)

    def message(
        self,
        description: str,
        *,
        contents: Any,
        metadata: Mapping[str, Any] | None = None,
        content_type: str | None = None,
        once: str | None = None,
        **terms: Unpack[Terms],
    ) -> AsyncMessage:
        """A message that the provider sends on a queue or topic; `contents` as the body of a `Reply`.

        `once` is where it says which one it is (`$.id`, `header.message_id`): delivered again, it is the same one.
        """
        aside = Aside()
        pattern = build.message_pattern(contents, metadata or {}, content_type, aside, "response")
        same = told_once(once, pattern, ())
        return self._register.add(
            _made(AsyncMessage, **common(self.info, description, aside, terms), message=pattern, once=same)
        )

    def sync_message(
        self,
        description: str,
        *,
        request: Any,
        reply: Any = None,
        replies: Sequence[Any] = (),
        metadata: Mapping[str, Any] | None = None,
        content_type: str | None = None,
        repeatable: bool = False,
        **terms: Unpack[Terms],
    ) -> SyncMessage:
        """A message that the consumer sends, and the reply or replies to it; each may be what a `Reply`'s body is.

        `metadata` is the request's; `content_type` is that of all.
        """
        if (reply is None) == (not replies):
            refuse(f"{description!r} needs an answer", "give one of reply= and replies=")
        aside = Aside()
        asked = build.message_pattern(request, metadata or {}, content_type, aside, "request")
        answers = replies or [reply]
        answered = tuple(build.message_pattern(one, {}, content_type, aside, "response") for one in answers)
        found = _made(
            SyncMessage,
            **common(self.info, description, aside, terms),
            request=asked,
            responses=answered,
            repeatable=repeatable,
        )
        return self._register.add(found)

    def incoming(
        self, description: str, *, request: Draft, once: str | None = None, **terms: Unpack[Terms]
    ) -> AsyncMessage:
        """A request that the provider sends to the consumer (a webhook): the message is its body.

        The path is the consumer's own, without `base`; a typed `json` may hold what the consumer does not know.
        `once` as for `message`.
        """
        _is(request, Draft, "request", 'POST("/hooks/review", json=Model)')
        aside = Aside()
        pattern, delivery = build.incoming(request, aside)
        same = told_once(once, pattern, (name for name, _ in delivery.headers))
        found = _made(
            AsyncMessage,
            **common(self.info, description, aside, terms),
            message=pattern,
            delivery=delivery,
            once=same,
        )
        return self._register.add(found)


Made = TypeVar("Made", ContractInfo, HttpInteraction, AsyncMessage, SyncMessage)
_CONTRACTS: WeakSet[Contract] = WeakSet()


def contract_of(interaction: model.Interaction) -> Contract:
    """The contract that registered `interaction`; ContractError when it was read from a file or its contract is
    gone."""
    for contract in _CONTRACTS:
        if any(one is interaction for one in contract.interactions):
            return contract
    raise ContractError(
        f"{interaction.description!r} belongs to no contract of this process",
        hint="use the object that contract.http(…) or contract.message(…) returned",
    )


def _made(part: type[Made], /, **fields: Any) -> Made:
    """A part of the model; what it refuses is told as a fault of the contract."""
    try:
        return part(**fields)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        return refuse(f"{'.'.join(map(str, first['loc']))}={first['input']!r:.80} cannot be: {first['msg']}")


def _is(value: Any, kind: type, name: str, example: str) -> None:
    if not isinstance(value, kind):
        refuse(f"{name}= takes {example}, not {type(value).__name__}")


def refuse_duplicates(contracts: Iterable[Contract]) -> None:
    """ContractError when one file makes two contracts between the same consumer and provider, with both places.

    Over several files a contract may be spread; within one, a second one is a provider's name left unchanged.
    """
    seen: dict[tuple[str | None, ...], Contract] = {}
    for contract in contracts:
        key = (contract.place.file, contract.info.consumer, contract.info.provider)
        first = seen.setdefault(key, contract)
        if first.place != contract.place:
            raise ContractError(
                f"{contract.info.consumer} has a second contract with {contract.info.provider}; "
                f"the first is at {spot(first.place)}",
                place=spot(contract.place),
                hint="name its own provider, or register all interactions on one Contract",
            )
