"""Which recorded exchanges belong to which interaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from integtest.errors import ContractError, UnreadableFileError
from integtest.failures.subject import reference
from integtest.flows.verify.decoding import decoded
from integtest.model.contract import AnyInteraction, HttpInteraction, InteractionRef
from integtest.model.http import Exchange, Request
from integtest.rules.match import Judge, RequestJudge


def assigned(
    interactions: Sequence[AnyInteraction], exchanges: Iterable[Exchange], judge: Judge
) -> dict[InteractionRef, list[Exchange]]:
    """The exchanges of each interaction: those whose request it promises. What fits none is left out, as is an
    interaction that cannot be judged."""
    http = [one for one in interactions if isinstance(one, HttpInteraction)]
    judges = [(one, asked) for one in http if (asked := _judge(one, judge)) is not None]
    found: dict[InteractionRef, list[Exchange]] = defaultdict(list)
    for exchange in exchanges:
        request = _plain(exchange.request)
        for one, asked in judges:
            if request.method.upper() == one.request.method.upper() and not asked.judge(request).mismatches:
                found[reference(one)].append(exchange)
    return dict(found)


def _judge(interaction: HttpInteraction, judge: Judge) -> RequestJudge | None:
    try:
        return judge.request(interaction.request)
    except ContractError:
        return None


def _plain(request: Request) -> Request:
    try:
        return decoded(request)
    except UnreadableFileError:
        return request
