"""Pact's own verifier over the same contracts: in place of ours, or beside it to compare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from integtest.errors import IntegtestError, ProviderError, StateError
from integtest.flows.verify.bridge import TargetBridge
from integtest.flows.verify.gate import unreachable
from integtest.flows.verify.job import Job, Target
from integtest.flows.verify.judging import Judging
from integtest.flows.verify.tally import Source, Tally, mismatch_finding
from integtest.model.contract import Contract, ForeignInteraction, HttpInteraction
from integtest.model.finding import Finding, Mismatch
from integtest.model.http import Exchange
from integtest.ports import Verifier
from integtest.rules.evidence import evidence, masked
from integtest.rules.verification import finding

_RULES = {"state": "state-failed", "auth-hook": "auth-hook", "secret-missing": "secret-missing"}
"""The rule for an error that kept an interaction from being exercised, by the error's code."""


class Foreign:
    """One contract's interactions through another verifier. `blocked` says what it could not run."""

    def __init__(self, job: Job, target: Target, verifier: Verifier, judging: Judging) -> None:
        self._job = job
        self._target = target
        self._verifier = verifier
        self._judging = judging
        self.blocked: list[Finding] = []
        self.exchanges = 0

    async def open(self) -> bool:
        """See that somebody answers."""
        transport = self._target.transport
        failure = await transport.open(timeout=self._job.timeout, probe=True) if transport else None
        if failure is not None:
            self.blocked.append(unreachable(self._target, failure, self._job.known))
        return failure is None

    async def run(self, contract: Contract, tallies: Sequence[Tally]) -> None:
        """Put the other verifier's results onto the tallies, which are of this contract."""
        plugged = [tally for tally in tallies if isinstance(tally.interaction, ForeignInteraction)]
        plain = [tally for tally in tallies if not isinstance(tally.interaction, ForeignInteraction)]
        for group in (plain, plugged):  # A plugin that is not installed keeps a whole pact from being read.
            await self._run(contract, group)

    async def _run(self, contract: Contract, tallies: Sequence[Tally]) -> None:
        bridge, found = await self._ask(contract, tallies)
        for index, mismatches in found.items():
            tally, exchange = tallies[index], bridge.exchanges.get(index)
            source: Source = "live" if isinstance(tally.interaction, HttpInteraction) else "message"
            if (error := bridge.error(index)) is not None:
                tally.obstruct(source, self._obstacle(tally, error))
            elif mismatches:
                tally.fail(source, self._findings(tally, mismatches, exchange), ("pact",), exchange)
            else:
                tally.hold(source, ("pact",), exchange)
        self.exchanges += len(found)

    async def compare(self, contract: Contract, tallies: Sequence[Tally]) -> None:
        """A finding on each tally of which the other verifier says something else. What the JSON Schema alone
        refused it cannot know."""
        plain = [tally for tally in tallies if not isinstance(tally.interaction, ForeignInteraction)]
        _, found = await self._ask(contract, plain)
        for index, mismatches in found.items():
            tally = plain[index]
            if tally.verified and mismatches:
                first = "; ".join(f"{m.path} {m.message}" for m in mismatches[:3])
                self._disagree(tally, f"Pact's verifier refuses what ours accepts: {first}")
            elif tally.refused_by_pact_rules and not mismatches:
                self._disagree(tally, "Pact's verifier accepts what ours refuses")

    async def _ask(
        self, contract: Contract, tallies: Sequence[Tally]
    ) -> tuple[TargetBridge, Mapping[int, Sequence[Mismatch]]]:
        bridge = TargetBridge(self._job, self._target, tallies)
        if not tallies:
            return bridge, {}
        whole = contract.model_copy(update={"interactions": tuple(tally.interaction for tally in tallies)})
        try:
            return bridge, await self._verifier.verify(whole, bridge, timeout=self._job.timeout)
        except ProviderError as error:
            self.blocked.append(finding("verifier-failed", error.message, about=contract.info, hint=error.hint))
            for tally in tallies:
                tally.leave("Pact's verifier could not run")
            return bridge, {}

    def _obstacle(self, tally: Tally, error: IntegtestError) -> Finding:
        missing = isinstance(error, StateError) and error.missing
        return self._judging.broken(
            tally, "state-missing" if missing else _RULES.get(error.code, "no-message"), error
        )

    def _findings(self, tally: Tally, mismatches: Sequence[Mismatch], exchange: Exchange | None) -> list[Finding]:
        if exchange is not None and exchange.response is None:
            return [self._judging.silent(tally, exchange)]
        shown = None if exchange is None else evidence(exchange, self._job.known)
        rule = "reply-mismatch" if isinstance(tally.interaction, HttpInteraction) else "message-mismatch"
        return [
            masked(mismatch_finding(rule, one, tally.interaction, None, evidence=shown), self._job.known)
            for one in mismatches
        ]

    def _disagree(self, tally: Tally, message: str) -> None:
        hint = "rely on neither before you know why: run each with --engine alone"
        tally.add(
            [
                masked(
                    finding("engines-disagree", message, interaction=tally.interaction, hint=hint), self._job.known
                )
            ]
        )
