"""Finds the promises that a recorded request may be meant for: those of its method and path."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from integtest.flows.verify.tally import Tally
from integtest.model.contract import HttpInteraction
from integtest.model.http import Request
from integtest.model.matching import RequestPattern, RuleSet
from integtest.rules.match import Judge, RequestJudge
from integtest.rules.match.target import decoded


@dataclass
class Entry:
    """One promised request, compiled when it is first needed."""

    tally: Tally
    interaction: HttpInteraction
    judges: Judge

    @cached_property
    def request(self) -> RequestJudge:
        """Judges whole requests; ContractError when the promise cannot be judged."""
        return self.judges.request(self.interaction.request)

    @cached_property
    def place(self) -> RequestJudge:
        """Judges method and path alone."""
        whole = self.interaction.request
        rules = RuleSet(path=whole.rules.path, method=whole.rules.method)
        return self.judges.request(RequestPattern(method=whole.method, path=whole.path, rules=rules))


class Index:
    """Promises by method and path; those with rules for either are asked one by one, once for each path."""

    def __init__(self, tallies: Iterable[Tally], judge: Judge) -> None:
        self._exact: dict[tuple[str, str], list[Entry]] = {}
        self._ruled: list[Entry] = []
        self._known: dict[tuple[str, str], list[Entry]] = {}
        for tally in tallies:
            if isinstance(tally.interaction, HttpInteraction):
                self._add(Entry(tally, tally.interaction, judge))

    def _add(self, entry: Entry) -> None:
        pattern = entry.interaction.request
        if pattern.rules.path or pattern.rules.method:
            self._ruled.append(entry)
        else:
            self._exact.setdefault((pattern.method.upper(), decoded(pattern.path)), []).append(entry)

    def candidates(self, request: Request) -> list[Entry]:
        """The promises whose method and path the request has."""
        method, path = request.method.upper(), request.path
        known = self._known.get((method, path))
        if known is None:
            bare = Request(method=method, url=path)
            known = self._exact.get((method, decoded(path)), []) + [e for e in self._ruled if _has(e, bare)]
            self._known[method, path] = known
        return known


def _has(entry: Entry, bare: Request) -> bool:
    return not any(m.part in ("method", "path") for m in entry.place.judge(bare).mismatches)
