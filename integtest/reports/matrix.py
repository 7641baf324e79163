"""Interactions × failure modes: what became of each case, as numbers and words that every format draws from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from integtest.model.contract import InteractionRef
from integtest.model.failure import Judgement

LETTERS = {
    "survived": ".",
    "leaked": "L",
    "hung": "H",
    "stormed": "S",
    "lied": "X",
    "gave-up": "G",
    "known": "k",
    "not-judged": "?",
}
"""A letter for each status, the better first; a blank where no case applies."""
WORDS = {
    "survived": "survived",
    "leaked": "leaked: an undeclared error, a secret, or a guarded call got out",
    "hung": "hung: its deadline passed",
    "stormed": "stormed: too many calls, or too soon",
    "lied": "lied: a result as if nothing had happened, or done twice",
    "gave-up": "gave up: an error where it had to go on",
    "known": "known weakness, accepted for now",
    "not-judged": "not judged",
}
_WORST = ("lied", "leaked", "hung", "stormed", "gave-up", "not-judged", "known", "survived")


@dataclass(frozen=True)
class Row:
    """One mode: its cell for each interaction, None where no case applies."""

    number: int | None
    mode: str
    layer: str
    cells: tuple[str | None, ...]


@dataclass(frozen=True)
class Matrix:
    """The columns are interactions, the rows modes in the catalogue's order."""

    columns: tuple[InteractionRef, ...]
    rows: tuple[Row, ...]
    counts: Counter[str]

    @property
    def judged(self) -> int:
        """Cases of which something can be said."""
        return sum(self.counts.values()) - self.counts["not-judged"]

    @property
    def survived(self) -> int:
        """Cases that were survived."""
        return self.counts["survived"]

    @property
    def share(self) -> str:
        """The share survived on messy input: `88 %`."""
        return f"{100 * self.survived / self.judged:.0f} %" if self.judged else "nothing judged"


def status_of(judged: Judgement) -> str:
    """The status, or that it is a known weakness."""
    return "known" if judged.known is not None else judged.status


def matrix_of(judgements: Sequence[Judgement]) -> Matrix:
    """The matrix of these judgements; of several cases of one mode the worst shows."""
    columns = tuple(dict.fromkeys(one.case.target for one in judgements))
    modes = {one.case.mode: one.case for one in judgements}
    ordered = sorted(modes.values(), key=lambda case: (case.number is None, case.number or 0, case.mode))
    rows = tuple(
        Row(case.number, case.mode, case.layer, tuple(_cell(judgements, case.mode, ref) for ref in columns))
        for case in ordered
    )
    return Matrix(columns, rows, Counter(map(status_of, judgements)))


def _cell(judgements: Iterable[Judgement], mode: str, ref: InteractionRef) -> str | None:
    found = {status_of(one) for one in judgements if (one.case.mode, one.case.target) == (mode, ref)}
    return next((status for status in _WORST if status in found), None)


def clean(judgements: Sequence[Judgement]) -> str:
    """How the consumer did on clean input: `13 of 13 interactions`."""
    columns = dict.fromkeys(one.case.target for one in judgements)
    reached = {one.case.target for one in judgements if one.status != "not-judged"}
    return f"{len(reached)} of {len(columns)} interactions"
