"""Binds what breaks a consumer of this process to adapters."""

from __future__ import annotations

import asyncio
import inspect
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from integtest.failures.subject import Book, reference
from integtest.model.contract import (
    AnyInteraction,
    AsyncMessage,
    HttpInteraction,
    Interaction,
    InteractionRef,
)
from integtest.model.failure import Case, Judgement
from integtest.model.message import Message
from integtest.wiring import stub_of

if TYPE_CHECKING:
    from integtest.adapters.breaking.delivering import Gate, Mail
    from integtest.adapters.breaking.session import RunClock, Session
    from integtest.adapters.breaking.trial import Trial
    from integtest.adapters.wire.stub import Stub

PLACEHOLDER = "integtest-placeholder"
"""What a secret's variable holds during a test when nothing set it; a stub accepts any value."""


class Stubs:
    """The stubs of a consumer's providers, made once and used by many sessions, one after another."""

    def __init__(self, book: Book) -> None:
        self._http = [one for one in book.interactions if isinstance(one, HttpInteraction)]
        self._made: dict[tuple[str, tuple[tuple[str, ...], ...]], tuple[Stub, ...]] = {}

    def of(self, preferred: Sequence[Interaction]) -> Mapping[str, tuple[Stub, ...]]:
        """The stubs of each provider: what is preferred answers first, whatever else is promised after it."""
        names = dict.fromkeys(one.contract.provider for one in (*preferred, *self._http))
        return {name: self._one(name, preferred) for name in names}

    def _one(self, name: str, preferred: Sequence[Interaction]) -> tuple[Stub, ...]:
        first = [one for one in preferred if one.contract.provider == name and isinstance(one, HttpInteraction)]
        key = (name, tuple(one.identity for one in first))
        if key not in self._made:
            rest = [one for one in self._http if one.contract.provider == name and one not in first]
            self._made[key] = tuple(stub_of(part) for part in (first, rest) if part)
        for stub in self._made[key]:
            stub.reset()
        return self._made[key]


@contextmanager
def opened_trial(
    case: Case,
    book: Book,
    stubs: Mapping[str, Sequence[Stub]],
    *,
    accepts: Callable[[Any], bool] | None = None,
    again: str | None = None,
) -> Iterator[Trial]:
    """A case with the consumer's providers served, each on a port of its own, and its environment set: base URLs by
    the contracts' `env`, and a placeholder for each secret that is not set."""
    from integtest.adapters.breaking.trial import Trial

    with opened_session(stubs, book.interactions) as session:
        yield Trial(
            session,
            case,
            accepts=accepts,
            secrets=secrets_of(book.interactions),
            keys={reference(one): one.once for one in book.acting},
            place=next((one.place for one in book.interactions if _is(one, case.target)), None),
            again=again,
        )


def try_case(
    case: Case, book: Book, body: Callable[..., Any], *, preferred: Sequence[Interaction] = (), **judging: Any
) -> Judgement:
    """Try one case on `body`, which is given the open session's providers by name, and, where it takes a second
    argument, what hands it messages."""
    with opened_trial(case, book, Stubs(book).of(preferred), **judging) as trial:
        given: list[Any] = [trial.session.providers, Post(trial.session.mail, book)]
        takes = len(inspect.signature(body).parameters)
        return trial.run(lambda: body(*given[:takes]))


class Post:
    """Hands promised messages to a consumer, as the case has it."""

    def __init__(self, mail: Mail, book: Book) -> None:
        self._mail = mail
        self._known = {one.description: one for one in book.interactions if isinstance(one, AsyncMessage)}

    async def deliver(self, description: str, to: Callable[[Message], Any]) -> list[Any]:
        """Hand the contract's example of a message to a handler: once, twice, late, or never. What the handler made
        of each delivery."""
        interaction = self._known[description]

        async def deliver(_: AsyncMessage, message: Message, gate: Gate | None) -> Any:
            return await handed(to, message, gate)

        body = interaction.message.body
        metadata = interaction.message.metadata
        message = Message(contents=body.content, content_type=body.content_type, metadata=metadata)
        return await self._mail.deliver(interaction, message, deliver)


async def handed(to: Callable[[Message], Any], message: Message, gate: Gate | None) -> Any:
    """What a handler makes of a message. Where another comes at the same time, one that is no coroutine is called
    in a thread of its own, all of them at once."""

    def begun() -> Any:
        if gate is not None:
            gate()
        return to(message)

    threaded = gate is not None and not inspect.iscoroutinefunction(to)
    result = await asyncio.to_thread(begun) if threaded else to(message)
    return await result if inspect.isawaitable(result) else result


@contextmanager
def opened_session(
    stubs: Mapping[str, Sequence[Stub]], interactions: Sequence[AnyInteraction]
) -> Iterator[Session]:
    """The providers served, and the environment of the contracts set, until the context is left."""
    from integtest.adapters.breaking.session import Session, provider

    infos = {one.contract.provider: one.contract for one in interactions}
    served = {
        name: provider(name, found, base=infos[name].base, env=infos[name].env)
        for name, found in stubs.items()
        if found
    }
    environment = {
        name: f"{PLACEHOLDER}-{name.lower()}" for name in _names(interactions) if not os.environ.get(name)
    }
    with Session(served, _clock, environment).open() as session:
        yield session


def _clock(deadline: float, skew: float) -> RunClock:
    from integtest.adapters.clock import VirtualClock

    return VirtualClock(deadline, skew=skew)


def _names(interactions: Sequence[AnyInteraction]) -> list[str]:
    return sorted({name for one in interactions for use in one.secrets for name in use.variables.values()})


def secrets_of(interactions: Sequence[AnyInteraction]) -> dict[str, str]:
    """The values of the secrets that the contracts name, by the names of their variables."""
    return {name: value for name in _names(interactions) if (value := os.environ.get(name))}


def _is(interaction: Interaction, ref: InteractionRef) -> bool:
    return reference(interaction) == ref
