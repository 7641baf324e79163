"""The `broken` fixture: runs a body on whole providers, then on a broken one, and judges the difference."""

from __future__ import annotations

import asyncio
import inspect
import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from integtest.errors import UsageError
from integtest.failures.compare import differences
from integtest.failures.judge import judge
from integtest.model.contract import AsyncMessage, Interaction, InteractionRef
from integtest.model.failure import Case, Judgement, Observation
from integtest.pytest_plugin.breaks.collect import Param
from integtest.pytest_plugin.breaks.settling import settle
from integtest.pytest_plugin.messages import Deliveries
from integtest.wiring.breaking import PLACEHOLDER, break_session

if TYPE_CHECKING:
    from integtest.adapters.breaking.session import Session

WHOLE_LIMIT = 120.0
"""Seconds of its own clock that a body may take on whole providers."""


class Broken:
    """One case: `run` its body, and read where the providers are: `.url` of the only one that is broken,
    `["name"].url` of any."""

    def __init__(self, param: Param, session: Session, request: pytest.FixtureRequest) -> None:
        self._param, self._session, self._request = param, session, request
        self._deliveries = Deliveries()
        self.judgement: Judgement | None = None
        """What became of the case, once the body was run."""
        self._last: Observation | None = None

    @property
    def case(self) -> Case:
        """The failure mode of this item, with its oracle."""
        return self._param.case

    @property
    def url(self) -> str:
        """The base URL of the provider that is broken."""
        found: str = self[self.case.target.provider].url
        return found

    def __getitem__(self, provider: str) -> Any:
        """A provider by name; UsageError when no contract of the consumer names it."""
        found = self._session.providers.get(provider)
        if found is None:
            known = ", ".join(self._session.providers) or "none"
            raise UsageError(f"no contract of this test has a provider {provider!r}", hint=f"known: {known}")
        return found

    def calls(self, interaction: Interaction) -> int:
        """How often the interaction was called in the last run."""
        where = (interaction.contract.provider, interaction.description)
        seen = self._last.calls if self._last else ()
        return sum((one.provider, one.interaction) == where for one in seen)

    def run(self, body: Callable[[], Any]) -> Any:
        """Call `body` on whole providers, then on the broken one, and judge the difference; the test fails here
        when it is not survived. `body` may be async, or give something to be awaited; where an event loop runs,
        await what this returns. Gives what the broken run returned, None where it raised."""
        if _in_loop():
            return self._run_async(body)
        whole = self._whole(self._session.run(body, None, WHOLE_LIMIT))
        broken = self._session.run(body, self.case.injection, self.case.oracle.within)
        if self._doubtful(whole, broken):
            whole = _volatile(whole, self._session.run(body, None, WHOLE_LIMIT))
        return self._judged(whole, broken)

    async def _run_async(self, body: Callable[[], Awaitable[Any]]) -> Any:
        async def awaited() -> Any:
            value = body()
            return await value if inspect.isawaitable(value) else value

        whole = self._whole(await self._session.run_async(awaited, None, WHOLE_LIMIT))
        broken = await self._session.run_async(awaited, self.case.injection, self.case.oracle.within)
        if self._doubtful(whole, broken):
            whole = _volatile(whole, await self._session.run_async(awaited, None, WHOLE_LIMIT))
        return self._judged(whole, broken)

    async def deliver(self, interaction: AsyncMessage, *, to: Any) -> list[Any]:
        """Hand the promised message to the consumer, as the case has it: once, twice, altered, late, or never. `to`
        as in `contract.deliver`. What the consumer made of each delivery."""
        return await self._deliveries.broken(interaction, to, self._session.mail)

    def deliver_now(self, interaction: AsyncMessage, *, to: Any) -> list[Any]:
        """`deliver` for a body that is no coroutine."""
        return asyncio.run(self.deliver(interaction, to=to))

    def _whole(self, seen: Observation) -> Observation:
        """The body must do on whole providers what it is there for; its own error comes out as it is."""
        self._last = seen
        if seen.ended == "raised":
            raise seen.raised
        if seen.ended != "returned":
            pytest.fail(f"the body did not end on whole providers: {seen.ended}", pytrace=False)
        for script in self.case.injection.scripts:
            if script.target == self.case.target and not _met(script.target, seen):
                pytest.fail(self._never(seen), pytrace=False)
        return seen

    def _never(self, seen: Observation) -> str:
        target = self.case.target
        info = self._param.marker.interactions[0].contract
        lines = [
            f'{target.provider}: "{target.description}" was never called on whole providers, so nothing can break'
        ]
        made = [f"{one.exchange.request.method} {one.exchange.request.url}" for one in seen.calls[:5]]
        lines += [f"  the body called: {', '.join(made) or 'nothing'}", *(f"  {text}" for text in seen.remarks)]
        if info.env:
            lines.append(f"  does the code under test read {info.env} when it is called, or once at import?")
        return "\n".join(lines)

    def _doubtful(self, whole: Observation, broken: Observation) -> bool:
        """Whether two results differ: a second whole run tells what differs anyway, as a new id does."""
        return broken.ended == "returned" and bool(differences(whole.value, broken.value))

    def _judged(self, whole: Observation, broken: Observation) -> Any:
        self._last = broken
        group = self._param.group
        self.judgement = judge(
            self.case,
            whole,
            broken,
            accepts=self._param.marker.returns,
            secrets=_secrets(group.book.interactions),
            keys=_keys(group.book.acting),
            place=next(i.place for i in self._param.marker.interactions if _is(i, self.case.target)),
            again=f'pytest "{self._request.node.nodeid}"',
        )
        settle(self._request, self.judgement)
        return broken.returned


def _is(interaction: Interaction, ref: InteractionRef) -> bool:
    return (interaction.contract.provider, interaction.description) == (ref.provider, ref.description)


def _met(ref: InteractionRef, seen: Observation) -> bool:
    return any((one.provider, one.interaction) == (ref.provider, ref.description) for one in seen.calls)


def _volatile(whole: Observation, again: Observation) -> Observation:
    """The whole run with the places that differ between two whole runs."""
    return whole.model_copy(update={"volatile": tuple(differences(whole.value, again.value))})


def _in_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _secrets(interactions: tuple[Any, ...]) -> dict[str, str]:
    names = {name for one in interactions for use in one.secrets for name in use.variables.values()}
    return {name: value for name in sorted(names) if (value := os.environ.get(name))}


def _keys(acting: tuple[Any, ...]) -> dict[InteractionRef, str | None]:
    return {InteractionRef(provider=one.contract.provider, description=one.description): one.once for one in acting}


@contextmanager
def opened(request: pytest.FixtureRequest) -> Iterator[Broken]:
    """Serve the providers of one item until it ends."""
    param: Param | None = getattr(request, "param", None)
    if param is None:
        raise UsageError(
            "the broken fixture needs interactions to break",
            place=request.node.nodeid,
            hint="mark the test: @pytest.mark.breaks(interaction, …)",
        )
    group = param.group
    interactions = (*group.book.interactions, *(i for m in group.markers for i in m.interactions))
    names = {name for one in interactions for use in one.secrets for name in use.variables.values()}
    environment = {name: f"{PLACEHOLDER}-{name.lower()}" for name in names if not os.environ.get(name)}
    session = break_session(group.stubs.of(group.preferred), interactions, environment)
    with session.open():
        yield Broken(param, session, request)
