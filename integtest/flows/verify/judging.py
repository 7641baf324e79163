"""Judges what came, and puts the outcome onto the interaction's tally."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from integtest.errors import ContractError, IntegtestError, UnreadableFileError
from integtest.flows.verify.decoding import decoded
from integtest.flows.verify.stating import Stage
from integtest.flows.verify.tally import Source, Tally, mismatch_finding
from integtest.model.contract import AsyncMessage, HttpInteraction, SyncMessage
from integtest.model.finding import Finding, Mismatch
from integtest.model.http import Exchange, Response
from integtest.model.message import Message, MessagePattern
from integtest.rules.evidence import evidence, masked, told
from integtest.rules.match import Judge, Judgement, ResponseJudge
from integtest.rules.verification import finding

_NO_STATE = Stage()


class Judging:
    """Judges exchanges and messages; `known` maps names of secrets to the values to mask."""

    def __init__(self, judge: Judge, known: Mapping[str, str]) -> None:
        self._judge = judge
        self.known = known
        self._responses: dict[int, ResponseJudge] = {}

    def exchange(self, tally: Tally, exchange: Exchange, source: Source, stage: Stage = _NO_STATE) -> None:
        """A reply, or what came instead."""
        if not judgeable(tally, exchange):
            tally.fail(source, [self.silent(tally, exchange, stage)], exchange=exchange)
            return
        assert exchange.response is not None  # noqa: S101 - it is judgeable
        try:
            shown, judgement = self.reply(tally, exchange.response)
        except ContractError as error:
            self.unusable(tally, error)
            return
        self.settle(tally, exchange, shown, judgement, source, stage)

    def settle(
        self,
        tally: Tally,
        exchange: Exchange,
        shown: Response,
        judgement: Judgement,
        source: Source,
        stage: Stage = _NO_STATE,
    ) -> None:
        """A judged reply, `shown` being its response decoded."""
        if not judgement.holds:
            seen = exchange.model_copy(update={"response": shown})
            findings = self._different(tally, judgement.mismatches, seen, stage)
            tally.refused_by_pact_rules |= any(m.judge == "pact" for m in judgement.mismatches)
            tally.fail(source, findings, judgement.judges, exchange)
            return
        tally.hold(source, judgement.judges, exchange)
        if exchange.error is not None and shown.complete:
            shows = evidence(exchange, self.known)
            message = f"after its answer, {exchange.error.message}"
            tally.add([finding("app-raised", message, interaction=tally.interaction, evidence=shows)])

    def reply(self, tally: Tally, response: Response) -> tuple[Response, Judgement]:
        """The decoded response, and how it compares with the promise."""
        interaction = tally.interaction
        if not isinstance(interaction, HttpInteraction):
            raise TypeError(f"{interaction.type} interactions have no response")
        judge = self._responses.get(id(tally))
        if judge is None:
            judge = self._responses[id(tally)] = self._judge.response(interaction.response)
        try:
            plain = decoded(response, cut=interaction.response.stream is not None)
        except UnreadableFileError as broken:
            return response, Judgement((Mismatch(part="body", message=broken.message),), ("pact",))
        return plain, judge.judge(plain)

    def messages(self, tally: Tally, seen: Sequence[Message], stage: Stage = _NO_STATE) -> None:
        """What a producer gave for a message interaction."""
        promised = _promised(tally)
        if len(seen) != len(promised):
            message = f"expected {len(promised)} replies, got {len(seen)}"
            tally.fail("message", [finding("message-mismatch", message, interaction=tally.interaction)])
            return
        judged = [self._judge.message(p).judge(m) for p, m in zip(promised, seen, strict=True)]
        judges = {half for judgement in judged for half in judgement.judges}
        if all(judgement.holds for judgement in judged):
            tally.hold("message", judges)
            return
        findings = [
            self._shown(mismatch_finding("message-mismatch", m, tally.interaction, None), _message(message), stage)
            for judgement, message in zip(judged, seen, strict=True)
            for m in judgement.mismatches
        ]
        tally.refused_by_pact_rules |= any(m.judge == "pact" for one in judged for m in one.mismatches)
        tally.fail("message", findings, judges)

    def delivered(self, tally: Tally, exchange: Exchange, judgement: Judgement) -> None:
        """A recorded delivery of a message that was promised as an incoming request."""
        if judgement.holds:
            tally.hold("recorded", judgement.judges, exchange.model_copy(update={"latency": None}))
            return
        shown = self._evidence(exchange, _NO_STATE)
        findings = [
            self._shown(mismatch_finding("message-mismatch", m, tally.interaction, exchange), shown, _NO_STATE)
            for m in judgement.mismatches
        ]
        tally.refused_by_pact_rules |= any(m.judge == "pact" for m in judgement.mismatches)
        tally.fail("recorded", findings, judgement.judges, exchange.model_copy(update={"latency": None}))

    def silent(self, tally: Tally, exchange: Exchange, stage: Stage = _NO_STATE) -> Finding:
        """That the provider gave no complete answer."""
        why = exchange.error.message if exchange.error else "the answer was cut short"
        request = exchange.request
        found = finding(
            "no-reply",
            f"{request.method} {request.path}: {why}",
            interaction=tally.interaction,
            evidence=self._evidence(exchange, stage),
        )
        return masked(found, self.known)

    def unusable(self, tally: Tally, error: IntegtestError | ValueError) -> None:
        """The promise cannot be sent or judged as it is written."""
        tally.leave("the contract cannot be sent or judged as it is written")
        tally.add([self.broken(tally, "contract-unusable", error)])

    def broken(self, tally: Tally, rule: str, error: IntegtestError | ValueError) -> Finding:
        """An error that kept one interaction from being exercised or judged."""
        if not isinstance(error, IntegtestError):
            return masked(finding(rule, str(error), interaction=tally.interaction), self.known)
        place = f"{error.place}: " if error.place else ""
        shows = told(self.known, trace=error.trace) or None
        message = f"{place}{error.message}"
        found = finding(rule, message, interaction=tally.interaction, hint=error.hint, evidence=shows)
        return masked(found, self.known)

    def _different(
        self, tally: Tally, mismatches: Iterable[Mismatch], exchange: Exchange, stage: Stage
    ) -> list[Finding]:
        shown = self._evidence(exchange, stage)
        more = {"hint": f"the connection: {exchange.error.message}"} if exchange.error else {}
        return [
            self._shown(
                mismatch_finding("reply-mismatch", mismatch, tally.interaction, exchange, **more), shown, stage
            )
            for mismatch in mismatches
        ]

    def _evidence(self, exchange: Exchange, stage: Stage) -> dict[str, Any]:
        return evidence(exchange, self.known, state=stage.names, state_ms=stage.milliseconds)

    def _shown(self, found: Finding, shown: Mapping[str, Any], stage: Stage) -> Finding:
        hint = found.hint
        if hint is None and stage.unprepared:
            hint = f'nothing set up the state "{stage.names}": give its handlers with --states'
        return masked(found.model_copy(update={"evidence": dict(shown), "hint": hint}), self.known)


def judgeable(tally: Tally, exchange: Exchange) -> bool:
    """Whether there is a reply to judge: a whole one, or as much of a stream as came."""
    if exchange.response is None:
        return False
    interaction = tally.interaction
    streamed = isinstance(interaction, HttpInteraction) and interaction.response.stream is not None
    return exchange.response.complete or streamed


def _promised(tally: Tally) -> tuple[MessagePattern, ...]:
    interaction = tally.interaction
    if isinstance(interaction, AsyncMessage):
        return (interaction.message,)
    return interaction.responses if isinstance(interaction, SyncMessage) else ()


def _message(message: Message) -> dict[str, Any]:
    text = message.contents[:4000].decode("utf-8", "replace")
    headers = [[name, str(value)] for name, value in message.metadata.items()]
    return {"response": {"status": None, "headers": headers, "body": text}}
