"""Verification: one loop over recorded exchanges, live providers and message producers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from time import perf_counter

from integtest.flows.verify.events import Event, Finished, InteractionFinished, Listener, Started
from integtest.flows.verify.job import Job, Recording, Target
from integtest.flows.verify.judging import Judging
from integtest.flows.verify.live import Live
from integtest.flows.verify.selection import Selection, select
from integtest.flows.verify.tally import Tally
from integtest.model.contract import AsyncMessage, Contract, ForeignInteraction, SyncMessage
from integtest.model.finding import Finding
from integtest.model.http import Exchange
from integtest.model.verdict import InteractionResult, Probes, Verdict
from integtest.ports import Transport, Verifier
from integtest.rules import budgets
from integtest.rules.coverage import owner
from integtest.rules.evidence import masked


async def verify(job: Job, listener: Listener | None = None) -> Verdict:
    """Hold everything seen against everything promised. `listener` is told of each step, in this loop.

    UsageError when nothing is selected, or when there is nothing to verify with.
    """
    return await _Run(job, select(job), listener or _ignore).verdict()


def _ignore(event: Event) -> None:
    """Nobody listens."""


class _Run:
    def __init__(self, job: Job, selection: Selection, listener: Listener) -> None:
        self._job = job
        self._selection = selection
        self._listener = listener
        self._judging = Judging(job.judge, job.known)
        self._findings: list[Finding] = [*job.findings, *job.unread]
        self._blocked: list[Finding] = []
        self._notes: list[str] = [*job.notes]
        self._exchanges = 0
        self._results: dict[int, InteractionResult] = {}
        self._recorded: list[tuple[str, Exchange]] = []
        self._unjudged: list[tuple[str, int]] = []
        self._probes = Probes() if job.probe else None

    async def verdict(self) -> Verdict:
        began = perf_counter()
        by_provider = self._recorded_by_provider()
        self._exchanges = sum(len(recording.cassette.exchanges) for recording in self._job.recordings)
        tallies, contracts = self._selection.tallies, self._selection.contracts
        self._listener(Started(len(contracts), len(tallies), self._exchanges))
        for name in self._selection.providers:
            await self._provider(name, [t for t in tallies if t.interaction.contract.provider == name], by_provider)
        if self._recorded and any(contract.conversations for contract in contracts):
            self._converse(contracts)
        if not contracts:
            self._notes.append("no contract was given: the recordings were read and counted, nothing was verified")
            self._blocked += [] if self._exchanges else self._job.unread
        if self._probes is not None:
            self._notes.append(_told(self._probes))
        if (unjudged := budgets.note(self._unjudged)) is not None:
            self._notes.append(unjudged)
        verdict = Verdict(
            findings=(*self._findings, *(found for tally in tallies for found in tally.findings())),
            interactions=tuple(self._results[id(tally)] for tally in tallies),
            contracts=len(contracts),
            exchanges=self._exchanges,
            probes=self._probes,
            duration=perf_counter() - began,
            notes=tuple(self._notes),
            blocked=tuple(found.fingerprint for found in self._blocked),
        )
        self._listener(Finished(verdict))
        return verdict

    def _converse(self, contracts: Sequence[Contract]) -> None:
        from integtest.flows.verify.conversing import conversed

        found, notes = conversed(contracts, self._recorded, self._job.judge)
        self._findings += [masked(one, self._job.known) for one in found]
        self._notes += notes

    def _recorded_by_provider(self) -> dict[str, list[Exchange]]:
        """Whose each recorded exchange is; what is nobody's is counted in a note."""
        found: dict[str, list[Exchange]] = {}
        strangers: dict[str, int] = {}
        for recording in self._job.recordings:
            for exchange in _placed(recording):
                name = recording.provider or owner(exchange, self._selection.providers)
                if name is None:
                    host = exchange.request.url.split("/")[2] if "://" in exchange.request.url else "?"
                    strangers[host] = strangers.get(host, 0) + 1
                else:
                    found.setdefault(name, []).append(exchange)
                    self._recorded.append((name, exchange))
        if strangers and self._selection.contracts:
            hosts = ", ".join(f"{host} ({times}×)" for host, times in sorted(strangers.items())[:10])
            self._notes.append(
                f"recorded exchanges that belong to no selected provider: {hosts}; "
                "name the cassette's folder after its provider, or configure its cassettes"
            )
        return found

    async def _provider(self, name: str, tallies: Sequence[Tally], recorded: dict[str, list[Exchange]]) -> None:
        exchanges = recorded.get(name, [])
        if exchanges:
            from integtest.flows.verify.recorded import Recorded

            judged = Recorded(name, tallies, self._job.judge, self._judging)
            self._findings += judged.run(exchanges, coverage=self._job.interactions is None)
        target = self._job.targets.get(name)
        if target is not None:
            await self._live(target, tallies)
        for tally in tallies:
            _explain(tally, target, recorded=bool(exchanges))
            self._done(tally)
        if self._probes is not None and target is not None and target.transport is not None:
            await self._probe(target, target.transport, tallies, self._probes)

    async def _live(self, target: Target, tallies: Sequence[Tally]) -> None:
        if self._job.engine != "pact":
            live = Live(self._job, target, self._judging, self._done_unless_compared)
            self._findings += await live.run(tallies)
            self._exchanges += live.exchanges
            self._block(live.blocked)
            if live.blocked is not None:
                return
        if self._job.engine != "native" and self._job.verifier is not None:
            await self._foreign(target, self._job.verifier, tallies)

    async def _probe(self, target: Target, transport: Transport, tallies: Sequence[Tally], before: Probes) -> None:
        from integtest.failures.derive import book_of
        from integtest.flows.verify.probing import Prober

        book = book_of(one for contract in self._selection.contracts for one in contract.interactions)
        prober = Prober(self._job, target, transport, book)
        await prober.run(tallies)
        self._exchanges += prober.exchanges
        self._probes = before.and_(prober.probes)

    async def _foreign(self, target: Target, verifier: Verifier, tallies: Sequence[Tally]) -> None:
        from integtest.flows.verify.foreign import Foreign

        foreign = Foreign(self._job, target, verifier, self._judging)
        answers = await foreign.open()
        for contract in self._selection.contracts if answers else ():
            own = {id(interaction) for interaction in contract.interactions}
            mine = [tally for tally in tallies if id(tally.interaction) in own]
            await (foreign.run if self._job.engine == "pact" else foreign.compare)(contract, mine)
        self._exchanges += foreign.exchanges
        for found in foreign.blocked:
            self._findings.append(found)
            self._block(found)

    def _block(self, found: Finding | None) -> None:
        if found is not None:
            self._blocked.append(found)

    def _done_unless_compared(self, tally: Tally) -> None:
        if self._job.engine == "native":
            self._done(tally)

    def _done(self, tally: Tally) -> None:
        """Tell of an interaction once, when no other source is left for it."""
        if id(tally) not in self._results:
            self._unjudged += tally.hold_to_budget()
            result = self._results[id(tally)] = tally.result()
            self._listener(InteractionFinished(tally.interaction, result, tally.findings()))


def _told(probes: Probes) -> str:
    if not (probes.made or probes.left):
        return "probes: none applies to what a live provider was asked"
    found = f"{probes.held} refused, {probes.failed} answered, {probes.unclear} unclear, {probes.left} not made"
    return f"probes, which a provider must refuse: {found}"


def _placed(recording: Recording) -> Iterable[Exchange]:
    """The exchanges, each knowing its cassette's file."""
    place = recording.cassette.place
    for exchange in recording.cassette.exchanges:
        yield exchange if exchange.place.file else exchange.model_copy(update={"place": place})


def _explain(tally: Tally, target: Target | None, *, recorded: bool) -> None:
    """Why an interaction that nothing exercised stays unproven."""
    interaction = tally.interaction
    if tally.verified or tally.failed:
        return
    if isinstance(interaction, ForeignInteraction):
        tally.leave(f'"{interaction.foreign_type}" needs a plugin of Pact\'s: try --engine pact')
    elif isinstance(interaction, AsyncMessage | SyncMessage) and (target is None or target.messages is None):
        tally.leave("nothing that produces the provider's messages was given")
    elif recorded:
        tally.leave("never seen in the recorded traffic")
    else:
        tally.leave("no cassette and no address of the provider was given")
