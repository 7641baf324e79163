"""Recorded webhooks: requests that the provider sent to the consumer, held against what `incoming` promises."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from integtest.errors import ContractError, UnreadableFileError
from integtest.flows.verify.decoding import decoded
from integtest.flows.verify.judging import Judging
from integtest.flows.verify.tally import Tally
from integtest.model.contract import AsyncMessage
from integtest.model.finding import Mismatch
from integtest.model.http import Exchange, Headers, Request, header_values
from integtest.model.message import Delivery, Message
from integtest.rules.match import Judge, Judgement

_SAME = frozenset({"ce-type", "ce-specversion"})
"""Attributes of a CloudEvent in binary mode that say what it is; its others differ from event to event."""


class Hooks:
    """The promised deliveries of one provider, by method and path."""

    def __init__(self, tallies: Sequence[Tally], judge: Judge, judging: Judging) -> None:
        self._judge = judge
        self._judging = judging
        self._promised: dict[tuple[str, str], list[tuple[Tally, AsyncMessage, Delivery]]] = {}
        for tally in tallies:
            one = tally.interaction
            if isinstance(one, AsyncMessage) and one.delivery is not None:
                place = (one.delivery.method.upper(), urlsplit(one.delivery.path).path or "/")
                self._promised.setdefault(place, []).append((tally, one, one.delivery))

    def take(self, exchange: Exchange) -> bool:
        """Judge a delivery against the promise that it is nearest to; False when it is none."""
        promised = self._promised.get((exchange.request.method.upper(), exchange.request.path))
        if not promised:
            return False
        request = _plain(exchange.request)
        judged: list[tuple[Tally, Judgement]] = []
        for tally, one, delivery in promised:
            try:
                judged.append((tally, self._against(one, delivery, request)))
            except ContractError as error:
                self._judging.unusable(tally, error)
        if judged:
            tally, judgement = min(judged, key=lambda one: len(one[1].mismatches))
            self._judging.delivered(tally, exchange, judgement)
        return True

    def _against(self, one: AsyncMessage, delivery: Delivery, request: Request) -> Judgement:
        metadata = dict(request.headers)
        seen = Message(contents=request.body, content_type=request.content_type, metadata=metadata)
        found = self._judge.message(one.message).judge(seen)
        return Judgement((*found.mismatches, *_attributes(delivery.headers, request.headers)), found.judges)


def _attributes(promised: Headers, seen: Headers) -> list[Mismatch]:
    """What differs in the attributes of a CloudEvent (HTTP protocol binding, 3.1)."""
    found = []
    for name, value in promised:
        if not name.lower().startswith("ce-"):
            continue
        actual = next(iter(header_values(seen, name)), None)
        if actual is None:
            message = f"the header {name} is missing"
            found.append(Mismatch(part="header", path=name, message=message, expected=value))
        elif name.lower() in _SAME and actual != value:
            message = f"expected {value}, got {actual}"
            found.append(Mismatch(part="header", path=name, message=message, expected=value, actual=actual))
    return found


def _plain(request: Request) -> Request:
    try:
        return decoded(request)
    except UnreadableFileError:
        return request
