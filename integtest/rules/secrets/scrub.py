"""Scrubs exchanges before they are written: nothing secret reaches a disk."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeVar

from integtest.model.cassette import Cassette
from integtest.model.finding import Finding
from integtest.model.http import Exchange, Place, Request, Response
from integtest.rules.secrets.actions import Doubt, Fake, Replacement
from integtest.rules.secrets.detect import Rules
from integtest.rules.secrets.exchanges import Walk, from_beyond
from integtest.rules.secrets.literals import Literals
from integtest.rules.secrets.live import StreamScrubber
from integtest.rules.secrets.policy import Policy
from integtest.rules.secrets.stand_ins import Ledger

T = TypeVar("T")
_SCRUBBED = re.compile(
    r"(?i)f[\W_]?a[\W_]?[k4][\W_]?e[\W_]?\d[\W_]?\d|f\d{1,9}@x{1,3}\.test|fake\d+@example\.com|(?<![a-z0-9])f0\d{1,5}(?![a-z0-9])"
)
"""A sign that an exchange was scrubbed before."""


class Scrubbed(NamedTuple):
    """An exchange fit to be written, unless `doubts` says where nobody can tell."""

    exchange: Exchange
    replaced: list[Replacement]
    doubts: list[Doubt]


class ScrubbedCassette(NamedTuple):
    """A cassette fit to be written, unless there are doubts; places begin with the exchange's number."""

    cassette: Cassette
    replaced: list[Replacement]
    doubts: list[Doubt]


class Scrubber:
    """Scrubs the exchanges of one cassette, in the order they come: the same value gets the same stand-in in all of
    them. Holds real values in memory while it lives; use one for each cassette, from one thread at a time."""

    def __init__(self, policy: Policy | None = None) -> None:
        self._policy = policy or Policy()
        self._rules = Rules(self._policy)
        self._ledger, self._learned = Ledger(), Literals()
        for value in dict.fromkeys(form.value for form in self._rules.known):
            self._ledger.stand_in(value, "known")

    def exchange(self, exchange: Exchange) -> Scrubbed:
        """Scrubs one exchange. What it teaches is used for all that follow; `cassette` goes back as well."""
        action = Fake(self._ledger, self._learned)
        result = self._walk(action, exchange).exchange(exchange)
        return Scrubbed(result, list(action.replaced), list(action.doubts))

    def stream(self, request: Request, head: Response) -> StreamScrubber:
        """For the frames of one response while they come; `head` is the response without its body. The exchange
        itself is scrubbed when it is complete."""
        action = Fake(self._ledger, self._learned)
        walk = self._walk(action, Exchange(request=request))
        walk.exchange(Exchange(request=request, response=head))
        return StreamScrubber(lambda pieces: walk.frames(pieces, head), head, action.doubts)

    def resume(self, exchanges: Iterable[Exchange]) -> None:
        """Takes note of the stand-ins in exchanges that are written already, so that no new value gets them."""
        for exchange in exchanges:
            self.exchange(exchange)

    def cassette(self, cassette: Cassette) -> ScrubbedCassette:
        """Scrubs all exchanges; a value found in the last one is replaced in the first one too."""
        self._note_stand_ins(cassette.exchanges)
        found = [self.exchange(exchange) for exchange in cassette.exchanges]
        action = Fake(self._ledger, self._learned)
        exchanges = tuple(self._walk(action, done.exchange).again(done.exchange) for done in found)
        replaced = [r._replace(where=f"/{i}{r.where}") for i, done in enumerate(found) for r in done.replaced]
        doubts = [d._replace(where=f"/{i}{d.where}") for i, done in enumerate(found) for d in done.doubts]
        cassette = cassette.model_copy(update={"exchanges": exchanges})
        return ScrubbedCassette(cassette, replaced + list(action.replaced), doubts)

    def walked(self, look: Callable[[Walk], T], *, beyond: bool) -> tuple[T, list[Replacement], list[Doubt]]:
        """What `look` makes of a recording in a form of its own, by a walk that shares this cassette's stand-ins;
        with what was replaced and where nobody can tell. `beyond` tells that it did not stay on this machine."""
        action = Fake(self._ledger, self._learned)
        made = look(self._walker(action, beyond=beyond))
        return made, list(action.replaced), list(action.doubts)

    def scouted(self, look: Callable[[Walk], object], *, beyond: bool) -> None:
        """Takes note of the stand-ins that `look` meets, so that no new value gets them."""
        scout = Fake(Ledger(), Literals())
        look(self._walker(scout, beyond=beyond))
        self._ledger.take(scout.ledger)

    def _note_stand_ins(self, exchanges: Iterable[Exchange]) -> None:
        """A cassette scrubbed before has stand-ins whose numbers are taken."""
        scout = Fake(Ledger(), Literals())
        for exchange in exchanges:
            if _SCRUBBED.search(repr(exchange)):
                self._walk(scout, exchange).exchange(exchange)
        self._ledger.take(scout.ledger)

    def _walk(self, action: Fake, exchange: Exchange) -> Walk:
        return self._walker(action, beyond=from_beyond(exchange))

    def _walker(self, action: Fake, *, beyond: bool) -> Walk:
        chosen = self._policy.allow_list
        return Walk(self._rules, action, listed_only=beyond if chosen is None else chosen)


def was_scrubbed(text: str) -> bool:
    """Whether a recording's text shows signs that it was scrubbed before."""
    return _SCRUBBED.search(text) is not None


def doubt_findings(doubts: Iterable[Doubt], file: str | None = None) -> list[Finding]:
    """Doubts as findings: the recording is not written until somebody decides."""
    return [
        Finding(
            rule="scrub-in-doubt",
            severity="error",
            blame="recording",
            message=f"cannot tell whether this body holds a secret: {doubt.reason}",
            hint='leave the call out of the recording, or set [tool.integtest.scrub] in-doubt = "replace"',
            location=Place(file=file, pointer=doubt.where),
        )
        for doubt in dict.fromkeys(doubts)
    ]
