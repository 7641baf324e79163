"""Recorded exchanges against promises, both ways: was the request promised, does the reply keep the promise."""

from __future__ import annotations

from collections.abc import Sequence

from integtest.errors import ContractError, UnreadableFileError
from integtest.flows.verify.decoding import decoded
from integtest.flows.verify.hooks import Hooks
from integtest.flows.verify.index import Entry, Index
from integtest.flows.verify.judging import Judging, judgeable
from integtest.flows.verify.problems import Problems
from integtest.flows.verify.tally import Tally
from integtest.model.finding import Finding, Mismatch, Severity
from integtest.model.http import Exchange, Place, Request, Response
from integtest.rules.coverage import uncontracted
from integtest.rules.evidence import evidence, masked
from integtest.rules.match import Judge, Judgement
from integtest.rules.recorded_secrets import Told, tell
from integtest.rules.verification import finding, pointer

_WEIGHTS = {"status": 1000, "query": 30, "header": 3}
"""How far a difference puts a promise from being the one that was meant; 1 for the others."""


class Recorded:
    """The recorded traffic with one provider."""

    def __init__(self, provider: str, tallies: Sequence[Tally], judge: Judge, judging: Judging) -> None:
        self._provider = provider
        self._index = Index(tallies, judge)
        self._judging = judging
        self._hooks = Hooks(tallies, judge, judging)
        self._unknown: list[Exchange] = []
        self._strays: list[tuple[Entry, Exchange, tuple[Mismatch, ...]]] = []
        self._problems = Problems()
        self._unusable: set[int] = set()

    def run(self, exchanges: Sequence[Exchange], *, coverage: bool) -> list[Finding]:
        """Judge all of them; findings that are about no single interaction, with `coverage` also the calls that
        no contract knows."""
        for exchange in exchanges:
            self._one(exchange)
        for entry, exchange, mismatches in self._strays:
            self._stray(entry, exchange, mismatches)
        calls = uncontracted(self._provider, self._unknown) if coverage else []
        return [*self._problems.findings(), *calls]

    def _one(self, exchange: Exchange) -> None:
        candidates = self._index.candidates(exchange.request)
        if not candidates and self._hooks.take(exchange):
            return
        if not candidates:
            self._unknown.append(exchange)
            return
        request = _plain(exchange)
        told = [(entry, found) for entry in candidates if (found := self._compare(entry, request))]
        fitting = [entry for entry, found in told if found.fits]
        if fitting:
            for absent in next(found.absent for entry, found in told if entry is fitting[0]):
                self._problems.add(_absent(self._provider, absent, exchange))
            for consumer in dict.fromkeys(entry.interaction.contract.consumer for entry in fitting):
                self._reply([e for e in fitting if e.interaction.contract.consumer == consumer], exchange)
        elif told:
            entry, found = min(told, key=lambda one: _distance(one[1].mismatches))
            self._strays.append((entry, exchange, found.mismatches))

    def _compare(self, entry: Entry, request: Request) -> Told | None:
        """None when the promise cannot be judged; the contract is told so once."""
        try:
            return tell(entry.request.judge(request), request, entry.interaction)
        except ContractError as error:
            if id(entry) not in self._unusable:
                self._unusable.add(id(entry))
                self._judging.unusable(entry.tally, error)
            return None

    def _reply(self, fitting: Sequence[Entry], exchange: Exchange) -> None:
        """Of one consumer's promises with this request, the one that the reply keeps is proven, one not proven yet
        first; when it keeps none, the nearest is broken."""
        response = exchange.response
        whole = [entry for entry in fitting if judgeable(entry.tally, exchange)]
        if response is None or not whole:
            fitting[0].tally.glimpse("recorded")
            fitting[0].tally.leave("the recording holds no complete reply")
            return
        judged = [(entry, *seen) for entry in whole if (seen := self._judged(entry, response))]
        if not judged:
            return
        kept = [one for one in judged if one[2].holds]
        if kept:
            entry, shown, judgement = min(kept, key=lambda one: one[0].tally.verified)
        else:
            entry, shown, judgement = min(judged, key=lambda one: _distance(one[2].mismatches))
        self._judging.settle(entry.tally, exchange, shown, judgement, "recorded")

    def _judged(self, entry: Entry, response: Response) -> tuple[Response, Judgement] | None:
        try:
            return self._judging.reply(entry.tally, response)
        except ContractError as error:
            self._judging.unusable(entry.tally, error)
            return None

    def _stray(self, entry: Entry, exchange: Exchange, mismatches: tuple[Mismatch, ...]) -> None:
        """A request that fits no promise. It weighs most where it is all there is of the nearest one."""
        tally = entry.tally
        shaped = all(mismatch.part in ("header", "body") for mismatch in mismatches)
        severity: Severity = "error" if shaped and not tally.seen else "warning"
        request = exchange.request
        differences = "; ".join(f"{pointer(m)} {m.message}" for m in mismatches[:3])
        more = f" and {len(mismatches) - 3} more" if len(mismatches) > 3 else ""
        first = mismatches[0]
        found = finding(
            "recorded-request-unknown",
            f"{request.method} {request.path} fits no promise; nearest this one, but: {differences}{more}",
            interaction=tally.interaction,
            severity=severity,
            location=exchange.place.model_copy(update={"pointer": pointer(first)}),
            expected=first.expected,
            actual=first.actual,
            hint="mend the consumer, or add the promise that it makes here to the contract",
            evidence=evidence(exchange, self._judging.known),
        )
        tally.leave("no recorded request fits it")
        tally.add([masked(found, self._judging.known)])


def _plain(exchange: Exchange) -> Request:
    """The request decoded; as it is, to be compared so, when that cannot be done."""
    try:
        return decoded(exchange.request)
    except UnreadableFileError:
        return exchange.request


def _distance(mismatches: Sequence[Mismatch]) -> int:
    return sum(_WEIGHTS.get(mismatch.part, 1) for mismatch in mismatches)


def _absent(provider: str, name: str, exchange: Exchange) -> Finding:
    return finding(
        "recorded-secret-absent",
        f"the recordings hold no {name}, which is promised: it was left out when recording, or never sent",
        provider=provider,
        location=Place(file=exchange.place.file, pointer=name),
    )
