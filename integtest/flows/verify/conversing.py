"""Recorded exchanges as conversations: whose messages tell of one, and which calls execute it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from integtest.errors import ContractError, UnreadableFileError
from integtest.flows.verify.decoding import decoded
from integtest.model.contract import Contract, ContractInfo, HttpInteraction, Interaction
from integtest.model.conversation import Conversation
from integtest.model.finding import Finding
from integtest.model.http import Exchange
from integtest.model.matching import RequestPattern, RuleSet
from integtest.rules.conversation import Report, Said, called, judge, said_in
from integtest.rules.match import Judge, RequestJudge

Seen = Sequence[tuple[str, Exchange]]
"""All that was recorded, in the order of the files, each with its provider's name."""


def conversed(contracts: Iterable[Contract], recorded: Seen, judges: Judge) -> tuple[list[Finding], list[str]]:
    """What all conversations of the contracts show in the recordings: findings, and a note of what was seen of
    each."""
    every = list(contracts)
    interactions = [one for contract in every for one in contract.interactions]
    found: list[Finding] = []
    notes: list[str] = []
    for contract in every:
        for table in contract.conversations:
            providers = {contract.info.provider, *([table.execution.provider] if table.execution else [])}
            exchanges = [exchange for name, exchange in recorded if name in providers]
            report = hold(table, contract.info, interactions, exchanges, judges)
            found += report.findings
            notes.append(
                f"conversation {table.name!r}: {report.seen} seen, {report.ended} to the end"
                if report.seen
                else f"conversation {table.name!r}: never seen in the recorded traffic, so nothing is known of it"
            )
    return found, notes


def hold(
    table: Conversation,
    about: ContractInfo,
    interactions: Iterable[Interaction],
    exchanges: Sequence[Exchange],
    judges: Judge,
) -> Report:
    """One conversation against exchanges, in the order of time where all tell theirs, else in the order given."""
    execution = _execution(table, interactions)
    try:
        executes = judges.request(_place(execution)) if execution is not None else None
    except ContractError:  # told with the interaction itself
        executes = None
    ordered = list(exchanges)
    if all(exchange.provenance.recorded_at is not None for exchange in ordered):
        ordered.sort(key=_time)
    return judge(table, about, [_said(_plain(one), executes, execution) for one in ordered])


def _said(exchange: Exchange, executes: RequestJudge | None, execution: HttpInteraction | None) -> Said:
    if executes is not None and execution is not None and executes.judge(exchange.request).holds:
        return called(exchange, execution.once)
    return said_in(exchange)


def _time(exchange: Exchange) -> float:
    at = exchange.provenance.recorded_at
    return at.timestamp() if at else 0.0


def _execution(table: Conversation, interactions: Iterable[Interaction]) -> HttpInteraction | None:
    wanted = table.execution
    if wanted is None:
        return None
    return next(
        (
            one
            for one in interactions
            if isinstance(one, HttpInteraction)
            and (one.contract.provider, one.description) == (wanted.provider, wanted.description)
        ),
        None,
    )


def _place(interaction: HttpInteraction) -> RequestPattern:
    """Method and path alone: a call with a wrong body is an execution all the same."""
    whole = interaction.request
    rules = RuleSet(path=whole.rules.path, method=whole.rules.method)
    return RequestPattern(method=whole.method, path=whole.path, rules=rules)


def _plain(exchange: Exchange) -> Exchange:
    """Both bodies decoded where they can be."""
    try:
        response = exchange.response and decoded(exchange.response, cut=True)
        return exchange.model_copy(update={"request": decoded(exchange.request), "response": response})
    except UnreadableFileError:  # told where the interaction is judged
        return exchange
