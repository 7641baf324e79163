"""Which rule applies where: Pact's weighing of paths, as an automaton that is walked with the body.

A rule applies to its own place and, where no rule weighs more, to everything below it. A path weighs the
product of its steps (2 for a name or index, 1 for a star) times its length (pact_matching, "matcher
selection algorithm").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from integtest.errors import ContractError
from integtest.model.matching import RuleList
from integtest.rules.match.paths import Any, Step, parse

_TYPES = frozenset({"type", "min", "max", "min-type", "max-type"})


@dataclass(frozen=True, slots=True)
class _Alive:
    """A rule whose steps so far fit; `rest` are the steps still to come."""

    rest: tuple[Step, ...]
    weight: int
    length: int
    rules: RuleList


class Place:
    """The rules seen from one place of a body; `child` steps down."""

    __slots__ = ("_alive", "_children", "_keys", "best", "cascaded", "direct", "typed")

    def __init__(self, alive: tuple[_Alive, ...], depth: int) -> None:
        self._alive = alive
        self._children: dict[str, Place] = {}
        self._keys = {str(a.rest[0]) for a in alive if a.rest and not isinstance(a.rest[0], Any)}
        here = [a for a in alive if not a.rest]
        chosen = max(here, key=lambda a: a.weight * a.length, default=None)
        self.best: RuleList | None = chosen.rules if chosen else None
        """The rules that apply here."""
        self.cascaded = chosen is not None and chosen.length != depth + 1
        """True when they are those of a place above."""
        self.direct = frozenset(m.match for a in here if a.length == depth + 1 for m in a.rules.matchers)
        """Names of the matchers written for just this place."""
        self.typed = any(m.match in _TYPES for a in here for m in a.rules.matchers)
        """True when any rule here or above matches by type."""

    def child(self, key: str, depth: int) -> Place:
        """The place of `key` (an index as text) below this one, which lies `depth` steps below the root."""
        known = key if key in self._keys else "#" if key.isdecimal() else ""
        found = self._children.get(known)
        if found is None:
            found = Place(tuple(b for a in self._alive if (b := _advance(a, key))), depth + 1)
            self._children[known] = found
        return found


def root(rules: Mapping[str, RuleList]) -> Place:
    """The place of a whole body; ContractError when a rule's path is no Pact path."""
    alive = []
    for path, found in rules.items():
        steps, weight, length = ((), 1, 0) if path == "" else (_steps(path), 2, 0)
        length = len(steps) + 1 if path else 0
        alive.append(_Alive(steps, weight, length, found))
    return Place(tuple(alive), 0)


def _steps(path: str) -> tuple[Step, ...]:
    try:
        return parse(path)
    except ValueError as error:
        raise ContractError(str(error), hint="write a path such as $.items[*].name") from error


def _advance(rule: _Alive, key: str) -> _Alive | None:
    if not rule.rest:
        return rule
    step = rule.rest[0]
    if step is Any.KEY or (step is Any.INDEX and key.isdecimal()):
        return _Alive(rule.rest[1:], rule.weight, rule.length, rule.rules)
    if isinstance(step, Any) or str(step) != key:
        return None
    return _Alive(rule.rest[1:], rule.weight * 2, rule.length, rule.rules)
