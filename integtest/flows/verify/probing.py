"""Probes of a running provider: requests that it must refuse, sent only where somebody asked for them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from integtest.errors import IntegtestError
from integtest.failures.derive import derive
from integtest.failures.subject import SAFE, Book, reference
from integtest.flows.verify.asking import Asker
from integtest.flows.verify.credentials import Spoil, spoiled
from integtest.flows.verify.job import Job, Target
from integtest.flows.verify.sending import sendable
from integtest.flows.verify.stating import Stage, staged
from integtest.flows.verify.tally import Tally
from integtest.model.contract import HttpInteraction
from integtest.model.failure import Case
from integtest.model.finding import Finding
from integtest.model.http import Exchange, Request, Response
from integtest.model.verdict import Probes
from integtest.ports import Transport
from integtest.rules.evidence import evidence, masked
from integtest.rules.verification import finding

_SILENT = 3
"""Probes without any answer after which no more are sent."""
_DO = {
    "auth-ignored": "check the credential before anything else; where anybody may ask, promise it without one",
    "use-after-delete": "answer 404 or 410 from the deletion on, in caches and replicas too",
}
_RULES: dict[str, Literal["failed", "unclear", "left"]] = {
    "probe-answered": "failed",
    "probe-unclear": "unclear",
    "probe-not-made": "left",
}


class LeftError(ValueError):
    """Why a probe is not made, or says nothing."""


class Prober:
    """The probes of one provider; `book` holds all that its consumers promise."""

    def __init__(self, job: Job, target: Target, transport: Transport, book: Book) -> None:
        self._job = job
        self._target = target
        self._transport = transport
        self._asker = Asker(job, target)
        self._known = {reference(one): one for one in book.interactions if isinstance(one, HttpInteraction)}
        self._book = book
        self._silent = 0
        self._room = asyncio.Semaphore(job.workers)
        self.exchanges = 0
        self.counts: dict[Literal["held", "failed", "unclear", "left"], int] = dict.fromkeys(
            ("held", "failed", "unclear", "left"), 0
        )

    @property
    def probes(self) -> Probes:
        """What became of them."""
        return Probes(**self.counts)

    async def run(self, tallies: Sequence[Tally]) -> None:
        """Make the probes of these interactions, and add to each what was found; those that share states come one
        by one."""
        shared = self._target.states is None or not self._target.states.isolated
        found = [(tally, one, case) for tally in tallies for one, case in self._cases(tally)]
        alone = [each for each in found if each[1].states and shared]
        await asyncio.gather(*(self._in_room(*each) for each in found if each not in alone))
        for each in alone:
            await self._probe(*each)

    def _cases(self, tally: Tally) -> Iterator[tuple[HttpInteraction, Case]]:
        interaction = tally.interaction
        if isinstance(interaction, HttpInteraction):
            for case in derive(interaction, self._book, side="provider"):
                yield interaction, case

    async def _in_room(self, tally: Tally, interaction: HttpInteraction, case: Case) -> None:
        async with self._room:
            await self._probe(tally, interaction, case)

    async def _probe(self, tally: Tally, interaction: HttpInteraction, case: Case) -> None:
        if not tally.verified:  # that is told already, and what such a provider refuses says nothing
            self.counts["left"] += 1
            return
        try:
            self._check(interaction, case)
            async with staged(interaction, self._target.states, self._job.known) as stage:
                if stage.failure is not None:
                    raise LeftError(stage.failure.message)
                exchange = await self._made(interaction, case, stage.values)
                found = self._judged(interaction, case, exchange, stage)
            tally.add(stage.warnings)
        except (IntegtestError, ValueError) as error:
            said = error.message if isinstance(error, IntegtestError) else str(error)
            found = _finding("probe-not-made", interaction, case, f"not probed: {said}")
        self.counts[_RULES[found.rule] if found else "held"] += 1
        tally.add([masked(found, self._job.known)] if found else [])

    def _check(self, interaction: HttpInteraction, case: Case) -> None:
        """LeftError where a probe would say nothing, or might do harm."""
        if self._silent >= _SILENT:
            raise LeftError("the provider gave no answer to the probes before")
        method = interaction.request.method.upper()
        ready = bool(interaction.states) and self._target.states is not None
        if method not in SAFE and not interaction.repeatable and not ready:
            raise LeftError(
                f"{method} changes something: the contract would have to call it repeatable, or have a provider"
                " state with a handler"
            )
        if case.injection.credential == "none" and self._target.login:
            raise LeftError("the provider's address holds a login, which goes with every request")

    async def _made(self, interaction: HttpInteraction, case: Case, values: Mapping[str, Any]) -> Exchange:
        promised = self._asker.request(interaction, values)
        filled = self._asker.filled(interaction, promised)
        request = await self._asker.prepared(self._transport.base, interaction, promised)
        if (how := case.injection.credential) is not None:
            return await self._sent(_spoiled(filled, request, interaction, how))
        done = await self._sent(request)
        if done.response is None or done.response.status != interaction.response.status:
            raise LeftError(f"{_line(done)} was answered with {_status(done.response)}, not as promised")
        for script in case.injection.scripts:
            done = await self._after(self._known[script.target], request, values)
        return done

    async def _after(self, reader: HttpInteraction, gone: Request, values: Mapping[str, Any]) -> Exchange:
        """What reads the very thing that the request before was about, in the same state."""
        promised = self._asker.request(reader, values)
        request = await self._asker.prepared(self._transport.base, reader, promised)
        _, question, query = request.url.partition("?")
        return await self._sent(request.model_copy(update={"url": gone.url.partition("?")[0] + question + query}))

    async def _sent(self, request: Request) -> Exchange:
        exchange = await self._transport.send(sendable(request), timeout=self._job.timeout)
        self.exchanges += exchange.response is not None
        self._silent = 0 if exchange.response is not None else self._silent + 1
        return exchange

    def _judged(self, interaction: HttpInteraction, case: Case, exchange: Exchange, stage: Stage) -> Finding | None:
        """By its status: a success is an answer, the statuses of the case are a refusal, all else is neither."""
        response = exchange.response
        if response is not None and response.status in case.oracle.statuses:
            return None
        answered = response is not None and 200 <= response.status < 300
        shows = evidence(exchange, self._job.known, state=stage.names, state_ms=stage.milliseconds)
        told = _status(response) if exchange.error is None or response else exchange.error.message
        return _finding(
            "probe-answered" if answered else "probe-unclear",
            interaction,
            case,
            f"{case.what}: {_line(exchange)} gave {told}",
            hint=_DO.get(case.mode) if answered else "refuse with a status that says so",
            expected=" or ".join(map(str, case.oracle.statuses)),
            actual=response.status if response is not None else None,
            evidence=shows,
        )


def _spoiled(filled: Request, request: Request, interaction: HttpInteraction, how: Spoil) -> Request:
    """The request with its credential spoiled; what a hook added or changed belongs to it."""
    added = {name for name, value in request.headers if (name, value) not in filled.headers}
    made = spoiled(request, interaction.secrets, how, added)
    if made == request:
        raise LeftError("no credential was found in the request")
    return made


def _finding(rule: str, interaction: HttpInteraction, case: Case, message: str, **more: Any) -> Finding:
    found = finding(rule, message, interaction=interaction, **more)
    where = found.location.model_copy(update={"pointer": case.id})
    return found.model_copy(update={"mode": case.id, "location": where})


def _line(exchange: Exchange) -> str:
    return f"{exchange.request.method} {exchange.request.path}"


def _status(response: Response | None) -> str:
    return "no answer" if response is None else str(response.status)
