"""The `broken` fixture: runs a body on whole providers, then on a broken one, and judges the difference."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import pytest

from integtest.adapters.breaking.session import Provider
from integtest.adapters.breaking.trial import Trial, WholeRunError, count
from integtest.errors import UsageError
from integtest.failures.subject import reference
from integtest.model.contract import AsyncMessage, Interaction
from integtest.model.failure import Case, Judgement
from integtest.pytest_plugin.breaks.collect import Param
from integtest.pytest_plugin.breaks.settling import settle
from integtest.pytest_plugin.messages import Deliveries
from integtest.wiring.breaking import opened_trial


class Broken:
    """One case: `run` its body, and read where the providers are: `.url` of the only one that is broken,
    `["name"].url` of any."""

    def __init__(self, param: Param, trial: Trial, request: pytest.FixtureRequest) -> None:
        self._param, self._trial, self._request = param, trial, request
        self._deliveries = Deliveries()
        self.judgement: Judgement | None = None
        """What became of the case, once the body was run."""

    @property
    def case(self) -> Case:
        """The failure mode of this item, with its oracle."""
        return self._param.case

    @property
    def url(self) -> str:
        """The base URL of the provider that is broken."""
        return self[self.case.target.provider].url

    def __getitem__(self, provider: str) -> Provider:
        """A provider by name; UsageError when no contract of the consumer names it."""
        found = self._trial.session.providers.get(provider)
        if found is None:
            known = ", ".join(self._trial.session.providers) or "none"
            raise UsageError(f"no contract of this test has a provider {provider!r}", hint=f"known: {known}")
        return found

    def calls(self, interaction: Interaction) -> int:
        """How often the interaction was called in the last run."""
        return count(reference(interaction), self._trial.last)

    def run(self, body: Callable[[], Any]) -> Any:
        """Call `body` on whole providers, then on the broken one, and judge the difference; the test fails here
        when it is not survived. `body` may be async, or give something to be awaited; where an event loop runs,
        await what this returns. Gives what the broken run returned, None where it raised."""
        if _in_loop():
            return self._run_async(body)
        try:
            judged = self._trial.run(body)
        except WholeRunError as error:
            self._refused(error)
        return self._settled(judged)

    async def _run_async(self, body: Callable[[], Any]) -> Any:
        async def awaited() -> Any:
            value = body()
            return await value if inspect.isawaitable(value) else value

        try:
            judged = await self._trial.run_async(awaited)
        except WholeRunError as error:
            self._refused(error)
        return self._settled(judged)

    async def deliver(self, interaction: AsyncMessage, *, to: Any) -> list[Any]:
        """Hand the promised message to the consumer, as the case has it: once, twice, altered, late, or never. `to`
        as in `contract.deliver`. What the consumer made of each delivery."""
        return await self._deliveries.broken(interaction, to, self._trial.session.mail)

    def deliver_now(self, interaction: AsyncMessage, *, to: Any) -> list[Any]:
        """`deliver` for a body that is no coroutine."""
        return asyncio.run(self.deliver(interaction, to=to))

    def _refused(self, error: WholeRunError) -> NoReturn:
        """The body must do on whole providers what it is there for; its own error comes out as it is."""
        if error.raised is not None:
            raise error.raised
        info = self._param.marker.interactions[0].contract
        ask = (
            f"does the code under test read {info.env} when it is called, or once at import?" if info.env else None
        )
        pytest.fail("\n  ".join([error.message, *([ask] if ask and error.never else [])]), pytrace=False)

    def _settled(self, judged: Judgement) -> Any:
        self.judgement = judged
        settle(self._request, judged)
        return self._trial.last.returned if self._trial.last else None


def _in_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


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
    stubs = group.stubs.of(group.preferred)
    again = f'pytest "{request.node.nodeid}"'
    with opened_trial(param.case, group.book, stubs, accepts=param.marker.returns, again=again) as trial:
        yield Broken(param, trial, request)
