"""Interactions against one running provider: at once where no state is shared, one by one where it is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from integtest.errors import ContractError, HookError, IntegtestError, ProviderError
from integtest.flows.verify.asking import Asker
from integtest.flows.verify.gate import SCOUTS, Came, Gate, unreachable
from integtest.flows.verify.job import Job, Target
from integtest.flows.verify.judging import Judging
from integtest.flows.verify.problems import Problems
from integtest.flows.verify.sending import MissingSecretError
from integtest.flows.verify.stating import Stage, staged
from integtest.flows.verify.tally import Source, Tally
from integtest.model.contract import AsyncMessage, HttpInteraction, SyncMessage
from integtest.model.finding import Finding
from integtest.model.http import Place
from integtest.rules.generators.apply import unresolved
from integtest.rules.verification import finding


class Live:
    """One provider's run. `done` is told each interaction that is through."""

    def __init__(self, job: Job, target: Target, judging: Judging, done: Callable[[Tally], None]) -> None:
        self._job = job
        self._target = target
        self._judging = judging
        self._done = done
        self._asker = Asker(job, target)
        self._gate = Gate()
        self._problems = Problems()
        self.exchanges = 0
        self.unreachable: Finding | None = None

    async def run(self, tallies: Sequence[Tally]) -> list[Finding]:
        """Exercise the interactions that the target has a source for; findings that are about no single one."""
        mine = [tally for tally in tallies if self._askable(tally)]
        shared = self._target.states is None or not self._target.states.isolated
        alone = [tally for tally in mine if tally.interaction.states and shared]
        together = [tally for tally in mine if not (tally.interaction.states and shared)]
        tells = any(isinstance(tally.interaction, HttpInteraction) for tally in together)
        if mine and await self._open(probe=not tells):
            await self._at_once(together)
            for tally in alone:
                await self._one(tally)
            self._gate.finish()
        self._close(mine)
        return self._problems.findings()

    def _askable(self, tally: Tally) -> bool:
        if isinstance(tally.interaction, HttpInteraction):
            return self._target.transport is not None
        return isinstance(tally.interaction, AsyncMessage | SyncMessage) and self._target.messages is not None

    async def _open(self, *, probe: bool) -> bool:
        if self._target.transport is not None:
            self._gate.failure = await self._target.transport.open(timeout=self._job.timeout, probe=probe)
        return not self._gate.closed

    async def _at_once(self, tallies: Sequence[Tally]) -> None:
        """A few go ahead of the others, to see whether anybody answers."""
        await asyncio.gather(*(self._one(tally) for tally in tallies[:SCOUTS]))
        queue = iter(tallies[SCOUTS:])

        async def work() -> None:
            for tally in queue:
                await self._one(tally)

        await asyncio.gather(*(work() for _ in range(min(self._job.workers, len(tallies)))))

    async def _one(self, tally: Tally) -> None:
        if self._gate.closed:
            return
        if tally.interaction.states:
            await self._in_state(tally)
        else:
            await self._ask(tally, Stage())
        if not self._gate.holds(tally):
            self._done(tally)

    async def _in_state(self, tally: Tally) -> None:
        interaction = tally.interaction
        async with staged(interaction, self._target.states, self._job.known) as stage:
            if stage.failure is not None:
                tally.obstruct(_source(tally), stage.failure)
            else:
                for name in stage.unprepared:
                    self._problems.add(_no_handler(tally, name))
                tally.add(_valueless(tally, stage))
                await self._ask(tally, stage)
        tally.add(stage.warnings)

    async def _ask(self, tally: Tally, stage: Stage) -> None:
        try:
            if isinstance(tally.interaction, HttpInteraction):
                await self._exchange(tally, tally.interaction, stage)
            else:
                await self._message(tally, stage)
        except MissingSecretError as error:
            self._stop(tally, "secret-missing", error, error.variable)
        except HookError as error:
            self._stop(tally, "auth-hook", error, error.message)
        except (ContractError, ValueError) as error:
            self._judging.unusable(tally, error)

    async def _exchange(self, tally: Tally, interaction: HttpInteraction, stage: Stage) -> None:
        if self._target.transport is None:
            return
        exchange = await self._asker.exchange(self._target.transport, interaction, stage.values)
        self.exchanges += exchange.response is not None
        for came in self._gate.admit(Came(tally, exchange, stage)):
            self._judging.exchange(came.tally, came.exchange, "live", came.stage)
            if came.tally is not tally:
                self._done(came.tally)

    async def _message(self, tally: Tally, stage: Stage) -> None:
        source = self._target.messages
        if source is None:
            return
        self.exchanges += 1
        try:
            seen = await self._asker.messages(source, tally.interaction, stage.values)
        except ProviderError as error:
            tally.obstruct("message", self._judging.broken(tally, "no-message", error))
        else:
            self._judging.messages(tally, seen, stage)

    def _stop(self, tally: Tally, rule: str, error: IntegtestError, pointer: str) -> None:
        """What keeps one interaction from being sent keeps others too: it is said once."""
        tally.leave(error.message)
        found = self._judging.broken(tally, rule, error)
        self._problems.add(found.model_copy(update={"location": Place(pointer=pointer)}))

    def _close(self, tallies: Sequence[Tally]) -> None:
        """Say once that nobody answers, and leave what was not judged unproven."""
        failure = self._gate.failure
        if failure is None:
            return
        seen = self._gate.silent[0].exchange if self._gate.silent else None
        self.unreachable = unreachable(self._target, failure, self._job.known, seen, self._gate.answers)
        self._problems.add(self.unreachable)
        for tally in tallies:
            if not tally.seen:
                tally.leave(f"{self._target.name} gave no answer")
                self._done(tally)

    @property
    def blocked(self) -> Finding | None:
        """The finding that says that nothing at all could be judged."""
        return None if self._gate.answers else self.unreachable


def _valueless(tally: Tally, stage: Stage) -> list[Finding]:
    """The values that the request takes from its states and their set-up did not give."""
    interaction = tally.interaction
    if stage.milliseconds is None or not isinstance(interaction, HttpInteraction | SyncMessage):
        return []
    missing = unresolved(interaction.request, stage.values)
    message = 'the set-up of state "{}" returned no value {!r}: the contract\'s example is sent in its place'
    hint = "return a dict with it from the state's handler: {{{!r}: …}}"
    return [
        finding(
            "state-value-missing",
            message.format(stage.names, name),
            interaction=interaction,
            location=Place(pointer=name),
            hint=hint.format(name),
        )
        for name in missing
    ]


def _source(tally: Tally) -> Source:
    return "live" if isinstance(tally.interaction, HttpInteraction) else "message"


def _no_handler(tally: Tally, state: str) -> Finding:
    found = finding(
        "state-no-handler",
        f'nothing sets up the state "{state}": its interactions run on the data that is there',
        interaction=tally.interaction,
        hint="give its handlers: --states module:object, or a URL",
    )
    return found.model_copy(update={"location": Place(pointer=state)})
